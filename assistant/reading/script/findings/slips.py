"""Findings about slips of the pen: a layer's result dropped, a tokenizer fitted again."""

from __future__ import annotations

from assistant.reading.script.findings.facts import Facts
from assistant.reading.script.values import Call, Layer


def find(facts: Facts) -> None:
    """All findings of this kind."""
    _dropped(facts)
    _tokenizer(facts)
    _learning_phase(facts)


def _dropped(facts: Facts) -> None:
    """``BatchNormalization()(x)`` as a statement of its own: its result goes nowhere."""
    dropped = [tensor for tensor in facts.run.unused if isinstance(tensor.maker, Layer)]
    for tensor in dropped:
        kind = tensor.maker.kind if isinstance(tensor.maker, Layer) else ""
        facts.add("layer-result-unused", True, kind, tensor, anchor=tensor)
    if facts.main is not None and facts.main.placed:
        facts.add("layer-result-unused", False)


def _tokenizer(facts: Facts) -> None:
    """``fit_on_texts`` or ``adapt`` a second time, on other texts."""
    fitted: dict[int, list[Call]] = {}
    for call in facts.run.calls:
        if call.last == "fit_on_texts" and call.receiver is not None:
            fitted.setdefault(id(call.receiver), []).append(call)
    made = [call for call in facts.run.calls if call.last == "Tokenizer"]
    for calls in fitted.values():
        texts = {id(call.args[0]) for call in calls if call.args}
        again = len(calls) > 1 and len(texts) > 1
        facts.add("tokenizer-refit", again, len(calls), calls[-1], anchor=calls)
    apart = [call for calls in fitted.values() for call in calls]
    if len(made) > 1 and len(fitted) > 1:
        # One tokenizer for training and another for test numbers the words differently.
        facts.add("tokenizer-refit", True, len(made), apart[-1], anchor=apart)


def _learning_phase(facts: Facts) -> None:
    """``K.set_learning_phase(1)`` keeps every BatchNormalization on batch statistics."""
    for call in facts.run.calls:
        if call.path == "keras.backend.set_learning_phase" and call.args:
            on = getattr(call.args[0], "value", None) in (1, True)
            if on:
                facts.add("batchnorm-training-fixed", True, None, call, anchor=call)
