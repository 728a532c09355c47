# finds: validation-split-on-ordered-data
import numpy as np
from tensorflow.keras import Sequential, layers

cats = np.load('cats.npy')
dogs = np.load('dogs.npy')
x = np.concatenate([cats, dogs]) / 255.0
y = np.concatenate([np.zeros(len(cats)), np.ones(len(dogs))])
model = Sequential([
    layers.Conv2D(8, 3, activation='relu', input_shape=(50, 50, 3)),
    layers.GlobalMaxPooling2D(),
    layers.Dense(1, activation='sigmoid')
])
model.compile(optimizer='adam', loss='binary_crossentropy', metrics=['accuracy'])
model.fit(x, y, epochs=10, validation_split=0.2)
