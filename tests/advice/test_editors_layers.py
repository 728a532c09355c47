"""Editors of hidden layers and of training."""

from __future__ import annotations

import pytest

from assistant.reading.script import read_script
from tests.advice.carrying import NET, added, carry_out, removed


def test_hidden_activations() -> None:
    code = """
    x = i = Input((4,))
    x = Dense(8)(x)
    x = Dense(8, activation='tanh')(x)
    x = Dense(8)(x)
    m = Model(i, Dense(1)(x))
    m.compile('sgd', 'mse')
    """
    linear = carry_out(code, "set-hidden-activation", activation="relu", which="linear")
    assert added(linear) == ["x = Dense(8, activation='relu')(x)"] * 2
    saturating = carry_out(code, "set-hidden-activation", activation="relu", which="saturating")
    assert added(saturating) == ["x = Dense(8, activation='relu')(x)"]
    every = carry_out(code, "set-hidden-activation", activation="elu", which="all")
    assert len(added(every)) == 3


def test_recurrent_activation() -> None:
    code = "m = Sequential([LSTM(8, activation='relu'), Dense(1)])\nm.compile('sgd', 'mse')"
    edit = carry_out(code, "set-hidden-activation", activation="tanh", which="recurrent")
    assert added(edit) == ["m = Sequential([LSTM(8, activation='tanh'), Dense(1)])"]


def test_initialisers() -> None:
    code = (
        "m = Sequential([Dense(8, kernel_initializer='zeros'), Dense(1)])\nm.compile('sgd', 'mse')"
    )
    edit = carry_out(code, "set-initializer", kernel="he_normal", bias="zeros")
    assert added(edit) == ["m = Sequential([Dense(8, kernel_initializer='he_normal'), Dense(1)])"]


def test_dropout() -> None:
    assert added(carry_out(NET, "set-dropout", rate=0.3)) == ["layers.Dropout(0.3),"]
    assert removed(carry_out(NET, "set-dropout", rate=0)) == ["layers.Dropout(0.95),"]
    old = "m = Sequential()\nm.add(Dropout(p=.95))\nm.add(Dense(1))\nm.compile('sgd', 'mse')"
    assert added(carry_out(old, "set-dropout", rate=0.5)) == ["m.add(Dropout(p=0.5))"]
    graph = (
        "i = Input((3,))\nx = Dropout(.95)(i)\nm = Model(i, Dense(1)(x))\nm.compile('sgd', 'mse')"
    )
    assert added(carry_out(graph, "set-dropout", rate=0)) == ["x = i"]


def test_regularisation() -> None:
    code = """
    from keras.regularizers import l2
    m = Sequential([Dense(8, kernel_regularizer=l2(1.0)), Dense(1)])
    m.compile('sgd', 'mse')
    """
    lower = carry_out(code, "set-regularization", l2=0.0001)
    assert added(lower) == ["m = Sequential([Dense(8, kernel_regularizer=l2(0.0001)), Dense(1)])"]
    none = carry_out(code, "set-regularization", l2=0)
    assert added(none) == ["m = Sequential([Dense(8), Dense(1)])"]


@pytest.mark.parametrize(
    "code",
    [
        "m = Sequential()\nm.add(Dense(8))\nm.add(Activation('relu'))\nm.add(Dense(1))",
        "m = Sequential([\n    Dense(8, activation='relu'),\n    Dense(1),\n])",
        "i = Input((3,))\nx = Dense(8, activation='relu')(i)\nm = Model(i, Dense(1)(x))",
        "i = Input((3,))\nm = Model(i, Dense(1)(Dense(8, activation='relu')(i)))",
    ],
)
def test_batch_normalisation_behind_hidden_layers(code: str) -> None:
    edit = carry_out(code + "\nm.compile('sgd', 'mse')", "add-batch-normalization")
    net = read_script(edit.after).network
    assert net is not None
    kinds = [layer.kind for layer in net.layers if layer.kind != "InputLayer"]
    assert kinds[-2:] == ["BatchNormalization", "Dense"]


def test_batch_normalisation_settings() -> None:
    code = """
    i = Input((3,))
    x = BatchNormalization(momentum=0.9999)(Dense(4)(i), training=True)
    m = Model(i, Dense(1)(x))
    m.compile('sgd', 'mse')
    """
    slow = carry_out(code, "set-batch-normalization", momentum=0.9)
    assert added(slow) == ["x = BatchNormalization(momentum=0.9)(Dense(4)(i), training=True)"]
    free = carry_out(code, "set-batch-normalization", training="auto")
    assert added(free) == ["x = BatchNormalization(momentum=0.9999)(Dense(4)(i))"]


def test_layers_behind_the_output_are_removed() -> None:
    code = """
    m = Sequential([Dropout(0.1), Dense(8, activation='relu'), Dense(1), Dropout(0.2)])
    m.compile('sgd', 'mse')
    """
    edit = carry_out(code, "remove-layers", kind="Dropout", where="after-output")
    assert added(edit) == ["m = Sequential([Dropout(0.1), Dense(8, activation='relu'), Dense(1)])"]


def test_wider() -> None:
    code = "m = Sequential([Dense(32), Dense(1), Dense(9)])\nm.compile('sgd', 'mse')"
    edit = carry_out(code, "widen-layer", units=64, layer="narrowest")
    assert added(edit) == ["m = Sequential([Dense(32), Dense(64), Dense(9)])"]


def test_sequences() -> None:
    code = "m = Sequential([LSTM(8), LSTM(8), Dense(1)])\nm.compile('sgd', 'mse')"
    edit = carry_out(code, "return-sequences", value=True)
    assert added(edit) == ["m = Sequential([LSTM(8, return_sequences=True), LSTM(8), Dense(1)])"]


def test_embedding() -> None:
    code = """
    t = Tokenizer()
    t.fit_on_texts(words)
    m = Sequential([Embedding(100, 8), Flatten(), Dense(1)])
    m.compile('sgd', 'mse')
    m.fit(ids, y)
    """
    edit = carry_out(code, "set-embedding", input_dim="max-id-plus-one", mask_zero=True)
    assert added(edit)[0].startswith(
        "m = Sequential([Embedding(len(t.word_index) + 1, 8, mask_zero=True)"
    )


def test_trainable() -> None:
    code = """
    base = VGG16(include_top=False, pooling='avg')
    m = Sequential([base, Dense(1)])
    m.compile('sgd', 'mse')
    """
    edit = carry_out(code, "set-trainable", value=False, which="base")
    assert added(edit) == ["base.trainable = False"]
    assert edit.after.index("trainable") < edit.after.index("compile")
    turned = carry_out(edit.after, "set-trainable", value=True, which="base")
    assert added(turned) == ["base.trainable = True"]


def test_fit_arguments() -> None:
    assert "shuffle=True" in added(carry_out(NET, "set-fit", argument="shuffle", value=True))[0]
    assert "epochs=40" in added(carry_out(NET, "set-fit", argument="epochs", value=40))[0]
    gone = carry_out(NET, "set-fit", argument="epochs", value=None)
    assert "epochs" not in added(gone)[0]
    assert "batch_size=8" in added(carry_out(NET, "set-batch-size", batch_size=8))[0]


def test_base_in_inference_mode() -> None:
    code = """
    base = VGG16(include_top=False, pooling='avg')
    i = Input((64, 64, 3))
    m = Model(i, Dense(2)(base(i)))
    m.compile('sgd', 'mse')
    """
    edit = carry_out(code, "call-base-in-inference")
    assert added(edit) == ["m = Model(i, Dense(2)(base(i, training=False)))"]
    listed = "b = VGG16(include_top=False)\nm = Sequential([b, Dense(1)])\nm.compile('sgd', 'mse')"
    refused = carry_out(listed, "call-base-in-inference")
    assert (refused.grade, refused.reason) == ("sketch", "advice-base-in-sequential")


def test_compile_moves_behind_freezing() -> None:
    code = """
    def build():
        body = Sequential([Dense(4)])
        m = Sequential([body, Dense(1)])
        m.compile(optimizer='sgd',
                  loss='mse')
        body.trainable = False
        return m
    m = build()
    m.fit(x, y)
    """
    edit = carry_out(code, "recompile-after-trainable")
    assert edit.after.count("m.compile") == 1
    assert edit.after.index("trainable") < edit.after.index("m.compile")
    assert "    m.compile(optimizer='sgd',\n              loss='mse')\n" in edit.after


def test_weights_are_loaded_into_a_built_model() -> None:
    code = """
    m = Sequential([Dense(3)])
    m.compile('sgd', 'mse')
    m.load_weights('w.h5')
    m.fit(x, y)
    """
    edit = carry_out(code, "build-before-load")
    assert added(edit) == ["m.build((None, *x.shape[1:]))"]


def test_a_sketch_is_never_applied() -> None:
    edit = carry_out(NET, "show-lines", lines="model = YOUR_MODEL")
    assert (edit.applied, edit.grade, edit.writable) == (False, "sketch", False)
    assert edit.lines == ("model = YOUR_MODEL",)


def test_nothing_of_the_kind() -> None:
    edit = carry_out(NET, "set-embedding", input_dim=50)
    assert (edit.applied, edit.reason) == (False, "advice-nothing-to-change")


def test_modernised() -> None:
    code = """
    from keras.layers.core import Dense
    from keras.utils import np_utils
    m = Sequential([Dense(output_dim=2, init='uniform')])
    m.compile(SGD(lr=.1, decay=1e-6), 'mse')
    m.fit_generator(generator=g, nb_epoch=3)
    m.predict_classes(x)
    """
    assert added(carry_out(code, "modernise-api")) == [
        "from keras.layers import Dense",
        "from keras import utils as np_utils",
        "m = Sequential([Dense(units=2, kernel_initializer='uniform')])",
        "m.compile(SGD(learning_rate=.1), 'mse')",
        "m.fit(x=g, epochs=3)",
        "m.predict(x).argmax(axis=-1)",
    ]
