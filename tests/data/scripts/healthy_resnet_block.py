# healthy
from tensorflow import keras
from tensorflow.keras import layers


def block(x, filters):
    short = layers.Conv2D(filters, 1, padding='same')(x)
    y = layers.Conv2D(filters, 3, padding='same')(x)
    y = layers.BatchNormalization()(y)
    y = layers.ReLU()(y)
    y = layers.Conv2D(filters, 3, padding='same')(y)
    y = layers.BatchNormalization()(y)
    y = layers.Add()([short, y])
    return layers.ReLU()(y)


(x_train, y_train), (x_test, y_test) = keras.datasets.cifar10.load_data()
x_train, x_test = x_train / 255.0, x_test / 255.0
inputs = keras.Input(shape=(32, 32, 3))
x = layers.Conv2D(16, 3, activation='relu')(inputs)
for filters in [16, 32, 64, 64]:
    x = block(x, filters)
x = layers.GlobalAveragePooling2D()(x)
outputs = layers.Dense(10, activation='softmax')(x)
model = keras.Model(inputs, outputs)
model.compile(optimizer='adam', loss='sparse_categorical_crossentropy', metrics=['accuracy'])
model.fit(x_train, y_train, epochs=20, batch_size=128, validation_data=(x_test, y_test))
