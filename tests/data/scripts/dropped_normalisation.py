# finds: layer-result-unused
from tensorflow.keras.layers import Input, Dense, Rescaling, BatchNormalization
from tensorflow.keras.models import Model

i = Input(shape=(15,))
x = Dense(30, activation='relu')(i)
BatchNormalization()(x)
o = Dense(1)(x)
model = Model(i, o)
model.compile(optimizer='adam', loss='mae')
model.fit(a, b, epochs=9)
