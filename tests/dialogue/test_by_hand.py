"""Experiments that the user starts: what runs, and what is said when nothing can."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from assistant.case import Case
from assistant.dialogue import Dialogue, Options
from assistant.dialogue.experiments import by_hand, probe_rules
from assistant.events import Event, ProbeDone, Ranking, Said, Verdict
from probes import protocol
from probes.finding import Finding

CONFIG = {
    "class_name": "Sequential",
    "config": {
        "layers": [
            {"class_name": "Dense", "config": {"name": "out", "units": 3, "activation": "relu"}}
        ]
    },
}


SCRIPT = """
model = Sequential([Input((8,)), Dense(16, activation="relu"), Dense(3, activation="relu")])
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, epochs=10)
"""


class Bench:
    """Plays a trial in which the first cure helps, and anything else without findings."""

    def __init__(self) -> None:
        self.options: list[tuple[str, Mapping[str, Any]]] = []

    def run(
        self, probe: str, subject: protocol.Subject, options: Mapping[str, Any], seconds: float
    ) -> Iterator[protocol.Event]:
        self.options.append((probe, options))
        arms = [dict(arm) for arm in options.get("arms", ())]
        for place, arm in enumerate(arms):
            helped = place == 1
            arm.update(losses=[1.0, 0.1 if helped else 1.0], skill_end=0.95 * helped, steps=40)
            arm["helped"] = helped if place else None
        if probe == "tiny-batch-overfit":
            stuck = Finding("tiny-batch-not-learnt", True, 0.0, "probe")
            yield protocol.Event("finding", 1, stuck.to_dict())
        yield protocol.Event("done", 1, {"seconds": 0.1, "arms": arms})

    def cancel(self) -> None:
        pass

    def close(self) -> None:
        pass


def talk(tmp_path: Path, *texts: str) -> tuple[Dialogue, Bench]:
    model = tmp_path / "net.keras"
    with zipfile.ZipFile(model, "w") as archive:
        archive.writestr("config.json", json.dumps(CONFIG))
    data = tmp_path / "data.npz"
    data.write_bytes(b"x")
    bench = Bench()
    dialogue = Dialogue(Case("memory"), bench, Options(language_fixed=True))  # type: ignore[arg-type]
    for given in (model, data, *texts):
        list(dialogue.bring(given))
    return dialogue, bench


def run(dialogue: Dialogue, probe: str) -> list[Event]:
    return list(dialogue.run_probe(probe))


def test_an_experiment_by_hand_ends_with_the_suspects(tmp_path: Path) -> None:
    dialogue, bench = talk(tmp_path)
    events = run(dialogue, "label-shape")
    assert any(isinstance(e, ProbeDone) for e in events) and isinstance(events[-1], Ranking)
    assert [probe for probe, _ in bench.options] == ["label-shape"]


def test_a_trial_by_hand_tries_the_cures_of_the_suspects(tmp_path: Path) -> None:
    dialogue, bench = talk(tmp_path, SCRIPT)
    events = run(dialogue, "trial")
    assert [name for name, _ in bench.options][:2] == ["tiny-batch-overfit", "trial"]
    options = bench.options[1][1]
    assert options["arms"][0]["name"] == "original" and len(options["arms"]) > 1
    assert any(isinstance(e, Verdict) for e in events)
    assert dialogue.search is not None and any(r.helped for r in dialogue.search.trials.values())


def test_a_trial_without_a_suspect_says_what_it_takes(tmp_path: Path) -> None:
    dialogue, bench = talk(tmp_path)
    dialogue.situation.materials = [m for m in dialogue.situation.materials if m.kind == "data"]
    (said,) = run(dialogue, "trial")
    assert isinstance(said, Said) and not bench.options


def test_what_serves_the_report_alone_is_not_offered() -> None:
    offered = [rule.id for rule in probe_rules().values() if by_hand(rule)]
    assert "trial" in offered and "label-shape" in offered and "synthetic-script" not in offered
