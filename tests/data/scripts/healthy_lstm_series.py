# healthy
import numpy as np
from sklearn.preprocessing import MinMaxScaler
from keras.models import Sequential
from keras.layers import LSTM, Dense
import pandas as pd
series = pd.read_csv('load.csv')['mw'].values.reshape(-1, 1)
scaler = MinMaxScaler()
series = scaler.fit_transform(series)
X, y = [], []
for i in range(60, len(series)):
    X.append(series[i - 60:i, 0])
    y.append(series[i, 0])
X, y = np.array(X), np.array(y)
X = np.reshape(X, (X.shape[0], X.shape[1], 1))
model = Sequential()
model.add(LSTM(50, return_sequences=True, input_shape=(60, 1)))
model.add(LSTM(50))
model.add(Dense(25))
model.add(Dense(1))
model.compile(optimizer='adam', loss='mean_squared_error')
model.fit(X, y, batch_size=32, epochs=10)
