"""`unstuck check`: the dialogue without a screen, as text, JSON or Markdown."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from assistant.case import new_case
from assistant.dialogue import Dialogue, Options
from assistant.dialogue.experiments import Laboratory
from assistant.dialogue.materials import DATA_SUFFIXES, MODEL_SUFFIXES, SCRIPT_SUFFIXES
from assistant.events import Event, ProbeFailed, Said, Verdict
from assistant.exit_status import CAUSE, OK, UNUSABLE
from assistant.options import case_options
from assistant.plain import lines_of
from assistant.reading.named_path import looks_like_path, named_path
from knowledge.texts import say

ASKED = 2  # questions shown where no verdict is possible
_SUFFIXES = MODEL_SUFFIXES | DATA_SUFFIXES | SCRIPT_SUFFIXES | {".log", ".txt"}
#: Reasons of a failed probe that lie in what was given, not in the experiment: of a file that
#: cannot be used, and of a loss that nobody tells.
_INPUT_REASONS = ("model-", "data-", "image-", "labels-unreadable", "weights-", "custom-")
_LOSS_REASONS = ("loss-",)


def check(options: argparse.Namespace) -> int:
    """Read, examine, print; the exit status."""
    given = list(_given(options))
    if not given and options.report is None:
        print("unstuck: give me words or files: a log, a script, a model and data", file=sys.stderr)
        return UNUSABLE
    laboratory = _laboratory(options)
    dialogue = Dialogue(new_case(keep=False), laboratory, _options(options))
    try:
        events: list[Event] = []
        if options.report is not None and not _take_report(dialogue, options.report):
            refusal = say("report-unreadable", dialogue.language, path=options.report)
            print(f"unstuck: {refusal}", file=sys.stderr)
            return UNUSABLE
        for item, kind in given:
            events += dialogue.bring(item, kind)
        stopped: set[str] = set()
        for event in dialogue.examine():
            events.append(event)
            _narrate(event, options.format, stopped)
        return _deliver(dialogue, events, options)
    finally:
        dialogue.close()


def _take_report(dialogue: Dialogue, path: Path) -> bool:
    """Go on from a report saved as JSON; False for any other file."""
    from assistant.report.json_report import NotAReport, take_up

    try:
        take_up(json.loads(path.read_text(encoding="utf-8")), dialogue.situation)
    except (OSError, ValueError, RecursionError, NotAReport):
        return False
    return True


def _given(options: argparse.Namespace) -> Iterator[tuple[Path | str, str]]:
    """What was given: the files by their options, then the other arguments."""
    for kind in ("model", "data", "script", "log"):
        if (path := getattr(options, kind)) is not None:
            yield path, kind
    if options.text_file is not None:
        yield options.text_file, "text"
    files = [(item, _file(item)) for item in options.text]
    yield from ((path, "") for _, path in files if path is not None)
    words = " ".join(item for item, path in files if path is None)
    if words:
        yield (sys.stdin.read() if words == "-" else words), ""


def _file(item: str) -> Path | None:
    """The file or folder that an argument names; one that is named like a file and is not there
    is still a file, so that it is refused and not read as words."""
    path = named_path(item) if looks_like_path(item) else None
    if path is None and not any(c.isspace() for c in item) and _suffix(item) in _SUFFIXES:
        return Path(item)
    return path


def _suffix(item: str | Path) -> str:
    return Path(item).suffix.lower()


def _options(options: argparse.Namespace) -> Options:
    return Options(
        language=options.lang or "en",
        language_fixed=options.lang is not None,
        probes=not options.no_probes,
        budget=options.budget,
        **case_options(options),
    )


def _laboratory(options: argparse.Namespace) -> Laboratory | None:
    attached = [path for path in map(_file, options.text) if path is not None]
    to_try = any(p.is_dir() or _suffix(p) in MODEL_SUFFIXES | DATA_SUFFIXES for p in attached)
    if options.no_probes or not (options.data or options.model or to_try):
        return None
    from assistant.laboratory import Laboratory as Client

    client = Client(options.python)
    client.start()
    return client


def _narrate(event: Event, form: str, stopped: set[str]) -> None:
    """Progress goes to stderr, so that stdout stays the result; a failure is one clear line, said
    once (`stopped`), however many experiments it stops."""
    if isinstance(event, ProbeFailed):
        if event.text not in stopped:
            print(f"unstuck: {event.title}: {event.text}", file=sys.stderr)
        stopped.add(event.text)
    elif form == "text" and sys.stderr.isatty():
        for line in lines_of(event):
            print(line, file=sys.stderr)


def _deliver(dialogue: Dialogue, events: Iterable[Event], options: argparse.Namespace) -> int:
    from assistant.report import as_json, combined_diff

    events = list(events)
    refusals = [e.text for e in events if isinstance(e, Said) and e.tone == "error"]
    for refusal in refusals:
        print(f"unstuck: {refusal}", file=sys.stderr)
    result = as_json(dialogue.situation, dialogue.search)
    outputs = [(_render(dialogue, events, result, options.format), options.out)]
    if options.diff is not None:
        outputs.append((combined_diff(dialogue.situation), options.diff))
    for text, path in outputs:
        try:
            _write(text, path)
        except OSError as error:
            print(f"unstuck: {path} cannot be written: {error.strerror}", file=sys.stderr)
            return UNUSABLE
    return _status(result, bool(refusals))


def _status(result: Mapping[str, Any], refused: bool) -> int:
    """The exit status. That data are unusable is no cause of what happens in training."""
    reasons = [str(p.get("reason")) for p in result["probes"] if p["status"] == "failed"]
    unusable = any(reason.startswith(_INPUT_REASONS) for reason in reasons)
    if result["verdict"] == "cause":
        seen = {e["source"] for e in result["causes"][0]["evidence"] if e["present"]}
        return UNUSABLE if unusable and seen <= {"probe"} else CAUSE
    unjudged = any(reason.startswith(_LOSS_REASONS) for reason in reasons)
    return UNUSABLE if unusable or unjudged or refused else OK


def _render(dialogue: Dialogue, events: list[Event], result: Mapping[str, Any], form: str) -> str:
    if form == "json":
        return json.dumps(result, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    if form == "markdown":
        return dialogue.report("plain")
    shown = [e for e in events if not (isinstance(e, Said) and e.tone == "error")]
    # The verdict is what a hurried reader wants; it goes first, its reasons follow.
    shown.sort(key=lambda e: not isinstance(e, Verdict))
    lines = [line for event in shown for line in lines_of(event, dialogue.language)]
    return "\n".join([*lines, *_next_lines(dialogue, result)]) + "\n"


def _next_lines(dialogue: Dialogue, result: Mapping[str, Any]) -> list[str]:
    """What would tell most, where the case is still open."""
    if result["verdict"] != "unsure" or not result["findings"]:
        return []
    language = dialogue.language
    asked = [str(step["text"]) for step in result["next"] if step["kind"] == "ask"]
    lines = ["", say("next-to-tell", language), *(f"  - {text}" for text in asked[:ASKED])]
    tried = any(probe["status"] == "ok" for probe in result["probes"])
    return [*(lines if asked else []), *([] if tried else ["", say("next-to-save", language)])]


def _write(text: str, path: Path | None) -> None:
    """A patch keeps the bytes and line ends of the file it is for."""
    from assistant.advice.files import printable, to_bytes

    if path is None:
        sys.stdout.write(printable(text))
    else:
        path.write_bytes(to_bytes(text))
