"""What the experiments cannot do without, asked before they begin: a column, a loss, consent."""

from __future__ import annotations

import csv
from pathlib import Path

from assistant.dialogue.questions import context_question
from assistant.dialogue.situation import Situation
from assistant.dialogue.subjects import TARGET_COLUMN, loss_of, target_column
from assistant.events import Answer, Question
from knowledge.texts import say

CONSENT = "trust"
#: questions whose answers are settings of the case and no findings
SETTINGS = frozenset({TARGET_COLUMN, CONSENT})
_TABLES = (".csv", ".tsv")
#: columns offered as answers; others can be typed
_MOST = 12
_LONGEST = 1 << 16
#: names that the probes take for the labels by themselves (`probes.loading.naming`)
_Y = frozenset({"y", "label", "labels", "target", "targets", "class", "classes", "ytrain"})


def gap_question(situation: Situation) -> Question | None:
    """The first thing that is missing, as a question; None when nothing is, or it was asked."""
    asked = {str(e.data["question"]) for e in situation.case.standing() if e.kind == "answer"}
    for question in (_consent(situation), _column(situation), _loss(situation)):
        if question is not None and question.id not in asked:
            return question
    return None


def settle(situation: Situation, question: str, value: str) -> bool:
    """Take over the answer to a question about a setting; False for an answer that is none."""
    if question == CONSENT:
        situation.options.trust = value == "yes"
    return bool(value.strip())


def _consent(situation: Situation) -> Question | None:
    """Whether code of the user's, or out of the model file, may be run."""
    options, language = situation.options, situation.language
    data, network = situation.data_path, situation.network
    files = [options.custom] if options.custom else []
    files += [data] if data is not None and data.suffix == ".py" else []
    names = [path.name for path in files]
    if network is not None and situation.model_path is not None:
        names += [f"Lambda {name}" for name in network.lambdas]
    if options.trust or not names:
        return None
    answers = (
        Answer("yes", say("answer-run-it", language)),
        Answer("no", say("answer-no", language)),
    )
    text = say("ask-consent", language, names=", ".join(names))
    return Question(CONSENT, "fact", text, say("ask-consent-why", language), answers)


def _column(situation: Situation) -> Question | None:
    path, language = situation.data_path, situation.language
    if path is None or path.suffix.lower() not in _TABLES or target_column(situation):
        return None
    names = column_names(path)
    plain = ["".join(c for c in name.lower() if c.isalnum()) for name in names]
    if len(names) < 2 or sum(name in _Y for name in plain) == 1:
        return None
    if len(situation.outputs) > 1 and all(_has_column(plain, o) for o in situation.outputs):
        return None  # each output has the column of its name
    # The labels stand last more often than not.
    offered = names if len(names) <= _MOST else [*names[: _MOST // 2], *names[-_MOST // 2 :]]
    answers = tuple(Answer(name, name) for name in reversed(offered))
    text = say("ask-target-column", language, path=path.name)
    return Question(TARGET_COLUMN, "fact", text, say("ask-target-column-why", language), answers)


def _has_column(plain: list[str], output: str) -> bool:
    own = "".join(c for c in output.lower() if c.isalnum())
    return own in plain or f"y{own}" in plain


def column_names(path: Path) -> list[str]:
    """The names in the first line of a table; columns without names are 1, 2, 3 ..."""
    try:
        with path.open("rb") as file:
            line = file.readline(_LONGEST).decode("utf-8-sig", "replace").strip()
    except OSError:
        return []
    if "\0" in line:
        return []
    delimiter = max((",", ";", "\t"), key=line.count)
    names = [name.strip() for name in next(csv.reader([line], delimiter=delimiter), [])]
    if names and all(_is_figure(name) for name in names):
        return [str(number + 1) for number in range(len(names))]
    return names


def _loss(situation: Situation) -> Question | None:
    """The loss of a model that was saved uncompiled."""
    network = situation.network
    if situation.model_path is None or network is None or not network.layers:
        return None
    # A model with several outputs has a loss for each, and the file tells them one by one.
    if loss_of(situation) or network.compiled or (network.outputs or 1) > 1:
        return None
    return context_question(situation, "loss-name")


def _is_figure(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
