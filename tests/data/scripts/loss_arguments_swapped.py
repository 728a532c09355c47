# finds: custom-loss-arguments-swapped, custom-loss-log-of-zero
import tensorflow as tf
from tensorflow.keras import backend as K


def own_bce(y_pred, y_true):
    return -K.mean(y_true * K.log(y_pred) + (1 - y_true) * K.log(1 - y_pred))


model = tf.keras.Sequential([
    tf.keras.layers.Dense(16, activation='relu', input_shape=(6,)),
    tf.keras.layers.Dense(1, activation='sigmoid')])
model.compile(optimizer='adam', loss=own_bce, metrics=['accuracy'])
model.fit(features, labels, epochs=10)
