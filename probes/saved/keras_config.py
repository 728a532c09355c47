"""The JSON that Keras saves -> `Network`.

Reads the architecture and compile settings of Keras 1 to 3 in whatever form they were saved, and
never builds a layer. Used without TensorFlow on a file, and in the probe process on a model that
has been changed. Anything that the JSON does not say stays None. Standard library only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from probes.network import Layer, Network
from probes.saved.keras_head import find_head
from probes.saved.keras_json import (
    Json,
    activation_of,
    foreign_layers,
    foreign_loss,
    inbound_names,
    inner,
    is_model,
    kind_of,
    layer_entries,
    name_of,
    whole,
)
from probes.saved.keras_names import (
    DEFAULT_RATES,
    application_by_layers,
    application_of,
    loss_name,
    optimizer_name,
)

#: operations by which a graph scales its inputs itself, as Keras 3 and 2 name them
_SCALING_OPERATIONS = frozenset({"TrueDivide", "Divide", "Subtract", "TFOpLambda"})
_INPUT_NORMALISERS = frozenset({"BatchNormalization", "LayerNormalization"})
#: kinds that neither learn nor scale, so what follows them is still "at the input"
_BEFORE_SCALING = ("Input", "Random", "Resizing", "CenterCrop", "ZeroPadding", "Reshape", "Permute")
#: a nested model with fewer layers is a block of the user's own, not a pretrained base
_BASE_LAYERS = 8


def read_network(
    model: Json,
    compiled: Json | None,
    *,
    file_format: str | None = None,
    keras_version: str | None = None,
) -> Network:
    """Read a `Network` out of a model's and a compile configuration.

    Args:
        model: what ``model.to_json()`` writes: ``class_name``, ``config`` ...
        compiled: ``compile_config`` of Keras 3 or ``training_config`` of Keras 2; None or empty
            for a model that was not compiled.
    """
    layers = tuple(_layers(model, depth=0, trainable=True))
    head = find_head(model)
    base, base_trainable = _pretrained_base(layers)
    loss, from_logits = _loss((compiled or {}).get("loss"))
    optimizer, rate = _optimizer(compiled or {})
    graph = inner(model)
    return Network(
        layers=layers,
        model_class=_model_class(model),
        input_shape=_input_shape(model, layers),
        output_units=head.units,
        output_activation=head.activation,
        output_layer=head.layer,
        output_rank=head.rank,
        loss=loss,
        from_logits=from_logits,
        optimizer=optimizer,
        learning_rate=rate,
        metrics=_metrics((compiled or {}).get("metrics")),
        compiled=bool(compiled),
        pretrained_base=base,
        base_trainable=base_trainable,
        scaling_inside=_scaling(layers),
        outputs=_count(graph.get("output_layers")) if layers else None,
        inputs=_count(graph.get("input_layers")) if layers else None,
        custom=_custom(model, compiled),
        lambdas=tuple(layer.name for layer in layers if layer.kind == "Lambda"),
        file_format=file_format,
        keras_version=keras_version,
    )


def _model_class(model: Json) -> str | None:
    name = model.get("class_name")
    if name == "Model" and inner(model).get("layers"):
        return "Functional"
    return name if isinstance(name, str) else None


def _layers(model: Json, depth: int, trainable: bool) -> Iterator[Layer]:
    for entry in layer_entries(model):
        layer = _layer(entry, depth, trainable)
        yield layer
        if is_model(entry):
            yield from _layers(entry, depth + 1, layer.trainable)


def _layer(entry: Json, depth: int, trainable: bool) -> Layer:
    config = inner(entry)
    kind = kind_of(entry)
    said = config
    wrapped = config.get("layer")
    if isinstance(wrapped, Mapping):  # TimeDistributed, Bidirectional: the inner layer speaks
        said = {**inner(wrapped), "wrapped": wrapped.get("class_name")}
    nested = is_model(entry)
    settings = _nested(entry) if nested else _plain(said, entry)
    return Layer(
        kind=kind,
        name=str(config.get("name") or entry.get("name") or kind),
        units=None if nested else whole(said.get("units", said.get("filters"))),
        activation=None if nested else activation_of(kind, said),
        trainable=trainable and bool(config.get("trainable", True)),
        rate=_number(config.get("rate")) if "Dropout" in kind else None,
        config=settings,
        depth=depth,
    )


def _plain(config: Json, entry: Json) -> dict[str, Any]:
    """The settings of a layer, with objects (initialisers, regularisers) as name plus settings."""
    plain: dict[str, Any] = {}
    for key, value in config.items():
        if key in ("name", "layers", "layer", "trainable"):
            continue
        if key == "dtype" and kind_of(entry) != "InputLayer":  # of an input: whether it takes text
            continue
        plain[key] = _object(value) if isinstance(value, Mapping) else value
    if "inbound_nodes" in entry:
        plain["inbound"] = inbound_names(entry)
    built = entry.get("build_config")
    if isinstance(built, Mapping) and built.get("input_shape"):
        plain["build_input_shape"] = built["input_shape"]
    return plain


def _nested(entry: Json) -> dict[str, Any]:
    settings: dict[str, Any] = {"layers": len(layer_entries(entry))}
    if "inbound_nodes" in entry:
        settings["inbound"] = inbound_names(entry)
    return settings


def _object(value: Json) -> Any:
    name = name_of(value)
    if name is None:
        return dict(value)
    settings = value.get("config")
    return {"name": name, **settings} if isinstance(settings, Mapping) else name


def _number(value: Any) -> float | None:
    """A saved 32-bit figure as it was written: 0.009999999776482582 -> 0.01."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(f"{value:.7g}")


def _input_shape(model: Json, layers: tuple[Layer, ...]) -> tuple[int | None, ...] | None:
    config = inner(model)
    candidates: list[Any] = [
        layer.config.get("batch_shape", layer.config.get("batch_input_shape"))
        for layer in layers
        if layer.depth == 0
    ]
    built = model.get("build_config")
    candidates += [
        config.get("build_input_shape"),
        built.get("input_shape") if isinstance(built, Mapping) else None,
    ]
    for shape in candidates:
        if isinstance(shape, list) and len(shape) > 1 and not isinstance(shape[0], (list, dict)):
            return tuple(whole(size) for size in shape[1:])
    return None


def _count(ends: Any) -> int:
    """Input or output tensors: Keras saves one as a bare triple, several as a list of triples."""
    if not ends:
        return 1
    if isinstance(ends, Mapping):
        return len(ends)
    return 1 if isinstance(ends[0], str) else len(ends)


def _scaling(layers: tuple[Layer, ...]) -> tuple[str, ...]:
    found: list[str] = []
    at_input = True
    for layer in layers:
        scales_first = layer.kind in _INPUT_NORMALISERS or layer.kind in _SCALING_OPERATIONS
        if layer.kind in ("Rescaling", "Normalization") or (at_input and scales_first):
            found.append(layer.kind)
        elif not layer.kind.startswith(_BEFORE_SCALING) and not layer.config.get("layers"):
            at_input = False
    return tuple(dict.fromkeys(found))


def _pretrained_base(layers: tuple[Layer, ...]) -> tuple[str | None, bool | None]:
    for position, layer in enumerate(layers):
        size = layer.config.get("layers", 0)
        if layer.depth or not isinstance(size, int) or not size:
            continue
        inner = []
        for other in layers[position + 1 :]:
            if other.depth == 0:
                break
            inner.append(other)
        name = application_of(layer.name) or application_by_layers(
            frozenset(other.name for other in inner)
        )
        if name or (not layer.trainable and size >= _BASE_LAYERS):
            return name or "unnamed", any(other.trainable for other in inner)
    own = [layer for layer in layers if layer.depth == 0]
    name = application_by_layers(frozenset(layer.name for layer in own))
    if name is None:
        return None, None
    weighted = [layer for layer in own if "kernel_initializer" in layer.config]
    return name, any(layer.trainable for layer in weighted[:-1])


def _loss(written: Any) -> tuple[str | None, bool | None]:
    if isinstance(written, Mapping) and "class_name" not in written:
        written = list(written.values())
    if isinstance(written, list):
        read = {_loss(item) for item in written if item is not None}
        return read.pop() if len(read) == 1 else (None, None)
    name = name_of(written)
    if not name:
        return None, None
    settings = inner(written) if isinstance(written, Mapping) else {}
    return loss_name(name), bool(settings.get("from_logits", False))


def _optimizer(compiled: Json) -> tuple[str | None, float | None]:
    written = compiled.get("optimizer") or compiled.get("optimizer_config")
    name = name_of(written)
    if not name:
        return None, None
    if name in ("LossScaleOptimizer",) and isinstance(written, Mapping):
        return _optimizer({"optimizer": inner(written).get("inner_optimizer")})
    name = optimizer_name(name)
    config = inner(written) if isinstance(written, Mapping) else {}
    rate = config.get("learning_rate", config.get("lr"))
    if isinstance(rate, Mapping):  # a schedule: where it starts
        rate = inner(rate).get("initial_learning_rate")
        return name, _number(rate)
    return name, DEFAULT_RATES.get(name) if rate is None else _number(rate)


def _metrics(written: Any) -> tuple[str, ...]:
    if isinstance(written, Mapping) and "class_name" not in written:
        written = list(written.values())
    if isinstance(written, list):
        return tuple(name for item in written for name in _metrics(item))
    name = name_of(written)
    return (name,) if name else ()


def _custom(model: Json, compiled: Json | None) -> tuple[str, ...]:
    """Classes and functions, of layers first, then of the loss, that Keras does not have."""
    names = [kind_of(entry) for entry in foreign_layers(model)]
    loss = (compiled or {}).get("loss")
    own = [foreign_loss(item) for item in (loss if isinstance(loss, list) else [loss])]
    return tuple(dict.fromkeys([*names, *(name for name in own if name)]))
