# finds: tokenizer-refit
from keras.preprocessing.text import Tokenizer
from keras.preprocessing.sequence import pad_sequences
from keras.models import Sequential
from keras.layers import Embedding, LSTM, Dense

tok = Tokenizer(num_words=4000)
tok.fit_on_texts(train_texts)
a = pad_sequences(tok.texts_to_sequences(train_texts), maxlen=60)
model = Sequential()
model.add(Embedding(4000, 32, input_length=60))
model.add(LSTM(32))
model.add(Dense(1, activation='sigmoid'))
model.compile(loss='binary_crossentropy', optimizer='adam', metrics=['accuracy'])
model.fit(a, train_labels, epochs=3, batch_size=64)
tok.fit_on_texts(test_texts)
b = pad_sequences(tok.texts_to_sequences(test_texts), maxlen=60)
print(model.predict(b))
