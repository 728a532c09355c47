"""Makes any text fit to be shown: nothing in it can command the terminal or stall the screen."""

from __future__ import annotations

import re
from dataclasses import dataclass

from textual._cells import cell_len
from textual.content import Content, Span

#: What a block shows before "open to see the rest".
MAX_LINES = 24
MAX_CHARACTERS = 4_000

_CONTROLS = {code: chr(0x2400 + code) for code in range(32) if chr(code) not in "\n\t"}
_CONTROLS[0x7F] = "\u2421"
_CONTROLS.update(dict.fromkeys(range(0x80, 0xA0), "\ufffd"))
# Surrogates cannot be written out; the embedding and override marks reorder a whole line, so that
# what is read is not what is there.
_CONTROLS.update(dict.fromkeys(range(0xD800, 0xE000), "\ufffd"))
_CONTROLS.update(
    {code: f"\\u{code:04x}" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}
)
_CONTROLS.update({0x2028: "\n", 0x2029: "\n"})
_BACKSPACES = re.compile("\x08+")


@dataclass(frozen=True)
class Shown:
    """The part of a text that is shown, and what was held back."""

    text: str
    lines_left: int = 0
    characters_left: int = 0

    @property
    def whole(self) -> bool:
        return not (self.lines_left or self.characters_left)


def clean(text: str) -> str:
    """The same text with control characters made visible; line ends become plain newlines.

    Backspaces go: old progress bars leave hundreds of them in a log and they say nothing.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _BACKSPACES.sub("", text).translate(_CONTROLS)


def shorten(text: str, lines: int = MAX_LINES, characters: int = MAX_CHARACTERS) -> Shown:
    """The first lines and characters of a text, cleaned."""
    head = text[:characters]
    kept = clean(head)
    parts = kept.split("\n")
    cut = "\n".join(parts[:lines])
    hidden_lines = max(0, len(parts) + text.count("\n", characters) - lines)
    if len(parts) > lines:
        return Shown(cut, hidden_lines)
    return Shown(cut, hidden_lines, max(0, len(text) - characters))


def plain(text: str, style: str = "") -> Content:
    """Text as content, never read as markup; `style` is a Textual style such as ``$u-quiet``."""
    safe = clean(text)
    return Content.styled(safe, style) if style else Content(safe)


def join(*parts: tuple[str, str] | str | Content) -> Content:
    """Pieces put together: strings, (string, style) pairs, contents. Strings are cleaned."""
    text: list[str] = []
    spans: list[Span] = []
    position = 0
    for part in parts:
        if isinstance(part, Content):
            piece, style = part.plain, ""
            spans += [Span(s.start + position, s.end + position, s.style) for s in part.spans]
        else:
            piece, style = (part, "") if isinstance(part, str) else part
            piece = clean(piece)
        if style and piece:
            spans.append(Span(position, position + len(piece), style))
        text.append(piece)
        position += len(piece)
    return Content("".join(text), spans)


def pad(text: str, width: int) -> str:
    """`text` filled with spaces up to `width` cells; wide characters count two."""
    return text + " " * max(0, width - cell_len(text))


def figure(value: float) -> str:
    """A measured value in at most 8 cells, as a person would write it; nan and inf by name."""
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "inf" if value > 0 else "-inf"
    if value == 0:
        return "0"
    size = abs(value)
    if 0.001 <= size < 100_000:
        digits = max(0, 3 - len(str(int(size)))) + (1 if size < 10 else 0)
        return f"{value:.{digits if size >= 0.01 else 4}f}"
    for digits in (1, 0):
        mantissa, exponent = f"{value:.{digits}e}".split("e")
        shown = f"{mantissa}e{int(exponent)}"
        if len(shown) <= 8:
            break
    return shown


def seconds(value: float) -> str:
    """A duration in seconds: ``0.4 s``, ``12 s``."""
    return f"{value:.1f} s" if value < 10 else f"{value:.0f} s"
