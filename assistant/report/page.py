"""A report as a page: what it says, before it is written for a forum, a browser or a program."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """A paragraph, after a few words that stand out."""

    text: str
    strong: str = ""


@dataclass(frozen=True)
class Bullets:
    """A list, an item a line."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Code:
    """Figures or code, shown as they stand. ``language`` colours it where the venue can."""

    lines: tuple[str, ...]
    language: str = "text"


@dataclass(frozen=True)
class Plot:
    """Curves of one figure over epochs or steps; values may be nan or inf."""

    title: str
    curves: tuple[tuple[str, tuple[float, ...]], ...]


Block = Line | Bullets | Code | Plot


@dataclass(frozen=True)
class Section:
    """``folded``: only some readers want it, so it folds away where the venue can."""

    title: str
    blocks: tuple[Block, ...]
    folded: bool = False


@dataclass(frozen=True)
class Page:
    """A whole report. ``masked`` lists the words that were left out, for the user's eyes only."""

    title: str
    language: str
    intro: str
    sections: tuple[Section, ...]
    masked: tuple[str, ...] = ()
