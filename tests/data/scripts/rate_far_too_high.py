# finds: learning-rate-suspiciously-high
import keras
from keras import layers
import numpy as np

LR = 0.9
x = np.random.rand(300, 12)
y = x @ np.random.rand(12, 1) + 0.01 * np.random.randn(300, 1)
model = keras.Sequential([layers.Input((12,)), layers.Dense(24, activation='tanh'), layers.Dense(1)])
model.compile(loss='mse', optimizer=keras.optimizers.SGD(learning_rate=LR, momentum=0.9))
model.fit(x, y, epochs=30, batch_size=30, verbose=0)
