"""The script with made-up data that shows the same symptom, as a section of the report."""

from __future__ import annotations

from assistant.dialogue.situation import Situation
from assistant.report.page import Block, Code, Line, Section
from knowledge.texts import say

PROBE = "synthetic-script"


def synthetic_section(case: Situation) -> Section:
    """The script of the case with what it showed when it was run; empty when there is none."""
    blocks: tuple[Block, ...] = ()
    for entry in case.case.entries:
        result = entry.data.get("result") or {}
        if entry.kind != "probe" or entry.data.get("probe") != PROBE or not result.get("script"):
            continue
        text = say(
            f"report-script-{result['outcome']}",
            case.language,
            error=result.get("error"),
            own=_ends(result.get("loss_own")),
            synthetic=_ends(result.get("loss_synthetic")),
        )
        code = Code(tuple(str(result["script"]).strip().splitlines()), "python")
        blocks = (Line(text), code)
    return Section(say("report-script", case.language), blocks)


def _ends(losses: object) -> str:
    if not isinstance(losses, (list, tuple)) or len(losses) < 2:
        return "–"
    return f"{float(losses[0]):.4g} → {float(losses[1]):.4g}"
