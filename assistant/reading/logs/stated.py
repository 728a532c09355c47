"""What the text around the figures states: how many samples and how many classes there are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from assistant.reading.logs.cleaning import Line

#: a sample count below this fits nearly any accuracy, so it proves nothing
FEWEST_SAMPLES = 10


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], ...]:
    return (
        re.compile(
            r"(\d{1,9}) (?:\w{1,12} )?(?:images?|files?|filenames?) belonging to (\d{1,6}) class"
        ),
        re.compile(r"Train on (\d{1,9}) samples"),
        re.compile(r"Using (\d{1,9}) files for (?:training|validation)"),
        re.compile(
            r"(?<![A-Za-z0-9_,])\((\d{2,8})(?:, ?\d{1,6}){1,4},?\)|(?<![A-Za-z0-9_,])\((\d{2,8}),\)"
        ),
    )


def stated_classes(lines: Sequence[Line]) -> tuple[int, Line] | None:
    """The class count of "Found 3670 images belonging to 5 classes", if all such lines agree."""
    belonging = _patterns()[0]
    found = [
        (int(m[2]), line)
        for line in lines
        if "belonging" in line.text
        for m in belonging.finditer(line.text)
    ]
    counts = {count for count, _ in found if count >= 2}
    return next(item for item in found if item[0] in counts) if len(counts) == 1 else None


def stated_samples(lines: Sequence[Line]) -> tuple[int, ...]:
    """Numbers that may be the number of training samples, in the order met, each once.

    They are "Train on N samples", "N images belonging to", and the first length of a printed
    array shape such as ``(287, 256, 256, 3)``. Candidates only: they are used where an accuracy
    turns out to be a whole number of them (`shares.whole_numbers`).
    """
    belonging, train_on, using, shape = _patterns()
    found: dict[int, None] = {}
    for line in lines:
        text = line.text
        if "(" not in text and "samples" not in text and "belonging" not in text:
            continue
        for pattern in (train_on, belonging, using, shape):
            for m in pattern.finditer(text[:2000]):
                count = int(next(g for g in m.groups() if g))
                if count >= FEWEST_SAMPLES:
                    found.setdefault(count)
        if len(found) > 50:
            break
    return tuple(found)


def training_samples(lines: Sequence[Line]) -> tuple[int, Line] | None:
    """The N of "Train on N samples", if all such lines agree."""
    train_on = _patterns()[1]
    found = [
        (int(m[1]), line)
        for line in lines
        if "Train on" in line.text
        for m in train_on.finditer(line.text)
    ]
    return found[0] if len({count for count, _ in found}) == 1 else None
