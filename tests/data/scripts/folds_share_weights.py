# finds: model-built-outside-fold-loop
from sklearn.model_selection import StratifiedKFold
from keras.models import Sequential
from keras.layers import Dense
import numpy as np

data = np.loadtxt('signals.csv', delimiter=',')
X, Y = data[:, :60], data[:, 60]
X = (X - X.mean(axis=0)) / X.std(axis=0)
model = Sequential()
model.add(Dense(20, input_dim=60, activation='relu'))
model.add(Dense(1, activation='sigmoid'))
model.compile(loss='binary_crossentropy', optimizer='adam', metrics=['accuracy'])
folds = StratifiedKFold(n_splits=5, shuffle=True, random_state=7)
for train, test in folds.split(X, Y):
    model.fit(X[train], Y[train], epochs=40, batch_size=10, verbose=0)
    print(model.evaluate(X[test], Y[test], verbose=0))
