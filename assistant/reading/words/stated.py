"""The set-up that prose tells in passing: loss, optimizer, rate, metrics, last layer, label values.

"My last layer is Dense(1, sigmoid), the loss is mse and the labels are 1 and 2" holds as much as
a script, if less surely. What is told of a network is a `Network` with gaps, so that the one place
that judges networks (`network.contradictions`) judges this one too; what is told in two ways is
left unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from probes.finding import Finding
from probes.network import Network

_CROSS = r"cross ?entropy"
_LOSSES = (
    ("sparse_categorical_crossentropy", rf"sparse ?categorical ?{_CROSS}|稀疏.{{0,4}}交叉熵"),
    ("categorical_crossentropy", rf"(?<!sparse )(?<!sparse)categorical ?{_CROSS}"),
    ("binary_crossentropy", rf"binary ?{_CROSS}|(?<![a-z])bce(?: ?loss)?(?![a-z])|二元交叉熵"),
)
#: These are metrics as well, so they count only beside the word loss.
_ERRORS = (
    ("mean_squared_error", r"(?<![a-z])(?:mse|mean squared error)(?![a-z])|均方误差"),
    ("mean_absolute_error", r"(?<![a-z])(?:mae|mean absolute error)(?![a-z])|平均绝对误差"),
)
_LOSS_BEFORE = re.compile(r"(?:(?<![a-z])loss(?: function)?|损失(?:函数)?)[^,;\d]{0,14}$")
_LOSS_BEHIND = re.compile(r"^ ?(?:as |for |作为|当|做)?(?:the |a |my )?(?:loss|损失)")
_OPTIMIZERS = (
    ("Adam", r"(?<![a-z])adam(?![a-z])"), ("SGD", r"(?<![a-z])sgd(?![a-z])"),
    ("RMSprop", r"(?<![a-z])rmsprop(?![a-z])"), ("Adagrad", r"(?<![a-z])adagrad(?![a-z])"),
    ("Adadelta", r"(?<![a-z])adadelta(?![a-z])"), ("AdamW", r"(?<![a-z])adamw(?![a-z])"),
    ("Nadam", r"(?<![a-z])nadam(?![a-z])"),
)  # fmt: skip
_RATE = re.compile(
    r"(?:(?<![a-z])lr|learning ?rate|学习率)(?: ?(?:is|of|was|to|at|=|:|为|是|设为|设成|用的))*"
    r" ?(?:about |around )?(\d*\.?\d+(?:e-?\d+)?)(?!\d|\.\d)"
)
_METRICS = re.compile(r"metrics?(?: ?(?:is|are|=|:))* ?[\[('\"]*(accuracy|acc|mae|mse)(?![a-z])")
_LAST = re.compile(
    r"(?:last|final|output)(?: \w+){0,2}? layer|最后(?:一层|的|是)|输出层"
    r"|(?<![a-z])(?:ends?|ending) (?:in|with)"
)
_DENSE = re.compile(r"dense ?\( ?(\d+)([^()]*)\)")
_ACTIVATION = re.compile(r"(?<![a-z])(softmax|sigmoid|tanh|relu|linear)(?![a-z])")
#: What follows a layer and still belongs to it: "Dense(1) with tanh activation".
_BEHIND = re.compile(
    r" ?(?:with|and|using|\+|,|加|用|接)? ?(?:an? |the )?"
    r"(?:softmax|sigmoid|tanh|relu|linear)(?![a-z])"
)
_NO_ACTIVATION = re.compile(r"(?:no|without(?: an| any)?) activation|没有?加?激活|无激活")
_UNITS = re.compile(
    r"(?<![\w.])(\d+|one|a single|single) (?:output )?(?:units?|neurons?|nodes?|outputs?)(?![a-z])"
    r"|(\d+|一) ?个?(?:神经元|单元|节点|输出)"
)
#: How far behind "last layer" its description goes, in characters.
_REACH = 70
_VALUE = r"(-?\d{1,9})"
_MEANS = r"(?: ?(?:means?|is|are|for|=|:|表示|代表|是|为) ?)"
_IS = (
    r"(?: ?(?:are|is|were|between|range|ranges|values?|take|taking|go|goes|run|from|of|in|only"
    r"|的|值|取值|都|是|为|有|从|:|=|\{|\[|\())"
)
#: "For classes 1 and 2 it works" names two classes, it does not say which there are.
_LABELS = rf"(?:(?:labels?|标签){_IS}*|(?:targets?|classes|类别){_IS}+)"
_LISTED = re.compile(
    rf"{_LABELS} ?({_VALUE}(?: ?(?:, and|,|and|or|to|through|until|/|\.\.\.?|~|和|或|到|至|、)"
    rf" ?{_VALUE})+)(?!\d|\.\d|%)"
)
_EXPLAINED = re.compile(rf"{_LABELS}[^.;]{{0,16}}?{_VALUE}{_MEANS}[^.;\d]{{1,24}}?{_VALUE}{_MEANS}")
_DROPOUT = re.compile(r"(?<![a-z])(?:spatial)?dropout(?![a-z])|随机失活|丢弃层")
_NO_DROPOUT = re.compile(
    r"(?:no|without|removed?|removing|any|less|more|adding|add|不用|没有?|去掉|加了?|加上)"
    r"[^,;]{0,8}(?:dropout|丢弃)"
)


@dataclass(frozen=True)
class Stated:
    """What prose tells of a set-up.

    Args:
        network: loss, optimizer, rate, metrics and last layer, each None where it is not told.
        label_range: smallest and largest label value.
        findings: the same as contexts, and ``dropout-in-use``; source ``words``.
    """

    network: Network
    label_range: tuple[int, int] | None
    findings: tuple[Finding, ...]


def read_stated(texts: Sequence[str]) -> Stated:
    """The set-up told in sentences in normal form, those about attempts left out."""
    loss, optimizer = _loss(texts), _single(_named(texts, _OPTIMIZERS))
    rate = _single(m[1] for text in texts for m in _RATE.finditer(text))
    metrics = sorted({m[1] for text in texts for m in _METRICS.finditer(text)})
    network = Network(
        loss=loss,
        optimizer=optimizer,
        learning_rate=float(rate) if rate is not None else None,
        metrics=tuple("accuracy" if name == "acc" else name for name in metrics),
        from_logits=False if loss is not None else None,
    )
    network = _with_head(network, texts)
    told = {"loss-name": loss, "optimizer-name": optimizer, "learning-rate": network.learning_rate}
    contexts = [Finding(i, value=v, source="words") for i, v in told.items() if v is not None]
    return Stated(network, _label_range(texts), (*contexts, *_dropout(texts)))


def _single(found: Iterable[str]) -> str | None:
    """The one thing that was named, however often; None for several."""
    names = set(found)
    return names.pop() if len(names) == 1 else None


def _named(texts: Sequence[str], names: Sequence[tuple[str, str]]) -> Iterable[str]:
    return (name for name, pattern in names for text in texts if re.search(pattern, text))


def _loss(texts: Sequence[str]) -> str | None:
    found = set(_named(texts, _LOSSES))
    for name, pattern in _ERRORS:
        for text in texts:
            for match in re.finditer(pattern, text):
                before, behind = text[: match.start()], text[match.end() :]
                if _LOSS_BEFORE.search(before) or _LOSS_BEHIND.search(behind):
                    found.add(name)
    return _single(found)


def _with_head(network: Network, texts: Sequence[str]) -> Network:
    """The last layer as it is described, or the last of several Dense layers listed."""
    heads = {head for text in texts if (head := _head(text)) is not None}
    if len(heads) != 1:
        return network
    units, activation = heads.pop()
    return replace(network, output_units=units, output_activation=activation)


def _head(text: str) -> tuple[int | None, str | None] | None:
    named = _LAST.search(text)
    calls = list(_DENSE.finditer(text, named.start() if named else 0))
    if calls and (named or len(calls) > 1):
        call = calls[0] if named else calls[-1]
        behind = _BEHIND.match(text, call.end())
        active = _ACTIVATION.search(call[2]) or (behind and _ACTIVATION.search(behind[0]))
        return int(call[1]), active[1] if active else "linear"
    if named is None:
        return None
    told = text[named.end() : named.end() + _REACH]
    units, active = _UNITS.search(told), _ACTIVATION.search(told)
    activation = active[1] if active else "linear" if _NO_ACTIVATION.search(told) else None
    if units is None and activation is None:
        return None
    written = (units[1] or units[2]) if units else None
    return (int(written) if written.isdigit() else 1) if written else None, activation


def _label_range(texts: Sequence[str]) -> tuple[int, int] | None:
    ranges = set()
    for text in texts:
        listed = [re.findall(_VALUE, match[1]) for match in _LISTED.finditer(text)]
        explained = [match.groups() for match in _EXPLAINED.finditer(text)]
        for written in (*listed, *explained):
            values = [int(value) for value in written]
            ranges.add((min(values), max(values)))
    return ranges.pop() if len(ranges) == 1 else None


def _dropout(texts: Sequence[str]) -> Iterable[Finding]:
    said = next((t for t in texts if _DROPOUT.search(t) and not _NO_DROPOUT.search(t)), None)
    if said is not None:
        yield Finding("dropout-in-use", True, source="words", quote=said[:160])
