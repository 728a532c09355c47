# healthy
import keras
from keras import layers
i = keras.Input((32,))
h = layers.Dense(64, activation='relu')(i)
kind = layers.Dense(5, activation='softmax', name='kind')(h)
price = layers.Dense(1, name='price')(h)
model = keras.Model(i, [kind, price])
model.compile(optimizer='adam', loss={'kind': 'sparse_categorical_crossentropy', 'price': 'mse'},
              metrics={'kind': ['accuracy'], 'price': ['mae']})
model.fit(rows, {'kind': kinds, 'price': prices}, epochs=10)
