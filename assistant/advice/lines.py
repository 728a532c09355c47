"""The lines to write where there is no script: from the loaded model's own settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from knowledge.texts import say
from probes.change import Change, keep_logits
from probes.finding import Scalar
from probes.network import Layer, Network
from probes.saved.keras_names import loss_name, optimizer_name

#: shown where a value is not known
CLASSES = "NUMBER_OF_CLASSES"
_COMPILE = frozenset({"set-loss", "set-optimizer", "set-learning-rate", "set-metrics",
                      "drop-schedule"})  # fmt: skip
_SCALES = {
    "divide-255": ("{x} = {x} / 255.0",),
    "minus-one-to-one": ("{x} = {x} / 127.5 - 1.0",),
    "standardise-samples": (
        "axes = tuple(range(1, {x}.ndim))",
        "{x} = ({x} - {x}.mean(axis=axes, keepdims=True)) / "
        "({x}.std(axis=axes, keepdims=True) + 1e-7)",
    ),
}
_LABELS = {
    "integers": "{y} = np.argmax({y}, axis=-1)",
    "one-hot": "{y} = keras.utils.to_categorical({y}, {classes})",
    "from-zero": "{y} = {y} - {y}.min()",
    "zero-one": "{y} = ({y} - {y}.min()) / ({y}.max() - {y}.min())",
    "float-column": "{y} = {y}.astype('float32').reshape(-1, 1)",
    "divide-255": "{y} = {y} / 255.0",
}
_BASES = {"caffe": "resnet50", "tf": "mobilenet_v2", "torch": "densenet"}


def lines_for(
    network: Network | None,
    changes: Sequence[Change],
    context: Mapping[str, Scalar],
    language: str = "en",
) -> tuple[str, ...]:
    """What to write for a model that was loaded, change by change, `compile` once at the end.

    Args:
        network: what is known of the model; None for nothing.
        changes: operations of one cure.
        context: what the case knows, such as ``class-count``.
        language: of the comments.
    """
    net = network or Network()
    changes = keep_logits(changes, net.from_logits)
    lines: list[str] = []
    for change in changes:
        maker = _MAKERS.get(change.op)
        if maker is not None:
            lines += [line for line in maker(net, change, context, language) if line not in lines]
    if any(change.op in _COMPILE for change in changes):
        lines.append(_compile(net, changes))
    return tuple(lines)


def _compile(net: Network, changes: Sequence[Change]) -> str:
    """One ``compile`` with the settings of the model, changed where they are to change."""
    loss, logits = net.loss, net.from_logits
    optimizer, rate, usual = net.optimizer or "Adam", net.learning_rate, True
    metrics = list(net.metrics)
    for change in changes:
        args = change.args
        if change.op == "set-loss":
            loss = loss_name(str(args["loss"])) if args.get("loss") else loss
            logits = args.get("from_logits", False if args.get("loss") else logits)
        elif change.op == "set-optimizer":
            optimizer, rate = optimizer_name(str(args.get("name"))), args.get("learning_rate")
            usual = rate is None
        elif change.op == "set-learning-rate":
            factor = args.get("factor")
            rate = args.get("learning_rate") or (rate * factor if rate and factor else None)
            usual = rate is None
        elif change.op == "set-metrics":
            metrics = [str(name) for name in args.get("metrics") or []]
    given = [f"optimizer={_optimizer(optimizer, rate, usual)}"]
    if loss and net.losses:
        given.append(f"loss={_losses(net, loss, bool(logits))}")
    elif loss:
        given.append(f"loss={_loss(loss, bool(logits))}")
    if metrics:
        given.append(f"metrics={ {net.output_name: metrics} if net.losses else metrics }")
    return f"model.compile({', '.join(given)})"


def _optimizer(name: str, rate: float | None, usual: bool) -> str:
    if usual and rate is None:
        return repr(name.lower())
    return f"keras.optimizers.{name}(learning_rate={rate:g})"


def _loss(name: str, logits: bool) -> str:
    if not logits:
        return repr(name)
    title = "".join(part.title() for part in name.split("_"))
    return f"keras.losses.{title}(from_logits=True)"


def _losses(net: Network, loss: str, logits: bool) -> str:
    """The losses of all outputs, that of the one described changed."""
    own = (net.output_name or "", loss, logits)
    every = [own if entry[0] == own[0] else entry for entry in net.losses]
    shown = (f"{name!r}: {_loss(of, raw)}" for name, of, raw in every if of is not None)
    return "{" + ", ".join(shown) + "}"


def _classes(context: Mapping[str, Scalar]) -> str:
    count = context.get("class-count")
    return str(int(count)) if isinstance(count, (int, float)) else CLASSES


_Maker = Callable[[Network, Change, Mapping[str, Scalar], str], list[str]]


def _output(
    net: Network, change: Change, context: Mapping[str, Scalar], language: str
) -> list[str]:
    units = change.args.get("units", net.output_units)
    shown = _classes(context) if units in ("classes", None) else str(units)
    activation = change.args.get("activation", net.output_activation)
    kind = next((layer.kind for layer in net.layers if layer.name == net.output_layer), "Dense")
    given = "" if activation in (None, "linear") else f", activation='{activation}'"
    if net.output_layer:
        note = say("advice-line-replace-layer", language, layer=net.output_layer)
    else:
        note = say("advice-line-replace-last", language)
    more = ", 1" if kind.startswith("Conv") else ""
    return [f"# {note}", f"keras.layers.{kind}({shown}{more}{given})"]


def _scale(net: Network, change: Change, context: Mapping[str, Scalar], language: str) -> list[str]:
    how = str(change.args.get("how"))
    if how == "standardise-features":
        return [
            "mean, std = x_train.mean(axis=0), x_train.std(axis=0) + 1e-7",
            "x_train, x_val = (x_train - mean) / std, (x_val - mean) / std",
        ]
    templates = _SCALES.get(how, ())
    if not templates:
        return [f"# {say('advice-line-scale-alike', language)}"]
    return [line.format(x=name) for name in ("x_train", "x_val") for line in templates]


def _preprocess(
    net: Network, change: Change, context: Mapping[str, Scalar], language: str
) -> list[str]:
    family = str(change.args.get("family", "base"))
    base = (net.pretrained_base or "").lower()
    module = base if family == "base" and base else _BASES.get(family, "BASE")
    return [
        f"from keras.applications.{module} import preprocess_input",
        "x_train, x_val = preprocess_input(x_train), preprocess_input(x_val)",
    ]


def _labels(
    net: Network, change: Change, context: Mapping[str, Scalar], language: str
) -> list[str]:
    to = str(change.args.get("to"))
    train, validation = _label_names(net)
    if to == "standardised":
        scaled = f"({train} - y_mean) / y_std, ({validation} - y_mean) / y_std"
        return [
            f"y_mean, y_std = {train}.mean(), {train}.std()",
            f"{train}, {validation} = {scaled}",
        ]
    template = _LABELS.get(to, "")
    return [template.format(y=name, classes=_classes(context)) for name in _label_names(net)]


def _label_names(net: Network) -> tuple[str, str]:
    """Labels of training and validation; of one of several outputs, out of a dictionary of all."""
    own = f"[{net.output_name!r}]" if net.losses else ""
    return f"y_train{own}", f"y_val{own}"


def _for_layers(
    net: Network, wanted: Callable[[Layer], bool], line: Callable[[Layer], str]
) -> list[str]:
    chosen = [layer for layer in net.layers if layer.depth == 0 and wanted(layer)]
    return [line(layer) for layer in chosen if layer.name != net.output_layer]


def _hidden_activation(
    net: Network, change: Change, context: Mapping[str, Scalar], language: str
) -> list[str]:
    activation = change.args.get("activation", "relu")
    which = change.args.get("which", "linear")

    def wanted(layer: Layer) -> bool:
        if which == "linear":
            return layer.activation == "linear" and layer.kind.startswith(("Dense", "Conv"))
        if which == "saturating":
            return layer.activation in ("sigmoid", "tanh")
        if which == "recurrent":
            return layer.kind in ("LSTM", "GRU", "SimpleRNN")
        return layer.activation is not None

    def line(layer: Layer) -> str:
        size = "" if layer.units is None else f"{layer.units}, "
        return f"keras.layers.{layer.kind}({size}activation='{activation}')  # {layer.name}"

    return _for_layers(net, wanted, line)


def _dropout(
    net: Network, change: Change, context: Mapping[str, Scalar], language: str
) -> list[str]:
    rate = change.args.get("rate", 0)
    drops = [layer for layer in net.layers if "Dropout" in layer.kind]
    if not rate:
        return [f"# {say('advice-line-remove-layer', language, layer=d.name)}" for d in drops]
    return [f"keras.layers.{layer.kind}({rate:g})  # {layer.name}" for layer in drops]


def _trainable(
    net: Network, change: Change, context: Mapping[str, Scalar], language: str
) -> list[str]:
    value, which = bool(change.args.get("value")), str(change.args.get("which", "all"))
    target = "model.trainable" if which == "all" else f"{_part(net, which)}.trainable"
    again = _compile(net, ()) if net.optimizer else "model.compile(...)"
    return [f"{target} = {value}", again]


def _part(net: Network, which: str) -> str:
    """The base or the last layer of a model, by its name where that is known."""
    base = next((layer.name for layer in net.layers if layer.kind == net.pretrained_base), None)
    name = net.output_layer if which == "output" else base
    if name:
        return f"model.get_layer({name!r})"
    return "model.layers[-1]" if which == "output" else "model.layers[0]"


def _returned_sequences(
    net: Network, change: Change, context: Mapping[str, Scalar], language: str
) -> list[str]:
    """The recurrent layer nearest to the output, with its own units."""
    value = bool(change.args.get("value", True))
    recurrent = [layer for layer in net.layers if layer.kind in ("LSTM", "GRU", "SimpleRNN")]
    if not recurrent:
        return [f"keras.layers.LSTM(UNITS, return_sequences={value})"]
    last = recurrent[-1]
    units = "UNITS" if last.units is None else last.units
    return [f"keras.layers.{last.kind}({units}, return_sequences={value})  # {last.name}"]


def _fit(net: Network, change: Change, context: Mapping[str, Scalar], language: str) -> list[str]:
    name, value = change.args.get("argument"), change.args.get("value")
    if value is None:
        return [f"# {say('advice-line-fit-without', language, argument=name)}"]
    return [f"model.fit(x_train, y_train, {name}={value!r})"]


def _fixed(*lines: str) -> _Maker:
    """Lines that do not depend on the model."""
    return lambda net, change, context, language: list(lines)


def _shown(net: Network, change: Change, context: Mapping[str, Scalar], language: str) -> list[str]:
    return str(change.args.get("lines", "")).rstrip("\n").split("\n")


def _argument(template: str, name: str, default: Any = None) -> _Maker:
    """One line with the value of one argument put in."""
    return lambda net, change, context, language: [template.format(change.args.get(name, default))]


_MAKERS: dict[str, _Maker] = {
    "set-output": _output,
    "scale-inputs": _scale,
    "use-preprocessing": _preprocess,
    "convert-labels": _labels,
    "set-hidden-activation": _hidden_activation,
    "set-initializer": _argument("kernel_initializer='{}'", "kernel", "he_normal"),
    "set-dropout": _dropout,
    "set-regularization": _argument("kernel_regularizer=keras.regularizers.l2({})", "l2", 0),
    "set-trainable": _trainable,
    "add-batch-normalization": _fixed("keras.layers.BatchNormalization()"),
    "set-batch-normalization": _argument(
        "keras.layers.BatchNormalization(momentum={})", "momentum", 0.99
    ),
    "fill-missing-inputs": _fixed("x_train = np.nan_to_num(x_train)"),
    "set-batch-size": _argument("model.fit(x_train, y_train, batch_size={})", "batch_size", 32),
    "set-fit": _fit,
    "set-generator": lambda net, change, context, language: [
        f"{change.args.get('argument')}={change.args.get('value')!r}"
    ],
    "separate-validation-generator": _fixed(
        "plain = ImageDataGenerator(rescale=1./255)",
        "validation = plain.flow_from_directory('VALIDATION_FOLDER', shuffle=False)",
    ),
    "set-monitor": _argument("EarlyStopping(monitor='{}')", "name", "val_loss"),
    "shuffle-before-split": _fixed(
        "order = np.random.permutation(len(x))", "x, y = x[order], y[order]"
    ),
    "shuffle-together": _fixed(
        "order = np.random.permutation(len(x))", "x, y = x[order], y[order]"
    ),
    "reset-per-fold": _fixed(
        "first_weights = model.get_weights()",
        "for train, test in folds.split(x, y):",
        "    model.set_weights(first_weights)",
    ),
    "recompile-after-trainable": lambda net, change, context, language: [
        _compile(net, ()) if net.optimizer else "model.compile(...)"
    ],
    "build-before-load": _fixed(
        "model.build((None, *x_train.shape[1:]))", "model.load_weights('WEIGHTS_FILE')"
    ),
    "remove-layers": lambda net, change, context, language: [
        f"# {say('advice-line-remove-layer', language, layer=layer.name)}"
        for layer in net.layers
        if layer.kind == change.args.get("kind")
    ],
    "widen-layer": _argument("keras.layers.Dense({})", "units", 64),
    "return-sequences": _returned_sequences,
    "set-embedding": _fixed("keras.layers.Embedding(int(x_train.max()) + 1, OUTPUT_SIZE)"),
    "call-base-in-inference": _fixed("x = base(inputs, training=False)"),
    "use-layer-result": _fixed("x = layer(x)"),
    "true-division": _fixed("x_train = x_train / 255.0"),
    "move-axes": _fixed("x_train = x_train.transpose(0, 2, 3, 1)"),
    "pair-kernel": _fixed("keras.layers.Conv2D(FILTERS, (3, 3), activation='relu')"),
    "transform-only": _fixed(
        "x_train = scaler.fit_transform(x_train)", "x_test = scaler.transform(x_test)"
    ),
    "fit-tokenizer-once": _fixed(
        "tokenizer.fit_on_texts(train_texts)",
        "test_ids = tokenizer.texts_to_sequences(test_texts)",
    ),
    "decode-predictions": _fixed("predicted = model.predict(x_test).argmax(axis=-1)"),
    "swap-loss-arguments": _fixed("def loss(y_true, y_pred):", "    ..."),
    "clip-loss": _fixed("keras.ops.log(y_pred + 1e-7)"),
    "keep-samples-apart": _fixed(
        "x_train, x_val, y_train, y_val = train_test_split(x, y, test_size=0.2)",
        "model.fit(x_train, y_train, validation_data=(x_val, y_val))",
    ),
    "weigh-classes": _fixed(
        "counts = np.bincount(y_train.astype('int64').ravel())",
        "weights = {i: counts.sum() / (len(counts) * max(n, 1)) for i, n in enumerate(counts)}",
        "model.fit(x_train, y_train, class_weight=weights)",
    ),
    "drop-unlabelled-rows": _fixed(
        "labelled = np.isfinite(y_train).reshape(len(y_train), -1).all(axis=1)",
        "x_train, y_train = x_train[labelled], y_train[labelled]",
    ),
    "drop-augmentation": _fixed("train = ImageDataGenerator(rescale=1./255)"),
    "set-precision": _argument(
        "keras.mixed_precision.set_global_policy('{}')", "policy", "float32"
    ),
    "sort-vocabulary": _fixed("number = {w: i for i, w in enumerate(sorted(set(words)))}"),
    "show-lines": _shown,
}
