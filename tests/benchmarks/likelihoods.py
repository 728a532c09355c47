"""How often each finding shows with each cause, in the zoo and in the scripts of the corpus.

Counted where one fault is at work and the finding was looked for: by the probes, in the model file,
in the script and in what it printed. ``python -m tests.benchmarks likelihoods`` prints where a word
of the rules does not fit; with ``--write`` the counts are kept in ``knowledge/evidence.yaml``. Some
ten minutes of training on two cores.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from assistant.case import Case
from assistant.dialogue import Dialogue
from assistant.rulebase.evidence import Count, Counts, misfits, write_evidence
from knowledge.files import HERE
from knowledge.loader import load_knowledge
from probes.errors import ProbeError
from probes.finding import Finding
from tests.benchmarks.probes import PROBES
from tests.corpus.manifest import faulty_scripts
from tests.corpus.runner import Runner
from tests.corpus.treatment import prepare
from tests.probes.lab import run_probe

SEED = 21


def observed_in_zoo(folder: Path, seed: int) -> Iterable[tuple[str, list[Finding]]]:
    """The cause of every network with one fault, and what is read and measured of it."""
    import keras

    from tests.zoo.case import LOG, save
    from tests.zoo.faulty import FAULTY

    for name, case in FAULTY.items():
        if case.second:
            continue
        keras.backend.clear_session()
        keras.utils.set_random_seed(seed)
        subject = save(case.build(seed, False), folder / name)
        dialogue = Dialogue(Case("memory"))
        list(dialogue.bring(Path(str(subject.model)), "model"))
        log = folder / name / LOG
        if log.exists():
            list(dialogue.bring(log, "log"))
        found = dialogue.situation.findings()
        for probe in PROBES:
            try:
                found += run_probe(probe, subject).findings.values()
            except ProbeError:
                continue  # a probe that has no measure for this case
        print(f"{name}: {case.cause}", flush=True)
        yield case.cause, found


def observed_in_scripts(folder: Path) -> Iterable[tuple[str, list[Finding]]]:
    """The cause of every script with one fault, and what script and output show."""
    scripts = [script for script in faulty_scripts() if script.faults == 1]
    with Runner() as runner:
        paths = [prepare(script, folder) for script in scripts]
        outcomes = runner.run([(path, 0) for path in paths])
    for script, path, outcome in zip(scripts, paths, outcomes, strict=True):
        dialogue = Dialogue(Case("memory"))
        list(dialogue.bring(path, "script"))
        if outcome.output.strip():
            log = path.with_name("printed.txt")
            log.write_text(outcome.output, encoding="utf-8")
            list(dialogue.bring(log, "log"))
        yield script.causes[0], dialogue.situation.findings()


def count(cases: Iterable[tuple[str, list[Finding]]]) -> Counts:
    """Seen and looked for, by cause and finding; a finding counts once for each case."""
    rules = load_knowledge().findings
    counts: dict[str, dict[str, Count]] = defaultdict(dict)
    for cause, findings in cases:
        latest = {f.id: f.present for f in findings if f.present is not None}
        for name, present in latest.items():
            if name in rules and rules[name].kind in ("symptom", "evidence"):
                before = counts[cause].get(name, Count(0, 0))
                counts[cause][name] = Count(before.seen + present, before.looked + 1)
    return counts


def main(arguments: Sequence[str] = ()) -> None:
    """Print what does not fit, and keep the counts when asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="keep the counts")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "scripts").mkdir()
        cases = [*observed_in_scripts(folder / "scripts"), *observed_in_zoo(folder, SEED)]
    counts = count(cases)
    print(f"{len(cases)} cases of {len(counts)} causes")
    for line in misfits(load_knowledge(), counts):
        print(line)
    if options.write:
        write_evidence(HERE, load_knowledge(), counts)


if __name__ == "__main__":
    main(sys.argv[1:])
