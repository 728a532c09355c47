"""The guide's rule works as printed, and what the causes show and say keeps the house's tone."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path

import pytest

from assistant.rulebase import check_rule_base, new_rule
from knowledge.files import HERE
from knowledge.loader import load_knowledge
from knowledge.schema import CauseRule

CAUSES = list(load_knowledge().causes.values())
GUIDE = (HERE / "README.md").read_text(encoding="utf-8")
#: Words that tell somebody who is stuck that it was easy; code is left out of the search.
BELITTLING = re.compile(r"\b(simply|obviously|merely|of course|just)\b|只需|显然|简单地", re.I)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    for name in ("causes", "findings"):
        shutil.copytree(HERE / name, tmp_path / name)
    return tmp_path


def test_the_rule_in_the_guide_passes_the_check(
    base: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rule = re.findall(r"```yaml\n(id: .*?)```", GUIDE, re.S)
    assert len(rule) == 1
    (base / "causes" / "dropout-behind-the-output.yaml").write_text(rule[0], encoding="utf-8")
    status = check_rule_base(base)
    told = capsys.readouterr()
    assert status == 0, told.err
    assert "dropout-behind-the-output" not in told.out  # no advice against it either


def test_a_new_skeleton_is_told_text_by_text_until_it_is_written(
    base: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "dropout-behind-the-output"
    assert new_rule(name, base / "causes") == 0
    path = base / "causes" / f"{name}.yaml"
    assert new_rule(name, base / "causes") != 0  # never written over
    assert new_rule("No Such Form", base / "causes") != 0
    capsys.readouterr()
    assert check_rule_base(base) != 0
    told = capsys.readouterr().err.splitlines()[:-1]
    lines = [int(line.split(":")[1]) for line in told]
    assert lines == sorted(lines)
    unwritten = [n for n, text in enumerate(path.read_text("utf-8").splitlines(), 1) if "…" in text]
    assert set(unwritten[1:]) <= set(lines)  # the first is the remark that explains the mark
    keys = " ".join(line.split(": ")[1] for line in told)
    for key in ("shows", "look_alikes", "references", "page.right", "cases.0.findings"):
        assert key in keys


def test_a_slip_in_that_rule_is_told_as_the_guide_says(
    base: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rule = re.findall(r"```yaml\n(id: .*?)```", GUIDE, re.S)[0]
    slipped = rule.replace("loss-huge: often", "loss-huge: oftn")
    (base / "causes" / "dropout-behind-the-output.yaml").write_text(slipped, encoding="utf-8")
    assert check_rule_base(base) != 0
    told = " ".join(capsys.readouterr().err.split())
    printed = re.search(r" {4}(dropout-behind-the-output\.yaml:\d+: .*?\?)\n", GUIDE, re.S)
    assert printed is not None
    assert " ".join(printed[1].split()) in told


@pytest.mark.parametrize("cause", CAUSES, ids=lambda c: c.id)
def test_the_code_a_cause_shows_is_python(cause: CauseRule) -> None:
    for code in (cause.page.wrong, cause.page.right):
        assert code.strip()
        ast.parse(code)
    for fix in cause.change:
        changes = (*fix.do, *(c for answer in fix.by_answer.values() for c in answer))
        for change in changes:
            if change.op == "show-lines":
                ast.parse(change.args["lines"])


@pytest.mark.parametrize("cause", CAUSES, ids=lambda c: c.id)
def test_a_cause_belittles_nobody(cause: CauseRule) -> None:
    page = cause.page
    texts = [cause.title, cause.means, cause.worked_when, cause.not_sure]
    texts += [page.what_happens, page.why, page.how_to_check, page.when_wrong]
    texts += [fix.summary for fix in cause.change]
    found = [t for text in texts for t in text.values() if BELITTLING.search(t)]
    assert found == []


@pytest.mark.parametrize("cause", CAUSES, ids=lambda c: c.id)
def test_a_cause_has_cases_for_and_against(cause: CauseRule) -> None:
    expected = [case.expect for case in cause.cases]
    assert "absent" in expected
    assert sum(e != "absent" for e in expected) >= 2
