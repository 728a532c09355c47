"""The report: characters by venue, and seconds without its script."""

from __future__ import annotations

import time

from assistant.case import Case
from assistant.dialogue import Dialogue, Options
from assistant.report.markdown import MAX_CHARACTERS, VENUES

EPOCHS = 200
SCRIPT = """
from tensorflow import keras
from tensorflow.keras import layers
model = keras.Sequential([layers.Input((32, 32, 3))])
for filters in (16, 32, 64, 128):
    model.add(layers.Conv2D(filters, 3, activation="relu"))
model.add(layers.Flatten())
model.add(layers.Dense(10))
model.compile(loss="categorical_crossentropy", optimizer="sgd", metrics=["accuracy"])
model.fit(x_train, y_train, epochs=200, validation_data=(x_val, y_val))
"""


def main() -> None:
    """Print one line for each form of the report of a case with a long log and a script."""
    log = "\n".join(
        f"Epoch {n}/{EPOCHS}\n99/99 - 1s - loss: 7.{n:03} - accuracy: 0.1{n % 7}"
        f" - val_loss: 7.2{n:03} - val_accuracy: 0.1{n % 5}"
        for n in range(1, EPOCHS + 1)
    )
    dialogue = Dialogue(Case("benchmark"), None, Options())
    for text in (log, SCRIPT, "I have 10 classes and my loss does not fall"):
        list(dialogue.bring(text, ""))
    for venue in (*VENUES, "html", "json"):
        start = time.perf_counter()
        text = dialogue.report(venue)
        seconds = time.perf_counter() - start
        limit = f"of {MAX_CHARACTERS:,}" if venue in VENUES else ""
        print(f"{venue:<10} {len(text):>7,} characters {limit:<10} {seconds:6.3f} s")
