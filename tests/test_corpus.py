"""Faulty scripts are cured by the diff, shown by training them; healthy ones are left alone.

Every script runs before it is judged: the faulty one must fail its limit, the patched one must
meet it. The assistant gets what their author has: the script, what it printed, and the answers
that its author would give. Scripts whose fault another one shows as well are left to
``python -m tests.benchmarks scripts``, which runs them all.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.corpus.manifest import Script, faulty_scripts, healthy_scripts
from tests.corpus.runner import Runner
from tests.corpus.treatment import SHOWN, Course, examine, patch_program, prepare, treat

FAULTY = [script for script in faulty_scripts() if not script.seldom]
HEALTHY = healthy_scripts()


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    with Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def courses(
    request: pytest.FixtureRequest, runner: Runner, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Course]:
    """The courses of the scripts that were selected, run side by side."""
    if patch_program() is None:
        pytest.skip("there is no patch on this machine")
    wanted = [item.callspec.params["faulty"].name for item in request.session.items
              if hasattr(item, "callspec") and "faulty" in item.callspec.params]  # fmt: skip
    scripts = [script for script in FAULTY if script.name in wanted]
    return treat(scripts, runner, tmp_path_factory.mktemp("courses"))


@pytest.fixture(scope="module")
def printed(
    runner: Runner, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[bool, str]]:
    """Whether each healthy script learns, and what it prints."""
    folder = tmp_path_factory.mktemp("healthy")
    paths = [prepare(script, folder) for script in HEALTHY]
    outcomes = runner.run([(path, 0) for path in paths])
    return {s.name: (s.learns(o), o.output) for s, o in zip(HEALTHY, outcomes, strict=True)}


@pytest.mark.slow
@pytest.mark.parametrize("faulty", FAULTY, ids=lambda script: script.name)
def test_diff_cures_the_script(faulty: Script, courses: dict[str, Course]) -> None:
    course = courses[faulty.name]
    assert not faulty.learns(course.outcomes[0]), "the faulty script meets its limit"
    if faulty.expect_miss and not course.cured:
        pytest.xfail(faulty.expect_miss)
    assert course.cured, course.why_not


@pytest.mark.slow
@pytest.mark.parametrize("faulty", FAULTY, ids=lambda script: script.name)
def test_right_cause_is_among_the_first_three(faulty: Script, courses: dict[str, Course]) -> None:
    first = courses[faulty.name].examinations[0]
    rank = first.rank(faulty.causes)
    assert rank is not None and rank <= SHOWN, str(first)


@pytest.mark.slow
@pytest.mark.parametrize("healthy", HEALTHY, ids=lambda script: script.name)
def test_healthy_script_is_left_alone(
    healthy: Script, printed: dict[str, tuple[bool, str]], tmp_path: Path
) -> None:
    learns, output = printed[healthy.name]
    assert learns, "the healthy script does not meet its limit"
    path = prepare(healthy, tmp_path)
    for given in ("", output):
        found = examine(path, printed=given)
        assert found.diff == ""
        assert found.held == []


def test_each_script_has_a_limit_and_a_cure_by_hand() -> None:
    two = [script for script in FAULTY if script.faults == 2]
    assert len(FAULTY) >= 30 and len(two) >= 10 and len(HEALTHY) >= 12
    for script in (*faulty_scripts(), *HEALTHY):
        assert (script.above is None) != (script.below is None), script.name
    for script in faulty_scripts():
        assert len(script.by_hand) == script.faults, script.name
        cured = script.cured_by_hand(*range(script.faults))
        compile(cured, script.name, "exec")
        assert cured != script.text
