"""Copies of a model: with fresh weights, with edited layers, at another input size.

A trial must start from fresh weights, since the right change on stuck weights stays stuck (4 of 6
runs measured); only what was learnt elsewhere is kept: frozen layers, a pretrained base, and the
state of preprocessing layers. Works for sequential and functional models, nested ones included.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import keras
from keras.src.models.functional import Functional  # Keras has no public name for it

from probes.errors import ProbeError, one_line
from probes.saved.keras_names import STATEFUL_PREPROCESSING, application_by_layers, application_of

Edit = Callable[[keras.layers.Layer], keras.layers.Layer | None]
CallEdit = Callable[..., Any]
#: a layer by its name and, for names used twice (inside and outside a base), which of them
Key = tuple[str, int]


def is_graph(layer: Any) -> bool:
    """Whether a layer is a sequential or functional model, whose graph can be copied."""
    return isinstance(layer, (keras.Sequential, Functional))


def leaves(model: keras.Model) -> Iterator[keras.layers.Layer]:
    """The layers of a model without input layers, those of nested models in their place."""
    for layer in model.layers:
        if is_graph(layer):
            yield from leaves(layer)
        elif not isinstance(layer, keras.layers.InputLayer):
            yield layer


def keyed_leaves(model: keras.Model) -> dict[Key, keras.layers.Layer]:
    """The same by key."""
    seen: dict[str, int] = {}
    keyed = {}
    for layer in leaves(model):
        nth = seen.get(layer.name, 0)
        seen[layer.name] = nth + 1
        keyed[(layer.name, nth)] = layer
    return keyed


def clone(
    model: keras.Model,
    edit: Edit | None = None,
    *,
    input_shape: tuple[int | None, ...] | None = None,
    call: CallEdit | None = None,
) -> keras.Model:
    """A copy with fresh weights.

    Args:
        model: left as it is.
        edit: layer -> its replacement, or None to copy it as it is; not asked for nested models.
        input_shape: new shape of the one input, without the batch axis.
        call: (layer, \\*args, \\*\\*kwargs) -> output: changes how layers are called.

    Raises:
        ProbeError: ``model-not-copied`` for a model that Keras cannot copy.
    """
    try:
        return _clone(model, edit, input_shape, call)
    except ProbeError:
        raise
    except Exception as error:
        raise ProbeError("model-not-copied", one_line(error), name=model.name) from error


def copy_weights(source: keras.Model, target: keras.Model, keys: set[Key] | None = None) -> None:
    """Give `target` the weights of `source` where a layer of that name has the same shapes.

    Args:
        keys: only these layers; None for all.
    """
    ours = keyed_leaves(target)
    for key, layer in keyed_leaves(source).items():
        other = ours.get(key)
        if other is None or (keys is not None and key not in keys):
            continue
        _copy_state(layer, other)


def kept_layers(model: keras.Model) -> set[Key]:
    """Layers whose weights were learnt elsewhere and survive a fresh start."""
    kept = {
        key
        for key, layer in keyed_leaves(model).items()
        if (layer.weights and not layer.trainable_weights and layer.name)
        or type(layer).__name__ in STATEFUL_PREPROCESSING
        or (layer.weights and not layer.trainable)
    }
    return kept | _pretrained(model)


def _pretrained(model: keras.Model) -> set[Key]:
    """Layers of a published network inside the model, trainable or not."""
    bases = [layer for layer in model.layers if is_graph(layer) and application_of(layer.name)]
    named = {id(leaf) for base in bases for leaf in leaves(base)}
    keyed = keyed_leaves(model)
    if not named and application_by_layers(frozenset(name for name, _ in keyed)):
        # The base lies flat in the graph; what the user put behind it comes last.
        order = [key for key, layer in keyed.items() if layer.weights]
        return set(order[:-1])
    return {key for key, layer in keyed.items() if id(layer) in named and layer.weights}


def _clone(
    model: keras.Model,
    edit: Edit | None,
    input_shape: tuple[int | None, ...] | None,
    call: CallEdit | None,
) -> keras.Model:
    if not is_graph(model):
        return _copy_subclass(model)
    made: dict[int, Any] = {}

    def copy(layer: Any) -> Any:
        if id(layer) not in made:
            made[id(layer)] = _copy_layer(layer, edit, input_shape, call)
        return made[id(layer)]

    inputs = None if input_shape is None else _new_input(model, input_shape)
    with_call = {"call_function": call} if call and not isinstance(model, keras.Sequential) else {}
    if with_call and "call_function" not in inspect.signature(keras.models.clone_model).parameters:
        raise ProbeError("model-not-copied", "this Keras is too old", name=model.name)
    copied = keras.models.clone_model(model, input_tensors=inputs, clone_function=copy, **with_call)
    copied.trainable = True
    for before, after in zip(model.layers, copied.layers, strict=False):
        if is_graph(before) or after.name == before.name:
            _copy_trainable(before, after)
    return copied


def _copy_subclass(model: keras.Model) -> keras.Model:
    """A copy of a model that is a class of its own, built for the shapes that the model was.

    Raises:
        ProbeError: ``model-not-copied`` when the class gives no ``get_config`` to be copied by.
    """
    copied = type(model).from_config(model.get_config())
    shapes = model.get_build_config()
    if not copied.built and shapes:
        copied.build_from_config(shapes)
    if len(copied.weights) != len(model.weights):
        raise ProbeError("model-not-copied", "its copy has other weights", name=model.name)
    return copied


def _copy_layer(
    layer: Any,
    edit: Edit | None,
    input_shape: tuple[int | None, ...] | None,
    call: CallEdit | None,
) -> Any:
    if is_graph(layer):
        inside = input_shape if input_shape and _takes_images(layer) else None
        return _clone(layer, edit, inside, call)
    edited = edit(layer) if edit and isinstance(layer, keras.layers.Layer) else None
    if edited is not None:
        return edited
    return type(layer).from_config(layer.get_config())


def _copy_trainable(before: Any, after: Any) -> None:
    """Trainable flags, which a copied container sets anew for all that is inside it."""
    if is_graph(before) and is_graph(after):
        for inner, copied in zip(before.layers, after.layers, strict=False):
            _copy_trainable(inner, copied)
    elif isinstance(before, keras.layers.Layer):
        after.trainable = before.trainable


def _takes_images(layer: Any) -> bool:
    return len(layer.input_shape) == 4 if isinstance(layer.input_shape, tuple) else False


def _new_input(model: keras.Model, shape: tuple[int | None, ...]) -> Any:
    old = model.inputs[0]
    new = keras.Input(shape, dtype=old.dtype, name=old.name)
    if isinstance(model, keras.Sequential) or not isinstance(model.input, (list, dict)):
        return new
    if isinstance(model.input, list) and len(model.input) == 1:
        return [new]
    raise ProbeError("model-not-copied", "several inputs", name=model.name)


def _copy_state(source: keras.layers.Layer, target: keras.layers.Layer) -> None:
    if hasattr(source, "get_vocabulary") and hasattr(target, "set_vocabulary"):
        vocabulary = source.get_vocabulary(include_special_tokens=False)
        if len(vocabulary) and not target.get_config().get("vocabulary"):
            target.set_vocabulary(vocabulary)
        return
    weights = source.get_weights()
    if [w.shape for w in weights] == [tuple(w.shape) for w in target.weights] and weights:
        target.set_weights(weights)
        if hasattr(target, "finalize_state"):
            target.finalize_state()  # Normalization keeps tensors derived from its weights
