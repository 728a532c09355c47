# finds: rescale-before-pretrained-base, augmentation-in-use
from tensorflow.keras.applications import VGG16
from tensorflow.keras.preprocessing.image import ImageDataGenerator
from tensorflow.keras import layers, Sequential

base = VGG16(include_top=False, input_shape=(160, 160, 3), pooling='max')
base.trainable = False

flow = ImageDataGenerator(rescale=1.0/255, zoom_range=0.2)
plain = ImageDataGenerator(rescale=1.0/255)
train = flow.flow_from_directory('birds/train', target_size=(160, 160), batch_size=32)
val = plain.flow_from_directory('birds/val', target_size=(160, 160), batch_size=32)

model = Sequential([base, layers.Dense(12, activation='softmax')])
model.compile('adam', 'categorical_crossentropy', metrics=['accuracy'])
model.fit(train, validation_data=val, epochs=6)
