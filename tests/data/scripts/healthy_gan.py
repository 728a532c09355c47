# healthy
import numpy as np
from keras.models import Sequential
from keras.layers import Dense, LeakyReLU, Input
from keras.optimizers import Adam
gen = Sequential([Input((16,)), Dense(64), LeakyReLU(0.2), Dense(784, activation='tanh')])
disc = Sequential([Input((784,)), Dense(64), LeakyReLU(0.2), Dense(1, activation='sigmoid')])
disc.compile(loss='binary_crossentropy', optimizer=Adam(0.0002, 0.5), metrics=['accuracy'])
disc.trainable = False
gan = Sequential([gen, disc])
gan.compile(loss='binary_crossentropy', optimizer=Adam(0.0002, 0.5))
for step in range(2000):
    noise = np.random.normal(0, 1, (64, 16))
    fake = gen.predict(noise)
    disc.train_on_batch(fake, np.zeros((64, 1)))
    disc.train_on_batch(real[:64], np.ones((64, 1)))
    gan.train_on_batch(noise, np.ones((64, 1)))
