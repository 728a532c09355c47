# finds: classes-exceed-output-units, labels-outside-0-1-with-bce
import tensorflow as tf
from tensorflow.keras import layers, models
from tensorflow.keras.preprocessing.image import ImageDataGenerator

NUM_CLASSES = 5
gen = ImageDataGenerator(rescale=1/255.)
train = gen.flow_from_directory("flowers/train", target_size=(96, 96), class_mode="sparse",
                                classes=["a", "b", "c", "d", "e"])
val = gen.flow_from_directory("flowers/val", target_size=(96, 96), class_mode="sparse")

model = models.Sequential([
    layers.Conv2D(32, 3, activation="relu", input_shape=(96, 96, 3)),
    layers.MaxPooling2D(),
    layers.Flatten(),
    layers.Dense(64, activation="relu"),
    layers.Dense(1, activation="sigmoid"),
])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
model.fit(train, validation_data=val, epochs=8)
