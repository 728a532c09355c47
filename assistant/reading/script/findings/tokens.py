"""Findings about token ids: the largest that can occur against the rows of the Embedding."""

from __future__ import annotations

from assistant.reading.script.findings.facts import Facts
from assistant.reading.script.values import Call, Layer, Value, const_of

#: what makes token ids -> the argument that limits them, and its place
LIMITS = {
    "Tokenizer": ("num_words", 0),
    "TextVectorization": ("max_tokens", 0),
    "load_data": ("num_words", 1),
}
#: data sets of texts, whose `load_data` takes ``num_words``
_TEXTS = ("imdb", "reuters")


def find(facts: Facts) -> None:
    """Ids up to the size of the vocabulary, looked up in fewer rows.

    The vocabulary may be smaller than its limit, so that this is strong evidence and no proof;
    where the script has several vocabularies or Embeddings, nothing is said.
    """
    main = facts.main
    if main is None:
        return
    tables = [placed for placed in main.own if placed.record.kind == "Embedding"]
    makers = {limit: value for value in _makers(facts) if (limit := _limit(value)) is not None}
    rows = {placed.record.config.get("input_dim") for placed in tables}
    if len(tables) != 1 or len(makers) != 1 or len(rows) != 1:
        return
    (limit, maker), size = makers.popitem(), rows.pop()
    if not isinstance(size, int):
        return
    facts.add(
        "vocabulary-larger-than-embedding",
        limit > size,
        f"{limit} > {size}",
        tables[0].node,
        anchor=(maker.node, *LIMITS[kind_of(maker)]),
    )


def kind_of(maker: Value) -> str:
    """The name in `LIMITS` of what makes token ids."""
    return maker.kind if isinstance(maker, Layer) else maker.last if isinstance(maker, Call) else ""


def _makers(facts: Facts) -> list[Value]:
    return [*facts.run.calls, *facts.run.layers]


def _limit(value: Value) -> int | None:
    """The number of different ids that a tokenizer or data set gives at most."""
    kind = kind_of(value)
    if kind not in LIMITS:
        return None
    name, place = LIMITS[kind]
    if isinstance(value, Layer):
        number = value.const(name)
    elif isinstance(value, Call):
        if kind == "load_data" and not any(text in value.path for text in _TEXTS):
            return None
        number = const_of(value.arg(name, place))
    return number if isinstance(number, int) and number > 0 else None
