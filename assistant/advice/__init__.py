"""Turns changes into exact edits of a script, or into the lines to write where there is none."""

from __future__ import annotations

from assistant.advice.edit import Edit
from assistant.advice.engine import combine, splice
from assistant.advice.files import Backup, CannotWrite, apply_edit, read_text, undo
from assistant.advice.lines import lines_for
from assistant.advice.verify import Verification, verify_splice
from assistant.reading.script.notebook import write_cells as write_notebook

__all__ = [
    "Backup",
    "CannotWrite",
    "Edit",
    "Verification",
    "apply_edit",
    "combine",
    "lines_for",
    "read_text",
    "splice",
    "undo",
    "verify_splice",
    "write_notebook",
]
