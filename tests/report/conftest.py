"""A case full of words that are nobody's but its owner's."""

from __future__ import annotations

import pytest

from assistant.case import Case
from assistant.dialogue import Dialogue, Options

SECRETS = ("patient_anna", "salary_2019", "MercuryNet", "secret_score", "clinic_head", "anna.csv")
SCRIPT = """
import keras
from keras import layers
from tensorflow.keras.preprocessing.image import ImageDataGenerator
import pandas as pd

frame = pd.read_csv("/home/anna/anna.csv")
y = frame["salary_2019"]
model = keras.Sequential(name="MercuryNet")
model.add(layers.Dense(64, activation="relu", name="patient_anna", input_shape=(12,)))
model.add(layers.Dense(4, name="clinic_head"))
model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
model.fit(x, y, epochs=9, validation_split=0.2)
"""
LOG = "\n".join(
    f"Epoch {n}/9\n8/8 - 1s - loss: {2.9 - n / 90:.4f} - accuracy: 0.2511 - secret_score: 0.{n}1"
    f" - val_loss: {2.95:.4f} - val_accuracy: 0.2488"
    for n in range(1, 10)
)


@pytest.fixture
def dialogue() -> Dialogue:
    dialogue = Dialogue(Case("memory"), None, Options())
    for text in (LOG, SCRIPT, "I have 4 classes and tried another optimizer for MercuryNet"):
        list(dialogue.bring(text, ""))
    return dialogue
