"""`unstuck knowledge`: checks the rule base, and writes the skeleton of a new rule."""

from __future__ import annotations

import re
import sys
from itertools import combinations
from pathlib import Path

from assistant.exit_status import OK, UNUSABLE
from assistant.reasoning.cases import replay_all
from knowledge.files import HERE, UnreadableFile
from knowledge.loader import Knowledge, load_messages, parse_knowledge
from knowledge.schema import CauseRule


def check_rule_base(folder: Path | None = None) -> int:
    """Print every fault and 2, or a summary and 0."""
    knowledge, problems = parse_knowledge(folder or HERE)
    faults = [str(p) for p in problems]
    if not faults:
        faults += _dangling(knowledge) + _catalogue()
        results = replay_all(knowledge)
        faults += [
            f"causes/{r.cause}.yaml: case {r.case.name!r} expects {r.case.expect}, "
            f"but the cause ranks {r.rank} ({r.probability:.2f}) and {r.leader} leads"
            for r in results
            if not r.held
        ]
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        print(f"{len(faults)} faults in the rule base", file=sys.stderr)
        return UNUSABLE
    cases = sum(len(c.cases) for c in knowledge.causes.values())
    count = f"{len(knowledge.causes)} causes, {len(knowledge.findings)} findings"
    print(f"{count}, {cases} labelled cases: all hold")
    for line in _advisory(knowledge):
        print(line)
    return OK


def _dangling(knowledge: Knowledge) -> list[str]:
    """References to findings and causes that do not exist, and codes used twice."""
    faults = []
    codes: dict[str, str] = {}
    for cause in knowledge.causes.values():
        where = f"causes/{cause.id}.yaml"
        named = {*cause.shows, *(f for group in cause.confirmed_by for f in group)}
        named |= {f for case in cause.cases for f in case.findings}
        named |= {gate.context for gate in cause.needs}
        named |= {fix.question for fix in cause.change if fix.question}
        faults += [
            f"{where}: unknown finding {f!r}" for f in sorted(named - set(knowledge.findings))
        ]
        unknown = [c for c in cause.look_alikes if c not in knowledge.causes]
        faults += [f"{where}: look_alikes: unknown cause {c!r}" for c in unknown]
        if cause.code in codes:
            faults.append(f"{where}: code {cause.code} is that of {codes[cause.code]}")
        codes[cause.code] = cause.id
    return faults


def _catalogue() -> list[str]:
    try:
        load_messages()
    except UnreadableFile as error:
        return [f"messages/{error}"]
    return []


def _advisory(knowledge: Knowledge) -> list[str]:
    """What weakens the rule base without being wrong: twins, unused findings, untested causes."""
    lines = []
    used = {f for c in knowledge.causes.values() for f in c.shows}
    idle = [
        f.id
        for f in knowledge.findings.values()
        if f.kind in ("symptom", "evidence") and f.id not in used
    ]
    if idle:
        lines.append(f"findings no cause uses ({len(idle)}): {', '.join(idle)}")
    if untested := [c.id for c in knowledge.causes.values() if not c.cases]:
        lines.append(f"causes no case tests ({len(untested)}): {', '.join(untested)}")
    twins = [
        f"{a.id} / {b.id}"
        for a, b in combinations(knowledge.causes.values(), 2)
        if a.fix != b.fix and not _told_apart(a, b)
    ]
    if twins:
        lines.append(f"twins no finding tells apart ({len(twins)}): {', '.join(twins)}")
    return lines


def _told_apart(a: CauseRule, b: CauseRule) -> bool:
    """One finding whose likelihood differs by half, or gates that exclude each other."""
    names = {*a.shows, *b.shows}
    if any(abs(a.shows.get(f, 0.0) - b.shows.get(f, 0.0)) >= 0.5 for f in names):
        return True
    gates = {g.context: g for g in a.needs}
    return any(g.context in gates and gates[g.context] != g for g in b.needs)


_SKELETON = """\
# Read README.md beside this folder, and look at a rule near yours first.
id: {id}
code: {code}
kind: fault
title:
  en: what is wrong, in the user's words
  zh: 用用户的话说明问题
prior: 1
needs: []
fix: {id}
effort: 60
shows:
  not-learning: often
confirmed_by: []
means:
  en: what it means, in two sentences with at most one new term
  zh: 用两句话说明含义，最多一个新术语
change:
  - grade: sketch
    summary:
      en: what to change
      zh: 修改什么
    do:
      - {{op: show-lines, lines: "code to write"}}
worked_when:
  en: the figure the first epoch shows once it is cured
  zh: 修好之后第一个 epoch 显示的数值
not_sure:
  en: what to look at when that figure does not come
  zh: 如果没有出现这个数值，接下来检查什么
page:
  what_happens:
    en: what the user sees
    zh: 用户看到的现象
  why:
    en: why it happens
    zh: 为什么会这样
  wrong: |
    model.compile()
  right: |
    model.compile()
  how_to_check:
    en: one thing to print or run
    zh: 打印或运行什么来确认
  when_wrong:
    en: when this advice does not hold
    zh: 什么时候这条建议不成立
look_alikes: []
references: []
cases:
  - name: a case that must lead here
    findings: {{not-learning: true}}
    expect: top3
"""


def new_rule(name: str, folder: Path = HERE / "causes") -> int:
    """Write the skeleton of a cause with the next free code."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        print(
            f"unstuck: {name!r} is not kebab-case, such as learning-rate-too-high", file=sys.stderr
        )
        return UNUSABLE
    path = folder / f"{name}.yaml"
    if path.exists():
        print(f"unstuck: {path} is there already", file=sys.stderr)
        return UNUSABLE
    knowledge, _ = parse_knowledge()
    used = [int(c.code[1:]) for c in knowledge.causes.values() if c.code[1:].isdigit()]
    path.write_text(_SKELETON.format(id=name, code=f"U{max(used, default=0) + 1:03d}"), "utf-8")
    print(f"{path}\nFill it in, then: unstuck knowledge check")
    return OK
