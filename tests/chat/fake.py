"""A scripted engine: answers each call with the events it was given, and notes what was asked."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from assistant.events import (
    Advice,
    Answer,
    Curve,
    Event,
    Heard,
    Offer,
    ProbeDone,
    ProbeFailed,
    ProbeProgress,
    ProbeStarted,
    Question,
    Ranking,
    Reason,
    Said,
    Suspect,
    TrialResult,
    Verdict,
)
from probes.finding import Finding

Script = dict[str, tuple[Event, ...]]

SYMPTOMS = Question(
    "symptom",
    "symptom",
    "Which of these is it?",
    "Each of them points to other causes.",
    (
        Answer("loss-flat", "the loss does not move at all"),
        Answer("acc-at-chance", "the accuracy is that of guessing"),
        Answer("val-low-train-high", "training is fine, validation is not"),
        Answer("none-of-these", "none of these"),
    ),
)
FACT = Question(
    "label-form",
    "fact",
    "How do your labels look?",
    "The loss must fit the form of the labels.",
    (
        Answer("integers", "whole numbers: 0, 1, 2"),
        Answer("one-hot", "one-hot rows: [0, 1, 0]"),
        Answer("dont-know", "I don't know"),
    ),
)
DIFF = """--- a/train.py
+++ b/train.py
@@ -12,4 +12,4 @@
 model.add(Flatten())
 model.add(Dense(64, activation='relu'))
-model.add(Dense(1, activation='sigmoid'))
-model.compile(optimizer='adam', loss='binary_crossentropy')
+model.add(Dense(4, activation='softmax'))
+model.compile(optimizer='adam', loss='sparse_categorical_crossentropy')
"""
BEFORE = (1.2, -3.0, -9.5, -22.0, -41.0, -70.0, -110.0, -165.0, -230.0, -310.0)
AFTER = (1.41, 1.36, 1.22, 1.01, 0.84, 0.66, 0.51, 0.39, 0.30, 0.22)
ADVICE = Advice(
    cause="too-few-output-units",
    code="U004",
    title="Your labels and your last layer do not fit",
    odds="confirmed",
    probability=0.93,
    confirmed=True,
    see=("loss -1.06e+13 in epoch 29", "last layer Dense(1) + sigmoid; 4 classes in the labels"),
    means=(
        "One sigmoid unit can only say yes or no. With labels 0,1,2,3 the loss can fall below zero "
        "for ever, so the optimizer runs away instead of learning."
    ),
    offers=(
        Offer(
            "safe", "Four softmax units and the loss for whole-number labels", DIFF, (), None, True
        ),
    ),
    worked_when="the first epoch's loss is near ln 4 = 1.386 and falls.",
    not_sure="If it starts at 1.386 and stays there, inputs may be unscaled: press 2.",
    trial=TrialResult(
        BEFORE, AFTER, 60, 3.4, True, 0.0, 0.91, "The changed copy learned 91 % of the batch."
    ),
)
RANKING = Ranking(
    (
        Suspect(
            "too-few-output-units",
            "U004",
            "Your labels and your last layer do not fit",
            0.93,
            "confirmed",
            True,
            (
                Reason("the loss is negative", 4.1, "loss-negative"),
                Reason("one output unit, four classes", 3.0, "classes-exceed-output-units"),
                Reason("the validation accuracy moves", -0.6, "val-acc-stuck"),
            ),
        ),
        Suspect("inputs-not-scaled", "U012", "Inputs are not scaled", 0.31, "possible", False, ()),
        Suspect("learning-rate-too-high", "U031", "Learning rate too high", 0.06, "possible"),
    ),
    "whether a tiny batch can be learned",
)
STARTED = ProbeStarted(
    1, "tiny-batch-overfit", "Learn a tiny batch", "Can a copy memorise 32 samples at all?", 10.0
)
PROGRESS = tuple(
    ProbeProgress(1, step, 60, 2.3 * 0.93**step if step < 40 else math.nan, "", "")
    for step in range(1, 44, 3)
)
DONE = ProbeDone(
    1,
    "tiny-batch-overfit",
    "Learn a tiny batch",
    "not learned with your optimizer, learned with Adam 0.001",
    8.2,
    (Finding("made-up-finding", True, 0.04, "probe"),),
    ("skill 0.04 after 60 steps with SGD 0.01", "skill 0.97 after 60 steps with Adam 0.001"),
    (Curve("SGD 0.01", (0.7, 0.69, math.nan, 0.71)), Curve("Adam 0.001", AFTER)),
)
DETAILED = ProbeDone(
    2,
    "activation-audit",
    "Inside the network",
    "a ReLU layer is dead",
    1.4,
    (Finding("loss-nan", False, None, "probe"), Finding("loss-negative", False, None, "probe")),
    ("94 % of the units of dense_1 never answer",),
    details={
        "layers": [
            {"name": "conv2d_1", "kind": "Conv2D", "dead": 0.03, "saturated": None, "spread": 0.2},
            {"name": "dense_1", "kind": "Dense", "dead": 0.94, "saturated": None, "spread": 0.0},
            {"name": "dense_2", "kind": "Dense", "dead": 0.0, "saturated": 0.4, "spread": 0.1},
        ],
        "labels": {
            "form": "integers",
            "shape": [160],
            "dtype": "int64",
            "minimum": 0,
            "maximum": 2,
            "classes": 3,
            "counts": [120, 30, 10],
        },
        "pictures": [
            ["".join(f"{40 * x:02x}{40 * y:02x}{80 * n:02x}" for x in range(6)) for y in range(6)]
            for n in range(3)
        ],
    },
)
FAILED = ProbeFailed(
    1, "tiny-batch-overfit", "Learn a tiny batch", "The probe ran out of memory.", False
)
STOPPED = ProbeFailed(1, "tiny-batch-overfit", "Learn a tiny batch", "stopped", True)
HEARD = Heard(
    "log",
    "log 1",
    "training log, 5 epochs, loss falls below zero",
    (
        Finding("loss-negative", True, -3085.98, "log", "loss: -3085.9802", 10),
        Finding("loss-nan", False, None, "log"),
    ),
    ("A line without figures was left out.",),
)
FOUND = Verdict("cause", "Confirmed: U004 Your labels and your last layer do not fit")
HEALTHY = Verdict("healthy", "Nothing is wrong that I can find.")


class FakeEngine:
    """Plays `script`: name of the call -> events. ``hold`` stops it inside the named call."""

    def __init__(self, script: Script | None = None, past: tuple[Event, ...] = ()) -> None:
        self.script = script or {}
        self.past = past
        self.cases: dict[str, tuple[Event, ...]] = {}
        self.language = "en"
        self.case_name = "calm-otter"
        self.calls: list[tuple[str, object]] = []
        self.fail: dict[str, Exception] = {}
        self.hold: dict[str, threading.Event] = {}
        self.cancelled = threading.Event()
        self.closed = False

    def _play(self, name: str, argument: object = None) -> Iterator[Event]:
        self.calls.append((name, argument))
        if name in self.fail:
            raise self.fail[name]
        yield from self.script.get(name, ())
        if name in self.hold:
            while not (self.hold[name].is_set() or self.cancelled.is_set()):
                self.hold[name].wait(0.02)
            if self.cancelled.is_set():
                self.cancelled.clear()
                yield STOPPED

    def events_so_far(self) -> Iterator[Event]:
        yield from self.past

    def start(self) -> Iterator[Event]:
        yield from self._play("start")

    def open_case(self, name: str) -> bool:
        self.calls.append(("open_case", name))
        if name and name not in self.cases:
            return False
        self.case_name = name or "fresh-otter"
        self.past = self.cases.get(name, ())
        return True

    def tell(self, text: str) -> Iterator[Event]:
        yield from self._play("tell", text)

    def attach(self, path: Path) -> Iterator[Event]:
        yield from self._play("attach", path)

    def bring(self, given: Path | str) -> Iterator[Event]:
        yield from self._play("bring", given)

    def remove(self, name: str) -> Iterator[Event]:
        yield from self._play("remove", name)

    def answer(self, question_id: str, value: str) -> Iterator[Event]:
        yield from self._play("answer", (question_id, value))

    def proceed(self) -> Iterator[Event]:
        yield from self._play("proceed")

    def run_probe(self, probe_id: str) -> Iterator[Event]:
        yield from self._play("run_probe", probe_id)

    def tried(self, cause_id: str) -> Iterator[Event]:
        yield from self._play("tried", cause_id)

    def advise(self, cause: str) -> Iterator[Event]:
        yield from self._play("advise", cause)

    def outcome(self, cause_id: str, outcome: str) -> Iterator[Event]:
        yield from self._play("outcome", (cause_id, outcome))

    def change_answer(self) -> Iterator[Event]:
        yield from self._play("change_answer")

    def why(self) -> Iterator[Event]:
        yield from self._play("why")

    def apply(self, cause_id: str, offer_index: int) -> Iterator[Event]:
        yield from self._play("apply", (cause_id, offer_index))

    def undo(self) -> Iterator[Event]:
        yield from self._play("undo")

    def report(self, venue: str) -> str:
        self.calls.append(("report", venue))
        return f"# Report for {venue}\n\nloss [nan] after 3 epochs\n"

    def write_script(self) -> Iterator[Event]:
        yield from self._play("write_script")

    def masked_words(self) -> tuple[str, ...]:
        return ("my_layer",)

    def ranking(self) -> Ranking:
        return RANKING

    def cancel(self) -> None:
        self.cancelled.set()

    def close(self) -> None:
        self.closed = True


WHOLE_CASE: Script = {
    "tell": (HEARD, Said("I read a log."), RANKING, SYMPTOMS),
    "answer": (RANKING, STARTED, *PROGRESS, DONE, RANKING, FOUND, ADVICE),
    "proceed": (Said("Nothing more to do.", "good"),),
}


def made(engine: FakeEngine) -> Callable[[], FakeEngine]:
    return lambda: engine
