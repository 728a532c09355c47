# finds: sigmoid-with-categorical-loss
import keras
from keras import layers as L
import numpy as np

n_out = 7
inputs = keras.Input((40,), name='features')
h = L.Dense(64, 'relu')(inputs)
h = L.BatchNormalization()(h)
h = L.Dropout(.3)(h)
scores = L.Dense(n_out)(h)
probs = L.Activation('sigmoid')(scores)
model = keras.Model(inputs, probs)
opt = keras.optimizers.Adam(learning_rate=3e-4)
model.compile(opt, 'categorical_crossentropy', ['accuracy'])

rng = np.random.default_rng(3)
x = rng.normal(size=(500, 40))
y = keras.utils.to_categorical(rng.integers(0, 7, 500), n_out)
model.fit(x, y, epochs=12, batch_size=50)
