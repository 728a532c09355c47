"""Recognises what the user brought and hands it to the reader that can read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.dialogue.describe import describe_model, describe_script, describe_words
from assistant.events import Material as Kind
from knowledge.loader import load_knowledge
from knowledge.texts import fill, pick, say
from probes.finding import Finding, Scalar, Source
from probes.network import Network
from probes.network.contradictions import contradictions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from assistant.reading.logs import LogReading, Run
    from assistant.reading.page import Block, Page
    from assistant.reading.script import ScriptReading
    from assistant.reading.words import WordsReading

MODEL_SUFFIXES = {".keras", ".h5", ".hdf5", ".weights"}
DATA_SUFFIXES = {
    *(".npz", ".npy", ".csv", ".tsv", ".parquet", ".pq", ".pkl", ".pickle", ".joblib"),
    *(".tfrecord", ".tfrecords", ".tfrec"),
}
SCRIPT_SUFFIXES = {".py", ".ipynb"}
MAX_TEXT = 60_000_000  # bytes; a log of a long run is a few megabytes


@dataclass(frozen=True)
class Material:
    """One thing the user brought, read.

    ``refusal`` is set when it could not be used at all; what could still be said of it is in
    ``findings`` and ``notes``.
    """

    kind: Kind
    name: str
    summary: str
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    path: Path | None = None
    script: ScriptReading | None = None
    network: Network | None = None
    networks: tuple[Network, ...] = ()  # of a model with several outputs, that of each
    runs: tuple[Run, ...] = ()
    samples: tuple[int, ...] = ()  # numbers of a log that may be its number of samples
    words: WordsReading | None = None
    refusal: str = ""


def read_text(text: str, language: str, name: str = "") -> list[Material]:
    """Every material found in a pasted text: a sentence, a log, a script, a page of a forum."""
    from assistant.reading.page import split_page

    page = split_page(text)
    return [
        *_logs(page, text, language, name),
        *_tracebacks(page, language, name),
        *_scripts(page, language, name),
        *_arrays(page, language, name),
        *_words(page, language, name),
    ]


def read_path(path: Path, language: str, kind: str = "") -> list[Material]:
    """Every material at a path of this machine; a path that cannot be used gives a refusal.

    `kind` (model, data, script, log) settles what the file's name leaves open.
    """
    if not path.exists():
        return [_refused("words", path, say("path-not-there", language, path=path.name))]
    if kind == "data":
        return [_data(path, language)]
    if kind == "model":
        return [_model(path, language)]
    if kind == "script" and path.is_file():
        return _script_file(path, language)
    if path.is_dir():
        return _folder(path, language)
    suffix = path.suffix.lower()
    if suffix in SCRIPT_SUFFIXES:
        return _script_file(path, language)
    if suffix in MODEL_SUFFIXES:
        return _model_or_data(path, language)
    if suffix in DATA_SUFFIXES or ".tfrecord-" in path.name:
        return [_data(path, language)]
    return _text_file(path, language, printed=kind == "log")


def joint_findings(
    network: Network | None, context: dict[str, Scalar], source: Source
) -> tuple[Finding, ...]:
    """What a network and what is known of its labels say together, though neither says it alone."""
    if network is None:
        return ()
    classes, form = context.get("class-count"), context.get("label-form")
    if classes is None and form is None:
        return ()
    return tuple(
        contradictions(
            network,
            classes=int(classes) if isinstance(classes, (int, float)) else None,
            label_form=str(form) if form is not None else None,
            source=source,
        )
    )


def log_findings(log: Material, classes: int, loss: Scalar) -> tuple[Finding, ...]:
    """What the figures of a log show to someone who knows the number of classes and the loss.

    A quarter is a good accuracy or the chance level, as the classes are forty or four; and a blind
    guess costs ln N by a cross-entropy only.
    """
    from assistant.reading.logs.judging import judge

    found, _ = judge(log.runs, classes, None, log.samples)
    if loss is None or "crossentropy" in str(loss):
        return found
    return tuple(f for f in found if f.id not in ("first-loss-huge", "loss-above-blind-guess"))


def _logs(page: Page, text: str, language: str, name: str) -> Iterable[Material]:
    if not any(block.kind == "log" for block in page.blocks):
        return
    from assistant.reading.logs import describe_log, read_log

    reading = read_log(_askers_lines(page, text))
    if not reading.runs:
        reading = read_log(text)
    if reading.runs:
        summary, notes = describe_log(reading, language)
        findings = (*reading.findings, *_of_heading(reading))
        yield Material(
            "log",
            name or "log",
            summary,
            findings,
            notes,
            runs=reading.runs,
            samples=reading.samples,
        )


def _of_heading(reading: LogReading) -> tuple[Finding, ...]:
    """The number of classes that the words above the failing run give ("with four classes:").

    It speaks of that run alone, so it counts over what the rest of the page says.
    """
    heading = reading.runs[reading.focus].heading if reading.focus is not None else ""
    if not heading.strip():
        return ()
    from assistant.reading.words import read_words

    said = (f for f in read_words(heading).findings if f.id == "class-count")
    return tuple(replace(f, source="log") for f in said)


def _tracebacks(page: Page, language: str, name: str) -> Iterable[Material]:
    blocks = [b for b in page.blocks if b.kind == "traceback"]
    if not blocks:
        return
    from assistant.reading.tracebacks import describe_traceback, read_traceback

    reading = read_traceback("\n".join(block.text for block in _askers(blocks)))
    telling = reading.findings or reading.matches or any(not e.warning for e in reading.errors)
    # A warning that nobody knows is worth a word only to someone who pastes nothing else.
    if telling or (reading.errors and len(blocks) == len(page.blocks)):
        summary, notes = describe_traceback(reading, language)
        yield Material("traceback", name or "traceback", summary, reading.findings, notes)


def _scripts(page: Page, language: str, name: str) -> Iterable[Material]:
    blocks = [b for b in page.blocks if b.kind == "code"]
    if not blocks:
        return
    from assistant.reading.script import read_script

    reading = read_script("\n\n".join(block.text for block in _askers(blocks)))
    yield _script_material(reading, language, name or "script", None)


def _arrays(page: Page, language: str, name: str) -> Iterable[Material]:
    if not any(block.kind == "array" for block in page.blocks):
        return
    from assistant.reading.arrays import read_arrays

    findings = tuple(f for reading in read_arrays(page) for f in reading.findings)
    if findings:
        facts = "; ".join(_seen(findings, language)) or "–"
        summary = say("chip-array", language, facts=facts)
        yield Material("array", name or "array", summary, findings)


def _words(page: Page, language: str, name: str) -> Iterable[Material]:
    prose = _askers([b for b in page.blocks if b.kind == "prose"])
    if not prose:
        return
    from assistant.reading.words import read_words

    reading = read_words("\n".join(block.text for block in prose))
    summary = describe_words(_titles(reading.findings, language), language)
    yield Material("words", name or "words", summary, reading.findings, words=reading)


def _askers(blocks: list[Block]) -> list[Block]:
    """The blocks of the person who asks; those of a page without roles are all theirs."""
    return [b for b in blocks if b.author == "asker"]


def _askers_lines(page: Page, text: str) -> str:
    """The page with the answerers' lines blanked, so that line numbers stay those of the page."""
    lines = text.split("\n")
    for block in page.blocks:
        if block.author != "asker":
            for i in range(block.first_line - 1, min(block.last_line, len(lines))):
                lines[i] = ""
    return "\n".join(lines)


def _seen(findings: Iterable[Finding], language: str) -> list[str]:
    """What `findings` show, as fragments of a sentence."""
    known = load_knowledge().findings
    rules = ((f, known[f.id]) for f in findings if f.present and f.id in known)
    shown = (fill(pick(r.say, language), {**f.details, "value": f.value}) for f, r in rules)
    return list(dict.fromkeys(shown))[:3]


def _titles(findings: Iterable[Finding], language: str) -> list[str]:
    """The titles of the symptoms among `findings`."""
    known = load_knowledge().findings
    seen = [known[f.id] for f in findings if f.present and f.id in known]
    return [pick(rule.title, language) for rule in seen if rule.kind == "symptom"]


def _script_file(path: Path, language: str) -> list[Material]:
    from assistant.advice.files import read_text as read_whole
    from assistant.reading.script import read_script

    try:
        text = read_whole(path)
    except OSError:
        return [_refused("script", path, say("file-unreadable", language, path=path.name))]
    kind: Kind = "notebook" if path.suffix == ".ipynb" else "script"
    return [_script_material(read_script(text, filename=path.name), language, kind, path)]


def _script_material(
    reading: ScriptReading, language: str, name: str, path: Path | None
) -> Material:
    kind: Kind = "notebook" if name == "notebook" else "script"
    label = path.name if path else name
    summary, notes = describe_script(reading, label, language)
    return Material(kind, label, summary, reading.findings, notes, path, reading, reading.network)


def _model_or_data(path: Path, language: str) -> list[Material]:
    """A file whose name leaves open which it is: HDF5 holds both."""
    found = _model(path, language)
    is_data = bool(found.refusal) and path.is_file() and path.suffix.lower() in (".h5", ".hdf5")
    return [_data(path, language) if is_data else found]


def _model(path: Path, language: str) -> Material:
    from assistant.reading.model_file import read_model_file

    reading = read_model_file(path)
    summary, notes = describe_model(reading, path, language)
    refusal = notes[0] if reading.network is None and notes else ""
    return Material(
        "model",
        path.name,
        summary,
        reading.findings,
        notes,
        path,
        network=reading.network,
        networks=reading.networks,
        refusal=refusal,
    )


def _folder(path: Path, language: str) -> list[Material]:
    if (path / "saved_model.pb").is_file():
        return [_model(path, language)]
    files = [p for p in path.iterdir() if p.is_file()] if path.is_dir() else []
    models = [p for p in files if p.suffix.lower() in MODEL_SUFFIXES]
    data = [p for p in files if p.suffix.lower() == ".npz"]
    if len(models) == 1 and len(data) == 1:
        return [*read_path(models[0], language), *read_path(data[0], language)]
    return [_data(path, language)]


def _data(path: Path, language: str) -> Material:
    return Material("data", path.name, say("data-attached", language, name=path.name), path=path)


def _text_file(path: Path, language: str, *, printed: bool) -> list[Material]:
    """A file of text; `printed` says that a program wrote it, so that what looks like a line of
    code is a quotation, unless it builds a model: then the file is a whole page after all."""
    text = _read_limited(path)
    if text is None:
        return [_refused("words", path, say("file-unreadable", language, path=path.name))]
    if not text.strip():
        return [_refused("words", path, say("file-empty", language, path=path.name))]
    if text.count("\x00") > len(text) // 100:
        return [_refused("words", path, say("file-binary", language, path=path.name))]
    found = read_text(text, language, path.name)
    if printed:
        found = [m for m in found if m.script is None or (m.network and m.network.layers)]
    useful = any(m.findings or m.script or m.kind == "log" for m in found)
    return (
        found
        if useful
        else [_refused("words", path, say("nothing-read", language, path=path.name))]
    )


def _read_limited(path: Path) -> str | None:
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_TEXT).decode("utf-8-sig", errors="replace")
    except OSError:
        return None


def _refused(kind: Kind, path: Path, sentence: str) -> Material:
    return Material(kind, path.name, sentence, path=path, refusal=sentence)
