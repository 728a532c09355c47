# finds: integer-division-of-inputs
import numpy as np
from tensorflow import keras

images = np.load('scans.npy')
images = images // 255
labels = np.load('scan_labels.npy')
model = keras.Sequential([
    keras.layers.Flatten(input_shape=(32, 32)),
    keras.layers.Dense(50, activation='relu'),
    keras.layers.Dense(9, activation='softmax'),
])
model.compile(optimizer='adam', loss='sparse_categorical_crossentropy', metrics=['accuracy'])
model.fit(images, labels, epochs=3)
