"""A loaded model as the lines that build and compile it again, with none of the user's names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import keras
import numpy as np

from probes.apparatus.setup import Setup, make_loss, make_optimizer
from probes.errors import ProbeError
from probes.saved.keras_json import Json, inner, kind_of, layer_entries
from probes.synthetic.object_code import expression, made_by_keras

#: metrics written by their plain name; the user's own are left out
_METRICS = frozenset(
    """
    accuracy acc mae mean_absolute_error mse mean_squared_error binary_accuracy
    categorical_accuracy sparse_categorical_accuracy
    """.split()  # noqa: SIM905
)


def network_code(setup: Setup) -> list[str]:
    """Lines that define ``model`` and compile it.

    Raises:
        ProbeError: ``script-own-code`` where something in it is not Keras's own.
    """
    writer = _Writer()
    lines = writer.model(setup.model, "model")
    lines += _frozen(setup.model, "model")
    return [*lines, _compile(setup)]


def _compile(setup: Setup) -> str:
    network = setup.network
    optimizer = made_by_keras(make_optimizer(network, setup.optimizer))
    metrics = [m for m in network.metrics if m in _METRICS]
    told = f", metrics={metrics!r}" if metrics else ""
    return f"model.compile(optimizer={optimizer}, loss={_loss(setup)}{told})"


def _loss(setup: Setup) -> str:
    loss = make_loss(setup.network, setup.loss)
    if not isinstance(loss, keras.losses.Loss):
        name = setup.network.loss or ""
        if hasattr(keras.losses, name):
            return repr(name)
        raise ProbeError("script-own-code")
    made = made_by_keras(loss)
    # The plain name is what people write where nothing else is set.
    return repr(setup.network.loss) if made.endswith("()") else made


def _frozen(model: keras.Model, path: str) -> Iterator[str]:
    """Lines that freeze what the user froze, at the outermost layer that is frozen as a whole."""
    for place, layer in enumerate(model.layers):
        own = f"{path}.layers[{place}]"
        if not layer.trainable and layer.weights:
            yield f"{own}.trainable = False"
        elif isinstance(layer, keras.Model):
            yield from _frozen(layer, own)


class _Writer:
    """Writes models as lines; nested ones become models with names of their own."""

    def __init__(self) -> None:
        self._parts = 0

    def model(self, model: keras.Model, name: str) -> list[str]:
        if isinstance(model, keras.Sequential):
            return self._sequential(model, name)
        if type(model).__name__ in ("Functional", "Model") and hasattr(model, "_nodes"):
            return self._functional(model, name)
        raise ProbeError("script-own-code")

    def _sequential(self, model: keras.Sequential, name: str) -> list[str]:
        before: list[str] = []
        rows = [f"    {_input(model.inputs[0])},"]
        for layer in model.layers:
            lines, made = self._layer(layer)
            before += lines
            rows.append(f"    {made},")
        return [*before, f"{name} = keras.Sequential([", *rows, "])"]

    def _functional(self, model: keras.Model, name: str) -> list[str]:
        written: Json = model.get_config()
        variables: dict[str, str] = {}
        lines: list[str] = []
        prefix = "t" if name == "model" else f"{name}_t"
        for entry in layer_entries({"config": written}):
            own = str(entry.get("name") or inner(entry).get("name"))
            variables[own] = f"{prefix}{len(variables)}"
            lines += self._node(model, entry, own, variables)
        inputs, outputs = (_ends(written.get(key), variables) for key in _ENDS)
        return [*lines, f"{name} = keras.Model({inputs}, {outputs})"]

    def _node(
        self, model: keras.Model, entry: Json, name: str, variables: Mapping[str, str]
    ) -> list[str]:
        target = variables[name]
        nodes = entry.get("inbound_nodes") or []
        if kind_of(entry) == "InputLayer":
            return [f"{target} = {_input(model.get_layer(name).output)}"]
        if len(nodes) != 1 or not isinstance(nodes[0], Mapping):
            raise ProbeError("script-graph-too-rich")
        called = _arguments(nodes[0], variables)
        if str(entry.get("module") or "").startswith("keras.src.ops"):
            settings = {k: v for k, v in inner(entry).items() if k not in ("name", "dtype")}
            told = [called, *(f"{k}={expression(v)}" for k, v in settings.items())]
            return [f"{target} = keras.ops.{_snake(kind_of(entry))}({', '.join(told)})"]
        lines, made = self._layer(model.get_layer(name))
        return [*lines, f"{target} = {made}({called})"]

    def _layer(self, layer: Any) -> tuple[list[str], str]:
        """Lines to stand before, and the expression of the layer itself."""
        if isinstance(layer, keras.Model):
            self._parts += 1
            name = f"part_{self._parts}"
            return self.model(layer, name), name
        if isinstance(layer, keras.layers.Normalization):
            return [], _normalization(layer)
        return [], made_by_keras(layer)


_ENDS = ("input_layers", "output_layers")


def _input(tensor: Any) -> str:
    kind = "" if tensor.dtype == "float32" else f", dtype={tensor.dtype!r}"
    return f"keras.Input({tuple(tensor.shape[1:])!r}{kind})"


def _normalization(layer: Any) -> str:
    """What was adapted, by rounded figures: the statistics are part of the network."""
    if layer.input_mean is not None or not layer.weights:
        return made_by_keras(layer)
    figures = {
        "mean": np.asarray(keras.ops.convert_to_numpy(layer.mean)).reshape(-1),
        "variance": np.asarray(keras.ops.convert_to_numpy(layer.variance)).reshape(-1),
    }
    written = {k: repr([float(f"{v:.2g}") for v in row]) for k, row in figures.items()}
    return made_by_keras(layer, **written)


def _arguments(node: Json, variables: Mapping[str, str]) -> str:
    def source(value: Any) -> str:
        if isinstance(value, Mapping) and value.get("class_name") == "__keras_tensor__":
            return variables[str(inner(value)["keras_history"][0])]
        if isinstance(value, (list, tuple)):
            return "[" + ", ".join(source(item) for item in value) + "]"
        return expression(value)

    kept = {k: v for k, v in (node.get("kwargs") or {}).items() if v is not None and k != "mask"}
    written = [source(value) for value in node.get("args") or []]
    return ", ".join([*written, *(f"{key}={source(value)}" for key, value in kept.items())])


def _ends(written: Any, variables: Mapping[str, str]) -> str:
    """One tensor or a list, from ``["name", 0, 0]`` or a list of such."""
    if isinstance(written, (list, tuple)) and written and isinstance(written[0], str):
        return variables[written[0]]
    names = [variables[str(item[0])] for item in written or []]
    return names[0] if len(names) == 1 else "[" + ", ".join(names) + "]"


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
