"""What the prose tells in passing: task, kind of input, form of the labels, counts, facts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.reading.words.counts import class_count, image_shape, largest_share, sample_count
from assistant.reading.words.forms import Forms, parse_forms
from assistant.reading.words.normalise import Sentence
from probes.finding import Finding

_BASE = re.compile(
    r"(?<![a-z])(resnet ?(?:50|101|152)(?: ?v2)?|vgg ?(?:16|19)|mobilenet ?(?:v[123])?"
    r"|inception ?(?:resnet ?)?v[234]|efficientnet ?(?:v2)? ?[bsml]\d?|densenet ?(?:121|169|201)"
    r"|xception|nasnet ?(?:mobile|large)?|convnext ?(?:tiny|small|base|large)?|bert)(?![a-z0-9])"
)
_PRETRAINED = re.compile(
    r"transfer learning|fine ?tun|pre ?train|imagenet|include top|fr(?:eez|oze)"
    r"|迁移|预训练|预先训练|微调|冻结|转移"
)
_SPELLED = (
    ("resnet", "ResNet"), ("vgg", "VGG"), ("mobilenet", "MobileNet"), ("inception", "Inception"),
    ("efficientnet", "EfficientNet"), ("densenet", "DenseNet"), ("xception", "Xception"),
    ("nasnet", "NASNet"), ("convnext", "ConvNeXt"), ("bert", "BERT"),
)  # fmt: skip


@dataclass(frozen=True)
class ContextForms:
    """The parsed contexts.yaml: forms per context value, and per fact and answer."""

    contexts: Mapping[str, Mapping[str, Forms]]
    facts: Mapping[str, Mapping[bool, Forms]]

    def all_forms(self) -> list[Forms]:
        return [
            f for group in (self.contexts, self.facts) for v in group.values() for f in v.values()
        ]


def parse_contexts(contexts: Mapping[str, Any], facts: Mapping[str, Any]) -> ContextForms:
    """The forms out of ``contexts`` and ``facts`` of contexts.yaml."""
    return ContextForms(
        {c: {v: parse_forms(t) for v, t in values.items()} for c, values in contexts.items()},
        {
            f: {answer == "yes": parse_forms(t) for answer, t in answers.items()}
            for f, answers in facts.items()
        },
    )


def read_contexts(sentences: Sequence[Sentence], forms: ContextForms) -> list[Finding]:
    """Context findings of the prose, each context at most once."""
    texts = [s.text for s in sentences]
    found = [
        finding
        for context, values in forms.contexts.items()
        if (finding := _commonest(context, values, sentences)) is not None
    ]
    classes = class_count(texts)
    if classes is not None:
        found.append(_words("class-count", classes.value, classes.quote))
    samples = sample_count(texts, classes.value if classes else None)
    if samples is not None:
        found.append(_words("sample-count", samples.value, samples.quote))
    share = largest_share(texts)
    if share is not None:
        found.append(_words("largest-class-share", share[0], share[1]))
    base = _pretrained_base(texts)
    if base is not None:
        found.append(base)
    shape = image_shape(texts)
    if shape is not None and not any(f.id == "input-kind" for f in found):
        found.append(_words("input-kind", "image", shape))
    if classes is not None and not any(f.id == "task" for f in found):
        found.append(_words("task", "classification", classes.quote))
    return found


def read_facts(sentences: Sequence[Sentence], forms: ContextForms) -> list[Finding]:
    """Facts that words settle, yes or no; what is said both ways is left out.

    ``inputs-scaled`` is a context, so its answer is the value; the others are findings.
    """
    found: list[Finding] = []
    for fact, answers in forms.facts.items():
        quotes = {
            answer: next((s.raw for s in sentences if f.found(s.text)), None)
            for answer, f in answers.items()
        }
        no, yes = quotes.get(False), quotes.get(True)
        if yes is not None and no is not None and yes != no:
            continue
        # "not balanced" holds the form of "balanced": within one sentence the denial is longer.
        said = no if no is not None else yes
        if said is None:
            continue
        answer = no is None
        if fact == "inputs-scaled":
            found.append(_words(fact, answer, said))
        else:
            found.append(Finding(fact, answer, source="words", quote=shorten(said)))
    return found


def shorten(text: str, limit: int = 160) -> str:
    """A quote of at most `limit` characters, cut with an ellipsis."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


def _commonest(
    context: str, values: Mapping[str, Forms], sentences: Sequence[Sentence]
) -> Finding | None:
    counts = {v: sum(f.count(s.text) for s in sentences) for v, f in values.items()}
    best = max(counts.values(), default=0)
    leaders = [v for v, n in counts.items() if n == best]
    if best == 0 or len(leaders) != 1:
        # A classifier for regression-like words is rare; the special tasks are named on purpose.
        leaders = [v for v in leaders if v != "classification"] if best else []
        if len(leaders) != 1:
            return None
    value = leaders[0]
    quote = next(s.raw for s in sentences if values[value].found(s.text))
    return _words(context, value, quote)


def _pretrained_base(texts: Sequence[str]) -> Finding | None:
    if not any(_PRETRAINED.search(t) for t in texts):
        return None
    names = {m[0].replace(" ", ""): m[0] for t in texts for m in _BASE.finditer(t)}
    if len(names) != 1:
        return None
    name, quote = next(iter(names.items()))
    for plain, spelled in _SPELLED:
        name = name.replace(plain, spelled)
    return _words("pretrained-base", name.replace("v", "V").replace("ConVN", "ConvN"), quote)


def _words(name: str, value: str | int | float | bool, quote: str) -> Finding:
    return Finding(name, True, value, source="words", quote=shorten(quote))
