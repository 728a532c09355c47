# finds: base-frozen-before-compile-only
import tensorflow as tf
from tensorflow.keras.applications import MobileNetV2
from tensorflow.keras.applications.mobilenet_v2 import preprocess_input

base = MobileNetV2(include_top=False, weights='imagenet', input_shape=(96, 96, 3))
inp = tf.keras.Input((96, 96, 3))
x = preprocess_input(inp)
x = base(x, training=False)
x = tf.keras.layers.GlobalAveragePooling2D()(x)
out = tf.keras.layers.Dense(3, activation='softmax')(x)
model = tf.keras.Model(inp, out)
model.compile(tf.keras.optimizers.Adam(1e-4), loss='sparse_categorical_crossentropy', metrics=['accuracy'])
for layer in base.layers:
    layer.trainable = False
model.fit(train_ds, epochs=3, validation_data=val_ds)
