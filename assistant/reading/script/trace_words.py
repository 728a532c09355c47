"""Names of the functions and methods through which data passes."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: functions that hand on the data of their first argument
KEEP = _words(
    """array asarray asanyarray ascontiguousarray concatenate vstack hstack stack append dstack
    column_stack row_stack block
    expand_dims squeeze ravel copy float32 float64 atleast_2d cast convert_to_tensor constant resize
    img_to_array array_to_img pad_sequences cvtColor decode_jpeg decode_png decode_image list tuple
    DataFrame Series nan_to_num reversed tile repeat delete take clip rgb_to_grayscale
    resize_with_pad central_crop flip_left_right"""
)
#: methods that hand on the data of their receiver
KEEP_METHODS = _words(
    """astype copy ravel flatten squeeze to_numpy drop fillna dropna reset_index as_matrix tolist
    todense toarray numpy batch prefetch cache repeat unbatch with_options enumerate apply
    set_index sort_index resize convert clip as_numpy_iterator padded_batch iterrows join"""
)
MOVE = _words("transpose moveaxis swapaxes rollaxis Permute T")
SCALERS = _words(
    """StandardScaler MinMaxScaler RobustScaler MaxAbsScaler Normalizer PowerTransformer
    QuantileTransformer"""
)
SCALE_FUNCTIONS = _words(
    "normalize scale minmax_scale per_image_standardization convert_image_dtype zscore"
)
IMAGE_LOADERS = _words(
    "imread load_img open decode_jpeg decode_png decode_image ImageFile imread_collection"
)
FILE_LOADERS = _words(
    """read_csv read_table read_excel load loadtxt genfromtxt read_pickle read_parquet loadmat
    read_hdf read_json File"""
)
MADE = _words("zeros ones full arange linspace zeros_like ones_like empty full_like")
CALCULATED = _words(
    """sin cos exp log sqrt dot matmul einsum sum mean abs square power log1p tanh max min std add
    multiply subtract cumsum roll"""
)
#: settings of ImageDataGenerator that change images at random
AUGMENTATIONS = (
    "rotation_range",
    "width_shift_range",
    "height_shift_range",
    "shear_range",
    "zoom_range",
    "channel_shift_range",
    "brightness_range",
    "horizontal_flip",
    "vertical_flip",
)
