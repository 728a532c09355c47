"""What is said in passing: classes, samples, labels, bases, what was tried, other models."""

from __future__ import annotations

import pytest

from assistant.reading.words import read_words
from assistant.reading.words.load import load_words_knowledge
from knowledge.loader import parse_knowledge

Value = str | int | float | bool


def context(text: str, name: str) -> Value | None:
    return next((f.value for f in read_words(text).findings if f.id == name), None)


def tried_causes(text: str) -> set[object]:
    return {f.value for f in read_words(text).findings if f.id == "already-tried"}


def tried_acts(text: str) -> set[str]:
    return {t.act for t in read_words(text).tried}


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("I have 4 classes", 4),
        ("a dataset with ten different classes", 10),
        ("4个类别", 4),
        ("具有101个类的图像数据集", 101),
        ("图像分为两个不同的类别", 2),
        ("二分类问题", 2),
        ("四分类任务", 4),
        ("binary classification of mails", 2),
        ("12-class classification", 12),
        ("five kinds of flowers", 5),
        ("binary_crossentropy as the loss", None),
        ("it predicts one class", None),
        ("two different optimizers", None),
        ("总是预测同一类", None),
        ("3 types of errors occur", None),
        ("I use 2 layers and 10 epochs", None),
    ],
)
def test_class_counts(text: str, count: int | None) -> None:
    assert context(text, "class-count") == count


def test_of_two_class_counts_set_against_each_other_the_failing_larger_one_is_meant() -> None:
    assert context("works with 2 classes but with 4 classes it is terrible", "class-count") == 4
    assert (
        context("There are 3 classes here. My other project has 7 classes.", "class-count") is None
    )


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("I have 5000 images", 5000),
        ("about 12,000 samples", 12000),
        ("60k images", 60000),
        ("4 classes with 700 photos of each", 2800),
        ("每个类1000个图像,共有5个类别", 5000),
        ("每个类1000个图像", None),
        ("trainingImages 的形状为(287,256,256,3)", 287),
        ("5000 images of dogs and 3000 images of cats", None),
        ("batch of 32, 100 epochs", None),
    ],
)
def test_sample_counts(text: str, count: int | None) -> None:
    assert context(text, "sample-count") == count


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("a regression on house prices", "task", "regression"),
        ("回归问题", "task", "regression"),
        ("U-Net for semantic segmentation", "task", "segmentation"),
        ("multi-label tagging of movies", "task", "multi-label"),
        ("photos of leaves", "input-kind", "image"),
        ("时间序列预测", "input-kind", "series"),
        ("sentiment of tweets", "input-kind", "tokens"),
        ("a csv with 20 columns", "input-kind", "tabular"),
        ("my labels are one-hot", "label-form", "one-hot"),
        ("使用Keras的to_categorical()后,我的标签如下", "label-form", "one-hot"),
        ("整数标签", "label-form", "integers"),
        ("labels are integers", "label-form", "integers"),
        ("the images were scaled to 0..1", "inputs-scaled", True),
        ("图像没有归一化", "inputs-scaled", False),
        ("pixel values from 0 to 255", "inputs-scaled", False),
        ("fine-tuning a ResNet50 on my photos", "pretrained-base", "ResNet50"),
        ("使用ResNet50(来自imagenet的权重)", "pretrained-base", "ResNet50"),
        ("transfer learning with mobilenet v2", "pretrained-base", "MobileNetV2"),
        ("I wrote a ResNet50 from the paper", "pretrained-base", None),
        ("transfer learning: VGG16 works, ResNet50 fails", "pretrained-base", None),
        ("90% of my samples are negative", "largest-class-share", 0.9),
    ],
)
def test_contexts(text: str, name: str, value: Value | None) -> None:
    assert context(text, name) == value


@pytest.mark.parametrize(
    ("text", "name", "present"),
    [
        ("a random forest learns the same data well", "other-models-learn", True),
        ("随机森林和梯度提升能够很好地过拟合", "other-models-learn", True),
        ("random forest fails as well", "other-models-learn", False),
        ("随机森林也不行", "other-models-learn", False),
        ("there is no nan in my data", "inputs-nan", False),
        ("my csv has missing values", "inputs-nan", True),
        ("数据里没有缺失值", "inputs-nan", False),
        ("the classes are balanced", "class-imbalanced", False),
        ("the dataset is very imbalanced", "class-imbalanced", True),
        ("类别不平衡", "class-imbalanced", True),
        ("is a random forest better than a network?", "other-models-learn", None),
    ],
)
def test_facts(text: str, name: str, present: bool | None) -> None:
    found = [f.present for f in read_words(text).findings if f.id == name]
    assert found == ([] if present is None else [present])


@pytest.mark.parametrize(
    ("text", "rests"),
    [
        ("the loss is stuck at 0.693", True),
        ("loss 一直停在 1.386", True),
        ("my loss is 2.3026 and does not move", True),
        ("the loss starts at 0.693 and falls to 0.2", False),
        ("the loss is stuck at 0.8", False),
        ("I use dropout 0.693", False),
    ],
)
def test_a_loss_at_ln_n(text: str, rests: bool) -> None:
    found = {f.id for f in read_words(text).findings}
    assert ("loss-at-ln-n" in found) == rests


@pytest.mark.parametrize(
    ("text", "symptoms"),
    [
        ("准确率为0.3", {"acc-zero"}),
        ("准确率一直在0.7，学习率为0.01", {"acc-zero"}),
        ("I use dropout 0.5, batch size 32 and the accuracy is 0.7", {"acc-at-chance"}),
        ("accuracy is 0.7 with a threshold of 0.5", {"acc-at-chance"}),
    ],
)
def test_a_settings_figure_is_no_reading(text: str, symptoms: set[str]) -> None:
    assert not symptoms & {f.id for f in read_words(text).findings if f.present}


def test_another_models_success_is_no_complaint_about_this_one() -> None:
    reading = read_words("A random forest overfits the same data easily.")
    assert reading.abstained


@pytest.mark.parametrize(
    ("text", "causes"),
    [
        ("I have already lowered the learning rate", {"learning-rate-too-high"}),
        ("换成 Adam 没用", {"learning-rate-too-low"}),
        ("将转换层的激活设置为relu无济于事", {"missing-hidden-activation"}),
        (
            "setting the activation of the conv layers to relu did not help",
            {"missing-hidden-activation"},
        ),
        ("tried normalising the data, no difference", {"inputs-not-scaled"}),
        ("I tried class weights without success", {"class-imbalance"}),
        ("试过打乱数据,没有效果", {"ordered-data-validation-split"}),
        ("I tried training for more epochs", {"too-few-updates"}),
        ("same result with preprocess_input", {"wrong-pretrained-preprocessing"}),
    ],
)
def test_what_was_tried_speaks_against_its_cause(text: str, causes: set[str]) -> None:
    assert causes <= tried_causes(text)


@pytest.mark.parametrize(
    "text",
    [
        "Should I lower the learning rate?",
        "I will try Adam next",
        "I lowered the learning rate and that fixed it",
        "The optimizer is Adam with a learning rate of 0.001",
        "my labels are one-hot",
        "是否应该降低学习率",
        "I have not tried Adam yet",
        "the last layer has a softmax",
    ],
)
def test_plans_questions_and_descriptions_are_no_attempts(text: str) -> None:
    assert tried_acts(text) == set()


def test_an_attempt_without_a_known_cause_is_kept_too() -> None:
    text = "I tried another batch size and black and white pictures"
    assert tried_acts(text) == {"batch-size", "greyscale"}
    assert tried_causes(text) == set()


def test_a_list_below_its_head_is_one_report() -> None:
    text = "I have tried the following:\n- lower learning rate\n- more layers\n\nI use Adam."
    assert tried_acts(text) == {"lower-learning-rate", "bigger-model"}


def test_a_long_sentence_of_attempts_is_read_whole() -> None:
    text = (
        "到目前为止,我尝试使用binary_crossentropy,更改批量大小,使用黑白照片,使用不同大小的图片,"
        "使用ADAM代替SGD,并降低学习率,但没有一个能解决问题。"
    )
    acts = {
        "binary-crossentropy", "batch-size", "greyscale", "image-size", "adam",
        "lower-learning-rate",
    }  # fmt: skip
    assert acts <= tried_acts(text)


def test_the_outcome_of_an_attempt_is_no_symptom() -> None:
    assert read_words("I tried three other optimizers with the same result").abstained


def test_every_cause_named_in_the_list_of_attempts_is_one() -> None:
    knowledge, _ = parse_knowledge()
    named = {c for act in load_words_knowledge().tried.acts for c in act.causes}
    assert named - set(knowledge.causes) == set()


def test_every_context_and_fact_is_a_finding_of_the_rule_base() -> None:
    knowledge, _ = parse_knowledge()
    forms = load_words_knowledge().contexts
    assert (set(forms.contexts) | set(forms.facts)) - set(knowledge.findings) == set()


@pytest.mark.parametrize(
    ("text", "low"),
    [
        ("One sample looks like this: mean -0.812, standard deviation 0.0102.", True),
        ("each picture has a mean of 120 and a std of 1.5", True),
        ("每张图片的均值是-0.81，标准差只有0.01", True),
        ("the pixels have mean 0.44 and standard deviation 0.27", False),
    ],
)
def test_mean_and_deviation_of_the_inputs_tell_their_contrast(text: str, low: bool) -> None:
    found = [f for f in read_words(text).findings if f.id == "inputs-low-contrast"]
    assert [f.present for f in found] == [low]


@pytest.mark.parametrize(
    "text",
    [
        "mean accuracy of the samples over 5 runs 0.81, standard deviation 0.01",
        "the targets of each sample have mean 200 and std 3",
        "the mean of the images is 0.4",
        "均值 0.5",
    ],
)
def test_figures_of_something_else_tell_nothing_of_the_inputs(text: str) -> None:
    assert not [f for f in read_words(text).findings if f.id == "inputs-low-contrast"]
