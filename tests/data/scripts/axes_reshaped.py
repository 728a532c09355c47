# finds: reshape-moves-axes
import numpy as np
from keras.models import Sequential
from keras.layers import Conv2D, Flatten, Dense
raw = np.load('batch.npy').reshape(5000, 3, 32, 32)
x = raw.reshape(5000, 32, 32, 3) / 255.0
y = np.load('labels.npy')
model = Sequential([Conv2D(16, 3, activation='relu', input_shape=(32, 32, 3)), Flatten(),
                    Dense(10, activation='softmax')])
model.compile(loss='sparse_categorical_crossentropy', optimizer='adam')
model.fit(x, y, epochs=5, shuffle=True)
