"""Names that present Keras no longer knows: one finding, with every place that has to change."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.reading.script.findings.facts import Facts
from assistant.reading.script.vocabulary import OLD_FIT, OLD_METHODS, RENAMED
from probes.saved.keras_names import OPTIMIZERS, is_keras_layer

#: keywords that mean the same under another name, by what they belong to
_OPTIMIZER_KEYWORDS = {"lr": "learning_rate"}
_MODEL_KEYWORDS = {"input": "inputs", "output": "outputs"}
_MODULES = {
    "keras.layers.core": "keras.layers",
    "keras.layers.convolutional": "keras.layers",
    "keras.layers.pooling": "keras.layers",
    "keras.layers.normalization": "keras.layers",
    "keras.layers.recurrent": "keras.layers",
    "keras.layers.embeddings": "keras.layers",
    "keras.layers.merge": "keras.layers",
    "keras.layers.advanced_activations": "keras.layers",
    "keras.layers.noise": "keras.layers",
    "keras.layers.wrappers": "keras.layers",
    "keras.engine.topology": "keras.layers",
    "keras.engine": "keras.models",
    "keras.utils.np_utils": "keras.utils",
    "tensorflow.python.keras": "tensorflow.keras",
}
_CLASSES = {
    "Convolution1D": "Conv1D",
    "Convolution2D": "Conv2D",
    "Convolution3D": "Conv3D",
    "Deconvolution2D": "Conv2DTranspose",
    "CuDNNLSTM": "LSTM",
    "CuDNNGRU": "GRU",
}
_PREDICTORS = {"predict_classes", "predict_proba"}
_FIT_METHODS = {"fit", *OLD_METHODS}


@dataclass(frozen=True)
class Outdated:
    """One name that has to change.

    ``kind``: keyword, method, predictor, class, alias, module, np-utils, kernel; ``new`` is ""
    where it has to go or nothing takes its place.
    """

    kind: str
    node: ast.AST
    old: str
    new: str


#: one of these stands in every script that has an old name; most have none and are not walked
_SIGNS = re.compile(
    r"\b(?:" + "|".join([*OLD_FIT, *RENAMED, "lr", "decay", "show_accuracy", "class_mode",
                         "output_dim", "input", "output"]) + r")\s*="
    r"|_generator\b|Convolution\dD|Deconvolution2D|CuDNN|predict_(?:classes|proba)"
    r"|keras\.(?:layers\.[a-z]|engine)|np_utils|python\.keras"
)  # fmt: skip


def find(facts: Facts) -> None:
    """Old names, all in one finding."""
    found = list(outdated(facts.tree)) if _SIGNS.search(facts.source.code) else []
    names = sorted({item.old for item in found})
    facts.add(
        "old-api",
        bool(found),
        ", ".join(names[:6]) or None,
        found[0].node if found else None,
        names=names,
    )
    facts.anchors["old-api"] = list(found)


def outdated(tree: ast.Module) -> Iterator[Outdated]:
    """Every old name in a module."""
    for node in sorted(_walk(tree), key=lambda node: getattr(node, "lineno", 0)):
        if isinstance(node, ast.Call):
            yield from _of_call(node)
        elif isinstance(node, ast.ImportFrom) and _imports_np_utils(node):
            yield Outdated("np-utils", node, "np_utils", "utils")
        elif isinstance(node, ast.ImportFrom) and node.module in _MODULES:
            yield Outdated("module", node, node.module or "", _MODULES[node.module or ""])
        elif isinstance(node, ast.Attribute) and node.attr in _CLASSES:
            yield Outdated("class", node, node.attr, _CLASSES[node.attr])
        elif isinstance(node, ast.Name) and node.id in _CLASSES:
            yield Outdated("class", node, node.id, _CLASSES[node.id])
        elif isinstance(node, ast.alias) and node.name in _CLASSES:
            yield Outdated("alias", node, node.name, _CLASSES[node.name])


def _imports_np_utils(node: ast.ImportFrom) -> bool:
    """``from keras.utils import np_utils``, a module that is gone; its functions are not."""
    return (node.module or "").endswith("keras.utils") and [n.name for n in node.names] == [
        "np_utils"
    ]


_KINDS = (ast.Call, ast.ImportFrom, ast.Attribute, ast.Name, ast.alias)


def _walk(tree: ast.Module) -> Iterator[ast.AST]:
    """The nodes that may hold an old name; quicker than `ast.walk`, which visits every context."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, _KINDS):
            yield node
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, list):
                waiting += [inner for inner in value if isinstance(inner, ast.AST)]
            elif isinstance(value, ast.AST) and name not in ("ctx", "op"):
                waiting.append(value)


def _of_call(node: ast.Call) -> Iterator[Outdated]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if isinstance(node.func, ast.Attribute):
        if name in OLD_METHODS:
            yield Outdated("method", node, name, OLD_METHODS[name])
        elif name in _PREDICTORS and len(node.args) + len(node.keywords) >= 1:
            yield Outdated("predictor", node, name, "predict")
    if name.startswith("Convolution2D") and len(node.args) >= 3:
        yield Outdated("kernel", node, f"{name}(n, rows, columns)", "")
    table = _keywords_for(name)
    for keyword in node.keywords:
        new = table.get(keyword.arg or "")
        if new is not None and not (name == "Embedding" and keyword.arg == "output_dim"):
            yield Outdated("keyword", keyword, keyword.arg or "", new)


def _keywords_for(name: str) -> dict[str, str]:
    if name.lower() in OPTIMIZERS or name in ("SGD", "Adam"):
        return {**_OPTIMIZER_KEYWORDS, "decay": ""}
    if name in _FIT_METHODS:
        return {**OLD_FIT, "show_accuracy": ""}
    if name == "compile":
        return {"class_mode": ""}
    if name in ("Model", "Sequential"):
        return _MODEL_KEYWORDS
    if name[:1].isupper() and is_keras_layer(name):
        table = {**RENAMED, "output_dim": "units"}
        for present in ("p", "alpha", "bias", "init", "mode"):
            if not _had(name, present):
                table.pop(present, None)
        return table
    return {}


def _had(layer: str, keyword: str) -> bool:
    """Whether a layer of Keras 1 had a keyword of so short a name."""
    if keyword == "p":
        return "Dropout" in layer
    if keyword == "alpha":
        return layer in ("LeakyReLU", "ThresholdedReLU")
    return keyword in ("init", "bias")
