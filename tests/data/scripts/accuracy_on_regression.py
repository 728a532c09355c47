# finds: accuracy-on-continuous-targets
import numpy as np
from keras.models import Sequential
from keras.layers import Dense
x = np.random.uniform(-1, 1, (400, 3))
y = np.sin(x[:, 0]) + 0.5 * x[:, 1]
model = Sequential()
model.add(Dense(20, activation='relu', input_dim=3))
model.add(Dense(1))
model.compile(loss='mse', optimizer='adam', metrics=['accuracy'])
model.fit(x, y, epochs=50, batch_size=20)
