# finds: augmented-validation, augmentation-in-use
from keras.preprocessing.image import ImageDataGenerator
from keras.models import Sequential
from keras.layers import Conv2D, Flatten, Dense

datagen = ImageDataGenerator(rescale=1./255, rotation_range=40, horizontal_flip=True,
                             validation_split=0.25)
train_it = datagen.flow_from_directory('shoes', target_size=(64, 64), class_mode='binary', subset='training')
val_it = datagen.flow_from_directory('shoes', target_size=(64, 64), class_mode='binary', subset='validation')
model = Sequential()
model.add(Conv2D(8, 5, activation='relu', input_shape=(64, 64, 3)))
model.add(Flatten())
model.add(Dense(1, activation='sigmoid'))
model.compile('rmsprop', 'binary_crossentropy', metrics=['accuracy'])
model.fit(train_it, epochs=30, validation_data=val_it)
