"""How much a piece of text looks like training output; for cutting a page into its parts."""

from __future__ import annotations

from assistant.reading.logs import marks
from assistant.reading.logs.cleaning import clean
from assistant.reading.logs.lines import read_lines
from assistant.reading.logs.tables import read_tables

#: characters looked at; enough for a hundred epochs
_ENOUGH = 40_000


def looks_like_log(text: str) -> float:
    """The share of lines, from 0 to 1, that belong to a training log.

    0 without a single line of figures; blank lines do not count, and lines that frameworks print
    between epochs count half.
    """
    lines, _ = clean(text[:_ENOUGH])
    tables, used = read_tables(lines, first_block=1)
    rest = [line for line in lines if line.number not in used]
    records = read_lines(rest)
    if not records and not tables:
        return 0.0
    figures = {record.line for record in records} | used
    score, counted = 0.0, 0
    for line in lines:
        if not line.text.strip():
            continue
        counted += 1
        if line.number in figures or marks.heading_alone(line.text):
            score += 1
        elif not marks.prose(line.text):
            score += 0.5
    return min(1.0, score / max(1, counted))
