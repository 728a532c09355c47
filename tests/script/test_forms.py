"""The forms in which people write models: each is read into the same record."""

from __future__ import annotations

import textwrap

import pytest

from assistant.reading.script import ScriptReading, read_script
from probes.network import Network


def read(code: str, filename: str | None = None) -> ScriptReading:
    return read_script(textwrap.dedent(code), filename=filename)


def network(code: str) -> Network:
    found = read(code).network
    assert found is not None
    return found


ADD = """
    from keras.models import Sequential
    from keras.layers import Dense
    m = Sequential()
    m.add(Dense(8, activation='relu', input_dim=5))
    m.add(Dense(3, activation='softmax'))
    m.compile(loss='categorical_crossentropy', optimizer='adam', metrics=['acc'])
"""
LIST = """
    import tensorflow as tf
    m = tf.keras.Sequential([
        tf.keras.layers.Input((5,)),
        tf.keras.layers.Dense(8, tf.nn.relu),
        tf.keras.layers.Dense(3, activation=tf.keras.activations.softmax),
    ])
    m.compile(tf.keras.optimizers.Adam(), tf.keras.losses.CategoricalCrossentropy(), ['accuracy'])
"""
FUNCTIONAL = """
    from tensorflow import keras
    from tensorflow.keras import layers as L
    N = 3
    a = keras.Input(shape=(5,))
    h = L.Dense(8)(a)
    h = L.ReLU()(h)
    b = L.Activation('softmax')(L.Dense(N)(h))
    m = keras.Model(inputs=a, outputs=b)
    opt = keras.optimizers.Adam()
    m.compile(optimizer=opt, loss='categorical_crossentropy', metrics=['accuracy'])
"""
SUBCLASS = """
    import keras
    class Net(keras.Model):
        def __init__(self, n):
            super(Net, self).__init__()
            self.one = keras.layers.Dense(8, activation='relu')
            self.two = keras.layers.Dense(n)
            self.soft = keras.layers.Softmax()
        def call(self, x):
            x = self.one(x)
            return self.soft(self.two(x))
    m = Net(3)
    m.compile(loss=keras.losses.categorical_crossentropy, optimizer='Adam', metrics=['accuracy'])
"""
HELPER = """
    from keras.models import *
    from keras.layers import *
    def get_model(units=(8,), n=3):
        model = Sequential()
        model.add(Input((5,)))
        for u in units:
            model.add(Dense(u))
            model.add(Activation('relu'))
        model.add(Dense(n))
        model.add(Activation('softmax'))
        return model
    net = get_model()
    net.compile('adam', 'categorical_crossentropy', metrics=['accuracy'])
"""


@pytest.mark.parametrize("code", [ADD, LIST, FUNCTIONAL, SUBCLASS, HELPER])
def test_all_forms_give_the_same_head_and_settings(code: str) -> None:
    net = network(code)
    assert (net.output_units, net.output_activation) == (3, "softmax")
    assert (net.loss, net.from_logits) == ("categorical_crossentropy", False)
    assert (net.optimizer, net.learning_rate) == ("Adam", 0.001)
    assert net.metrics == ("accuracy",)
    dense = [layer for layer in net.layers if layer.kind == "Dense"]
    assert [layer.units for layer in dense] == [8, 3]


@pytest.mark.parametrize("code", [ADD, LIST, FUNCTIONAL, HELPER])
def test_input_shape(code: str) -> None:
    assert network(code).input_shape == (5,)


def test_keras_1_names() -> None:
    net = network("""
        from keras.models import Sequential
        from keras.layers.core import Dense, Dropout
        from keras.layers.convolutional import Convolution2D
        m = Sequential()
        m.add(Convolution2D(nb_filter=12, nb_row=3, nb_col=3, border_mode='same', init='uniform'))
        m.add(Dropout(p=0.25))
        m.add(Dense(output_dim=4, activation='sigmoid'))
        m.compile(loss='mse', optimizer='sgd')
    """)
    first, second, third = net.layers
    assert (first.units, first.config["kernel_initializer"]) == (12, "uniform")
    assert first.config["padding"] == "same"
    assert second.rate == 0.25
    assert third.units == 4


def test_constants_are_followed() -> None:
    net = network("""
        import keras
        LR = 1e-3 / 2
        classes = ['a', 'b', 'c', 'd']
        config = {'loss': 'mse', 'units': 16 * 2}
        m = keras.Sequential([keras.layers.Dense(config['units'], activation='tanh'),
                              keras.layers.Dense(len(classes))])
        loss = config['loss']
        m.compile(keras.optimizers.RMSprop(LR), loss)
    """)
    assert [layer.units for layer in net.layers] == [32, 4]
    assert (net.loss, net.learning_rate) == ("mean_squared_error", 5e-4)


def test_loss_objects_with_logits() -> None:
    net = network("""
        import tensorflow as tf
        loss_fn = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        m = tf.keras.Sequential([tf.keras.layers.Dense(4)])
        m.compile(tf.optimizers.SGD(learning_rate=.2, momentum=.9), loss=loss_fn)
    """)
    assert (net.loss, net.from_logits) == ("sparse_categorical_crossentropy", True)
    assert (net.optimizer, net.learning_rate) == ("SGD", 0.2)


def test_unknown_from_logits_stays_unknown() -> None:
    net = network("""
        import keras
        m = keras.Sequential([keras.layers.Dense(4)])
        m.compile('sgd', loss=keras.losses.CategoricalCrossentropy(from_logits=flag))
    """)
    assert net.from_logits is None


def test_unknown_units_stay_unknown() -> None:
    net = network("""
        m = Sequential([Dense(int(sys.argv[1]))])
        m.compile('sgd', loss='mse')
    """)
    assert net.output_units is None


def test_condition_at_the_head_abstains() -> None:
    net = network("""
        from keras import Sequential, layers
        m = Sequential()
        m.add(layers.Dense(8, activation='relu'))
        if number_of_classes == 2:
            m.add(layers.Dense(1, activation='sigmoid'))
        else:
            m.add(layers.Dense(number_of_classes, activation='softmax'))
        m.compile(loss=loss, optimizer='adam')
    """)
    assert (net.output_units, net.output_activation) == (None, None)


def test_several_models() -> None:
    reading = read("""
        from keras import Sequential, layers
        encoder = Sequential([layers.Dense(4, activation='relu')])
        judge = Sequential([layers.Dense(1, activation='sigmoid')])
        judge.compile('adam', 'binary_crossentropy')
        judge.fit(a, b)
        other = Sequential([layers.Dense(2)])
        other.compile('sgd', 'mse')
    """)
    assert len(reading.models) == 3
    assert reading.network is not None and reading.network.loss == "binary_crossentropy"


def test_fragment_uses_the_nearest_model_above() -> None:
    reading = read("""
        def get_model():
            model = Sequential()
            model.add(Dense(1, activation='sigmoid'))
            return model

        model.compile(optimizer='sgd', loss='binary_crossentropy')
        model.fit(x, y, epochs=3)

        def get_model():
            model = Sequential()
            model.add(Dense(7, activation='softmax'))
            return model
    """)
    net = reading.network
    assert net is not None
    assert (net.output_units, net.loss) == (1, "binary_crossentropy")


def test_layers_added_after_compile_do_not_count() -> None:
    net = network("""
        m = Sequential()
        m.add(Dense(2))
        m.compile(loss='categorical_crossentropy', optimizer='sgd')
        m.add(Dense(1))
    """)
    assert net.output_units == 2


def test_methods_of_a_class() -> None:
    reading = read("""
        import keras
        class Experiment:
            def build(self):
                self.model = keras.Sequential([keras.layers.Dense(6, activation='softmax')])
                self.model.compile('adam', 'sparse_categorical_crossentropy')
            def run(self, x, y):
                self.build()
                self.model.fit(x, y, epochs=4)
    """)
    assert reading.network is not None and reading.network.output_units == 6
    epochs = reading.finding("epochs-run")
    assert epochs is not None and epochs.value == 4


def test_pretrained_base_in_each_form() -> None:
    head = "from tensorflow.keras.applications import ResNet50\nfrom tensorflow.keras import *\n"
    sequential = head + (
        "b = ResNet50(include_top=False, pooling='avg')\nb.trainable = False\n"
        "m = Sequential([b, layers.Dense(3, activation='softmax')])\n"
        "m.compile('adam', 'categorical_crossentropy')\n"
    )
    functional = head + (
        "b = ResNet50(include_top=False)\nfor l in b.layers: l.trainable = False\n"
        "x = layers.GlobalAveragePooling2D()(b.output)\n"
        "m = Model(b.input, layers.Dense(3, activation='softmax')(x))\n"
        "m.compile('adam', 'categorical_crossentropy')\n"
    )
    for code in (sequential, functional):
        net = network(code)
        assert (net.pretrained_base, net.base_trainable) == ("ResNet50", False)
        assert net.output_units == 3


def test_base_without_weights_is_not_pretrained() -> None:
    net = network("""
        from keras.applications import MobileNetV2
        m = MobileNetV2(weights=None, classes=5)
        m.compile('adam', 'categorical_crossentropy')
    """)
    assert net.pretrained_base is None
    assert (net.output_units, net.output_activation) == (5, "softmax")


def test_own_training_loop() -> None:
    net = network("""
        import tensorflow as tf
        model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
        bce = tf.keras.losses.BinaryCrossentropy()
        opt = tf.keras.optimizers.SGD(0.01)
        for x, y in data:
            with tf.GradientTape() as tape:
                loss = bce(y, model(x))
            g = tape.gradient(loss, model.trainable_variables)
            opt.apply_gradients(zip(g, model.trainable_variables))
    """)
    assert (net.loss, net.optimizer) == ("binary_crossentropy", "SGD")


def test_torch_is_not_keras() -> None:
    reading = read("""
        import torch.nn as nn
        model = nn.Sequential(nn.Linear(3, 4), nn.ReLU())
    """)
    assert reading.network is None


def test_more_than_the_limit_is_told() -> None:
    reading = read_script("x = 1\n" * 21_000)
    assert [part.kind for part in reading.unread] == ["rest"]


def test_recursion_and_endless_loops_end() -> None:
    reading = read("""
        def f(n): return f(n + 1)
        def g(n): return h(n)
        def h(n): return g(n)
        while True:
            f(0); g(1)
        model = Sequential([Dense(1)])
    """)
    assert reading.network is not None
