"""What a long paste is called, and what opening it shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.chat.attachments import Attachment, is_long, kind_of

LOG = "Epoch 1/3\n40/40 - 1s - loss: 0.6931 - accuracy: 0.5\nEpoch 2/3\n"
SCRIPT = "from keras import layers\nmodel.compile(loss='mse')\n"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (LOG, "log"),
        ("step 3 loss=nan", "log"),
        (SCRIPT, "script"),
        ('{"cells": [], "nbformat": 4}', "notebook"),
        ("x\nTraceback (most recent call last):\n  File ...", "traceback"),
        ("My network learns nothing at all.", "text"),
        ("", "text"),
    ],
)
def test_kinds(text: str, kind: str) -> None:
    assert kind_of(text) == kind


def test_the_chip_counts_lines_in_both_languages() -> None:
    long = Attachment.pasted(LOG * 602)
    assert long.label("en") == "training log, 1,806 lines"
    assert long.label("zh") == "训练日志，1,806 行"


def test_what_is_long() -> None:
    assert not is_long("loss is nan\n" * 3)
    assert is_long("x" * 2001) and is_long("a\n" * 22)


def test_opening_a_file(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(SCRIPT, encoding="utf-8")
    assert Attachment.file(script).content() == SCRIPT
    model = tmp_path / "model.keras"
    model.write_bytes(b"PK\0\0\1")
    assert "5 bytes" in Attachment.file(model).content()
    assert Attachment.file(tmp_path).kind == "folder"
    assert "gone.py" in Attachment.file(tmp_path / "gone.py").content()
