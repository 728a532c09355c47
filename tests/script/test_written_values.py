"""What a script writes into arrays, cuts from datasets and allows its vocabulary."""

from __future__ import annotations

from assistant.reading.script import read_script

MASKS = """
import numpy as np
from tensorflow.keras import layers, models
masks = np.zeros((50, 32, 32, 1), np.uint8)
for i in range(50):
    masks[i][4:9] = {white}
x = np.random.rand(50, 32, 32, 3)
model = models.Sequential([
    layers.Conv2D(8, 3, padding='same', activation='relu', input_shape=(32, 32, 3)),
    layers.Conv2D(1, 1, activation='sigmoid'),
])
model.compile('adam', 'binary_crossentropy')
model.fit(x, masks.astype('float32'), epochs=3)
"""
CUT = """
import numpy as np
import tensorflow as tf
y = np.repeat(np.arange(4), 100)
x = np.random.rand(400, 7) + y[:, None]
ds = tf.data.Dataset.from_tensor_slices((x, y)){first}
train, held = ds.take(300).batch(16), ds.skip(300).batch(16)
model = tf.keras.Sequential([tf.keras.layers.Dense(4, activation='softmax')])
model.compile('adam', 'sparse_categorical_crossentropy', metrics=['accuracy'])
model.fit(train, validation_data=held, epochs=5)
"""
WORDS = """
from tensorflow.keras import layers, models, datasets
(x, y), _ = datasets.imdb.load_data(num_words={words})
model = models.Sequential(
    [layers.Embedding({rows}, 16), layers.LSTM(8), layers.Dense(1, activation='sigmoid')]
)
model.compile('adam', 'binary_crossentropy')
model.fit(x, y, epochs=2)
"""


def _present(text: str) -> dict[str, bool | None]:
    return {f.id: f.present for f in read_script(text).findings}


def test_masks_painted_with_255() -> None:
    found = _present(MASKS.format(white=255))
    assert found["mask-values-0-255"] and found["labels-outside-0-1-with-bce"]
    found = _present(MASKS.format(white=1))
    assert found["mask-values-0-255"] is False
    assert not found["labels-outside-0-1-with-bce"]


def test_a_dataset_cut_by_take_and_skip() -> None:
    assert _present(CUT.format(first=""))["manual-tail-split-without-shuffle"]
    found = _present(CUT.format(first=".shuffle(400, reshuffle_each_iteration=False)"))
    assert found["manual-tail-split-without-shuffle"] is False


def test_more_words_than_rows() -> None:
    assert _present(WORDS.format(words=9000, rows=700))["vocabulary-larger-than-embedding"]
    found = _present(WORDS.format(words=9000, rows=9000))
    assert found["vocabulary-larger-than-embedding"] is False
