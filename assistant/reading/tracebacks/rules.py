"""The rules of ``knowledge/errors.yaml``: known messages, what they prove, and how to say it.

One rule, in full (`expressions` has the small language of ``when``, ``value`` and ``let``)::

    - id: label-outside-range
      era: [tf1, keras2, tf2, keras3]
      source: keras 3.15, tensorflow 2.21          # where the wording was checked
      kind: error                                  # or warning
      needle: outside the valid range              # a piece of the message, in lower case
      pattern: 'label value of <value:int> which is outside the .* of \\[0, <classes:int>\\)'
      let: {above: value - classes}
      findings:
        - {id: label-range-error}
        - {id: labels-at-or-above-units, value: value, when: value >= classes}
      cause: labels-out-of-range
      say: {en: "...", zh: "..."}
      cases:                                       # look-alikes: the first whose ``when`` holds
        - when: value == classes
          cause: labels-not-zero-based
          findings: [...]                          # besides those above
          say: {en: "...", zh: "..."}

A pattern is a regular expression in which a space stands for any white space (messages are wrapped
by terminals) and ``<name:kind>`` for a named group: ``shape`` ``(None, 10)`` or ``[32,10]``,
``int``, ``ints`` a list of them, ``number``, ``name`` a word with dots and slashes. A finding's
``value`` is an expression, or a text in which ``{name}`` is filled in.
``present: false`` says that the message rules the finding out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Literal

from assistant.reading.tracebacks.expressions import BadExpression, Value, evaluate, holds, names_in

Texts = Mapping[str, str]

KINDS = {
    "shape": r"[\[(][^\[\]()]{0,80}[\])]",
    "int": r"-?\d{1,12}",
    "ints": r"-?\d{1,12}(?:[\s,]{1,3}-?\d{1,12}){0,4000}",
    "number": r"-?\d{1,12}(?:\.\d{1,9})?(?:[eE][-+]?\d{1,3})?",
    "name": r"[\w./:-]{1,120}",
}
_MACRO = re.compile(r"<(\w+):(\w+)>")
_SHAPE = re.compile(r"[\[(][\s\d,None?\-]*[\])]")


class BadRule(ValueError):
    """A rule that cannot be used; the message names it and the fault."""


@dataclass(frozen=True)
class Yield:
    """A finding that a message yields, when its condition holds."""

    id: str
    value: str | None = None
    when: str | None = None
    present: bool = True


@dataclass(frozen=True)
class Case:
    """What a message means; the rule itself is its own last case."""

    say: Texts
    cause: str | None = None
    findings: tuple[Yield, ...] = ()
    when: str | None = None


@dataclass(frozen=True)
class Rule:
    """One known message."""

    id: str
    pattern_text: str
    needles: tuple[str, ...]
    kind: Literal["error", "warning"]
    era: tuple[str, ...]
    source: str
    let: Mapping[str, str]
    cases: tuple[Case, ...]
    always: tuple[Yield, ...] = field(default=())

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The compiled pattern; compiled when a text first holds one of the needles."""
        return re.compile(expand(self.pattern_text), re.I)

    def case_for(self, values: Mapping[str, Value]) -> Case:
        """The first case whose condition holds; the last one has none."""
        return next(c for c in self.cases if c.when is None or holds(c.when, values))


def expand(text: str) -> str:
    """A pattern of the rule file as a plain regular expression.

    Raises:
        BadRule: a ``<name:kind>`` of a kind that does not exist.
    """

    def group(found: re.Match[str]) -> str:
        if found[2] not in KINDS:
            raise BadRule(f"unknown kind {found[2]!r}; known: {', '.join(KINDS)}")
        return f"(?P<{found[1]}>{KINDS[found[2]]})"

    parts = _MACRO.split(text)
    spaced = [re.sub(r"(?<!\\) +", r"\\s+", part) for part in parts[::3]]
    macros = [group(found) for found in _MACRO.finditer(text)]
    return "".join(a + b for a, b in zip(spaced, [*macros, ""], strict=True))


def typed(text: str | None) -> Value:
    """A matched group as a value: a shape, a list, a whole number, a number, or the text itself."""
    if text is None:
        return None
    text = text.strip()
    if _SHAPE.fullmatch(text):
        lengths = re.findall(r"-?\d+|None|\?", text)
        return tuple(int(n) if n not in ("None", "?", "-1") else None for n in lengths)
    if re.fullmatch(r"-?\d{1,18}", text):
        return int(text)
    if re.fullmatch(r"-?\d{1,12}(?:[\s,]+-?\d{1,12})+", text):
        return tuple(int(n) for n in re.findall(r"-?\d+", text))
    if re.fullmatch(KINDS["number"], text):
        return float(text)
    return text


def parse_rules(data: Any) -> tuple[Rule, ...]:
    """The rules of a parsed rule file, in order.

    Raises:
        BadRule: with the id (or place) of the rule and the fault.
    """
    if not isinstance(data, list):
        raise BadRule("errors.yaml holds a list of rules")
    rules = []
    for place, item in enumerate(data):
        name = item.get("id", f"number {place + 1}") if isinstance(item, dict) else place + 1
        try:
            rules.append(_rule(item))
        except (KeyError, TypeError, AttributeError) as error:
            raise BadRule(f"rule {name}: {error}") from error
        except BadRule as error:
            raise BadRule(f"rule {name}: {error}") from error
    return tuple(rules)


def _rule(item: Mapping[str, Any]) -> Rule:
    unknown = set(item) - {
        *("id", "era", "source", "kind", "needle", "pattern", "let"),
        *("findings", "cause", "say", "cases"),
    }
    if unknown:
        raise BadRule(f"unknown key {sorted(unknown)[0]!r}")
    needle = item["needle"]
    kind = item.get("kind", "error")
    if kind not in ("error", "warning"):
        raise BadRule(f"kind {kind!r} is neither error nor warning")
    expand(item["pattern"])
    return Rule(
        id=item["id"],
        pattern_text=item["pattern"],
        needles=tuple(needle) if isinstance(needle, list) else (needle,),
        kind=kind,
        era=tuple(item.get("era", ())),
        source=item.get("source", ""),
        let=dict(item.get("let", {})),
        cases=(*(_case(case) for case in item.get("cases", ())), _case(item)),
        always=_yields(item),
    )


def _case(item: Mapping[str, Any]) -> Case:
    own = _yields(item) if "when" in item else ()
    return Case(dict(item["say"]), item.get("cause"), own, item.get("when"))


def _yields(item: Mapping[str, Any]) -> tuple[Yield, ...]:
    found = []
    for entry in item.get("findings", ()):
        unknown = set(entry) - {"id", "value", "when", "present"}
        if unknown:
            raise BadRule(f"unknown key {sorted(unknown)[0]!r} in a finding")
        value = entry.get("value")
        shown = None if value is None else str(value)
        found.append(Yield(entry["id"], shown, entry.get("when"), entry.get("present", True)))
    return tuple(found)


def faults(rule: Rule) -> list[str]:
    """What is wrong with a rule that parsed: expressions, placeholders, needles, languages.

    Args:
        rule: a rule as `parse_rules` gives it.

    Returns:
        One sentence for each fault, empty for a good rule.
    """
    names = set(re.findall(r"\(\?P<(\w+)>", expand(rule.pattern_text)))
    found = []
    for name, expression in rule.let.items():
        found += _unknown_names(expression, names)
        names.add(name)
    for case in rule.cases:
        for condition in (case.when, *(y.when for y in case.findings)):
            found += _unknown_names(condition, names)
        for language, text in case.say.items():
            missing = set(re.findall(r"\{(\w+)\}", text)) - names
            found += [f"{language}: nothing fills {{{name}}}" for name in sorted(missing)]
        if set(case.say) != {"en", "zh"}:
            found.append("a text in en and in zh is needed")
    for entry in (*rule.always, *(y for case in rule.cases for y in case.findings)):
        found += _unknown_names(entry.when, names)
        shown = entry.value or ""
        if "{" in shown:
            missing = set(re.findall(r"\{(\w+)\}", shown)) - names
            found += [f"nothing fills {{{name}}}" for name in sorted(missing)]
        else:
            found += _unknown_names(entry.value, names)
    found += [f"needle {n!r} is not in lower case" for n in rule.needles if n != n.lower()]
    return found


def _unknown_names(expression: str | None, names: set[str]) -> list[str]:
    if expression is None:
        return []
    try:
        missing = names_in(expression) - names
        evaluate(expression, {})
    except BadExpression as error:
        return [str(error)]
    return [f"{name!r} in {expression!r} is not known" for name in sorted(missing)]


@lru_cache(maxsize=1)
def known_rules() -> tuple[Rule, ...]:
    """The rules that come with unstuck."""
    from knowledge.files import HERE, read_many

    path = HERE / "errors.yaml"
    return parse_rules(read_many([path], "errors")[path])
