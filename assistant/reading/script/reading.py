"""Reads a script, a notebook or a pasted fragment: the network, the findings, the repairs."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace

from assistant.reading.script.findings import (
    asides,
    freezing,
    generators,
    judging,
    leaks,
    losses,
    model,
    old_api,
    scaling,
    schedules,
    slips,
    tokens,
    training,
)
from assistant.reading.script.findings.facts import Facts
from assistant.reading.script.interpreter import Interpreter
from assistant.reading.script.labels import label_facts
from assistant.reading.script.network import is_known_operation
from assistant.reading.script.notebook import code_cells, looks_like_notebook
from assistant.reading.script.pairs import fit_data
from assistant.reading.script.phases import main_setup, resolve, setups
from assistant.reading.script.ranges import Ranges
from assistant.reading.script.repair import readable
from assistant.reading.script.setup import Setup
from assistant.reading.script.source import Line, Source, as_lines, plain
from assistant.reading.script.tidy import Repair, blank_magics
from assistant.reading.script.trace import Tracer
from assistant.reading.script.values import Model
from probes.finding import Finding
from probes.network import Network

#: text that is read at the most; what lies behind is told as unread
MOST_LINES = 20_000
MOST_CHARACTERS = 1_000_000
#: the modules that draw findings; training asks whether the script is of an old Keras
_MODULES = (
    old_api,
    model,
    freezing,
    scaling,
    training,
    schedules,
    generators,
    judging,
    leaks,
    losses,
    slips,
    tokens,
    asides,
)


@dataclass(frozen=True)
class Unread:
    """A part that the text does not tell enough of.

    The sentence is ``script-unread-KIND`` in ``knowledge/messages/script.yaml``.
    """

    line: int
    kind: str
    text: str = ""


@dataclass(frozen=True)
class CellRange:
    """Where a notebook cell's lines stand in the Python read: lines ``first`` up to ``last``."""

    index: int
    first: int
    last: int


@dataclass(frozen=True)
class ScriptReading:
    """What was read of a script.

    Args:
        filename: as given, or None for a paste.
        given: the text as given.
        source: the Python of it, repaired; line numbers are those of the text as given, for a
            notebook those of its code cells one after the other.
        repairs: what was done so that it could be read.
        network: the model that is compiled and fitted, or the only one; None without a model.
        models: every model of the script.
        findings: facts with line and quote, present or looked for and not there.
        unread: parts that the text does not tell enough of.
        cells: for a notebook, where its cells stand in `source`; they are taken to run from top to
            bottom.
    """

    filename: str | None
    given: str
    source: str
    repairs: tuple[Repair, ...] = ()
    network: Network | None = None
    models: tuple[Network, ...] = ()
    findings: tuple[Finding, ...] = ()
    unread: tuple[Unread, ...] = ()
    cells: tuple[CellRange, ...] = ()
    facts: Facts | None = field(default=None, repr=False, compare=False)

    @property
    def is_notebook(self) -> bool:
        return bool(self.cells)

    def finding(self, id: str) -> Finding | None:
        """The finding of this id, if the script told it either way."""
        return next((finding for finding in self.findings if finding.id == id), None)

    def present(self, id: str) -> bool:
        """Whether a finding was seen."""
        found = self.finding(id)
        return found is not None and found.present is True


def read_script(text: str, *, filename: str | None = None) -> ScriptReading:
    """Read a script, notebook or fragment; never raises on bad text.

    Args:
        text: the text as given.
        filename: its name, which tells a notebook (``.ipynb``) and names the diff.
    """
    notebook = (filename or "").lower().endswith(".ipynb") or looks_like_notebook(text)
    cells: tuple[CellRange, ...] = ()
    repairs: list[Repair] = []
    unread: list[Unread] = []
    if notebook:
        lines, cells, repairs = _notebook_lines(plain(text))
    if not cells:
        lines, unread = _script_lines(text)
    tree, lines, mended = readable(lines)
    facts = _follow(tree, Source.of(lines))
    return _reading(filename, text, facts, [*repairs, *mended], unread, cells)


def _notebook_lines(text: str) -> tuple[list[Line], tuple[CellRange, ...], list[Repair]]:
    lines: list[Line] = []
    cells: list[CellRange] = []
    repairs: list[Repair] = []
    for cell in code_cells(text):
        own = as_lines(cell.source)
        if own and not own[-1].given and len(own) > 1:
            own.pop()  # the empty line behind the last line end
        blanked, done = blank_magics(own)
        first = len(lines) + 1
        repairs += [replace(repair, line=repair.line + first - 1) for repair in done]
        lines += blanked
        cells.append(CellRange(cell.index, first, len(lines)))
    return lines, tuple(cells), repairs


def _script_lines(text: str) -> tuple[list[Line], list[Unread]]:
    """The lines of a script up to the limit; the rest stands behind them as one unread piece."""
    end = _limit(text)
    head, rest = text[:end], text[end:]
    lines = [
        line if line.given == made.given else line.with_code(made.code)
        for line, made in zip(as_lines(head), as_lines(plain(head)), strict=True)
    ]
    if head.startswith("\ufeff"):
        lines[0] = lines[0].without("\ufeff")
    if not rest:
        return lines, []
    if lines and not lines[-1].given and not lines[-1].end:
        lines.pop()  # the empty line behind the last line end
    return [*lines, Line(rest, "", "")], [Unread(len(lines) + 1, "rest")]


def _limit(text: str) -> int:
    """Where reading stops: at the end of a line, or at the very end."""
    at = 0
    for _ in range(MOST_LINES):
        after = text.find("\n", at)
        if after < 0 or after >= MOST_CHARACTERS:
            break
        at = after + 1
    else:
        return at
    return len(text) if len(text) <= MOST_CHARACTERS else at


def _follow(tree: ast.Module, source: Source) -> Facts:
    """Run the script on symbolic values and draw the findings."""
    run = Interpreter()
    run.run(tree)
    resolve(run)
    all_setups = setups(run)
    main = main_setup(all_setups)
    tracer = Tracer()
    fits = tuple(
        fit_data(run, event)
        for setup in all_setups
        if main is not None and setup.model is main.model
        for event in setup.trained
    )
    facts = Facts(run, source, tree, all_setups, main, tracer, Ranges(), fits)
    if fits:
        units = main.network.output_units if main else None
        facts.labels = label_facts(tracer, facts.ranges, fits[0].train, units)
    for module in _MODULES:
        module.find(facts)
    return facts


def _reading(
    filename: str | None,
    given: str,
    facts: Facts,
    repairs: list[Repair],
    unread: list[Unread],
    cells: tuple[CellRange, ...],
) -> ScriptReading:
    networks = _one_per_model(facts.setups)
    return ScriptReading(
        filename=filename,
        given=given,
        source=facts.source.code,
        repairs=tuple(repairs),
        network=facts.main.network if facts.main else None,
        models=tuple(networks),
        findings=tuple(facts.found.values()),
        unread=(*unread, *_unread(facts)),
        cells=cells,
        facts=facts,
    )


def _one_per_model(all_setups: tuple[Setup, ...]) -> list[Network]:
    seen: dict[int, Network] = {}
    for setup in all_setups:
        if id(setup.model) not in seen or setup.trained:
            seen[id(setup.model)] = setup.network
    return list(seen.values())


def _unread(facts: Facts) -> list[Unread]:
    """What stays unknown: models loaded from files, custom losses, a script too long to follow."""
    found: list[Unread] = []
    if facts.run.exhausted:
        found.append(Unread(1, "too-long"))
    for made in facts.run.models:
        if isinstance(made, Model) and made.kind == "Loaded":
            found.append(Unread(getattr(made.node, "lineno", 1), "loaded-model", made.name))
    main = facts.main
    if main is not None:
        for placed in main.own:
            if placed.value is None and not is_known_operation(placed.record.kind):
                line = getattr(placed.node, "lineno", 1)
                found.append(Unread(line, "layer", facts.source.quote(placed.node, 60)))
        if main.settings is not None and main.network.loss is None:
            line = getattr(main.settings.node, "lineno", 1)
            found.append(Unread(line, "loss", ", ".join(main.network.custom)))
    return found
