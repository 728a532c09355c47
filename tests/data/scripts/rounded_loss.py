# finds: custom-loss-not-differentiable
import keras
from keras import backend as K

def share_wrong(y_true, y_pred):
    return K.mean(K.abs(y_true - K.round(y_pred)))

inputs = keras.layers.Input(shape=(9,))
x = keras.layers.Dense(12, activation="relu")(inputs)
x = keras.layers.Dense(1, activation="sigmoid")(x)
model = keras.models.Model(inputs=inputs, outputs=x)
model.compile(optimizer="rmsprop", loss=share_wrong)
model.fit(X, Y, epochs=4)
