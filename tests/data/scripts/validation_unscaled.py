# finds: train-val-scaled-differently
from tensorflow.keras.datasets import fashion_mnist
from tensorflow.keras import Sequential
from tensorflow.keras.layers import Flatten, Dense

(a, b), (c, d) = fashion_mnist.load_data()
a = a / 255.0
m = Sequential([Flatten(input_shape=(28, 28)), Dense(128, activation='relu'),
                Dense(10, activation='softmax')])
m.compile(optimizer='adam', loss='sparse_categorical_crossentropy', metrics=['accuracy'])
m.fit(a, b, epochs=5, validation_data=(c, d))
