"""Turns changes into exact edits of a script, or into the lines to write where there is none."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.advice.edit import Edit
    from assistant.advice.engine import combine, splice
    from assistant.advice.files import Backup, CannotWrite, apply_edit, read_text, undo
    from assistant.advice.lines import lines_for
    from assistant.advice.verify import Verification, verify_splice
    from assistant.reading.script.notebook import write_cells as write_notebook

#: name -> module and name there. Reading scripts and editing them costs import time that a verdict
#: on words or a log alone should not pay.
_WHERE = {
    "Backup": ("assistant.advice.files", "Backup"),
    "CannotWrite": ("assistant.advice.files", "CannotWrite"),
    "Edit": ("assistant.advice.edit", "Edit"),
    "Verification": ("assistant.advice.verify", "Verification"),
    "apply_edit": ("assistant.advice.files", "apply_edit"),
    "combine": ("assistant.advice.engine", "combine"),
    "lines_for": ("assistant.advice.lines", "lines_for"),
    "read_text": ("assistant.advice.files", "read_text"),
    "splice": ("assistant.advice.engine", "splice"),
    "undo": ("assistant.advice.files", "undo"),
    "verify_splice": ("assistant.advice.verify", "verify_splice"),
    "write_notebook": ("assistant.reading.script.notebook", "write_cells"),
}

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


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(name)
    module, inside = _WHERE[name]
    return getattr(import_module(module), inside)
