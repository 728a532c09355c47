# finds: hidden-layers-linear
from tensorflow import keras


def make(width, classes=46):
    net = keras.Sequential()
    net.add(keras.layers.Input(shape=(30,)))
    for size in (width, width // 2, width // 4):
        net.add(keras.layers.Dense(size))
    net.add(keras.layers.Dense(classes, activation='softmax'))
    return net


(x, y) = keras.datasets.reuters.load_data(num_words=500)[0]
model = make(128)
model.compile(optimizer='adam', loss='sparse_categorical_crossentropy', metrics=['accuracy'])
model.fit(prepare(x), y, epochs=5)
