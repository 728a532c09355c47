# healthy
from keras.datasets import mnist
from keras.layers import Input, Dense
from keras.models import Model
(x_train, _), (x_test, _) = mnist.load_data()
x_train = x_train.astype('float32') / 255.
x_test = x_test.astype('float32') / 255.
x_train = x_train.reshape((len(x_train), 784))
x_test = x_test.reshape((len(x_test), 784))
i = Input(shape=(784,))
h = Dense(128, activation='relu')(i)
code = Dense(16)(h)
h = Dense(128, activation='relu')(code)
o = Dense(784, activation='sigmoid')(h)
auto = Model(i, o)
auto.compile(optimizer='adam', loss='binary_crossentropy')
auto.fit(x_train, x_train, epochs=50, batch_size=256, shuffle=True, validation_data=(x_test, x_test))
