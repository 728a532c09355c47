"""What a probe says when it cannot go on: a key of the message catalogue, never a bare sentence."""

from __future__ import annotations

from typing import Any


class ProbeError(Exception):
    """The probe cannot be run on this model or data, for a reason the user can act on.

    Args:
        key: key of the sentence in ``knowledge/messages/probes.yaml``, such as
            ``model-not-a-model``; it becomes ``reason`` of the ``failed`` event.
        error: what the library that refused said, where it did; kept as one line.
        fields: values for the placeholders of the sentence.
    """

    def __init__(self, key: str, error: BaseException | str = "", **fields: Any) -> None:
        super().__init__(key, error)
        self.key = key
        self.error = one_line(error)
        self.fields = fields

    def __str__(self) -> str:
        return f"{self.key}: {self.error}" if self.error else self.key


class Cancelled(BaseException):
    """The user cancelled. No `Exception`, so that ``except Exception`` in a probe lets it pass."""


def one_line(error: BaseException | str, limit: int = 300) -> str:
    """The error as one line of at most `limit` characters, with its class name in front."""
    text = error if isinstance(error, str) else f"{type(error).__name__}: {error}"
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
