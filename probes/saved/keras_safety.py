"""What in a saved configuration is more than a description of Keras layers. Standard library only.

Keras refuses all of this that is known since 3.15; the probes also run with older ones
(``--python``), where a configuration can name any function of any module.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from probes.saved.keras_json import Json, all_layers, inner, kind_of
from probes.saved.keras_names import CODE_LAYERS

#: packages whose objects only build layers
_OWN = frozenset({"keras", "tf_keras", "keras_hub", "builtins"})
#: parts of Keras that read files, fetch or deserialise, and have no business in a configuration
_ACTIVE = ("keras.utils", "keras.saving", "keras.models", "keras.src.utils", "keras.src.saving",
           "keras.config", "keras.src.legacy.saving")  # fmt: skip
_LOOKUPS = ("StringLookup", "IntegerLookup", "TextVectorization")


def code_layers(model: Json) -> list[str]:
    """Names of the layers that run code kept outside of Keras, such as Lambda."""
    entries = [model, *all_layers(model)]
    return [
        str(inner(entry).get("name") or kind_of(entry))
        for entry in entries
        if kind_of(entry) in CODE_LAYERS
    ]


def file_layers(model: Json) -> list[str]:
    """Names of lookup layers whose vocabulary is the path of a file."""
    return [
        str(inner(entry).get("name"))
        for entry in all_layers(model)
        if kind_of(entry) in _LOOKUPS and isinstance(inner(entry).get("vocabulary"), str)
    ]


def foreign_code(model: Json) -> list[str]:
    """Objects inside layers (activations, initialisers ...) that no part of Keras's layers is.

    A function of the user's own stands as ``builtins`` and is looked up by Keras among the objects
    given to it, so it is not among these.
    """
    layers = {id(entry) for entry in all_layers(model)}
    found = set()
    for written in _objects(model.get("config")):
        module = str(written.get("module") or "")
        outside = module.partition(".")[0] not in _OWN or module.startswith(_ACTIVE)
        if module and outside and id(written) not in layers:
            name = written.get("config") if kind_of(written) == "function" else kind_of(written)
            found.add(f"{module}.{name}")
    return sorted(found)


def outward_name(names: Iterator[str] | list[str]) -> str | None:
    """The first of the names, of zip members or layers, that leaves its folder."""
    for name in names:
        parts = name.replace("\\", "/").split("/")
        if ".." in parts or name.startswith(("/", "\\")) or ":" in parts[0][1:2]:
            return name
    return None


def layer_names(model: Json) -> list[str]:
    return [str(inner(entry).get("name") or "") for entry in all_layers(model)]


def _objects(value: Any) -> Iterator[Json]:
    """Every serialised object below a value."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, Mapping):
            if "class_name" in item:
                yield item
            stack += item.values()
        elif isinstance(item, list):
            stack += item
