"""Names that Keras gives to layers, losses, optimizers and published networks.

Standard library only, so that a model file can be read without importing Keras.
"""

from __future__ import annotations

import re

_LAYERS = """
Activation ActivityRegularization AdaptiveAveragePooling AdaptiveMaxPooling Add AdditiveAttention
AlphaDropout Attention AugMix AutoContrast Average AveragePooling BatchNormalization Bidirectional
CategoryEncoding CenterCrop Concatenate Conv ConvTranspose ConvLSTM Convolution
ConvolutionTranspose Cropping CutMix CuDNNGRU CuDNNLSTM Dense DepthwiseConv Discretization Dot
Dropout ELU EinsumDense Embedding Equalization Flatten Functional GRU GRUCell GaussianDropout
GaussianNoise GlobalAveragePooling GlobalAvgPool GlobalMaxPool GlobalMaxPooling
GroupNormalization GroupQueryAttention HashedCrossing Hashing Identity InputLayer IntegerLookup
LSTM LSTMCell Lambda LayerNormalization LeakyReLU LocallyConnected Masking MaxNumBoundingBoxes
MaxPool MaxPooling Maximum MelSpectrogram Minimum MixUp Model MultiHeadAttention Multiply
Normalization PReLU Permute Pipeline RMSNormalization RNN RandAugment RandomBrightness
RandomColorDegeneration RandomColorJitter RandomContrast RandomCrop RandomElasticTransform
RandomErasing RandomFlip RandomGaussianBlur RandomGrayscale RandomHeight RandomHue RandomInvert
RandomPerspective RandomPosterization RandomRotation RandomSaturation RandomSharpness RandomShear
RandomTranslation RandomWidth RandomZoom ReLU RepeatVector Rescaling Reshape Resizing
ReversibleEmbedding STFTSpectrogram SeparableConv SeparableConvolution Sequential SimpleRNN
SimpleRNNCell SlicingOpLambda Softmax Solarization SpatialDropout SpectralNormalization
StackedRNNCells StringLookup Subtract TFOpLambda TensorFlowOpLayer TextVectorization
ThresholdedReLU TimeDistributed TorchModuleWrapper UnitNormalization UpSampling Wrapper
ZeroPadding
"""
#: layer classes of Keras 1 to 3; the digit and D of "Conv2D" are left out
LAYER_STEMS = frozenset(_LAYERS.split())

#: layers that run code kept outside the file; refused unless the user trusts the file
CODE_LAYERS = frozenset({"Lambda", "TFSMLayer", "TorchModuleWrapper", "FlaxLayer", "JaxLayer"})

NORMALISERS = frozenset(
    {
        "BatchNormalization",
        "LayerNormalization",
        "GroupNormalization",
        "UnitNormalization",
        "RMSNormalization",
    }
)

#: layers whose state was adapted to data before training and must survive a clone
STATEFUL_PREPROCESSING = frozenset(
    {"Normalization", "StringLookup", "IntegerLookup", "TextVectorization", "Discretization"}
)

LOSS_ALIASES = {
    "mse": "mean_squared_error",
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "msle": "mean_squared_logarithmic_error",
    "bce": "binary_crossentropy",
    "kld": "kl_divergence",
    "kullback_leibler_divergence": "kl_divergence",
    "kldivergence": "kl_divergence",
    "logcosh": "log_cosh",
    "cosine_proximity": "cosine_similarity",
}

_LOSSES = """
mean_squared_error mean_absolute_error mean_absolute_percentage_error
mean_squared_logarithmic_error binary_crossentropy binary_focal_crossentropy
categorical_crossentropy categorical_focal_crossentropy sparse_categorical_crossentropy
kl_divergence poisson hinge squared_hinge categorical_hinge cosine_similarity huber log_cosh
tversky dice ctc circle
"""
KERAS_LOSSES = frozenset(_LOSSES.split())

_OPTIMIZERS = "SGD Adam AdamW RMSprop Adagrad Adadelta Adamax Nadam Ftrl Lion Adafactor Lamb Muon"
OPTIMIZERS = {name.lower(): name for name in _OPTIMIZERS.split()}

#: Keras 3 defaults, used when an optimizer is named without a rate
DEFAULT_RATES = {**dict.fromkeys(OPTIMIZERS.values(), 0.001), "SGD": 0.01}

#: name prefix of a published network as Keras spells it -> its class, and the preprocessing that
#: its weights expect ("none": the network scales 0..255 pixels itself); longest prefix first
APPLICATIONS: dict[str, tuple[str, str]] = {
    "resnet50v2": ("ResNet50V2", "tf"),
    "resnet101v2": ("ResNet101V2", "tf"),
    "resnet152v2": ("ResNet152V2", "tf"),
    "resnet50": ("ResNet50", "caffe"),
    "resnet101": ("ResNet101", "caffe"),
    "resnet152": ("ResNet152", "caffe"),
    "vgg16": ("VGG16", "caffe"),
    "vgg19": ("VGG19", "caffe"),
    "inception_resnet_v2": ("InceptionResNetV2", "tf"),
    "inception_v3": ("InceptionV3", "tf"),
    "xception": ("Xception", "tf"),
    "mobilenetv3large": ("MobileNetV3Large", "none"),
    "mobilenetv3small": ("MobileNetV3Small", "none"),
    "mobilenetv2": ("MobileNetV2", "tf"),
    "mobilenet": ("MobileNet", "tf"),
    "densenet121": ("DenseNet121", "torch"),
    "densenet169": ("DenseNet169", "torch"),
    "densenet201": ("DenseNet201", "torch"),
    "nasnet": ("NASNet", "tf"),
    "efficientnetv2": ("EfficientNetV2", "none"),
    "efficientnet": ("EfficientNet", "none"),
    "convnext": ("ConvNeXt", "none"),
}

#: layer names that only one published network has, for a base merged into the user's own graph
_MARKS: tuple[tuple[str, str], ...] = (
    ("conv2_block1_preact_bn", "ResNet50V2"),
    ("conv4_block36_1_conv", "ResNet152"),
    ("conv4_block23_1_conv", "ResNet101"),
    ("conv5_block3_3_conv", "ResNet50"),
    ("block5_conv4", "VGG19"),
    ("block5_conv3", "VGG16"),
    ("conv_7b_ac", "InceptionResNetV2"),
    ("mixed10", "InceptionV3"),
    ("block14_sepconv2_act", "Xception"),
    ("block_16_project_BN", "MobileNetV2"),
    ("conv_pw_13_bn", "MobileNet"),
    ("conv5_block32_concat", "DenseNet201"),
    ("conv5_block16_concat", "DenseNet121"),
    ("block7a_project_bn", "EfficientNet"),
)


def is_keras_layer(class_name: str) -> bool:
    """Whether Keras (1 to 3) has a layer of this class name."""
    return re.sub(r"[123]D", "", class_name) in LAYER_STEMS


def application_of(model_name: str) -> str | None:
    """The class of the published network that a (nested) model's name tells, such as ResNet50."""
    plain = model_name.lower()
    for prefix in sorted(APPLICATIONS, key=len, reverse=True):
        if plain.startswith(prefix):
            return APPLICATIONS[prefix][0]
    return None


def application_by_layers(names: frozenset[str]) -> str | None:
    """The published network whose layer names are among `names`."""
    return next((application for mark, application in _MARKS if mark in names), None)


def preprocessing_family(application: str) -> str | None:
    """``caffe``, ``tf``, ``torch`` or ``none`` for a published network; None if unknown."""
    return next((fam for name, fam in APPLICATIONS.values() if name == application), None)


def loss_name(written: str) -> str:
    """The lower-case function name of a loss, from its class name, alias or function name."""
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", written.strip()).lower()
    return LOSS_ALIASES.get(snake, snake)


def optimizer_name(written: str) -> str:
    """The class name of an optimizer, from any spelling: ``adam`` -> ``Adam``."""
    return OPTIMIZERS.get(written.strip().lower(), written.strip())
