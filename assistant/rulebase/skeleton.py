"""`unstuck knowledge new`: writes the skeleton of a cause, with the next free code."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from assistant.exit_status import OK, UNUSABLE
from knowledge.files import HERE
from knowledge.loader import parse_knowledge

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
