# finds: rescale-twice
import tensorflow as tf

train = tf.keras.utils.image_dataset_from_directory('leaves', image_size=(128, 128), batch_size=32,
                                                    validation_split=.2, subset='training', seed=1)
val = tf.keras.utils.image_dataset_from_directory('leaves', image_size=(128, 128), batch_size=32,
                                                  validation_split=.2, subset='validation', seed=1)
train = train.map(lambda x, y: (x / 255.0, y)).prefetch(2)
val = val.map(lambda x, y: (x / 255.0, y)).prefetch(2)

model = tf.keras.Sequential([
    tf.keras.layers.Rescaling(1./255, input_shape=(128, 128, 3)),
    tf.keras.layers.Conv2D(16, 3, activation='relu'),
    tf.keras.layers.GlobalAveragePooling2D(),
    tf.keras.layers.Dense(4, activation='softmax'),
])
model.compile(optimizer='adam', loss='sparse_categorical_crossentropy', metrics=['accuracy'])
model.fit(train, validation_data=val, epochs=10)
