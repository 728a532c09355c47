"""One entry of ``findings/*.yaml`` to a `FindingRule`."""

from __future__ import annotations

from knowledge.fields import Fields
from knowledge.schema import WAYS, Choice, FindingRule, Kind

_KEYS = (
    "id", "kind", "read", "title", "say", "leak", "ask", "why", "choices", "probe", "know",
    "seconds", "proof",
)  # fmt: skip
_KINDS: tuple[Kind, ...] = ("symptom", "evidence", "context", "special")


def parse_finding(entry: Fields) -> FindingRule | None:
    """The rule, or None when the entry has no usable form; every fault is noted."""
    if not entry.mapping():
        return None
    entry.only(_KEYS)
    data = entry.data
    kind = entry.one_of("kind", _KINDS, "evidence")
    title = entry.texts("title")
    ask = entry.texts("ask", optional=True) or None
    why = entry.texts("why", optional=True) or None
    if ask and not why:
        entry.fault("a question needs a 'why'", "ask")
    read = entry.names("read")
    for way in read:
        if way not in WAYS:
            entry.fault(f"needs words among {', '.join(WAYS)}, found {way!r}", "read")
    return FindingRule(
        id=entry.text("id"),
        kind=kind,  # type: ignore[arg-type]
        title=title,
        say=entry.texts("say", optional=True) or title,
        read=read,
        leak=entry.number("leak", 0.03, 0.001, 0.4),
        ask=ask,
        why=why,
        choices=tuple(_choice(item) for item in entry.items("choices") if item.mapping()),
        probe=entry.text("probe") if "probe" in data else None,
        know=entry.number("know", 0.8, 0.0, 1.0),
        seconds=entry.number("seconds", 12, 0, 3600) if "seconds" in data else None,
        proof=bool(data.get("proof", False)),
    )


def _choice(item: Fields) -> Choice:
    item.only(("value", "label"))
    value = item.data.get("value")
    if not isinstance(value, (str, int, bool)):
        item.fault("needs a word, a whole number, true or false", "value")
        value = ""
    return Choice(value=value, label=item.texts("label"))
