"""The loss curves of one experiment in one plot, each under a name that people know."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from assistant.chat.plot import Series, plot
from assistant.events import AND, Curve
from knowledge.texts import pick, say

_STYLES = ("$u-bad", "$u-good", "$u-mark", "$u-warn")
#: runs of every experiment, by name -> end of the key of their title
ARMS = {
    "": "loss",
    "before": "before",
    "original": "original",
    "after": "after",
    "own": "own",
    "repaired": "repaired",
}


def curves_content(
    curves: tuple[Curve, ...],
    language: str,
    width: int,
    height: int = 6,
    steps: Sequence[Sequence[int]] = (),
) -> Content:
    """Curves of one experiment in one plot; the first is dotted when there are several.

    ``steps`` gives, for each curve, the step of each of its values where some are left out.
    """
    series = [
        Series(
            arm_title(curve.name, language),
            curve.values,
            _STYLES[i % len(_STYLES)] if len(curves) > 1 else "$u-mark",
            dotted=len(curves) > 1 and i == 0,
            steps=steps[i] if i < len(steps) else (),
        )
        for i, curve in enumerate(curves)
    ]
    return plot(series, language, width, height)


def arm_title(name: str, language: str) -> str:
    """What one run of an experiment is called: a cure by its cause's code and title."""
    if name in ARMS:
        return say(f"chat-arm-{ARMS[name]}", language)
    from knowledge.loader import BrokenKnowledge, load_knowledge

    try:
        causes = load_knowledge().causes
    except BrokenKnowledge:
        causes = {}
    parts = [causes[part] for part in name.split(AND) if part in causes]
    return AND.join(f"{cause.code} {pick(cause.title, language)}" for cause in parts) or name
