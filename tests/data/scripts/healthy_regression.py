# healthy
import numpy as np
from tensorflow import keras
x = np.random.randn(1000, 6).astype('float32')
y = 3 * x[:, 0] - x[:, 1] + np.random.randn(1000) * 0.1
model = keras.Sequential([keras.layers.Dense(32, activation='relu', input_shape=(6,)),
                          keras.layers.Dense(32, activation='relu'),
                          keras.layers.Dense(1)])
model.compile(optimizer=keras.optimizers.SGD(0.1), loss='mse', metrics=['mae'])
model.fit(x, y, epochs=20, batch_size=32, validation_split=0.2)
