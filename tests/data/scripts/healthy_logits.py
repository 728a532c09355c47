# healthy
import tensorflow as tf
from tensorflow.keras import layers
loss = tf.keras.losses.BinaryCrossentropy(from_logits=True)
model = tf.keras.Sequential([
    layers.Input((50, 50, 1)),
    layers.Rescaling(1./255),
    layers.Conv2D(16, 3, activation='relu'),
    layers.GlobalAveragePooling2D(),
    layers.Dense(1),
])
model.compile(optimizer='adam', loss=loss, metrics=[tf.keras.metrics.BinaryAccuracy(threshold=0.0)])
train = tf.keras.utils.image_dataset_from_directory('t', image_size=(50, 50), color_mode='grayscale', label_mode='binary')
model.fit(train, epochs=4)
