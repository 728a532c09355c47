"""Class and sample counts out of prose; a count that could be read two ways is left unknown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_WORDS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "twelve": 12, "twenty": 20, "hundred": 100, "both": 2,
    "两": 2, "二": 2, "双": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
    "十": 10, "百": 100,
}  # fmt: skip
_NUMBER = r"(?P<n>\d[\d,]*|" + "|".join(_WORDS) + ")"
_ALONE = r"(?<![\d.第一二三四五六七八九十百])"
_CLASS_COUNTS = tuple(
    re.compile(p)
    for p in (
        rf"(?<![\w.]){_NUMBER} (?:\w+ ){{0,2}}?(?:classes|categories|labels)(?![a-z])",
        rf"(?<![\w.]){_NUMBER} class(?: classification| problem| classifier)",
        rf"(?<![\w.]){_NUMBER} (?:different )?(?:kinds|species|types) of "
        r"(?!loss|error|model|layer|optimi|network|problem|input|feature|data|image|activation)",
        rf"(?:classes|categories)\s?[:=(]\s?{_NUMBER}(?![\d.])",
        rf"{_ALONE}{_NUMBER} ?(?:个|种)?(?:不同的?)?(?:类别|类(?!型|似|准|图))",
        rf"{_ALONE}{_NUMBER} ?(?:种|元)?分类",
    )
)
_BINARY = re.compile(
    r"(?<![a-z])binary (?:\w+ )?(?:classif\w*|problem|task|class\b)|"
    r"二分类|二元分类|二进制分类|二类|两类"
)
_TROUBLE = re.compile(
    r"(?<![a-z])(?:terrible|bad|worse|fails?|not|nothing|breaks?|poor|awful|stuck|nan|negative)(?![a-z])"
    r"|糟糕|差|不行|不适用|失败|不能|错"
)
_CLAUSE = re.compile(r"[,;]")
_SAMPLES = re.compile(
    rf"(?<![\w.]){_NUMBER} ?(?P<k>k(?![a-z])|thousand|million|万)? ?(?:\w+ )?"
    r"(?:images|samples|rows|examples|photos|pictures|records|observations|data points"
    r"|个?(?:样本|图像|图片)|张(?:图|照|样)|条(?:数据|样本|记录)|幅图)(?![a-z])"
)
_PER_CLASS = re.compile(
    r"^ ?(?:\w+ )?(?:per|for each|of each|in each|each|every)(?: class| category| label)?"
)
_PER_CLASS_BEFORE = re.compile(r"(?:每(?:个|一)?(?:类别|类|种).{0,4}|per class.{0,3}|each.{0,12})$")
_SHAPE = re.compile(r"\((\d{1,8}), ?(\d{1,5}), ?(\d{1,5}), ?([134])\)")
_SHARE = re.compile(
    r"(?<![\w.])(?P<p>\d\d(?:\.\d+)?) ?% (?:of )?(?:the |my |all )?(?:samples|data|rows|labels"
    r"|examples|images|cases|targets|examples)? ?(?:are|is|belong|have|being) (?:\w+ )?"
    r"(?:negative|positive|class|label|zero|one|0|1|in one)"
)
_RATIO = re.compile(
    r"(?<![\d/.])(\d\d) ?(?:/|:|to) ?(\d\d?)(?![\d/.]) ?(?:data|split of classes|im)"
)


@dataclass(frozen=True)
class Count:
    """A count with the words it was read from."""

    value: int
    quote: str


def class_count(sentences: Sequence[str]) -> Count | None:
    """The number of classes, 2 up to 100 000.

    Of several, the larger where one sentence sets them against each other ("works for 2 classes
    but not for 4"), the one in trouble where two sentences do, else the one said clearly most.
    """
    found = [(c.value, c.quote, n) for n, text in enumerate(sentences) for c in _class_counts(text)]
    if not found:
        return None
    votes = Counter({v: len({n for w, _, n in found if w == v}) for v, _, _ in found})
    (best, most), *rest = votes.most_common()
    if rest and rest[0][1] * 2 > most:
        together = any(len({v for v, _, n in found if n == k}) > 1 for _, _, k in found)
        troubled = {
            count.value
            for text in sentences
            for clause in _CLAUSE.split(text)
            if _TROUBLE.search(clause)
            for count in _class_counts(clause)
        }
        if not together and len(troubled) != 1:
            return None
        best = max(votes) if together else troubled.pop()
    return Count(best, next(q for v, q, _ in found if v == best).strip())


def _class_counts(text: str) -> Iterator[Count]:
    for pattern in _CLASS_COUNTS:
        for match in pattern.finditer(text):
            value = _value(match["n"])
            if value is not None and 2 <= value <= 100_000:
                yield Count(value, match[0])
    yield from (Count(2, m[0]) for m in _BINARY.finditer(text))


def sample_count(sentences: Sequence[str], classes: int | None) -> Count | None:
    """The number of samples; "1000 per class" is multiplied when the class count is known."""
    found: dict[int, str] = {}
    for text in sentences:
        shape = _SHAPE.search(text)
        if shape:
            found[int(shape[1])] = shape[0]
        for match in _SAMPLES.finditer(text):
            value = _value(match["n"])
            if value is None or value < 2:
                continue
            factor = {"k": 1000, "thousand": 1000, "million": 1_000_000, "万": 10_000}
            value *= factor.get(match["k"] or "", 1)
            before = text[max(0, match.start() - 16) : match.start()]
            if _PER_CLASS.search(text[match.end() : match.end() + 24]) or _PER_CLASS_BEFORE.search(
                before
            ):
                if classes is None:
                    return None
                value *= classes
            found.setdefault(value, match[0])
    if len(found) != 1:
        return None
    value, quote = next(iter(found.items()))
    return Count(value, quote.strip())


def largest_share(sentences: Sequence[str]) -> tuple[float, str] | None:
    """The share of the largest class, .5 up to 1, when the text states it."""
    for text in sentences:
        share = _SHARE.search(text)
        if share and 50 <= float(share["p"]) <= 100:
            return float(share["p"]) / 100, share[0]
        ratio = _RATIO.search(text)
        if ratio and int(ratio[1]) + int(ratio[2]) == 100:
            return max(int(ratio[1]), int(ratio[2])) / 100, ratio[0]
    return None


def image_shape(sentences: Sequence[str]) -> str | None:
    """The shape tuple of a stack of images, as written, such as ``(287,256,256,3)``."""
    return next((m[0] for m in map(_SHAPE.search, sentences) if m), None)


def _value(text: str) -> int | None:
    if text in _WORDS:
        return _WORDS[text]
    digits = text.replace(",", "")
    return int(digits) if digits.isdigit() and len(digits) < 10 else None
