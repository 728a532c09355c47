# finds: x-shuffled-without-y
import numpy as np
from keras.models import Sequential
from keras.layers import Dense, Input

x = np.random.randn(600, 10)
y = (x[:, 0] + x[:, 1] > 0).astype('int32')
np.random.shuffle(x)
model = Sequential([Input((10,)), Dense(16, activation='relu'), Dense(1, activation='sigmoid')])
model.compile(loss='binary_crossentropy', optimizer='adam', metrics=['accuracy'])
model.fit(x, y, epochs=25, validation_split=0.2)
