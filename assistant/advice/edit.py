"""What the splice engine hands back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from assistant.advice.text import Splice, unified_diff
from probes.change import Change
from probes.finding import Scalar

Grade = Literal["safe", "answer", "sketch"]


@dataclass(frozen=True)
class Edit:
    """One change of a script, ready to be shown and written.

    Args:
        changes: the operations it carries out.
        filename: name in the diff.
        before: the text as given.
        after: the text after the change; equal to `before` when nothing could be spliced.
        grade: safe, answer (``question`` is part of the offer), sketch (never written to disk).
        applied: whether `after` holds the change.
        question: id of the context that is asked for.
        reason: key of the sentence that says why it could not be spliced.
        lines: for a sketch, the lines to write, with placeholders.
        diff: the change as shown: for a notebook one diff for each cell.
        splices: positions in the Python read.
        context: what was known when the change was carried out.
    """

    changes: tuple[Change, ...]
    filename: str
    before: str
    after: str
    grade: Grade = "safe"
    applied: bool = True
    question: str | None = None
    reason: str | None = None
    lines: tuple[str, ...] = ()
    diff: str = ""
    splices: tuple[Splice, ...] = field(default=(), repr=False)
    context: Mapping[str, Scalar] = field(default_factory=dict, repr=False)

    @property
    def patch(self) -> str:
        """The diff of the file itself, which ``patch -p1`` applies."""
        if not self.filename.endswith(".ipynb"):
            return self.diff
        return unified_diff(self.before, self.after, self.filename)

    @property
    def writable(self) -> bool:
        """Whether it may be written to disk."""
        return self.applied and self.grade != "sketch" and self.after != self.before
