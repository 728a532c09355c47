"""Faults in a rule file are told with file, line, key and the nearest known key."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from knowledge.files import HERE, UnreadableFile, read_many, read_yaml
from knowledge.loader import load_messages, parse_knowledge
from knowledge.texts import complete, fill

RULE = (HERE / "causes" / "missing-output-activation.yaml").read_text(encoding="utf-8")


@pytest.fixture
def base(tmp_path: Path) -> Path:
    for name in ("causes", "findings"):
        (tmp_path / name).mkdir()
    (tmp_path / "causes" / "missing-output-activation.yaml").write_text(RULE, encoding="utf-8")
    return tmp_path


def faults(base: Path, old: str, new: str) -> list[str]:
    assert old in RULE
    text = RULE.replace(old, new, 1)
    (base / "causes" / "missing-output-activation.yaml").write_text(text, encoding="utf-8")
    return [str(p) for p in parse_knowledge(base)[1]]


def test_a_good_rule_has_no_fault(base: Path) -> None:
    knowledge, problems = parse_knowledge(base)
    assert problems == []
    assert knowledge.cause_by_code("u001") is knowledge.causes["missing-output-activation"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("effort: 20", "efort: 20", "'effort'"),
        ("acc-flat: often", "acc-flat: oftn", "'often'"),
        ("prior: 8", "prior: many", "needs a number"),
        ("op: set-output", "op: set-outptu", "unknown change"),
        ("activation: softmax}", "actvation: softmax}", "takes no 'actvation'"),
        ("grade: safe", "grade: sure", "safe, answer, sketch"),
        ("code: U001", "code: X1", "U017"),
        ("expect: first", "expect: best", "first, top3"),
        ("task in classification", "task inside classification", "class-count > 2"),
    ],
)
def test_a_fault_names_file_line_and_remedy(base: Path, old: str, new: str, told: str) -> None:
    found = faults(base, old, new)
    assert len(found) >= 1
    assert told in found[0]
    line = next(i for i, text in enumerate(RULE.replace(old, new, 1).split("\n"), 1) if new in text)
    assert found[0].startswith(f"missing-output-activation.yaml:{line}:")


def test_a_missing_language_is_a_fault(base: Path) -> None:
    cut = RULE[RULE.index("  zh: 最后一层") : RULE.index("prior: 8")]
    assert "'zh' is missing" in faults(base, cut, "")[0]


def test_all_faults_are_told_at_once(base: Path) -> None:
    assert len(faults(base, "effort: 20", "efort: 20\nprier: 2\ncode2: 3")) == 3


@pytest.mark.parametrize(
    "text", ["a: [1", "- &a [*a]\n" * 2 + "x: y: z", "!!python/object:os.system x"]
)
def test_what_is_no_yaml_is_one_fault(base: Path, text: str) -> None:
    (base / "causes" / "broken.yaml").write_text(text, encoding="utf-8")
    problems = parse_knowledge(base)[1]
    assert problems and all("broken.yaml" in str(p) for p in problems)


def test_an_alias_bomb_is_refused(tmp_path: Path) -> None:
    rows = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    for this, last in zip("bcdefg", "abcdef", strict=True):
        rows.append(f"{this}: &{this} [{', '.join([f'*{last}'] * 9)}]")
    path = tmp_path / "bomb.yaml"
    path.write_text("\n".join(rows))
    with pytest.raises(UnreadableFile, match="nested"):
        read_yaml(path)


def test_the_cache_is_never_stale(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("a: 1")
    assert read_many([path], "stale")[path] == {"a": 1}
    path.write_text("a: 22")
    assert read_many([path], "stale")[path] == {"a": 22}
    stat = path.stat()
    path.write_text("a: 33")  # as long, and dated back
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert read_many([path], "stale")[path] == {"a": 33}
    from knowledge.files import cache_folder

    (cache_folder() / "stale.json").write_text("{broken")
    assert read_many([path], "stale")[path] == {"a": 33}


def test_the_bundled_rule_base_is_sound() -> None:
    knowledge, problems = parse_knowledge()
    assert problems == []
    assert len(knowledge.causes) >= 30
    assert len(knowledge.findings) >= 40
    assert load_messages()


def test_a_copied_rule_base_loads_the_same(tmp_path: Path) -> None:
    for name in ("causes", "findings"):
        shutil.copytree(HERE / name, tmp_path / name)
    assert parse_knowledge(tmp_path)[0] == parse_knowledge()[0]


def test_a_gap_in_a_sentence_never_fails() -> None:
    assert fill("{a} and {b:.2f}", {"a": "[x]"}) == "[x] and –"
    assert fill("{a.__class__}", {"a": 1}) == "–"
    assert not complete("{a} {b}", {"a": 1})
