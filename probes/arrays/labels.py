"""What the labels are: classes or figures, how coded, how many of each.

Needs numpy alone, so that labels are judged without a model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from probes.loading.columns import Array
from probes.loading.sampling import is_one_hot
from probes.network import Network

#: whole-valued floats with more different values than this are figures, not classes
MOST_FLOAT_CLASSES = 20
_CLASS_LOSSES = ("crossentropy", "hinge")
_ERROR_LOSSES = ("error", "huber", "log_cosh", "poisson")
_COUNT_LOSSES = ("poisson",)
_UNBOUNDED = ("linear", "relu", "softplus", "exponential", "leaky_relu", "elu")


@dataclass(frozen=True)
class LabelFacts:
    """Facts of a label array.

    Args:
        form: integers, one-hot, binary, multi-hot, continuous or mask.
        task: classification, regression, segmentation, multi-label, sequence-labelling or
            autoencoder.
        shape: of the array, rows first.
        dtype: numpy's name of the type.
        minimum, maximum: smallest and largest finite value; None for text.
        classes: number of classes; None for figures.
        counts: rows of each class, by class number (smallest label first).
        values: the different labels, ascending, where they are classes.
        missing: how many are nan.
        different: the different values of figures, ascending, where they are no more than 256.
    """

    form: str
    task: str
    shape: tuple[int, ...]
    dtype: str
    minimum: float | None
    maximum: float | None
    classes: int | None
    counts: tuple[int, ...]
    values: tuple[float, ...]
    missing: int
    different: tuple[float, ...] = ()

    @property
    def columns(self) -> int | None:
        """Columns of one target row; 1 for a plain vector, None where the last axis is no list
        of targets."""
        if self.form in ("one-hot", "multi-hot", "continuous"):
            return 1 if len(self.shape) == 1 else self.shape[-1]
        return 1 if len(self.shape) == 2 and self.shape[1] == 1 else None

    @property
    def largest_share(self) -> float | None:
        """Share of the most frequent class, 0 to 1."""
        return max(self.counts) / sum(self.counts) if self.counts else None

    @property
    def is_text(self) -> bool:
        return self.minimum is None


def label_facts(labels: Array, kind: str, network: Network | None) -> LabelFacts:
    """Facts of labels (n, ...), in the light of the model's loss where figures and classes look
    alike."""
    text = labels.dtype.kind in "US"
    values = labels if text else labels.astype(np.float64, copy=False)
    missing = 0 if text else int(np.isnan(values).sum())
    finite = values if text else values[np.isfinite(values)]
    form = _form(labels, finite, kind, network)
    task = _task(form, labels, network)
    different, counts = _classes(labels, finite, form)
    return LabelFacts(
        form=form,
        task=task,
        shape=labels.shape,
        dtype=str(labels.dtype),
        minimum=None if text or not finite.size else float(finite.min()),
        maximum=None if text or not finite.size else float(finite.max()),
        classes=_class_count(form, labels, different, kind),
        counts=counts,
        values=() if text else different,
        missing=missing,
        different=different or _few(finite),
    )


def is_divided(facts: LabelFacts) -> bool:
    """Whether the labels are whole numbers 0, 1, 2 ... that were divided by 255 with the images.

    All of them times 255 are whole, and half the numbers up to the largest occur: grades of 0.2 and
    0.4 are whole then too, but leave gaps.
    """
    if facts.minimum is None or facts.minimum < 0 or not 0 < (facts.maximum or 0.0) < 0.5:
        return False
    whole = np.array(facts.different) * 255
    if not len(whole) or np.abs(whole - np.round(whole)).max() > 1e-2:
        return False
    return len(whole) >= 2 and 2 * len(whole) > round(float(whole.max()))


def is_black_and_white(facts: LabelFacts) -> bool:
    """Whether a mask holds 0 and 255, with some greys where it was saved as JPEG."""
    if facts.maximum is None or not 239 <= facts.maximum <= 255 or not facts.counts:
        return False
    values, counts = np.array(facts.values), np.array(facts.counts)
    ends = counts[(values <= 16) | (values >= 239)].sum() / counts.sum()
    return bool(facts.minimum == 0 and (ends >= 0.9 or (facts.classes or 0) <= 4))


def encode_labels(labels: Array, facts: LabelFacts, network: Network, kind: str) -> Array:
    """Labels as numbers; those of an image folder in the code that the loss takes.

    A folder holds no code: the user's generator makes it (``class_mode``), so it is no fault of
    the labels.
    """
    if labels.dtype.kind in "US":
        labels = np.unique(labels, return_inverse=True)[1].reshape(labels.shape)
    if kind != "images" or facts.classes is None:
        return labels
    one_hot = network.loss in ("categorical_crossentropy", "kl_divergence") or (
        network.loss == "binary_crossentropy" and network.output_units == facts.classes
    )
    return np.eye(facts.classes, dtype=np.float32)[labels] if one_hot else labels


def _form(labels: Array, finite: Array, kind: str, network: Network | None) -> str:
    if labels.dtype.kind in "US":
        return "integers"
    if labels.ndim >= 4 or (labels.ndim == 3 and _is_image_model(network)):
        if labels.ndim >= 4 and is_one_hot(labels):
            return "one-hot"
        return "mask" if _few_values(finite) else "continuous"
    if labels.ndim >= 2 and labels.shape[-1] > 1:
        return _form_of_columns(labels, finite, network)
    whole = bool(np.array_equal(finite, np.round(finite))) and finite.size > 0
    different = np.unique(finite)
    if not whole or _means_figures(labels, different, network):
        return "continuous"
    if set(different.tolist()) <= {0.0, 1.0}:
        return "binary"
    return "integers"


def _form_of_columns(labels: Array, finite: Array, network: Network | None) -> str:
    if is_one_hot(labels):
        return "one-hot"
    if finite.size and bool(np.all((finite == 0) | (finite == 1))):
        return "multi-hot"
    sums = labels.sum(axis=-1)
    probabilities = finite.size and finite.min() >= 0 and bool(np.allclose(sums, 1, atol=1e-3))
    if probabilities and network is not None and "categorical" in (network.loss or ""):
        return "one-hot"  # smoothed labels
    whole = bool(np.array_equal(finite, np.round(finite)))
    steps = network is not None and (
        network.output_rank == 3 or network.loss == "sparse_categorical_crossentropy"
    )
    return "integers" if whole and steps and labels.ndim == 2 else "continuous"


def _means_figures(labels: Array, different: Array, network: Network | None) -> bool:
    """Whether whole numbers are counts or amounts: by the loss, else by type and variety."""
    loss = (network.loss if network else None) or ""
    if any(word in loss for word in _CLASS_LOSSES):
        return False
    if loss in _COUNT_LOSSES or (len(different) > 2 and _predicts_one_figure(network)):
        return True
    many = len(different) > (MOST_FLOAT_CLASSES if labels.dtype.kind == "f" else 1000)
    if any(word in loss for word in _ERROR_LOSSES):
        return len(different) > MOST_FLOAT_CLASSES or len(different) > max(2, len(labels) // 5)
    return many


def _predicts_one_figure(network: Network | None) -> bool:
    """One unbounded output under an error loss: a regression, whatever the targets look like.

    Unless accuracy is asked for: who counts right answers thinks of classes.
    """
    if network is None or network.output_units != 1:
        return False
    if any("acc" in metric for metric in network.metrics):
        return False
    error = any(word in (network.loss or "") for word in _ERROR_LOSSES)
    return error and network.output_activation in _UNBOUNDED


def _is_image_model(network: Network | None) -> bool:
    return network is not None and network.output_rank == 4 and network.input_shape is not None


def _few_values(finite: Array) -> bool:
    return len(np.unique(finite)) <= 256 and bool(np.array_equal(finite, np.round(finite)))


def _task(form: str, labels: Array, network: Network | None) -> str:
    if form == "mask" or (form == "one-hot" and labels.ndim >= 4):
        return "segmentation"
    if form == "multi-hot":
        return "multi-label"
    paints = (
        network is not None
        and network.input_shape is not None
        and tuple(network.input_shape) == labels.shape[1:]
        and form == "continuous"
        and network.output_rank == labels.ndim
        and (network.output_units or 0) == labels.shape[-1]
        and labels.ndim > 1
        and labels.shape[-1] > 1
    )
    if paints:
        return "autoencoder"
    if form == "continuous":
        return "regression"
    several = labels.ndim == 3 or (labels.ndim == 2 and labels.shape[1] > 1 and form != "one-hot")
    return "sequence-labelling" if several else "classification"


def _classes(labels: Array, finite: Array, form: str) -> tuple[tuple[float, ...], tuple[int, ...]]:
    if form == "one-hot":
        sums = labels.reshape(-1, labels.shape[-1]).sum(0)
        return tuple(float(i) for i in range(len(sums))), tuple(round(float(v)) for v in sums)
    if form not in ("integers", "binary", "mask"):
        return (), ()
    different, counts = np.unique(finite, return_counts=True)
    values = range(len(different)) if finite.dtype.kind in "US" else different
    return tuple(float(v) for v in values), tuple(int(c) for c in counts)


def _few(finite: Array) -> tuple[float, ...]:
    # Most figures differ in the first few already; sorting all of them would take seconds.
    if finite.dtype.kind in "US" or len(np.unique(finite[:2000])) > 256:
        return ()
    different = np.unique(finite)
    return tuple(float(value) for value in different) if len(different) <= 256 else ()


def _class_count(form: str, labels: Array, different: tuple[float, ...], kind: str) -> int | None:
    if form in ("one-hot", "multi-hot"):
        return int(labels.shape[-1])
    if form in ("integers", "binary", "mask"):
        return max(2, len(different)) if form == "binary" else len(different)
    return None
