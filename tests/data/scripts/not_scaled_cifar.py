# finds: no-scaling-in-script
from keras.datasets import cifar10
from keras.models import Sequential
from keras.layers import *

(x_train, y_train), (x_test, y_test) = cifar10.load_data()
model = Sequential()
model.add(Conv2D(32, (3, 3), activation='relu', padding='same', input_shape=x_train.shape[1:]))
model.add(MaxPooling2D((2, 2)))
model.add(Flatten())
model.add(Dense(10, activation='softmax'))
model.compile(loss='sparse_categorical_crossentropy', optimizer='sgd', metrics=['accuracy'])
model.fit(x_train, y_train, epochs=15, batch_size=64, validation_data=(x_test, y_test))
print(model.evaluate(x_test, y_test))
