"""`unstuck knowledge check`: every fault of the rule base, its figures, and what weakens it."""

from __future__ import annotations

import sys
from pathlib import Path

from assistant.exit_status import OK, UNUSABLE
from assistant.reasoning.cases import replay_all
from assistant.rulebase.evidence import Counts, counted, misfits, read_evidence
from assistant.rulebase.figures import Figures, fallen, measure, read_figures, record_figures
from assistant.rulebase.soundness import advice, dangling, texts_and_errors
from knowledge.files import HERE, UnreadableFile
from knowledge.loader import parse_knowledge


def check_rule_base(folder: Path | None = None, *, record: bool = False) -> int:
    """Print every fault and 2, or a summary and 0.

    Args:
        folder: another rule base than the bundled one.
        record: keep the figures that are better than those kept.
    """
    place = folder or HERE
    knowledge, problems = parse_knowledge(place)
    faults = [str(p) for p in sorted(problems, key=lambda p: (p.file, p.line or 0))]
    figures: Figures | None = None
    counts: Counts = {}
    if not faults:
        faults += dangling(knowledge) + texts_and_errors(knowledge)
        try:
            counts = read_evidence(place)
        except (UnreadableFile, ValueError) as error:
            faults.append(f"evidence.yaml: {error}")
    if not faults:
        results = replay_all(knowledge)
        faults += [
            f"causes/{r.cause}.yaml: case {r.case.name!r} expects {r.case.expect}, "
            f"but the cause ranks {r.rank} ({r.probability:.2f}) and {r.leader} leads"
            for r in results
            if not r.held
        ]
        figures = measure(knowledge, results)
        faults += _against_kept(place, figures, record)
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults or figures is None:
        print(f"{len(faults)} faults in the rule base", file=sys.stderr)
        return UNUSABLE
    cases = sum(len(c.cases) for c in knowledge.causes.values())
    count = f"{len(knowledge.causes)} causes, {len(knowledge.findings)} findings"
    print(f"{count}, {cases} labelled cases: all hold")
    print(figures)
    print(
        "likelihood words: {} of {} counted, the rest judgement".format(*counted(knowledge, counts))
    )
    for line in [*advice(knowledge), *misfits(knowledge, counts)]:
        print(line)
    return OK


def _against_kept(place: Path, figures: Figures, record: bool) -> list[str]:
    """What fell below the figures kept beside the rules; with `record` better ones are kept."""
    try:
        kept = read_figures(place)
        if record:
            record_figures(place, figures, kept)
    except (UnreadableFile, OSError, ValueError) as error:
        return [f"figures.yaml: {error}"]
    return [] if kept is None else fallen(figures, kept)
