# finds: heavy-dropout, heavy-regularization, relu-in-recurrent
from tensorflow.keras import regularizers, layers, Sequential

model = Sequential()
model.add(layers.LSTM(40, activation='relu', input_shape=(30, 5)))
model.add(layers.Dropout(0.95))
model.add(layers.Dense(20, activation='relu', kernel_regularizer=regularizers.l2(0.5)))
model.add(layers.Dense(1))
model.compile(loss='mse', optimizer='adam')
model.fit(windows, targets, epochs=10, batch_size=32)
