"""What a finished experiment opens to: tables, bars, pictures and curves, as text.

Everything is read out of the experiment's own results with care, since a probe of another version
may have written them: what is not there, or not of the expected form, is left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from textual.content import Content

from assistant.chat.curves import curves_content
from assistant.chat.halfblocks import picture_row
from assistant.chat.text import figure, join, pad, plain, seconds
from assistant.chat.widgets.spoken import finding_title
from assistant.events import ProbeDone
from knowledge.texts import say

_BAR = 10
_WIDEST_NAME = 24
_MOST_LAYERS = 40
_MOST_CLASSES = 20
#: above this share of dead or saturated units a layer is marked (`experiments.activation_audit`)
_MARKED = 0.9


def details_content(
    event: ProbeDone, language: str, width: int = 64, colour: bool = True
) -> Content:
    """Everything known of one experiment, for `width` cells.

    `colour` is False where the screen shows none.
    """
    details = event.details
    parts = [join(("● ", "$u-warn"), (line, "$u-text")) for line in event.lines]
    parts += _labels(_mapping(details.get("labels")), language)
    parts += _inputs(_list(details.get("inputs")), language)
    parts += _pictures(_list(details.get("pictures")), language, width, colour)
    parts += _layers(_list(details.get("layers")), language)
    parts += _sizes(_mapping(details.get("layers")), language)
    if event.curves:
        parts.append(curves_content(event.curves, language, width))
    parts += _absent(event, language)
    spent = say("chat-detail-spent", language, spent=seconds(event.seconds))
    parts.append(plain(spent, "$u-quiet"))
    return Content("\n").join(parts)


def _absent(event: ProbeDone, language: str) -> Iterator[Content]:
    """What was looked for and is not there: as telling as what is."""
    titles = [finding_title(f.id, language) for f in event.findings if f.present is False]
    if titles:
        head = say("chat-finding-absent", language)
        yield join((f"○ {head}: ", "$u-good"), ("; ".join(dict.fromkeys(titles)), "$u-quiet"))


def _labels(labels: Mapping[str, Any], language: str) -> Iterator[Content]:
    """Form and range, then a bar for each class."""
    if not labels:
        return
    shape = " × ".join(str(n) for n in _list(labels.get("shape")))
    kind = say(
        "chat-detail-labels",
        language,
        form=labels.get("form"),
        shape=shape,
        dtype=labels.get("dtype"),
        low=_figure(labels.get("minimum")),
        high=_figure(labels.get("maximum")),
    )
    yield plain(kind, "$u-text")
    counts = [n for n in _list(labels.get("counts")) if isinstance(n, int) and n >= 0]
    if not counts or not max(counts):
        return
    names = [str(number) for number in range(len(counts))]
    for name, count in zip(names[:_MOST_CLASSES], counts, strict=False):
        bar = "█" * max(1 if count else 0, round(2 * _BAR * count / max(counts)))
        share = f"{count:>7,}  {100 * count / sum(counts):.0f} %"
        label = say("chat-detail-class", language, name=name)
        yield join((pad(f"  {label}", 12), "$u-quiet"), (pad(bar, 20), "$u-mark"), (share, ""))
    classes = labels.get("classes")
    left = max(classes if isinstance(classes, int) else 0, len(counts)) - _MOST_CLASSES
    if left > 0:
        yield plain("  " + say("chat-detail-more-classes", language, count=left), "$u-quiet")


def _inputs(inputs: Sequence[Any], language: str) -> Iterator[Content]:
    for one in inputs:
        facts = _mapping(one)
        if not facts:
            continue
        shape = " × ".join(str(n) for n in _list(facts.get("shape")))
        text = say(
            "chat-detail-inputs", language, kind=facts.get("kind"), shape=shape, **_kept(facts)
        )
        yield plain(text, "$u-text")


def _kept(facts: Mapping[str, Any]) -> dict[str, str]:
    names = {"low": "minimum", "high": "maximum", "mean": "mean", "deviation": "deviation"}
    return {"dtype": str(facts.get("dtype"))} | {
        name: _figure(facts.get(key)) for name, key in names.items()
    }


def _pictures(
    pictures: Sequence[Any], language: str, width: int, colour: bool
) -> Iterator[Content]:
    shown = picture_row(pictures, width, colour)
    if shown is not None:
        yield plain(say("chat-detail-pictures", language), "$u-quiet")
        yield shown


def _layers(layers: Sequence[Any], language: str) -> Iterator[Content]:
    """A row for each layer that was watched, with a bar of its dead units."""
    rows = [row for row in map(_mapping, layers) if row.get("name")]
    if not rows:
        return
    width = min(_WIDEST_NAME, max(len(str(row["name"])) for row in rows))
    heads = [say(f"chat-detail-{key}", language) for key in ("layer", "dead", "saturated")]
    head = f"{pad(heads[0], width)}  {pad(heads[1], _BAR + 6)}  {heads[2]}"
    yield plain(head, "bold $u-quiet")
    for row in rows[:_MOST_LAYERS]:
        yield _layer(row, width)
    if len(rows) > _MOST_LAYERS:
        yield plain(say("chat-more-lines", language, count=len(rows) - _MOST_LAYERS), "$u-quiet")


def _layer(row: Mapping[str, Any], width: int) -> Content:
    dead, saturated = _share(row.get("dead")), _share(row.get("saturated"))
    name = _short(str(row["name"]), width)
    parts = [(pad(name, width) + "  ", "$u-text"), *_bar(dead), ("  ", "")]
    return join(*parts, *(_bar(saturated) if saturated is not None else [("–", "$u-quiet")]))


def _bar(share: float | None) -> list[tuple[str, str]]:
    if share is None:
        return [(pad("–", _BAR + 6), "$u-quiet")]
    # Full only when all are; at least one cell when any is.
    full = max(math.ceil(min(share, 0.1)), int(share * _BAR))
    role = "$u-bad" if share >= _MARKED else "$u-warn" if share >= _MARKED / 3 else "$u-good"
    return [
        ("█" * full, role),
        ("░" * (_BAR - full), "$u-quiet"),
        (f" {100 * share:>3.0f} %", role if share >= _MARKED else "$u-text"),
    ]


def _sizes(sizes: Mapping[str, Any], language: str) -> Iterator[Content]:
    """A row for each layer or weight with the size that was measured, as a bar of its order of
    magnitude: what matters is how many powers of ten lie between the first and the last."""
    known = [(k, abs(float(v))) for k, v in sizes.items() if isinstance(v, (int, float))]
    finite = [math.log10(v) for _, v in known if 0 < v < math.inf]
    if not finite:
        return
    low, span = min(finite), max(max(finite) - min(finite), 1.0)
    width = min(_WIDEST_NAME, max(len(name) for name, _ in known))
    yield plain(
        f"{pad(say('chat-detail-layer', language), width)}  {say('chat-detail-size', language)}",
        "bold $u-quiet",
    )
    for name, size in known[:_MOST_LAYERS]:
        share = (math.log10(size) - low) / span if 0 < size < math.inf else float(size > 0)
        bar = "█" * (1 + round(share * (_BAR - 1))) if size else ""
        yield join(
            (pad(_short(name, width), width) + "  ", "$u-text"),
            (pad(bar, _BAR), "$u-mark"),
            (f" {figure(size)}", "$u-text" if 0 < size < math.inf else "$u-bad"),
        )
    if len(known) > _MOST_LAYERS:
        yield plain(say("chat-more-lines", language, count=len(known) - _MOST_LAYERS), "$u-quiet")


def _short(name: str, width: int) -> str:
    """The end of a long name, which tells weights apart."""
    return name if len(name) <= width else "…" + name[-width + 1 :]


def _share(value: Any) -> float | None:
    if not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return min(1.0, max(0.0, float(value)))


def _figure(value: Any) -> str:
    if not isinstance(value, (int, float)):
        return "–"
    whole = math.isfinite(value) and value == int(value) and abs(value) < 100_000
    return str(int(value)) if whole else figure(float(value))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, (list, tuple)) else ()
