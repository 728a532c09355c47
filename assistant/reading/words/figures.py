"""What the figures in a sentence say about a quantity: 0.1 of ten classes is chance."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

_FIGURE = re.compile(
    r"(?<![\w./\[(^])(?P<number>[-+]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?)\s?"
    r"(?P<unit>%|percent(?:age)?\b|m\b|k\b|million|billion|万|亿)?(?![\w/^*])"
)
#: Words behind a number that make it a count or a name, not a reading.
_NOT_A_READING = re.compile(
    r"\s*(?:class|categor|label|epoch|sample|image|photo|picture|row|layer|neuron|unit|step|batch"
    r"|hidden|fold|kind|type|channel|pixel|time|hour|minute|day|th\b|st\b|nd\b|rd\b|x\d|bit"
    r"|个|类|种|轮|张|层|次|天|折|步|时|分钟|小时|epoch|倍|幅|\(|\.\.)"
)
#: Words in front of a number that make it a setting or a name.
_NAME_BEFORE = re.compile(
    r"(?:epochs?|batch(?: size)?|class|fold|stage|phase|part|run|try|attempt|experiment|model"
    r"|exp|case|round|trial|question|q|problem|figure|fig|table|version|tf|keras|tensorflow|python|resnet|vgg|layer"
    r"|lr|learning rate|seed|size|shape|top|split|dropout|momentum|decay|alpha|gamma|beta|l1|l2"
    r"|threshold|patience|factor|min delta|clipnorm|clipvalue|epsilon"
    r"|第|换成|学习率|丢弃率?|随机失活|动量|阈值|衰减|=\s?0)"
    r"(?:\s?(?:rate|ratio|prob\w*|values?|layers?|of|is|was|at|to|with|为|是|设为|=|:|\())*\s?$"
)
_LOOK_BACK = 32
#: Half-widths: chance is met within an eighth of 1/N, as in the reading of logs.
_RANGE_TO_PERCENT = re.compile(r"\s?(?:-|~|–|—|->|to|到|至)\s?\d[\d.]*\s?%")
CHANCE_SHARE = 0.125
HUGE_LOSS = 1e4
LARGEST_ODD_SHARE = 5.0
#: Without a class count: two, three, four and ten classes are what people have most.
USUAL_CHANCES, NEAR = (0.5, 1 / 3, 0.25, 0.1), 0.006


@dataclass(frozen=True)
class Figure:
    """A reading with its place; ``value`` is a share (0..1) when written per cent."""

    start: int
    end: int
    value: float
    percent: bool
    written: str


def figures(text: str) -> list[Figure]:
    """The readings in a sentence in normal form; counts ("4 classes") and names are left out."""
    found: list[Figure] = []
    for match in _FIGURE.finditer(text):
        if _NOT_A_READING.match(text, match.end()):
            continue
        if _NAME_BEFORE.search(text, max(0, match.start() - _LOOK_BACK), match.start()):
            continue
        number = _number(match["number"])
        if number is None:
            continue
        unit = match["unit"] or ""
        percent = unit.startswith(("%", "percent"))
        percent = percent or _RANGE_TO_PERCENT.match(text, match.end()) is not None
        value = number / 100 if percent else number * _FACTORS.get(unit, 1.0)
        found.append(Figure(match.start(), match.end(), value, percent, match["number"]))
    return found


_FACTORS = {"k": 1e3, "m": 1e6, "million": 1e6, "billion": 1e9, "万": 1e4, "亿": 1e8}


def _number(text: str) -> float | None:
    try:
        value = float(text.replace(",", ""))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def share_states(figure: Figure, class_count: int | None) -> list[str]:
    """States of an accuracy-like quantity that reads `figure`.

    Returns some of ZERO, ONE, HIGH, LOW, MID, CHANCE, OUTRANGE; none for what is no share.
    """
    value = figure.value
    if value < 0:
        return ["NEGATIVE"]
    if not figure.percent and value > 1:
        # 85 may be per cent, 20000 is something else; 1.7 can be neither.
        return ["OUTRANGE"] if value < LARGEST_ODD_SHARE and "." in figure.written else []
    if value > 1:
        return ["OUTRANGE"]
    if value == 0:
        return ["ZERO"]
    if value == 1:
        return ["ONE", "HIGH"]
    states: list[str] = []
    if value >= 0.9:
        states.append("HIGH")
    elif value >= 0.3:
        states.append("MID")
    else:
        states.append("LOW")
    if _is_chance(value, class_count):
        states.append("CHANCE")
    return states


def _is_chance(value: float, class_count: int | None) -> bool:
    if class_count and class_count > 1:
        return abs(value - 1 / class_count) <= CHANCE_SHARE / class_count
    return any(abs(value - usual) <= NEAR for usual in USUAL_CHANCES)


def loss_states(figure: Figure) -> list[str]:
    """States of a loss that reads `figure`: NEGATIVE, ZERO, HUGE, LOGN (ln 2, ln 10) or none."""
    value = figure.value
    if figure.percent:
        return []
    if value < 0:
        return ["NEGATIVE"]
    if value == 0:
        return ["ZERO"]
    if value >= HUGE_LOSS:
        return ["HUGE"]
    if any(abs(value - math.log(n)) <= 0.004 for n in (2, 3, 4, 5, 10, 100, 1000)):
        return ["LOGN"]
    return []
