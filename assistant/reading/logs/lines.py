"""Lines of console output -> raw records: the figures of one line with the marks around them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from assistant.reading.logs import marks
from assistant.reading.logs.cleaning import Line
from assistant.reading.logs.figures import NUMBER, figure
from assistant.reading.logs.names import canonical, is_accuracy, is_loss, is_share

#: unit of a share that was printed as k/n and is therefore exact
EXACT_SHARE = 1e-9


@dataclass
class Record:
    """The figures of one line, before lines are joined to epochs and epochs to runs.

    `heading` counts the headings met so far, so that two lines under one heading share it;
    `inline` says that the heading stood on the line itself; `timed` that a bar or a duration did,
    as on every line that Keras prints; `waiting` that it still tells a time of arrival. `words`
    holds the words or code since the record before, `between` those that part two trainings.
    """

    metrics: dict[str, float]
    units: dict[str, float]
    line: int
    text: str
    heading: int | None = None
    number: int | None = None
    total: int | None = None
    step: int | None = None
    steps: int | None = None
    block: int = 0
    speaker: int = 0
    between: list[str] = field(default_factory=list)
    inline: bool = False
    timed: bool = False
    waiting: bool = False
    words: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """False for a redraw in the middle of an epoch."""
        if self.waiting:
            return False
        return self.step is None or self.steps is None or self.step >= self.steps


@lru_cache(maxsize=1)
def _pair() -> re.Pattern[str]:
    return re.compile(
        r"(?<![\w])(?P<key>[^\W\d][\w./@]{0,60})['\"]?"
        r"(?P<sep>\s{0,3}[:=]\s{0,3}|\s{1,3}(?=[-+]?(?:\d*\.\d|nan\b|inf\b)))"
        r"(?:[A-Za-z_.]{1,12}\d{0,2}\(\s?)?"
        rf"(?P<value>{NUMBER})(?P<rest>\s?%|\s{{0,2}}/\s{{0,2}}\d{{1,9}})?",
        re.I,
    )


@lru_cache(maxsize=1)
def _before() -> re.Pattern[str]:
    return re.compile(r"(?<![A-Za-z0-9_])([A-Za-z][A-Za-z.\-]{0,14}\d{0,2})[ .-]{1,2}$")


@lru_cache(maxsize=1)
def _hint() -> re.Pattern[str]:
    return re.compile(r"loss|acc|损|損|误差|誤差|精度|准确|準確|精确|正确|正確", re.I)


@lru_cache(maxsize=1)
def _phase() -> re.Pattern[str]:
    return re.compile(
        r"^\W{0,6}(train|training|val|valid|validation|test|testing|eval|evaluation)\b"
        r"(?:\s(?:set|error|results?|phase|epoch))?\W",
        re.I,
    )


def read_lines(lines: Sequence[Line]) -> list[Record]:
    """The records of console output, in order."""
    reader = _Reader()
    for line in lines:
        for piece in _pieces(line):
            reader.take(piece)
    return reader.records


def _pieces(line: Line) -> Iterator[Line]:
    """A line that holds several epochs, cut in front of each heading or bar."""
    text = line.text
    if len(text) < 80 or len(_hint().findall(text)) < 2:
        yield line
        return
    start = 0
    for place in marks.marks(text):
        if place > start and _hint().search(text, start, place):
            yield Line(line.number, text[start:place])
            start = place
    yield Line(line.number, text[start:])


class _Reader:
    """Walks down the lines and remembers the heading, the words and the answer it is under."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self._headings = 0
        self._heading: marks.Heading | None = None
        self._between: list[str] = []
        self._speaker = 0
        self._phase = ""

    def take(self, line: Line) -> None:
        """Read one line, or one piece of it."""
        text = line.text
        if not text or text.isspace():
            return
        has_figures = bool(_hint().search(text)) and any(c.isdigit() for c in text)
        has_figures = has_figures or bool(
            _hint().search(text) and re.search(r"nan|inf", text, re.I)
        )
        if has_figures:
            record = self._record(line)
            if record is not None:
                self.records.append(record)
                return
        if marks.answer_heading(text):
            self._speaker += 1
            self._heading = None
        alone = marks.heading_alone(text)
        if alone is not None:
            self._open(alone)
        elif marks.prose(text):
            phase = _phase().match(text + " ")
            if phase and any(c.isalpha() for c in text[phase.end() - 1 :]):
                phase = None
            self._phase = phase[1] if phase else ""
            if phase is None:
                self._between.append(text.strip()[:200])

    def _open(self, heading: marks.Heading) -> None:
        self._headings += 1
        self._heading = heading

    def _record(self, line: Line) -> Record | None:
        text = line.text
        phase = _phase().match(text)
        lead = phase[1] if phase else "" if marks.timed(text) else self._phase
        metrics, units, other = _figures(text, lead)
        telling = [name for name in metrics if is_loss(name) or is_accuracy(name)]
        if not telling:
            return None
        head = marks.heading(text)
        progress = marks.bar(text, head)
        epoch = other.get("epoch", -1.0)
        if head is None and 0 <= epoch < 1e6:  # {'loss': 0.5, 'epoch': 2.0}
            head = marks.Heading(int(epoch), None, 0, 0)
        fresh = self._heading is not None and not self._between
        timed = progress is not None or marks.timed(text)
        marked = head is not None or timed or fresh
        if not marked and len(metrics) < 2 and not phase:
            return None
        if head is not None:
            self._note(head, metrics)
        record = Record(
            metrics,
            units,
            line.number,
            text.strip()[:400],
            heading=self._headings if self._heading is not None else None,
            number=self._heading.number if self._heading else None,
            total=self._heading.total if self._heading else None,
            step=progress.step if progress else None,
            steps=progress.steps if progress else None,
            speaker=self._speaker,
            between=self._between,
            inline=head is not None,
            timed=timed,
            waiting="ETA:" in text,
            words=list(self._between),
        )
        self._between = []
        self._phase = ""
        return record

    def _note(self, head: marks.Heading, metrics: dict[str, float]) -> None:
        """A heading on the record's own line: the epoch we are in, or a new one.

        Redraws and further figures of an epoch repeat its heading; so does a loop that prints
        ``Epoch 1/1`` each time, and there the epoch before was finished.
        """
        now = self._heading
        if now is None or (now.number, now.total) != (head.number, head.total) or self._between:
            self._open(head)
            return
        last = self.records[-1] if self.records else None
        if last is None or last.heading != self._headings or not last.complete:
            return
        if not metrics.keys() & last.metrics.keys():
            return
        if head.total == 1 or last.step is not None:
            self._open(head)


def _figures(text: str, lead: str) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
    """All figures of a line: metrics, the units of their last places, and what is no metric."""
    metrics: dict[str, float] = {}
    units: dict[str, float] = {}
    other: dict[str, float] = {}
    for found in _pair().finditer(text):
        end = found.end()
        if text[end : end + 1].isalpha() and text[end : end + 1].isascii() and not found["rest"]:
            continue
        lead_in = _before().search(text, max(0, found.start() - 18), found.start())
        before = lead_in[1] if lead_in else ""
        raw = found["key"]
        name = canonical(raw, before)
        value, unit = figure(found["value"])
        if name is None:
            other.setdefault(raw.lower(), value)
            continue
        plain = raw.lower().strip(".") in _PLAIN and before.lower() in _NEUTRAL
        if name in ("loss", "accuracy") and lead and plain:
            name = canonical(raw, lead) or name
        if not found["sep"].strip() and not (is_loss(name) or is_accuracy(name)):
            continue
        share = _share(name, value, unit, found["rest"])
        if name in metrics:
            name = raw.lower().strip(".")
        if name not in metrics:
            metrics[name], units[name] = share
    return metrics, units, other


_PLAIN = {"loss", "acc", "accuracy", "avg_loss"}
_NEUTRAL = {"", "avg", "average", "mean", "total"}


def _share(name: str, value: float, unit: float, rest: str | None) -> tuple[float, float]:
    """A share printed in per cent or as ``k/n``, brought to 0..1."""
    if not rest or not is_share(name):
        return value, unit
    if rest.strip() == "%":
        return value / 100, unit / 100
    count = int(rest.strip(" /") or 0)
    if count > 0 and 0 <= value <= count and value == int(value):
        return value / count, EXACT_SHARE
    return value, unit
