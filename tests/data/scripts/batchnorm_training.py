# finds: batchnorm-training-fixed
import tensorflow as tf
from tensorflow.keras import layers
inp = tf.keras.Input((24, 24, 1))
x = layers.Conv2D(8, 3, activation='relu')(inp)
x = layers.BatchNormalization()(x, training=True)
x = layers.GlobalAveragePooling2D()(x)
out = layers.Dense(1, activation='sigmoid')(x)
m = tf.keras.Model(inp, out)
m.compile('adam', 'binary_crossentropy', metrics=['accuracy'])
m.fit(x1, y1, epochs=5)
