"""Reads arrays as numpy prints them: range, contrast inside one sample, form of the labels.

What people print to show "my data" often holds the fault: pixels up to 255, a picture that is
nearly one grey, labels that are one-hot beside a sparse loss.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from assistant.reading.page import Page
from probes.finding import Finding

Role = Literal["x", "y"]

#: std / |mean| inside one image or series; healthy ones measured 0.48 and more, faulty ones 0.07
#: and less (facts of technical research, rule D4: no false alarm on 17 healthy models).
LOW_CONTRAST = 0.1
#: Dense or image inputs beyond this were trouble in 3 of 3 cases and in none of 17 healthy ones
#: (rule D2); token ids are exempt.
LARGE_RANGE = 20.0
MIN_VALUES = 16  # fewer say nothing of contrast or range
MAX_VALUES = 200_000
_CHANNELS = (1, 3, 4)

_START = re.compile(r"\[(?=[\s\[\]]*(?:[-+]?\.?\d|nan|inf|\.\.\.))")
_TOKEN = re.compile(
    r"\[|\]|\.\.\.|…|(?:nan|[-+]?inf)(?![a-z])|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[^\s,]"
)
_DTYPE = re.compile(r"dtype\s*=\s*['\"<]?(?:class )?'?(?:np\.|numpy\.|tf\.)?(\w+)")
_TUPLE = r"\(\s*(\d+\s*(?:,\s*\d+\s*)*),?\s*\)"
_SHAPE_INSIDE = re.compile(r"shape\s*=\s*" + _TUPLE)
_SHAPE_BELOW = re.compile(
    r"\s*(?:[\w.\[\] ]*shape\s*[:=]?\s*)?(?:TensorShape)?" + _TUPLE + r"\s*\.?"
)
_X_NAME = re.compile(
    r"(?<![A-Za-z])(?:[xX](?:_?(?:[Tt]rain|[Tt]est|[Vv]al|[Dd]ata|[Vv]alid))?|(?:[Tt]rain|[Tt]est|[Vv]al)"
    r"(?:ing)?_?(?:[xX]|[Ii]mages?|[Dd]ata|[Ff]eatures?)|[Ii]nputs?|[Ii]mages?|[Ff]eatures?|[Pp]ixels?)"
    r"(?![A-Za-z])|输入|图像|图片|特征|样本"
)
_Y_NAME = re.compile(
    r"(?<![A-Za-z])(?:[yY](?:_?(?:[Tt]rain|[Tt]est|[Vv]al|[Dd]ata|[Tt]rue))?|(?:[Tt]rain|[Tt]est|[Vv]al)"
    r"(?:ing)?_?(?:[yY]|[Ll]abels?|[Tt]argets?)|[Ll]abels?|[Tt]argets?|to_categorical)(?![A-Za-z])|标签|目标值"
)
_OTHER_NAME = re.compile(
    r"(?i)predict|(?<![a-z])preds?|y_hat|output|scores?|probab|history|loss|acc|weight|预测|输出|权重|损失"
)
#: What stands in the brackets of these goes in; what is printed comes out.
_CALL_OF_MODEL = re.compile(r"predict\w*\s*\([^\n]*")
_ONE_ITEM = re.compile(
    r"\[\s*-?\d+\s*\](?:\s*\)|\.shape|\s*[:=]|\s*$)|第一[个张]|one (?:sample|image)|一个样本", re.M
)


@dataclass(frozen=True)
class ArrayReading:
    """One printed array.

    Args:
        shape: the shape printed below it or in it, else the nesting of the brackets; None when an
            ellipsis or uneven rows leave it unknown.
        count: values printed; the four figures are over these, nan and inf left out.
        std: population standard deviation.
        contrast: std / |mean| when it is one whole sample (image or series), else None.
        role: inputs or labels, by the name before it or by content; None when neither tells.
    """

    role: Role | None
    shape: tuple[int, ...] | None
    count: int
    minimum: float
    maximum: float
    mean: float
    std: float
    elided: bool
    dtype: str | None = None
    contrast: float | None = None
    label_form: str | None = None
    findings: tuple[Finding, ...] = ()


@dataclass
class _Printed:
    """What stands between the brackets, taken token by token."""

    values: list[float] = field(default_factory=list)
    row: list[float] = field(default_factory=list)
    rows: list[tuple[float, ...]] = field(default_factory=list)
    lengths: dict[int, set[int]] = field(default_factory=dict)
    integers: bool = True
    elided: bool = False
    missing: int = 0
    rank: int = 0
    end: int = 0

    def nesting(self) -> tuple[int, ...] | None:
        """The shape that the brackets show; None when something is left out or rows differ."""
        if self.elided or any(len(v) != 1 for v in self.lengths.values()):
            return None
        return tuple(next(iter(self.lengths[d])) for d in sorted(self.lengths))


def read_arrays(page: Page) -> tuple[ArrayReading, ...]:
    """The arrays that the asker printed, in order."""
    found: list[ArrayReading] = []
    for block in page.of("array", "asker"):
        found.extend(_readings(block.text, block.lead))
    return tuple(found)


def read_printed_array(text: str, before: str = "") -> ArrayReading | None:
    """The first printed array in `text`; None when there is none with two values or more.

    Args:
        text: as printed, ``array(...)`` and ``dtype=`` and a shape line below it included.
        before: the lines above it, where the name of the array may stand.
    """
    return next(_readings(text, before), None)


def _readings(text: str, before: str) -> Iterator[ArrayReading]:
    position = 0
    while True:
        start = _START.search(text, position)
        if start is None:
            return
        printed = _parse(text, start.start())
        following = _START.search(text, printed.end)
        tail = text[printed.end : following.start() if following else printed.end + 200]
        lead = before + "\n" + text[position : start.start()]
        if len(printed.values) + printed.missing >= 2:
            yield _read(printed, tail, lead)
            before = ""
        position = max(printed.end, start.end())


def _parse(text: str, start: int) -> _Printed:
    printed = _Printed()
    depth = 0
    members: list[int] = []
    for token in _TOKEN.finditer(text, start):
        word = token[0]
        printed.end = token.end()
        if word == "[":
            if members:
                members[-1] += 1
            depth += 1
            members.append(0)
            printed.rank = max(printed.rank, depth)
        elif word == "]":
            _close(printed, depth, members.pop())
            depth -= 1
            if depth == 0:
                break
        elif word in ("...", "…"):
            printed.elided = True
        elif word[-1].isdigit() or word[-1] == "." or word in ("nan", "inf", "-inf", "+inf"):
            members[-1] += 1
            _take(printed, word)
            if len(printed.values) >= MAX_VALUES:
                printed.elided = True
                break
        else:
            printed.elided = True  # a paste cut in the middle
            printed.end = token.start()
            break
    return printed


def _close(printed: _Printed, depth: int, length: int) -> None:
    printed.lengths.setdefault(depth, set()).add(length)
    if printed.row:
        printed.rows.append(tuple(printed.row))
        printed.row = []


def _take(printed: _Printed, word: str) -> None:
    value = float(word)
    if not math.isfinite(value):
        printed.missing += 1
        return
    printed.values.append(value)
    printed.row.append(value)
    printed.integers = printed.integers and value == int(value)


def _read(printed: _Printed, tail: str, lead: str) -> ArrayReading:
    values = printed.values or [math.nan]
    mean = math.fsum(values) / len(values)
    std = math.sqrt(math.fsum((v - mean) ** 2 for v in values) / len(values))
    dtype = _DTYPE.search(tail.split("\n\n")[0])
    shape = _shape(printed, tail)
    form = _label_form(printed, shape)
    role = _role(printed, lead, form, dtype[1] if dtype else None)
    one_sample = role == "x" and _is_one_sample(printed, shape, lead)
    contrast = None
    if one_sample and not printed.elided and len(values) >= MIN_VALUES and mean != 0:
        contrast = std / abs(mean)
    reading = ArrayReading(
        role=role,
        shape=shape,
        count=len(printed.values),
        minimum=min(values),
        maximum=max(values),
        mean=mean,
        std=std,
        elided=printed.elided,
        dtype=dtype[1] if dtype else None,
        contrast=contrast,
        label_form=form if role == "y" else None,
    )
    findings = _findings(reading, printed, one_sample)
    return ArrayReading(**{**reading.__dict__, "findings": tuple(findings)})


def _shape(printed: _Printed, tail: str) -> tuple[int, ...] | None:
    """The shape written inside ``tf.Tensor(...)`` or on the line below, else the nesting."""
    rest, *below = tail.split("\n")
    written = _SHAPE_INSIDE.search(rest)
    for line in [line for line in below if line.strip()][:1]:
        written = written or _SHAPE_BELOW.fullmatch(line)
    if written is not None:
        return tuple(int(n) for n in written[1].split(","))
    return printed.nesting()


def _role(printed: _Printed, lead: str, form: str | None, dtype: str | None) -> Role | None:
    """By the nearest name before it, else by content, else unknown."""
    lead = _CALL_OF_MODEL.sub("predict", lead)
    places: list[tuple[int, str]] = []
    for kind, pattern in (("x", _X_NAME), ("y", _Y_NAME), ("", _OTHER_NAME)):
        places.extend((m.start(), kind) for m in pattern.finditer(lead))
    if places:
        nearest = max(places)[1]
        return nearest if nearest in ("x", "y") else None  # type: ignore[return-value]
    if form == "one-hot" and len(printed.rows) >= 2:
        return "y"
    if form == "binary" and printed.rank == 1 and dtype is not None and "int" in dtype:
        return "y"
    return "x" if printed.rank >= 3 else None


def _label_form(printed: _Printed, shape: tuple[int, ...] | None) -> str | None:
    values = set(printed.values)
    if printed.missing or not values:
        return None
    flat = printed.rank == 1 or (printed.rank == 2 and all(len(r) == 1 for r in printed.rows))
    if flat:
        if not printed.integers or min(values) < 0:
            return "continuous" if not printed.integers else None
        return "binary" if values <= {0.0, 1.0} else "integers"
    if printed.rank != 2 or not values <= {0.0, 1.0} or any(len(r) < 2 for r in printed.rows):
        return None
    return "one-hot" if all(sum(r) == 1 for r in printed.rows) else "multi-hot"


def _is_one_sample(printed: _Printed, shape: tuple[int, ...] | None, lead: str) -> bool:
    """One image or series: indexed where it was printed, or a picture by its channels."""
    if printed.rank < 2:
        return False
    if _ONE_ITEM.search(lead):
        return True
    return printed.rank == 3 and shape is not None and shape[-1] in _CHANNELS


def _findings(reading: ArrayReading, printed: _Printed, one_sample: bool) -> Iterator[Finding]:
    if reading.role == "y":
        yield from _label_findings(reading, printed)
    elif reading.role == "x":
        yield from _input_findings(reading, printed, one_sample)


def _label_findings(reading: ArrayReading, printed: _Printed) -> Iterator[Finding]:
    quote = _quote(reading)
    if printed.missing:
        yield _words("labels-nan", True, printed.missing, quote)
    if reading.label_form is not None:
        yield _words("label-form", True, reading.label_form, quote)
    if reading.label_form == "one-hot":
        yield _words("class-count", True, len(printed.rows[0]), quote)
    if reading.shape is not None and reading.shape[0] > reading.count:
        yield _words("sample-count", True, reading.shape[0], quote)


def _input_findings(
    reading: ArrayReading, printed: _Printed, one_sample: bool
) -> Iterator[Finding]:
    quote = _quote(reading)
    if printed.missing:
        yield _words("inputs-nan", True, printed.missing, quote)
    if reading.contrast is not None:
        low = reading.contrast < LOW_CONTRAST
        yield _words("inputs-low-contrast", low, round(reading.contrast, 6), quote, reading)
    if printed.rank >= 3:
        yield from _image_findings(reading, one_sample, quote)
    tokens = printed.integers and printed.rank < 3
    if reading.count >= MIN_VALUES and not tokens:
        yield from _range_findings(reading, quote)


def _image_findings(reading: ArrayReading, one_sample: bool, quote: str) -> Iterator[Finding]:
    shape = reading.shape
    if shape is None:
        return
    if len(shape) in (3, 4) and shape[-1] in _CHANNELS:
        yield _words("input-kind", True, "image", quote)
    if len(shape) == 4 and not one_sample:
        yield _words("sample-count", True, shape[0], quote)


def _range_findings(reading: ArrayReading, quote: str) -> Iterator[Finding]:
    largest = max(abs(reading.minimum), abs(reading.maximum))
    if largest > LARGE_RANGE:
        yield _words("inputs-large-range", True, largest, quote, reading)
        yield _words("inputs-scaled", True, False, quote)
    elif not reading.elided:
        yield _words("inputs-large-range", False, largest, quote, reading)
        if largest <= 1:
            yield _words("inputs-scaled", True, True, quote)


def _words(
    name: str,
    present: bool,
    value: str | int | float | bool,
    quote: str,
    reading: ArrayReading | None = None,
) -> Finding:
    details = {}
    if reading is not None:
        details = {
            "min": reading.minimum,
            "max": reading.maximum,
            "mean": round(reading.mean, 6),
            "std": round(reading.std, 6),
        }
    return Finding(name, present, value, source="words", quote=quote, details=details)


def _quote(reading: ArrayReading) -> str:
    shape = "" if reading.shape is None else f" {_written(reading.shape)}"
    return f"array{shape}: {reading.minimum:.6g} … {reading.maximum:.6g}"


def _written(shape: Sequence[int]) -> str:
    return f"({shape[0]},)" if len(shape) == 1 else "(" + ", ".join(map(str, shape)) + ")"
