"""Keeps the user's own words out of a report: what is not Keras's or ours becomes ``<name1>``.

An allow-list, because a list of what to hide is never complete: layer, column, class and file
names all reach the report through figures and quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Any

from assistant.dialogue.situation import Situation
from knowledge.loader import load_knowledge
from probes.finding import Finding
from probes.network import Network
from probes.saved.keras_names import (
    APPLICATIONS,
    KERAS_LOSSES,
    LAYER_STEMS,
    LOSS_ALIASES,
    OPTIMIZERS,
    is_keras_layer,
)

_WORD = re.compile(r"[^\W\d][\w.-]*", re.UNICODE)
_STRING = re.compile(r"('(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\")")
_MARK = re.compile(r"name\d+")
#: settings and forms that findings speak of
_TERMS = frozenset(
    """
    linear relu relu6 leaky_relu elu selu gelu silu swish sigmoid hard_sigmoid tanh softmax softplus
    softsign exponential mish log_softmax valid same causal channels_last channels_first
    glorot_uniform glorot_normal he_normal he_uniform lecun_normal lecun_uniform zeros ones
    random_normal random_uniform orthogonal truncated_normal l1 l2 l1_l2 binary categorical sparse
    input int raw training validation infer auto min max
    classification regression segmentation multi-label sequence-labelling autoencoder
    integers one-hot multi-hot continuous mask image tabular tokens sequence series
    loss val_loss accuracy acc val_accuracy val_acc lr learning_rate mean_io_u auc precision recall
    epoch step batch true false none nan inf float16 float32 float64 bfloat16 mixed_float16 int8
    int16 int32 int64 uint8 uint16 bool object caffe tf torch keras tensorflow numpy
    imagenet rgb grayscale x y x_train y_train x_val y_val x_test y_test
    """.split()  # noqa: SIM905
)


class Masks:
    """Replaces words that are nobody's but the user's, the same word always by the same mark."""

    def __init__(self) -> None:
        self._marks: dict[str, str] = {}

    @property
    def words(self) -> tuple[str, ...]:
        """What was replaced so far, in the order met."""
        return tuple(self._marks)

    def mask(self, text: str) -> str:
        """`text` with every word that is not a known one replaced."""
        return _WORD.sub(
            lambda m: m.group() if _is_known(m.group()) else self._mark(m.group()), text
        )

    def mask_strings(self, code: str) -> str:
        """Code whose text literals, but for Keras's own words, are replaced."""

        def masked(match: re.Match[str]) -> str:
            text = match.group()
            return (
                text if _is_known(text[1:-1]) or text[1:-1] == "" else repr(self._mark(text[1:-1]))
            )

        return _STRING.sub(masked, code)

    def finding(self, finding: Finding) -> Finding:
        """The finding with masked value and details, and nothing of the user's text."""
        details = {key: self.masked(value) for key, value in finding.details.items()}
        value: Any = self.masked(finding.value)
        return replace(finding, value=value, quote="", details=details)

    def masked(self, value: Any) -> Any:
        """Plain data with every text in it masked, keys of dictionaries left as they are."""
        if isinstance(value, str):
            return self.mask(value)
        if isinstance(value, (list, tuple)):
            return [self.masked(item) for item in value]
        if isinstance(value, dict):
            return {k: self.masked(v) for k, v in value.items()}
        return value

    def _mark(self, word: str) -> str:
        return self._marks.setdefault(word, f"<name{len(self._marks) + 1}>")


class Discreet(Situation):
    """A case seen without the words of its owner: for advice and sentences in a report."""

    def __init__(self, situation: Situation, masks: Masks) -> None:
        super().__init__(situation.case, situation.options, situation.materials)
        self.output = situation.output
        self._masks = masks

    @property
    def network(self) -> Network | None:
        """The network with masked layer names."""
        network = super().network
        if network is None:
            return None
        mask = self._masks.mask
        layers = tuple(replace(layer, name=mask(layer.name)) for layer in network.layers)
        masked = replace(network, layers=layers, output_layer=mask(network.output_layer or ""))
        if not network.losses:
            return masked
        losses = tuple((mask(name), loss, raw) for name, loss, raw in network.losses)
        return replace(masked, output_name=mask(network.output_name or ""), losses=losses)

    def shown_output(self, name: str) -> str:
        """An output's name, masked."""
        return self._masks.mask(name)

    def finding_text(self, finding: Finding) -> str:
        """The sentence of a finding, filled with masked values."""
        return super().finding_text(self._masks.finding(finding))

    def figures(self) -> dict[str, Any]:
        """The figures of the case, masked."""
        return {
            key: self._masks.mask(value) if isinstance(value, str) else value
            for key, value in super().figures().items()
        }


@cache
def _ids() -> frozenset[str]:
    knowledge = load_knowledge()
    applications = {name for name, _ in APPLICATIONS.values()}
    return frozenset({*knowledge.causes, *knowledge.findings, *applications})


@cache
def _is_known(word: str) -> bool:
    """A word of Keras, numpy or the rule base, also as a default layer name: ``dense_3``."""
    plain = word.strip(".")
    lower = plain.lower()
    if _MARK.fullmatch(plain) or lower in _TERMS or plain in _ids() or is_keras_layer(plain):
        return True
    if lower in KERAS_LOSSES or lower in LOSS_ALIASES or lower in OPTIMIZERS:
        return True
    stem = re.sub(r"(_\d+)+$", "", lower)
    return stem in _default_names() or (lower.startswith("val_") and _is_known(lower[4:]))


@cache
def _default_names() -> frozenset[str]:
    stems = LAYER_STEMS
    return frozenset(name for stem in stems for name in _snakes(stem))


def _snakes(stem: str) -> Iterable[str]:
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", stem).lower()
    return (snake, *(f"{snake}{digit}d" for digit in "123"))
