"""Our own colours can be read in every theme."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES

import assistant.chat
from assistant.chat.colors import GROUNDS, MINIMUM, ROLES, contrast, role_colors

OPAQUE = [name for name in BUILTIN_THEMES if "ansi" not in name]


def variables(name: str) -> dict[str, str]:
    theme = BUILTIN_THEMES[name]
    base = {**theme.to_color_system().generate(), **theme.variables}
    return {**base, **role_colors(theme, base)}


@pytest.mark.parametrize("theme", OPAQUE)
def test_every_role_is_readable_on_every_ground(theme: str) -> None:
    colors = variables(theme)
    for ground in GROUNDS:
        for role in ROLES:
            ratio = contrast(Color.parse(colors[role]), Color.parse(colors[ground]))
            assert ratio >= MINIMUM, f"{role} on {ground}: {ratio:.2f}"


@pytest.mark.parametrize("theme", [name for name in BUILTIN_THEMES if "ansi" in name])
def test_ansi_themes_keep_the_terminals_colours(theme: str) -> None:
    colors = variables(theme)
    assert colors["u-text"] == "ansi_default" and colors["u-added"] == "transparent"


def test_contrast_is_that_of_wcag() -> None:
    assert round(contrast(Color.parse("#000"), Color.parse("#fff")), 2) == 21.0
    assert round(contrast(Color.parse("#777"), Color.parse("#fff")), 2) == 4.48


def test_texts_are_coloured_in_our_roles_only() -> None:
    folder = Path(assistant.chat.__file__).parent
    known = {*ROLES, *GROUNDS, "foreground"}
    for path in [*folder.rglob("*.py"), *folder.rglob("*.tcss")]:
        if path.name != "colors.py":
            used = set(re.findall(r"\$([a-z][a-z-]*[a-z])", path.read_text(encoding="utf-8")))
            assert used - {"text"} <= known, path.name
    sheet = (folder / "chat.tcss").read_text(encoding="utf-8")
    for color in re.findall(r"(?<![\w-])color:\s*(\S+);", sheet):
        assert color.startswith("$u-")
