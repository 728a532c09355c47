"""The rules of ``knowledge/errors.yaml`` and their small language."""

from __future__ import annotations

import pytest

from assistant.reading.tracebacks import parse_rules, read_traceback
from assistant.reading.tracebacks.expressions import BadExpression, Value, evaluate, holds
from assistant.reading.tracebacks.rules import BadRule, expand, faults, known_rules, typed


def test_the_rules_are_sound() -> None:
    rules = known_rules()
    assert len({rule.id for rule in rules}) == len(rules)
    assert {fault for rule in rules for fault in faults(rule)} == set()
    for rule in rules:
        assert rule.era, rule.id
        assert rule.source, rule.id
        rule.pattern.search("")


def test_findings_and_causes_of_the_rules_are_known() -> None:
    from knowledge.loader import load_knowledge

    known = load_knowledge()
    for rule in known_rules():
        for case in rule.cases:
            assert case.cause is None or case.cause in known.causes, (rule.id, case.cause)
        for entry in (*rule.always, *(y for case in rule.cases for y in case.findings)):
            assert entry.id in known.findings, (rule.id, entry.id)


def test_no_blame_and_no_belittling() -> None:
    for rule in known_rules():
        for case in rule.cases:
            words = case.say["en"].lower().split()
            assert not {"simply", "just", "obviously", "wrongly"} & set(words), rule.id
            assert not any(word in case.say["zh"] for word in ("只需", "显然")), rule.id


def test_a_bad_rule_is_named() -> None:
    good = {
        "id": "x",
        "needle": "boom",
        "pattern": "boom <n:int>",
        "say": {"en": "{n}", "zh": "{n}"},
    }
    (rule,) = parse_rules([good])
    assert faults(rule) == []
    assert read_traceback("boom\n  7", [rule]).matches[0].values == {"n": 7}
    for change, fault in (
        ({"pattern": "<n:colour>"}, "unknown kind"),
        ({"kind": "noise"}, "neither error nor warning"),
        ({"find": []}, "unknown key"),
        ({"findings": [{"id": "y", "if": "n"}]}, "unknown key"),
    ):
        with pytest.raises(BadRule, match=fault):
            parse_rules([{**good, **change}])
    with pytest.raises(BadRule, match="rule x"):
        parse_rules([{"id": "x"}])
    with pytest.raises(BadRule, match="a list"):
        parse_rules({"id": "x"})
    (doubtful,) = parse_rules(
        [{**good, "let": {"m": "n +"}, "say": {"en": "{k}"}, "needle": "Boom"}]
    )
    assert len(faults(doubtful)) == 4


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a == 3 and b == 4", True),
        ("first(s) * last(s)", 320),
        ("a / 2", None),
        ("(a + 1) / 2", 2),
        ("rank(s) == 2 or unknown == 1", True),
        ("unknown == 1", False),
        ("not unknown == 1", True),
        ("unknown + 1", None),
        ("a / 0", None),
        ("item(s, -1)", 10),
        ("item(s, 9)", None),
        ("least(s) < most(s) <= 32", True),
        ("product(hole)", None),
        ("count(s)", 2),
        ("megabytes(s)", 1),
        ('has(word, "ENTROPY")', True),
        ("word < 3", False),
        ("either(unknown, a)", 3),
        ("known(unknown)", False),
        ("-a", -3),
    ],
)
def test_expressions(text: str, value: object) -> None:
    names: dict[str, Value] = {
        "a": 3,
        "b": 4,
        "s": (32, 10),
        "hole": (None, 3),
        "word": "crossentropy",
    }
    assert evaluate(text, names) == value
    assert holds(text, names) is (value is True)


@pytest.mark.parametrize(
    "text",
    ["a.b", "a[0]", "__import__('os')", "a if b else c", "lambda: 1", "(", "a ** 9", "rank()"],
)
def test_expressions_can_do_nothing_else(text: str) -> None:
    with pytest.raises(BadExpression):
        evaluate(text, {"a": 1, "b": 2, "c": 3})


def test_groups_are_typed_by_their_look() -> None:
    assert typed("(None, 10)") == (None, 10)
    assert typed("[32,10]") == (32, 10)
    assert typed("(32,)") == (32,)
    assert typed("4 3 -1") == (4, 3, -1)
    assert typed("-7") == -7
    assert typed("2.5") == 2.5
    assert typed("dense_1") == "dense_1"
    assert typed(None) is None


def test_spaces_and_names_in_patterns() -> None:
    assert expand("a b <n:int>") == r"a\s+b\s+(?P<n>-?\d{1,12})"
