# healthy
from keras.datasets import imdb
from keras.utils import pad_sequences
from keras import layers, models
(x, y), (xt, yt) = imdb.load_data(num_words=8000)
x, xt = pad_sequences(x, 150), pad_sequences(xt, 150)
model = models.Sequential([
    layers.Embedding(8000, 48),
    layers.Bidirectional(layers.LSTM(32)),
    layers.Dense(1, activation='sigmoid'),
])
model.compile(optimizer='adam', loss='binary_crossentropy', metrics=['accuracy'])
model.fit(x, y, epochs=3, batch_size=64, validation_data=(xt, yt))
