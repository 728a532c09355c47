"""Diffs and code as content."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.chat.diff import code_content, diff_parts
from tests.chat.fake import DIFF


def test_each_line_keeps_its_sign() -> None:
    parts = diff_parts(DIFF, "en")
    assert [kind for kind, _ in parts] == ["place", "same", "removed", "added"]
    place, same, removed, added = (content.plain.splitlines() for _, content in parts)
    assert place == ["train.py", "line 12"]
    assert all(line.startswith("  ") for line in same)
    assert all(line.startswith("- ") for line in removed) and len(removed) == 2
    assert added[0] == "+ model.add(Dense(4, activation='softmax'))"


def test_a_file_name_is_no_added_line_and_brackets_survive() -> None:
    parts = diff_parts("--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-x[0]\n+x[/b]\n", "zh")
    assert [content.plain for _, content in parts] == ["x.py\n第 1 行", "- x[0]", "+ x[/b]"]


def test_code_is_coloured_in_our_roles_only() -> None:
    content = code_content(["x = f(1, 'a')  # why", "if True: return None"], "en")
    styles = {str(span.style) for span in content.spans}
    assert styles and all(style.startswith("$u-") for style in styles)
    assert content.plain.splitlines()[0] == "x = f(1, 'a')  # why"


@given(st.text(), st.lists(st.text(), max_size=5))
def test_any_text(diff: str, lines: list[str]) -> None:
    diff_parts(diff, "en")
    code_content(lines, "en")


def test_a_long_diff_says_how_much_is_left() -> None:
    diff = "\n".join(["@@ -1,400 +1,400 @@", *(f"+line{i}" for i in range(400))])
    assert diff_parts(diff, "en")[-1][1].plain == "… 201 more lines"
