# healthy
import tensorflow as tf
from tensorflow.keras.applications.resnet50 import ResNet50, preprocess_input
from tensorflow.keras.preprocessing.image import ImageDataGenerator

gen = ImageDataGenerator(preprocessing_function=preprocess_input)
train = gen.flow_from_directory('a', target_size=(224, 224), class_mode='categorical')
val = gen.flow_from_directory('b', target_size=(224, 224), class_mode='categorical', shuffle=False)
base = ResNet50(weights='imagenet', include_top=False, pooling='avg')
base.trainable = False
model = tf.keras.Sequential([base, tf.keras.layers.Dropout(0.5),
                             tf.keras.layers.Dense(7, activation='softmax')])
model.compile(optimizer='adam', loss='categorical_crossentropy', metrics=['accuracy'])
model.fit(train, validation_data=val, epochs=5,
          callbacks=[tf.keras.callbacks.EarlyStopping(monitor='val_accuracy', patience=2)])
base.trainable = True
model.compile(optimizer=tf.keras.optimizers.Adam(1e-5), loss='categorical_crossentropy', metrics=['accuracy'])
model.fit(train, validation_data=val, epochs=5)
