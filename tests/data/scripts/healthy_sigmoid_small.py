# healthy
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import MinMaxScaler
from sklearn.metrics import classification_report
import tensorflow as tf
X, y = load_breast_cancer(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=3)
scale = MinMaxScaler()
X_train = scale.fit_transform(X_train)
X_test = scale.transform(X_test)
net = tf.keras.Sequential()
net.add(tf.keras.layers.Dense(16, activation='tanh', input_shape=(30,)))
net.add(tf.keras.layers.Dense(1, activation='sigmoid'))
net.compile('adam', 'binary_crossentropy', metrics=['accuracy'])
net.fit(X_train, y_train, epochs=80, batch_size=16, verbose=0)
print(classification_report(y_test, net.predict(X_test) > 0.5))
