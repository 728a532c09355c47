"""Two sets of data set against each other: "val_loss is lower than loss", "验证准确率比训练高"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.reading.words.lexicon import Mark

#: Validation ahead of training, or behind it, in so many words.
AHEAD, BEHIND = "VALAHEAD", "VALBEHIND"
#: The sides and the word of more or less stand at most so many characters from the hinge.
REACH = 48

_ABOVE_EN = r"(?<![a-z])(?:higher|greater|better|larger|bigger|superior|more|above)(?![a-z])"
_BELOW_EN = r"(?<![a-z])(?:lower|less|lesser|smaller|worse|inferior|below)(?![a-z])"
_ABOVE, _BELOW = re.compile(_ABOVE_EN), re.compile(_BELOW_EN)
_MORE_ZH, _LESS_ZH = re.compile("[高大好]"), re.compile("[低小差]")
#: The hinge between the two sides. The first two kinds say which side is more by themselves.
_HINGE = re.compile(
    r"(?P<above>(?<![a-z])(?:exceeds?|outperforms?|above)(?![a-z])|>|高于|大于|超过|好于|优于)"
    r"|(?P<below>(?<![a-z])below(?![a-z])|<|低于|小于|差于|不如)"
    r"|(?P<zh>比)"
    r"|(?P<en>(?<![a-z])(?:than|(?:superior|inferior|compared) (?:to|with))(?![a-z]))"
)


def compare_scopes(text: str, marks: Sequence[Mark]) -> str | None:
    """`AHEAD` or `BEHIND` when the sentence compares validation with training, else None.

    A plain "acc" beside "val_acc" is training, as Keras prints it. Loss counts the other way
    round.
    """
    for hinge in _HINGE.finditer(text):
        sides = _sides(hinge, marks)
        first_is_more = _first_is_more(hinge, text)
        if sides is None or first_is_more is None:
            continue
        first, quantity = sides
        validation_higher = first_is_more == (first == "VAL")
        return AHEAD if validation_higher != (quantity == "LOSS") else BEHIND
    return None


def _sides(hinge: re.Match[str], marks: Sequence[Mark]) -> tuple[str, str] | None:
    """The data set named before the hinge, when the other one stands behind it, and what of."""
    before = [m for m in marks if hinge.start() - REACH <= m.start and m.end <= hinge.start()]
    after = [m for m in marks if hinge.end() <= m.start <= hinge.end() + REACH]
    quantity = _quantity(before[::-1]) or _quantity(after) or "ACC"
    first, second = _scope(before[::-1]), _scope(after)
    if first is None and second == "VAL" and _quantity(before):
        first = "TRAIN"
    if second is None and first == "VAL" and _quantity(after) == quantity:
        second = "TRAIN"
    return (first, quantity) if first and second and first != second else None


def _scope(marks: Sequence[Mark]) -> str | None:
    return next((m.concept for m in marks if m.role == "scope"), None)


def _quantity(marks: Sequence[Mark]) -> str | None:
    """LOSS, or ACC for anything else that is better when it is higher."""
    named = (m.concept for m in marks if m.role == "subject" and m.concept != "MODEL")
    nearest = next(named, None)
    return nearest if nearest in (None, "LOSS") else "ACC"


def _first_is_more(hinge: re.Match[str], text: str) -> bool | None:
    """Whether the side before the hinge is the higher one; None when the words do not tell."""
    if hinge["above"] or hinge["below"]:
        return hinge["above"] is not None
    if hinge["zh"]:
        window = text[hinge.end() : hinge.end() + REACH // 2]
        more, less = _MORE_ZH.search(window), _LESS_ZH.search(window)
    else:
        window = text[max(0, hinge.start() - REACH) : hinge.end()]
        more, less = _last(_ABOVE, window), _last(_BELOW, window)
        if more and less:
            return more.start() > less.start()
    return None if bool(more) == bool(less) else more is not None


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = list(pattern.finditer(text))
    return found[-1] if found else None
