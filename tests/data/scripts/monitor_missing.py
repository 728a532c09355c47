# finds: monitor-not-in-logs
import keras
from keras import layers
from keras.callbacks import EarlyStopping, ModelCheckpoint

model = keras.Sequential([
    layers.Input((20,)),
    layers.Dense(10, activation='relu'),
    layers.Dense(4, activation='softmax'),
])
model.compile(optimizer='nadam', loss='sparse_categorical_crossentropy', metrics=['accuracy'])
stop = EarlyStopping(monitor='val_loss', patience=4)
model.fit(x_train, y_train, epochs=100, callbacks=[stop])
