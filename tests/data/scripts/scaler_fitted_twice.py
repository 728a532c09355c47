# finds: scaled-after-split-differently
import pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Dense

table = pd.read_csv('houses.csv')
X = table.drop('price', axis=1).values
y = table['price'].values
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=.2, random_state=0)
scaler = StandardScaler()
X_train = scaler.fit_transform(X_train)
X_test = scaler.fit_transform(X_test)
model = Sequential()
model.add(Dense(32, activation='relu', input_dim=X_train.shape[1]))
model.add(Dense(1))
model.compile(loss='mse', optimizer='adam', metrics=['mae'])
model.fit(X_train, y_train, epochs=50, validation_data=(X_test, y_test))
