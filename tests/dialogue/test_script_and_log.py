"""A script and what it printed: the script stays the script, and the log is read in its light."""

from __future__ import annotations

from pathlib import Path

from assistant.case import Case
from assistant.dialogue import Dialogue
from assistant.events import Heard

SCRIPT = """\
import keras
from keras.layers import Dense

model = keras.Sequential([keras.Input((8,)), Dense(16, activation="relu"), Dense(5)])
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=3)
"""
PRINTED = """\
/opt/env/lib/python3.11/site-packages/keras/src/layers/core/dense.py:106: UserWarning: Do not pass
  super().__init__(activity_regularizer=activity_regularizer, **kwargs)
Epoch 1/3
20/20 - 1s - 20ms/step - accuracy: 0.2000 - loss: 9.1
Epoch 2/3
20/20 - 1s - 20ms/step - accuracy: 0.2031 - loss: 9.2
Traceback (most recent call last):
  File "train.py", line 6, in <module>
    model.fit(x, y, epochs=3)
    ^^^^^^^^^^^^^^^^^^^^^^^^^
KeyboardInterrupt
"""


def with_files(folder: Path) -> Dialogue:
    (folder / "train.py").write_text(SCRIPT)
    (folder / "out.txt").write_text(PRINTED)
    dialogue = Dialogue(Case("memory"))
    list(dialogue.bring(folder / "train.py", "script"))
    list(dialogue.bring(folder / "out.txt", "log"))
    return dialogue


def test_code_quoted_in_the_log_does_not_take_the_scripts_place(tmp_path: Path) -> None:
    situation = with_files(tmp_path).situation
    assert situation.script is not None and situation.script.network is not None
    assert situation.script.network.layers[-1].units == 5
    assert situation.script_path == tmp_path / "train.py"


def test_a_line_of_code_pasted_later_does_not_either(tmp_path: Path) -> None:
    dialogue = with_files(tmp_path)
    list(dialogue.tell("I also tried this:\n\nmodel.fit(x, y, epochs=50, batch_size=8)\n"))
    assert dialogue.situation.script_path == tmp_path / "train.py"


def test_a_whole_script_pasted_later_does(tmp_path: Path) -> None:
    dialogue = with_files(tmp_path)
    list(dialogue.tell(SCRIPT.replace("Dense(5)", "Dense(5, activation='softmax')")))
    assert dialogue.situation.script_path is None
    assert "softmax" in str(dialogue.situation.network)


def test_a_page_given_as_a_log_still_brings_its_script(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text(f"Why?\n\n{SCRIPT}\nIt prints\n\n{PRINTED}")
    dialogue = Dialogue(Case("memory"))
    heard = [e for e in dialogue.bring(tmp_path / "page.txt", "log") if isinstance(e, Heard)]
    assert {"script", "log"} <= {e.kind for e in heard}
    assert dialogue.situation.network is not None
