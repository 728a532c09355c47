"""Pages as people post them: two runs, answers with code, logs and prose between (own wording)."""

from __future__ import annotations

from assistant.reading.script import read_script

FROZEN_ACCURACY = """Nach der ersten Epoche bewegt sich die Genauigkeit nicht mehr. 准确率不再变化。
我的模型:
net = Sequential()
net.add(Conv2D(filters=24, kernel_size=[3, 3], activation='relu', input_shape=(side, side, 3)))
net.add(MaxPooling2D())
net.add(Flatten())
net.add(Dense(2))
rule = SGD() # plain descent
net.compile(loss='categorical_crossentropy', optimizer=rule, metrics=['accuracy'])
step = 0
# one pass at a time
for n in range(passes):
step += 1
print('Pass ' + str(step))
pictures, kinds = shuffle(pictures, kinds, random_state=1)
net.fit(x=pictures, y=kinds, batch_size=16, epochs=1, verbose=2)
输出如下:
Epoch 1
20s - loss: 5.1 - acc: 0.36
Epoch 2
20s - loss: 4.9 - acc: 0.31
答案: 请在最后一层加上 sigmoid
net.add(Dense(1))
net.add(Activation('sigmoid'))
net.compile(loss='binary_crossentropy', optimizer=rule, metrics=['accuracy'])
"""

GENERATOR_PAGE = """I fine-tune a network on pictures of plants and validation stays at chance.

gen = ImageDataGenerator(rescale=1./255, validation_split=0.3)
train = gen.flow_from_directory('plants/', seed=3, class_mode='categorical', subset='training')
# Found 900 images belonging to 9 classes.
val = gen.flow_from_directory('plants/', seed=3, class_mode='categorical', subset='validation')
kinds = len(list(train.class_indices.keys())) #9
body = ResNet50(weights='imagenet', include_top=False, pooling='avg')
from keras.layers import Dropout
net = Sequential()
net.add(body)
net.add(BatchNormalization())
net.add(Dense(kinds, activation='softmax'))
body.trainable = False
net.compile(loss='categorical_crossentropy',
            optimizer=Adam(),
            metrics=['acc'])
history = net.fit_generator(
    train,
    epochs=4,
    validation_data=val
)
   - 1/4 epochs
      - 700s - loss: 3.1 - acc: 0.30 - val_loss: 6.5 - val_acc: 0.11
Layer (type)                 Output Shape              Param #
=================================================================
resnet50 (Model)             (None, 2048)              23587712
batch_normalization_1 (Batch (None, 2048)              8192
=================================================================
Answer 1: unfreeze it.
"""

FOUR_KINDS = """It works with 2 kinds and not with 4.
m= Sequential()
m.add(Conv2D(32,(3,3),input_shape=shape))
m.add(Activation('relu'))
m.add(Flatten())
m.add(Dense(1))
m.add(Activation('sigmoid'))

#rule = SGD( lr=0.01)
m.compile(loss='binary_crossentropy',
              optimizer='adam',
              metrics=['accuracy'])
46/46 [=====] - 367s - loss: -10550614391401.72 - accuracy: 0.2541
You need
m.add(Dense(4 activation='softmax'))
"""

NESTED_HELPER = """With tensorflow 2.2:

def get_model(shape):
  net = keras.Sequential()

  net.add(Conv2D(16, input_shape=shape, kernel_size=(3, 3)))
  net.add(MaxPooling2D(pool_size=(2, 2)))
  net.add(Conv2D(32, kernel_size=(3, 3)))
  net.add(Flatten())
  net.add(Dense(1, activation='sigmoid'))
  return net

It does not even over-fit!

net.compile(optimizer='sgd', metrics=['accuracy'], loss='binary_crossentropy')
net.fit(trainX, trainY, validation_split=0.2, epochs=10, batch_size=50)
Epoch 1/10
763/763 [====] - 4s 5ms/step - loss: 0.6935 - accuracy: 0.5045
<tensorflow.python.keras.callbacks.History at 0x7f761a0856d8>
display(trainX[0])
---
array([[[-0.81307793, -0.80876915, -0.80270227, -0.81340067],
        [-0.81323822, -0.80901267, -0.80424022, -0.81004681]]])
(10, 10, 4)
"""


def test_a_question_is_read_up_to_its_own_fit() -> None:
    reading = read_script(FROZEN_ACCURACY)
    net = reading.network
    assert net is not None
    assert (net.output_units, net.output_activation, net.optimizer) == (2, "linear", "SGD")
    assert reading.present("linear-output-with-probability-loss")
    assert "indentation" in {repair.kind for repair in reading.repairs}
    assert reading.finding("no-scaling-in-script") is None, "the loading is not shown"
    assert reading.finding("epochs-run") is None, "the number of turns is not shown"


def test_generators_and_a_frozen_base() -> None:
    reading = read_script(GENERATOR_PAGE)
    net = reading.network
    assert net is not None
    assert (net.pretrained_base, net.base_trainable) == ("ResNet50", False)
    assert reading.present("rescale-before-pretrained-base")
    assert reading.present("old-api")
    form = reading.finding("label-form")
    assert form is not None and form.value == "one-hot"
    scaled = reading.finding("train-val-scaled-differently")
    assert scaled is not None and scaled.present is False


def test_answers_do_not_change_the_question() -> None:
    reading = read_script(FOUR_KINDS)
    net = reading.network
    assert net is not None
    assert (net.output_units, net.output_activation) == (1, "sigmoid")
    assert net.loss == "binary_crossentropy"
    assert "comma" in {repair.kind for repair in reading.repairs}


def test_a_helper_apart_from_its_compile() -> None:
    reading = read_script(NESTED_HELPER)
    linear = reading.finding("hidden-layers-linear")
    assert linear is not None and (linear.present, linear.value) == (True, 2)
    assert linear.line == 6
    assert reading.network is not None and reading.network.optimizer == "SGD"
