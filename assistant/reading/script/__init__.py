"""Reads Keras scripts, notebooks and pasted fragments without running them."""

from __future__ import annotations

from assistant.reading.script.reading import CellRange, ScriptReading, Unread, read_script
from assistant.reading.script.tidy import Repair

__all__ = ["CellRange", "Repair", "ScriptReading", "Unread", "read_script"]
