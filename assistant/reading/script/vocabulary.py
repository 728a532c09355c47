"""How Keras 1, 2 and 3 call things: parameter names, old spellings, library roots."""

from __future__ import annotations

import re
from functools import lru_cache

from probes.saved.keras_names import (
    APPLICATIONS,
    KERAS_LOSSES,
    OPTIMIZERS,
    is_keras_layer,
    loss_name,
)

#: positional parameters of a layer class by the beginning of its name; longest beginning wins
_SIGNATURES: dict[str, tuple[str, ...]] = {
    "Dense": ("units", "activation"),
    "Conv": ("filters", "kernel_size", "strides", "padding"),
    "Convolution": ("filters", "kernel_size", "strides", "padding"),
    "SeparableConv": ("filters", "kernel_size", "strides", "padding"),
    "DepthwiseConv": ("kernel_size", "strides", "padding"),
    "Dropout": ("rate",),
    "SpatialDropout": ("rate",),
    "AlphaDropout": ("rate",),
    "GaussianDropout": ("rate",),
    "GaussianNoise": ("stddev",),
    "Activation": ("activation",),
    "LSTM": ("units", "activation"),
    "GRU": ("units", "activation"),
    "SimpleRNN": ("units", "activation"),
    "CuDNNLSTM": ("units",),
    "CuDNNGRU": ("units",),
    "Embedding": ("input_dim", "output_dim"),
    "Rescaling": ("scale", "offset"),
    "BatchNormalization": ("axis", "momentum"),
    "Reshape": ("target_shape",),
    "RepeatVector": ("n",),
    "Permute": ("dims",),
    "InputLayer": ("input_shape",),
    "Input": ("shape",),
    "Lambda": ("function",),
    "TimeDistributed": ("layer",),
    "Bidirectional": ("layer",),
    "LeakyReLU": ("negative_slope",),
    "MaxPooling": ("pool_size", "strides"),
    "AveragePooling": ("pool_size", "strides"),
    "Concatenate": ("axis",),
}

#: keyword of Keras 1 (or 2) -> the present one, whatever the layer
RENAMED: dict[str, str] = {
    "nb_filter": "filters",
    "filter_length": "kernel_size",
    "border_mode": "padding",
    "subsample": "strides",
    "dim_ordering": "data_format",
    "init": "kernel_initializer",
    "inner_init": "recurrent_initializer",
    "W_regularizer": "kernel_regularizer",
    "b_regularizer": "bias_regularizer",
    "U_regularizer": "recurrent_regularizer",
    "W_constraint": "kernel_constraint",
    "b_constraint": "bias_constraint",
    "bias": "use_bias",
    "inner_activation": "recurrent_activation",
    "p": "rate",
    "dropout_W": "dropout",
    "dropout_U": "recurrent_dropout",
    "alpha": "negative_slope",
}
#: parameters of ``fit`` and its relatives in order, under their present names
FIT = (
    "x",
    "y",
    "batch_size",
    "epochs",
    "verbose",
    "callbacks",
    "validation_split",
    "validation_data",
    "shuffle",
    "class_weight",
    "sample_weight",
    "initial_epoch",
    "steps_per_epoch",
    "validation_steps",
)
FIT_GENERATOR = (
    "x",
    "steps_per_epoch",
    "epochs",
    "verbose",
    "callbacks",
    "validation_data",
    "validation_steps",
    "class_weight",
)
PARAMETERS: dict[str, tuple[str, ...]] = {
    "compile": ("optimizer", "loss", "metrics", "loss_weights"),
    "fit": FIT,
    "fit_generator": FIT_GENERATOR,
    "evaluate": ("x", "y", "batch_size"),
    "evaluate_generator": ("x", "steps"),
    "predict": ("x", "batch_size"),
    "predict_generator": ("x", "steps"),
    "predict_classes": ("x", "batch_size"),
    "predict_proba": ("x", "batch_size"),
    "predict_on_batch": ("x",),
    "train_on_batch": ("x", "y"),
    "test_on_batch": ("x", "y"),
    "load_weights": ("filepath",),
}
OLD_FIT = {
    "nb_epoch": "epochs",
    "samples_per_epoch": "steps_per_epoch",
    "nb_val_samples": "validation_steps",
    "generator": "x",
    "val_samples": "steps",
}
#: old name of a method -> the present one
OLD_METHODS = {
    "fit_generator": "fit",
    "evaluate_generator": "evaluate",
    "predict_generator": "predict",
}
MODEL_METHODS = frozenset(PARAMETERS) | {"add", "pop", "get_layer", "set_weights", "build"}

#: names that fragments use without importing them
ROOTS = {
    "tf": "tensorflow",
    "tensorflow": "tensorflow",
    "keras": "keras",
    "K": "keras.backend",
    "np": "numpy",
    "numpy": "numpy",
    "pd": "pandas",
    "cv2": "cv2",
    "layers": "keras.layers",
    "models": "keras.models",
    "optimizers": "keras.optimizers",
    "losses": "keras.losses",
    "metrics": "keras.metrics",
    "callbacks": "keras.callbacks",
    "regularizers": "keras.regularizers",
    "initializers": "keras.initializers",
    "activations": "keras.activations",
    "applications": "keras.applications",
    "np_utils": "keras.utils",
    "plt": "matplotlib.pyplot",
    "os": "os",
    "random": "random",
    "math": "math",
}
_BUILTINS = frozenset(
    re.findall(
        r"\w+",
        """abs all any bool dict enumerate filter float int isinstance len list map max min open
        print range reversed round set sorted str sum super tuple type zip""",
    )
)
#: other names that fragments use bare -> what they mean
_BARE = {
    "ImageDataGenerator": "keras.preprocessing.image.ImageDataGenerator",
    "to_categorical": "keras.utils.to_categorical",
    "concatenate": "keras.layers.concatenate",
    "image_dataset_from_directory": "keras.utils.image_dataset_from_directory",
    "preprocess_input": "preprocess_input",
    "Tokenizer": "keras.preprocessing.text.Tokenizer",
    "pad_sequences": "keras.preprocessing.sequence.pad_sequences",
    "load_img": "keras.preprocessing.image.load_img",
    "img_to_array": "keras.preprocessing.image.img_to_array",
    "load_model": "keras.models.load_model",
    "EarlyStopping": "keras.callbacks.EarlyStopping",
    "ModelCheckpoint": "keras.callbacks.ModelCheckpoint",
    "ReduceLROnPlateau": "keras.callbacks.ReduceLROnPlateau",
    "LearningRateScheduler": "keras.callbacks.LearningRateScheduler",
    "l1": "keras.regularizers.l1",
    "l2": "keras.regularizers.l2",
    "l1_l2": "keras.regularizers.l1_l2",
    "RandomNormal": "keras.initializers.RandomNormal",
    "RandomUniform": "keras.initializers.RandomUniform",
    "mnist": "keras.datasets.mnist",
    "fashion_mnist": "keras.datasets.fashion_mnist",
    "cifar10": "keras.datasets.cifar10",
    "cifar100": "keras.datasets.cifar100",
    "imdb": "keras.datasets.imdb",
    "reuters": "keras.datasets.reuters",
    "boston_housing": "keras.datasets.boston_housing",
    "train_test_split": "sklearn.model_selection.train_test_split",
    "StandardScaler": "sklearn.preprocessing.StandardScaler",
    "MinMaxScaler": "sklearn.preprocessing.MinMaxScaler",
    "LabelEncoder": "sklearn.preprocessing.LabelEncoder",
    "MultiLabelBinarizer": "sklearn.preprocessing.MultiLabelBinarizer",
    "OrdinalEncoder": "sklearn.preprocessing.OrdinalEncoder",
    "RobustScaler": "sklearn.preprocessing.RobustScaler",
    "LabelBinarizer": "sklearn.preprocessing.LabelBinarizer",
    "OneHotEncoder": "sklearn.preprocessing.OneHotEncoder",
    "KFold": "sklearn.model_selection.KFold",
    "StratifiedKFold": "sklearn.model_selection.StratifiedKFold",
    "shuffle": "sklearn.utils.shuffle",
    "confusion_matrix": "sklearn.metrics.confusion_matrix",
    "classification_report": "sklearn.metrics.classification_report",
    "accuracy_score": "sklearn.metrics.accuracy_score",
    "f1_score": "sklearn.metrics.f1_score",
}
_MERGE_FUNCTIONS = {
    "add": "Add",
    "concatenate": "Concatenate",
    "multiply": "Multiply",
    "average": "Average",
    "maximum": "Maximum",
    "subtract": "Subtract",
    "dot": "Dot",
    "merge": "Concatenate",
}
#: classes of published networks, with the module that holds their preprocessing
_MODULES = (
    ("ResNet50V2|ResNet101V2|ResNet152V2", "resnet_v2"),
    ("ResNet50", "resnet50"),
    ("ResNet101|ResNet152", "resnet"),
    ("VGG16", "vgg16"),
    ("VGG19", "vgg19"),
    ("InceptionV3", "inception_v3"),
    ("InceptionResNetV2", "inception_resnet_v2"),
    ("Xception", "xception"),
    ("MobileNet", "mobilenet"),
    ("MobileNetV2", "mobilenet_v2"),
    ("MobileNetV3Small|MobileNetV3Large", "mobilenet_v3"),
    ("DenseNet121|DenseNet169|DenseNet201", "densenet"),
    (r"EfficientNetB\d", "efficientnet"),
    (r"EfficientNetV2\w+", "efficientnet_v2"),
    ("NASNetLarge|NASNetMobile", "nasnet"),
    (r"ConvNeXt\w+", "convnext"),
)


#: parts of Keras that TensorFlow 2 also shows under its own name
_IN_TENSORFLOW = tuple(
    f"tensorflow.{part}." for part in ("optimizers", "losses", "metrics", "initializers")
)


def canonical(path: str) -> str:
    """One spelling of a library path: ``tensorflow.keras.X`` and ``tf_keras.X`` are ``keras.X``."""
    for prefix in ("tensorflow.keras", "tensorflow.python.keras", "tf_keras", "keras.api",
                   "tensorflow.contrib.keras", "keras.src"):  # fmt: skip
        if path == prefix or path.startswith(prefix + "."):
            return "keras" + path[len(prefix) :]
    if path.startswith(_IN_TENSORFLOW):
        return "keras" + path[len("tensorflow") :]
    return path


@lru_cache(maxsize=1024)
def bare_path(name: str) -> str | None:
    """What a name that the script never binds must mean; None if it may be anything."""
    if name in ROOTS:
        return ROOTS[name]
    if name in _BARE:
        return _BARE[name]
    if name in _BUILTINS:
        return f"builtins.{name}"
    if name in ("Sequential", "Model", "Input"):
        return f"keras.{name}"
    if name[:1].isupper():
        if is_keras_layer(name):
            return f"keras.layers.{name}"
        if OPTIMIZERS.get(name.lower()) == name:
            return f"keras.optimizers.{name}"
        if application_module(name):
            return f"keras.applications.{name}"
        if loss_name(name) in KERAS_LOSSES:
            return f"keras.losses.{name}"
    elif loss_name(name) in KERAS_LOSSES and "_" in name:
        return f"keras.losses.{name}"
    return None


@lru_cache(maxsize=1024)
def role(path: str) -> tuple[str, str]:
    """What a library path is in Keras: ``("layer", "Dense")``; ``("", last)`` if it is none."""
    last = path.rpartition(".")[2]
    if not path.startswith("keras"):
        return "", last
    parts = path.split(".")
    if last in ("Sequential", "Model", "Functional"):
        return "model", last
    if last == "Input":
        return "input", last
    if "layers" in parts and last in _MERGE_FUNCTIONS:
        return "merge", _MERGE_FUNCTIONS[last]
    if "losses" in parts or "metrics" in parts:
        return parts[1] if len(parts) > 1 else "", last
    if "optimizers" in parts:
        return ("schedule" if "schedules" in parts else "optimizer"), last
    if application_module(last):
        return "application", last
    if last == "Layer":
        return "layer", last
    if last[:1].isupper() and ("layers" in parts or len(parts) == 2) and is_keras_layer(last):
        return "layer", last
    if last in ("load_model", "clone_model", "model_from_json", "model_from_yaml"):
        return last, last
    return "", last


@lru_cache(maxsize=256)
def application_module(name: str) -> str | None:
    """The module under ``keras.applications`` that holds a published network's preprocessing."""
    return next((module for names, module in _MODULES if re.fullmatch(names, name)), None)


def application_family(name: str) -> str | None:
    """The preprocessing family of a published network, by the longest name it begins with."""
    known = sorted(APPLICATIONS.values(), key=lambda pair: -len(pair[0]))
    return next((family for prefix, family in known if name.startswith(prefix)), None)


@lru_cache(maxsize=512)
def signature(kind: str) -> tuple[str, ...]:
    """Positional parameters of a layer class."""
    best = max((p for p in _SIGNATURES if kind.startswith(p)), key=len, default="")
    return _SIGNATURES.get(best, ())


def parameter(kind: str, keyword: str) -> str:
    """The present name of a layer's keyword."""
    if keyword == "output_dim" and kind != "Embedding":
        return "units"
    return RENAMED.get(keyword, keyword)
