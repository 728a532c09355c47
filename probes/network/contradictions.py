"""What contradicts itself in a network and its training set-up: output, activation, loss, labels.

The script reader, the model-file reader and the probes all fill a `Network`; this module is the one
place that judges it. A finding is given as present, or as looked for and not there; where the
network does not say enough, nothing is given. Standard library only.

What Keras does is taken from its source: a cross-entropy without ``from_logits`` divides outputs by
their sum (categorical) and clips them into (1e-7, 1 - 1e-7); an output made by softmax or sigmoid
carries its logits along, so ``from_logits=True`` behind such an output trains the same and is a
risk, never a cause.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from probes.finding import Finding, Source
from probes.network import Network
from probes.network.layer_facts import layer_findings
from probes.network.rate_facts import rate_findings
from probes.network.view import Labels, View
from probes.saved.keras_names import loss_name

CATEGORICAL = frozenset(
    {
        "categorical_crossentropy",
        "sparse_categorical_crossentropy",
        "categorical_focal_crossentropy",
        "kl_divergence",
    }
)
SPARSE = frozenset({"sparse_categorical_crossentropy"})
BINARY = frozenset({"binary_crossentropy", "binary_focal_crossentropy"})
REGRESSION = frozenset(
    {
        "mean_squared_error",
        "mean_absolute_error",
        "mean_absolute_percentage_error",
        "mean_squared_logarithmic_error",
        "huber",
        "log_cosh",
    }
)
#: squared and absolute error, the two that people take for a classification
_ERRORS = frozenset({"mean_squared_error", "mean_absolute_error"})
_RELU = frozenset({"relu", "relu6"})
_ACCURACY = frozenset({"accuracy", "acc", "binary_accuracy", "categorical_accuracy"})
_CLASS_FORMS = frozenset({"integers", "one-hot", "binary"})
#: labels that span this many times as many numbers as there are different ones have strays; a
#: sample that misses half of the classes does not
STRAY = 4
#: what each bounded activation can reach
_RANGES = {"sigmoid": (0.0, 1.0), "softmax": (0.0, 1.0), "tanh": (-1.0, 1.0)}


def contradictions(
    network: Network,
    *,
    classes: int | None = None,
    label_form: str | None = None,
    target_columns: int | None = None,
    target_rank: int | None = None,
    label_min: float | None = None,
    label_max: float | None = None,
    source: Source = "model",
    where: Callable[[str], tuple[int | None, str] | None] | None = None,
) -> list[Finding]:
    """Every static finding about a network.

    Args:
        network: what is known of it; ``from_logits`` None counts as unknown, not as False.
        classes: number of classes in the labels.
        label_form: integers, one-hot, binary, multi-hot, continuous or mask.
        target_columns: columns of one target row (1 for a plain vector of targets).
        target_rank: number of axes of the target array, batch axis included.
        label_min: smallest label or target value.
        label_max: largest label or target value.
        source: source of the findings given.
        where: line and quote of a part (``loss``, ``optimizer``, ``metrics``, ``output`` or
            ``layer:NAME``); None where the network was not read from text.

    Returns:
        Findings, one at most for each id.
    """
    labels = Labels(classes, label_form, target_columns, target_rank, label_min, label_max)
    view = View(network, labels, source, where)
    found = [
        *_head_against_loss(view),
        *_head_against_labels(view),
        *_loss_against_labels(view),
        *_metrics_against_labels(view),
        *layer_findings(view),
        *rate_findings(view),
    ]
    return list({finding.id: finding for finding in found}.values())


def _head_against_loss(view: View) -> Iterator[Finding]:
    """The last layer's activation and units against the loss; nothing for several outputs."""
    net = view.network
    act, units = net.output_activation, net.output_units
    if view.several_outputs or act is None:
        return
    loss = net.loss
    written = view.written_head()
    yield view.finding("softmax-on-one-unit", act == "softmax" and units == 1, written, "output")
    if loss is None:
        return
    yield view.finding("relu-output", act in _RELU, written, "output")
    if loss in CATEGORICAL or loss in BINARY:
        yield from _probability_loss(view, act, units, loss, written)
    if loss in _ERRORS:
        yield from _error_on_probabilities(view, act, loss)


def _probability_loss(
    view: View, act: str, units: int | None, loss: str, written: str
) -> Iterator[Finding]:
    logits = view.network.from_logits
    categorical = loss in CATEGORICAL
    if categorical and units is not None:
        yield view.finding("one-unit-with-categorical-loss", units == 1, loss, "output")
    if logits is not None:
        raw = act == "linear" and not logits
        if categorical:
            several = raw and units != 1
            yield view.finding("linear-output-with-probability-loss", several, loss, "output")
        else:
            yield view.finding("linear-output-with-bce", raw, loss, "output")
        hidden = logits and act in ("softmax", "sigmoid")
        yield view.finding("from-logits-with-activation", hidden, act, "loss")
    yield view.finding("tanh-output-with-probability-loss", act == "tanh", written, "output")
    if categorical:
        wrong = act == "sigmoid" and units != 1
        yield view.finding("sigmoid-with-categorical-loss", wrong, loss, "output")
    elif act != "softmax" or units is not None:
        # Over two units the loss is that of categorical_crossentropy, halved.
        wrong = act == "softmax" and units is not None and units > 2
        yield view.finding("softmax-with-binary-loss", wrong, loss, "loss")


def _error_on_probabilities(view: View, act: str, loss: str) -> Iterator[Finding]:
    """Squared error on probabilities; a decoder that paints 0..1 pixels so is healthy."""
    fits = view.paints_its_input or view.labels.form == "continuous"
    wrong = act == "softmax" or (act == "sigmoid" and not fits)
    yield view.finding("mse-with-softmax-or-sigmoid", wrong, loss, "loss")


def _head_against_labels(view: View) -> Iterator[Finding]:
    labels, units = view.labels, view.network.output_units
    if view.several_outputs or units is None:
        return
    classed = labels.form not in ("continuous", "mask") and view.classifies
    if labels.classes and classed and _has_strays(labels):
        yield view.finding("classes-exceed-output-units", False, units, "output")
    elif labels.classes and classed:
        needed = 1 if labels.classes == 2 and _one_unit_will_do(view) else labels.classes
        value = f"{units} < {needed}" if units < needed else units
        yield view.finding("classes-exceed-output-units", units < needed, value, "output")
        most = max(needed, labels.classes)
        more = units > most and view.network.loss in CATEGORICAL
        yield view.finding("output-units-exceed-classes", more, units, "output")
    if labels.columns is not None and view.network.loss not in SPARSE:
        # One column of targets is spread over several outputs; several columns against one output
        # are targets that the output lacks.
        broadcast = labels.columns != units and labels.columns == 1
        silent = broadcast and view.network.loss in REGRESSION
        yield view.finding("target-shape-broadcasts", silent, units, "output")
        differ = labels.columns != units and not silent
        yield view.finding("units-differ-from-target-columns", differ, units, "output")
    if labels.maximum is not None and view.network.loss in SPARSE:
        above = labels.maximum >= units
        yield view.finding("labels-at-or-above-units", above, labels.maximum, "output")
    if labels.form in ("integers", "binary") and labels.minimum is not None:
        shifted = labels.minimum >= 1 and view.network.loss in CATEGORICAL
        yield view.finding("labels-not-from-zero", shifted, labels.minimum, "output")


def _has_strays(labels: Labels) -> bool:
    """Whether numbers far off the others lie among the labels, such as 255 for "unknown".

    Then the different labels are no count of the classes: numbered without gaps, N classes span N.
    """
    if labels.form != "integers" or labels.minimum is None or labels.maximum is None:
        return False
    return labels.maximum - labels.minimum + 1 > STRAY * (labels.classes or 1)


def _one_unit_will_do(view: View) -> bool:
    """Two classes fit one unit, unless the labels come as two columns."""
    return view.network.loss not in CATEGORICAL and view.labels.form != "one-hot"


def _loss_against_labels(view: View) -> Iterator[Finding]:
    loss, form = view.network.loss, view.labels.form
    if loss is None or view.several_outputs:
        return
    if loss in BINARY:
        yield from _labels_of_binary_loss(view)
    if form is None:
        return
    sparse = loss in SPARSE
    if loss in CATEGORICAL:
        whole = not sparse and form in ("integers", "binary")
        yield view.finding("integer-labels-with-categorical-loss", whole, form, "loss")
        yield view.finding(
            "onehot-labels-with-sparse-loss", sparse and form == "one-hot", form, "loss"
        )
    continuous = form == "continuous"
    if loss in CATEGORICAL or (loss in BINARY and not view.paints_its_input):
        yield view.finding("classification-loss-on-continuous-targets", continuous, loss, "loss")
    elif loss in REGRESSION:
        yield view.finding("classification-loss-on-continuous-targets", False, loss, "loss")
    if not view.paints_its_input:
        classes = loss in REGRESSION and form in _CLASS_FORMS
        yield view.finding("regression-loss-on-class-labels", classes, loss, "loss")
    if view.network.output_activation is not None:
        several = form == "multi-hot" and view.network.output_activation == "softmax"
        yield view.finding("softmax-on-multi-hot-labels", several, form, "output")
    yield from _reachable(view)


def _labels_of_binary_loss(view: View) -> Iterator[Finding]:
    labels = view.labels
    if labels.minimum is not None and labels.maximum is not None:
        outside = labels.minimum < 0 or labels.maximum > 1
        value = f"{labels.minimum:g}..{labels.maximum:g}"
        yield view.finding("labels-outside-0-1-with-bce", outside, value, "loss")
    elif labels.form == "integers" and (labels.classes or 0) > 2:
        # Classes are numbered 0, 1, 2 ...: the largest label of N classes is N - 1 at the least.
        value = f"0..{(labels.classes or 0) - 1}"
        yield view.finding("labels-outside-0-1-with-bce", True, value, "loss")
    elif labels.form in ("one-hot", "multi-hot"):
        yield view.finding("labels-outside-0-1-with-bce", False, labels.form, "loss")


def _reachable(view: View) -> Iterator[Finding]:
    labels, act = view.labels, view.network.output_activation
    low, high = labels.minimum, labels.maximum
    if labels.form != "continuous" or low is None or high is None or act is None:
        return
    bottom, top = _RANGES.get(act, (0.0 if act in _RELU else float("-inf"), float("inf")))
    beyond = low < bottom or high > top
    yield view.finding(
        "bounded-output-cannot-reach-targets", beyond, f"{low:g}..{high:g}", "output"
    )


def _metrics_against_labels(view: View) -> Iterator[Finding]:
    net, form = view.network, view.labels.form
    if not net.metrics:
        return
    names = {loss_name(metric) for metric in net.metrics if metric != "Accuracy"}
    exact = "Accuracy" in net.metrics
    yield view.finding("exact-match-accuracy", exact, "Accuracy" if exact else None, "metrics")
    asked = sorted(names & _ACCURACY)
    if form == "continuous":
        if net.loss in CATEGORICAL:
            return  # a loss of classes: it is the labels that are wrong, not the metric
        yield view.finding("accuracy-on-continuous-targets", bool(asked), _first(asked), "metrics")
    elif form is None and net.loss in REGRESSION and net.output_activation == "linear":
        # Without the labels, one linear unit under a squared error is the only sure regression.
        if not asked or net.output_units == 1:
            yield view.finding(
                "accuracy-on-continuous-targets", bool(asked), _first(asked), "metrics"
            )
    elif form is not None or net.loss in CATEGORICAL or net.loss in BINARY:
        yield view.finding("accuracy-on-continuous-targets", False, None, "metrics")
    if net.loss in CATEGORICAL and not view.several_outputs:
        wrong = "binary_accuracy" in names
        yield view.finding("binary-accuracy-on-onehot", wrong, _first(asked), "metrics")


def _first(names: list[str]) -> str | None:
    return names[0] if names else None
