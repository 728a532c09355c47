"""Findings about schedules of the learning rate: what is left of it half-way through the run."""

from __future__ import annotations

from assistant.reading.script.arguments import arguments
from assistant.reading.script.arithmetic import result_of, takes
from assistant.reading.script.findings.facts import Facts
from assistant.reading.script.findings.samples import updates_in_an_epoch
from assistant.reading.script.pairs import FitData
from assistant.reading.script.rates import schedulers
from assistant.reading.script.settings import rate_value
from assistant.reading.script.values import Call, Function, Value, const_of, number_of
from assistant.reading.script.vocabulary import role

#: a rate below this is of no use: an Adam step of 1e-7 changes weights of usual size by one part in
#: a million
_USELESS_RATE = 1e-7
#: nor is one that has lost four orders of magnitude with half of the run still to come (judgement;
#: the step decays of the Keras examples lose one to three over the whole run)
_USELESS_SHARE = 1e-4
#: epochs of a schedule that are worked out at the most
_MOST_EPOCHS = 500


def find(facts: Facts) -> None:
    """Schedules that leave nothing of the rate."""
    for fit in facts.fits:
        epochs = number_of(arguments(fit.event).get("epochs"))
        start = facts.main.network.learning_rate if facts.main else None
        if epochs is None or epochs < 2 or start is None:
            continue
        half = min(int(epochs) // 2, _MOST_EPOCHS)
        for callback, schedule in schedulers(fit.event):
            _judge(facts, callback, _scheduled(schedule, start, half), start)
        _of_optimizer(facts, fit, start, half)


def _judge(facts: Facts, at: Call, rate: float | None, start: float) -> None:
    if rate is None:
        return
    collapsed = rate < _USELESS_RATE or rate < start * _USELESS_SHARE
    facts.add("learning-rate-schedule-collapses", collapsed, rate, at, anchor=at)


def _scheduled(schedule: Function, start: float, epoch: int) -> float | None:
    """The rate a scheduler function gives for an epoch, counted from 0."""
    if takes(schedule) < 2:
        return result_of(schedule, [epoch])
    rate: float | None = start
    for number in range(epoch + 1):
        if rate is None:
            return None
        rate = result_of(schedule, [number, rate])
    return rate


def _of_optimizer(facts: Facts, fit: FitData, start: float, half: int) -> None:
    """A schedule object, or ``decay``; both count updates, not epochs."""
    settings = facts.main.settings if facts.main else None
    optimizer = settings.arg("optimizer", 0) if settings else None
    if not isinstance(optimizer, Call):
        return
    known = updates_in_an_epoch(facts, fit)
    updates = half * (known or 1)  # at least one in an epoch; each further one lowers the rate
    written = rate_value(optimizer)
    if isinstance(written, Call) and role(written.path)[0] == "schedule":
        rate, at = _decayed(written, start, updates), written
    else:
        decay = number_of(optimizer.kwargs.get("decay"))
        if not decay or decay < 0:
            return
        rate, at = start / (1 + decay * updates), optimizer
    if rate is None:
        return
    collapsed = rate < _USELESS_RATE or rate < start * _USELESS_SHARE
    if collapsed or known is not None:
        _judge(facts, at, rate, start)


def _decayed(schedule: Call, start: float, updates: float) -> float | None:
    """What is left after so many updates, by the formulas of ``keras.optimizers.schedules``."""
    if schedule.last == "PiecewiseConstantDecay":
        return _piece(schedule.arg("boundaries", 0), schedule.arg("values", 1), updates)
    steps = number_of(schedule.arg("decay_steps", 1))
    if steps is None or steps <= 0 or schedule.last not in _SCHEDULES:
        return None
    turns = updates / steps
    if schedule.last in ("ExponentialDecay", "InverseTimeDecay"):
        rate = number_of(schedule.arg("decay_rate", 2))
        if rate is None or rate <= 0:
            return None
        exponential = schedule.last == "ExponentialDecay"
        return float(start * rate**turns) if exponential else start / (1 + rate * turns)
    name, position, usual = _SCHEDULES[schedule.last]
    written = schedule.arg(name, position)
    end = usual if written is None else number_of(written)
    if end is None or turns < 1:
        return start if end is not None else None  # still on its way down
    return end if name == "end_learning_rate" else start * end


#: schedules -> name, position and usual value of what they end at
_SCHEDULES: dict[str, tuple[str, int, float]] = {
    "ExponentialDecay": ("", 9, 0.0),
    "InverseTimeDecay": ("", 9, 0.0),
    "PolynomialDecay": ("end_learning_rate", 2, 1e-4),
    "CosineDecay": ("alpha", 2, 0.0),
}


def _piece(boundaries: Value | None, values: Value | None, updates: float) -> float | None:
    ends, rates = const_of(boundaries), const_of(values)
    if not isinstance(ends, tuple) or not isinstance(rates, tuple) or len(rates) != len(ends) + 1:
        return None
    rate = rates[sum(updates > end for end in ends if isinstance(end, (int, float)))]
    return float(rate) if isinstance(rate, (int, float)) else None
