"""Our own text colours: those of the theme, moved just far enough to be readable.

Textual's named colours fall below 4.5:1 in a third of its themes (``$accent`` on ``$surface`` of
textual-light: 1.4). Every text colour used here is one of `ROLES`; each is lightened or darkened
until it keeps WCAG 2 contrast of 4.5:1 on all the backgrounds it may stand on.
"""

from __future__ import annotations

from collections.abc import Mapping

from textual.color import BLACK, WHITE, Color
from textual.theme import Theme

MINIMUM = 4.5
#: What a text may stand on: theme surfaces, diff lines, the highlighted choice.
GROUNDS = ("background", "surface", "u-added", "u-removed", "u-chosen")
#: Role of a text -> theme variable it starts from.
ROLES = {
    "u-text": "foreground",
    "u-quiet": "foreground",
    "u-good": "success",
    "u-warn": "warning",
    "u-bad": "error",
    "u-mark": "primary",
    "u-soft": "secondary",
}
_ANSI = {
    "u-text": "ansi_default",
    "u-quiet": "ansi_default",
    "u-good": "ansi_green",
    "u-warn": "ansi_yellow",
    "u-bad": "ansi_red",
    "u-mark": "ansi_cyan",
    "u-soft": "ansi_magenta",
    "u-added": "transparent",
    "u-removed": "transparent",
    "u-chosen": "transparent",
}


def role_colors(theme: Theme, variables: Mapping[str, str]) -> dict[str, str]:
    """CSS variables for our roles in one theme; ansi themes keep the terminal's own colours."""
    if theme.ansi or "ansi" in theme.name:
        return dict(_ANSI)
    base = {name: Color.parse(variables[name]) for name in GROUNDS[:2]}
    text = Color.parse(variables["foreground"])
    base = {name: base["background"] + color for name, color in base.items()}
    base["u-added"] = base["background"].blend(Color.parse(variables["success"]), 0.12)
    base["u-removed"] = base["background"].blend(Color.parse(variables["error"]), 0.12)
    base["u-chosen"] = base["surface"].blend(Color.parse(variables["primary"]), 0.15)
    grounds = list(base.values())
    colors = {name: base[name].hex6 for name in GROUNDS[2:]}
    for role, origin in ROLES.items():
        start = Color.parse(variables[origin])
        if role == "u-quiet":
            start = base["background"].blend(text, 0.62)
        colors[role] = readable(start, grounds, theme.dark).hex6
    return colors


def readable(color: Color, grounds: list[Color], dark: bool) -> Color:
    """The nearest tint of `color` with `MINIMUM` contrast on each of the grounds."""
    goal = WHITE if dark else BLACK
    for step in range(41):
        tint = color.blend(goal, step / 40)
        if all(contrast(tint, ground) >= MINIMUM for ground in grounds):
            return tint
    return goal


def contrast(first: Color, second: Color) -> float:
    """WCAG 2 contrast ratio of two opaque colours, 1 to 21."""
    high, low = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(color: Color) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)

    return 0.2126 * linear(color.r) + 0.7152 * linear(color.g) + 0.0722 * linear(color.b)
