"""`unstuck knowledge new`: writes the skeleton of a cause, with the next free code."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from assistant.exit_status import OK, UNUSABLE
from knowledge.fields import UNWRITTEN
from knowledge.files import HERE
from knowledge.loader import parse_knowledge

_SKELETON = """\
# Read README.md in the folder above, and look at a rule near yours first: unstuck explain ID
# A text that begins with {mark} is still to be written; unstuck knowledge check tells which.
id: {id}
code: {code}
kind: fault                # or normal, for "nothing is wrong, this is how it looks"
title:
  en: {mark} what is wrong, in one line and in the user's words
  zh: {mark} 用用户的话，一行说明问题
prior: 1                   # 1 rare, 3 usual, 8 and more the most frequent
needs: []                  # such as: task = regression
fix: {id}
effort: 60                 # seconds that the cure takes
shows:                     # always, usually, often, sometimes, rarely
  not-learning: often
confirmed_by: []           # findings that leave no other reading
means:
  en: {mark} what it means, in two sentences with at most one new term
  zh: {mark} 用两句话说明含义，最多一个新术语
change:
  - grade: sketch          # or safe, or answer
    summary:
      en: {mark} what to change
      zh: {mark} 修改什么
    do:
      - op: show-lines
        lines: |
          model.compile()
worked_when:
  en: {mark} the figure the first epoch shows once it is cured
  zh: {mark} 修好之后第一个 epoch 显示的数值
not_sure:
  en: {mark} what to look at when that figure does not come
  zh: {mark} 如果没有出现这个数值，接下来检查什么
page:
  what_happens:
    en: {mark} what the user sees
    zh: {mark} 用户看到的现象
  why:
    en: {mark} why it happens
    zh: {mark} 为什么会这样
  wrong: |
    model.compile()
  right: |
    model.compile()
  how_to_check:
    en: {mark} one thing to print or run
    zh: {mark} 打印或运行什么来确认
  when_wrong:
    en: {mark} when this advice does not hold
    zh: {mark} 什么时候这条建议不成立
look_alikes: []            # ids of causes that people mistake for this one
references: []             # pages, papers or threads by name
cases:                     # findings that somebody would bring, and what must come of them
  - name: {mark} two or three signs of it
    findings: {{}}
    expect: first
  - name: {mark} other signs of it
    findings: {{}}
    expect: first
  - name: {mark} what looks like it and is not
    findings: {{}}
    expect: absent
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
    code = f"U{max(used, default=0) + 1:03d}"
    path.write_text(_SKELETON.format(id=name, code=code, mark=UNWRITTEN), "utf-8")
    print(f"{path}\nFill it in, then: unstuck knowledge check")
    return OK
