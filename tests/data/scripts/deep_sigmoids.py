# finds: saturating-stack
import keras
from keras.layers import Dense, Activation, Input
from keras.models import Model

x = inputs = Input((16,))
for _ in range(6):
    x = Dense(32)(x)
    x = Activation('sigmoid')(x)
x = Dense(2, activation='softmax')(x)
model = Model(inputs, x)
model.compile('adam', 'sparse_categorical_crossentropy', metrics=['accuracy'])
model.fit(data, target, epochs=20)
