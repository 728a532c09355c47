"""Known messages of every Keras era are found, taken apart by their numbers, and explained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.reading.tracebacks import (
    TracebackReading,
    describe_traceback,
    looks_like_traceback,
    read_traceback,
)
from assistant.reading.tracebacks.rules import known_rules
from tests.reading.test_real_errors import EXPECTED, real_error

HEAD = (
    'Traceback (most recent call last):\n  File "train.py", line 17, in <module>\n'
    "    model.fit(x, y)\n"
)
KNOWN: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("known_errors.yaml").read_text(encoding="utf-8")
)
LABEL = (
    "Received a label value of {} which is outside the valid range of [0, {}).  Label values: {}"
)


def values(reading: TracebackReading) -> dict[str, Any]:
    return {f.id: f.value for f in reading.findings}


@pytest.mark.parametrize("known", KNOWN, ids=[k["rule"] for k in KNOWN])
def test_known_messages(known: dict[str, Any]) -> None:
    reading = read_traceback(known["text"])
    assert reading.match is not None
    assert (reading.match.rule, reading.match.cause) == (known["rule"], known["cause"])
    got = values(reading)
    assert got.keys() >= known["findings"].keys()
    for id_, value in known["findings"].items():
        assert value is None or got[id_] == value
    assert all(
        f.source == "traceback" and f.quote and f.line and f.present is not None
        for f in reading.findings
    )
    for language in ("en", "zh"):
        chip, notes = describe_traceback(reading, language)
        assert chip
        assert notes
        assert not any(sign in note for note in notes for sign in ("{", "}", " – "))
    assert looks_like_traceback(known["text"]) >= 0.3


def test_every_rule_has_an_example() -> None:
    texts = [*(known["text"] for known in KNOWN), *map(real_error, EXPECTED)]
    met = {match.rule for text in texts for match in read_traceback(text).matches}
    assert met == {rule.id for rule in known_rules()}


def test_look_alikes_prove_nothing_beyond_their_numbers() -> None:
    same = "logits and labels must have the same first dimension, got logits shape [32,10] and"
    assert "onehot-labels-with-sparse-loss" in values(read_traceback(same + " labels shape [320]"))
    per_step = values(read_traceback(same + " labels shape [800]"))
    assert "onehot-labels-with-sparse-loss" not in per_step
    assert "sequences-returned-or-missing" in per_step
    odd = values(read_traceback(same + " labels shape [33]"))
    assert odd.keys() == {"shape-error"}
    off_by_one = read_traceback("label value of 6 which is outside the valid range of [0, 6).")
    assert "labels-not-from-zero" not in values(off_by_one)
    assert "classes-exceed-output-units" not in values(off_by_one)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "W tensorflow/core/framework/local_rendezvous.cc:404] Local rendezvous is aborting with "
        "status: OUT_OF_RANGE: End of sequence",
        "W tensorflow/core/framework/cpu_allocator_impl.cc:80] Allocation of 154140672 exceeds 10% "
        "of free system memory.",
        "I tensorflow/core/platform/cpu_feature_guard.cc:142] This TensorFlow binary is optimized",
        "The shapes are fine, I think; loss and labels must fit, but how?",
        "model.add(Dense(10))  # Shapes are (None, 10)",
        "Epoch 1/2\n36s - loss: 5.0 - acc: 0.3",
    ],
)
def test_harmless_text_proves_nothing(text: str) -> None:
    reading = read_traceback(text)
    assert reading.findings == ()
    assert reading.matches == ()
    assert reading.match is None
    assert looks_like_traceback(text) < 0.5
    if not reading.errors:
        assert describe_traceback(reading, "en") == ("", ())


def test_an_unknown_error_is_named_with_its_place() -> None:
    reading = read_traceback(HEAD + "RuntimeError: the cat sat on the keyboard")
    assert reading.message == "RuntimeError: the cat sat on the keyboard"
    assert reading.match is None
    assert reading.last is not None
    assert reading.last.line == 4
    frame = reading.last.frame
    assert frame is not None
    assert (frame.file, frame.line, frame.code) == ("train.py", 17, "model.fit(x, y)")
    chip, notes = describe_traceback(reading, "en")
    assert chip == "error: RuntimeError at train.py, line 17"
    assert len(notes) == 1


def test_the_users_frame_is_told_from_those_of_the_libraries() -> None:
    text = (
        'Traceback (most recent call last):\n  File "C:\\work\\my model\\run.py", line 8, in main\n'
        '    history = model.fit(x)\n  File "C:\\py\\lib\\site-packages\\keras\\engine\\base.py", '
        "line 900, in fit\n    raise ValueError\nValueError: nothing fits"
    )
    last = read_traceback(text).last
    assert last is not None
    assert last.frame is not None
    assert (last.frame.file, last.frame.line) == ("run.py", 8)


def test_frames_of_notebooks() -> None:
    for head in ("<ipython-input-5-e1ea98dc8397> in <module>()", "Cell In[5], line 2"):
        text = (
            "---------------------------------------------------------------------------\n"
            "ValueError                                Traceback (most recent call last)\n"
            f"{head}\n      1 model.compile(loss='mse')\n----> 2 model.fit(x, y, epochs=3)\n\n"
            "/usr/lib/python3.7/site-packages/keras/engine/training.py in fit(self, x)\n"
            "    809 \n--> 810         raise ValueError('x')\n"
            "ValueError: Shapes (None, 1) and (None, 10) are incompatible"
        )
        reading = read_traceback(text)
        assert reading.last is not None
        assert reading.last.frame is not None
        assert (reading.last.frame.file, reading.last.frame.line) == ("cell 5", 2)
        assert reading.last.frame.code == "model.fit(x, y, epochs=3)"
        assert looks_like_traceback(text) > 0.5


def test_the_last_error_of_a_chain_counts() -> None:
    text = (
        HEAD
        + "ValueError: Shapes (None, 1) and (None, 10) are incompatible\n\n"
        + "During handling of the above exception, another exception occurred:\n\n"
        + HEAD.replace("17", "21")
        + "ValueError: `logits` and `labels` must have the same shape, received "
        + "((None, 1) vs (None, 2)).\n"
        + "/x/y.py:86: UserWarning: The model does not have any trainable weights.\n"
    )
    reading = read_traceback(text)
    assert reading.match is not None
    assert reading.match.rule == "logits-and-labels-same-shape"
    assert reading.last is not None
    assert reading.last.frame is not None
    assert reading.last.frame.line == 21
    assert reading.causes[0] == "class-mode-mismatch"
    assert set(reading.causes) == {
        "class-mode-mismatch",
        "integer-labels-with-categorical-loss",
        "all-layers-frozen",
    }
    ids = [f.id for f in reading.findings]
    assert len(ids) == len(set(ids))
    assert next(f for f in reading.findings if f.id == "shape-error").line == 11


def test_wrapped_coloured_and_full_width_messages_are_read() -> None:
    text = (
        "\x1b[1mValueError\x1b[0m: Arguments `target` and `output` must have the same\n   shape.\n"
        "Received: target.shape=（None, 1）， output.shape=（None, 10）"
    )
    match = read_traceback(text).match
    assert match is not None
    assert match.rule == "keras3-target-shape"
    assert match.cause == "integer-labels-with-categorical-loss"
    wrapped = "Shapes (None,\n1) and (None, 10) are\nincompatible"
    found = read_traceback(wrapped).match
    assert found is not None
    assert found.cause == "integer-labels-with-categorical-loss"


def test_a_message_may_rule_a_finding_out() -> None:
    oom = "OOM when allocating tensor with shape[{}]"
    shapes = {"64,512,80,80": True, "400000,512": False, "3,3,512,512": False, "32,4096": None}
    for shape, batch_first in shapes.items():
        found = {f.id: f.present for f in read_traceback(oom.format(shape)).findings}
        assert found.get("oom-shape-starts-with-batch") is batch_first


def test_the_explanation_has_the_users_own_numbers() -> None:
    _, notes = describe_traceback(read_traceback(LABEL.format(48, 40, "1 23 48")), "en")
    assert "48" in notes[0]
    assert "40" in notes[0]
    _, notes = describe_traceback(read_traceback(LABEL.format(48, 40, "1 23 48")), "zh")
    assert "48" in notes[0]
    assert "标签" in notes[0]
