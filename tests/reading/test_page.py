"""Pages are cut into typed blocks, the asker's apart from the answerer's."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.reading.page import Block, Kind, split_page

SCRIPT = """\
from keras.models import Sequential

model = Sequential()
model.add(Dense(10, activation='relu'))
# the head
model.add(Dense(1))

model.compile(
    loss='mse',
    optimizer=Adam(),
    metrics=['mae'],
)
for epoch in range(3):
    model.fit(x, y)
"""
LOG = """\
Epoch 1/2
46/46 [==============================] - 3s 4ms/step - loss: 0.65 - accuracy: 0.58 - val_loss: 0.7
Epoch 2/2
46/46 [==============================] - 3s 4ms/step - loss: 0.64 - accuracy: 0.59 - val_loss: 0.7
"""
TRACEBACK = """\
Traceback (most recent call last):
  File "train.py", line 12, in <module>
    model.fit(x, y)
ValueError: Shapes (None, 1) and (None, 5) are incompatible
"""
SUMMARY = """\
Model: "sequential"
_________________________________________________________________
Layer (type)                 Output Shape              Param #
=================================================================
dense (Dense)                (None, 64)                50240
dense_1 (Dense)              (None, 10)                650
=================================================================
Total params: 50,890
Trainable params: 50,890
Non-trainable params: 0
_________________________________________________________________
"""
ARRAY = """\
array([[0.1, 0.2, 0.3],
       [0.4, 0.5, 0.6]], dtype=float32)
(2, 3)
"""


def kinds(text: str) -> list[Kind]:
    return [b.kind for b in split_page(text).blocks]


def only(text: str) -> Block:
    blocks = split_page(text).blocks
    assert len(blocks) == 1, [(b.kind, b.text) for b in blocks]
    return blocks[0]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("my loss is nan", "prose"),
        ("loss 不下降", "prose"),
        (SCRIPT, "code"),
        (LOG, "log"),
        (TRACEBACK, "traceback"),
        (SUMMARY, "model-summary"),
        (ARRAY, "array"),
        ("/home/me/model.keras", "path"),
        ("model.h5", "path"),
        ("C:\\Users\\me\\data.npz", "path"),
        ("~/runs/train.py data.npz", "path"),
        ("'/data/my pictures/train'", "path"),
        ("epoch,accuracy,loss\n0,0.5,0.69\n1,0.5,0.69\n", "log"),
        ("{'loss': [0.7, 0.6], 'val_loss': [0.8, 0.9]}", "log"),
        ("ValueError: No gradients provided for any variable", "traceback"),
        ("model.fit(x, y, epochs=3)", "code"),
        (">>> model.predict(x)", "code"),
        ("loss=0.691, val_acc=0.5", "log"),
        ("  • 724s-损失:3.1305-acc:0.3059-val_loss:6.5914 val_acc:0.0099", "log"),
        ("时代10/50 591/591 [=====]-1492s 3s / step-损耗:1.0594-精度:0.7459", "log"),
        ("[[0. 1.]\n [1. 0.]]", "array"),
        ("[0 1 2 1 0]", "array"),
    ],
)
def test_one_thing_alone(text: str, kind: Kind) -> None:
    block = only(text)
    assert block.kind == kind
    assert block.author == "asker"
    assert block.first_line == 1


@pytest.mark.parametrize(
    "text",
    [
        "model.fit gives me nan after two epochs",
        "predict() returns the same value for every picture I feed in",
        "for my model I use the following layers and nothing works:",
        "if I train the model for longer it gets worse:",
        "my loss: 0.69 never changes whatever optimizer I take",
        "loss = nan after two epochs of training on my data",
        "see https://example.org/thread for the log",
        "import question",
        "with keras the result is bad, with sklearn it is good",
        "准确率: 一直是 0.3066,不变",
        "# Why is my accuracy stuck?",
        "return on investment is what I predict here",
        "(25, 25, 4)",
    ],
)
def test_sentences_are_prose_even_with_code_or_figures_in_them(text: str) -> None:
    assert "prose" in kinds(text) or text == "import question"
    assert not {"log", "array", "path", "traceback"} & set(kinds(text))


def test_a_whole_page_is_cut_in_order_with_line_numbers() -> None:
    parts = [
        "Why is my loss flat?",
        SCRIPT,
        "This prints",
        LOG,
        "and fails with",
        TRACEBACK,
        SUMMARY,
    ]
    text = "\n\n".join(p.rstrip("\n") for p in parts)
    page = split_page(text)
    assert [b.kind for b in page.blocks] == [
        "prose", "code", "prose", "log", "prose", "traceback", "model-summary",
    ]  # fmt: skip
    raw = text.split("\n")
    for block in page.blocks:
        assert block.text == "\n".join(raw[block.first_line - 1 : block.last_line])
    assert page.of("code")[0].text.strip() == SCRIPT.strip()
    assert page.of("log")[0].text.strip() == LOG.strip()


def test_code_that_lost_its_indentation_stays_one_block() -> None:
    flat = "\n".join(line.strip() for line in SCRIPT.splitlines())
    assert only(flat).kind == "code"


def test_a_fence_holds_what_it_holds() -> None:
    text = f"I run\n```python\n{SCRIPT}```\nand see\n```\n{LOG}```\nwhy?"
    assert kinds(text) == ["prose", "code", "prose", "log", "prose"]
    assert "```" not in "".join(b.text for b in split_page(text).blocks)


def test_a_docstring_and_comments_belong_to_the_code() -> None:
    text = (
        'def build():\n    """Makes the network.\n\n    It has three layers and no use so far.\n'
        '    """\n    # 训练模型\n    return Sequential()\n'
    )
    assert only(text).kind == "code"


def test_prose_after_a_bracket_left_open_is_prose_again() -> None:
    text = "model.fit(x_train, y_train,\nI do not know what else to try here, please help me."
    assert kinds(text) == ["code", "prose"]


def test_two_logs_with_prose_between_are_two_blocks() -> None:
    assert kinds(LOG + "with relu I get\n" + LOG) == ["log", "prose", "log"]


def test_rulers_are_no_part_of_the_code_above_them() -> None:
    text = "display(trainX[0])\ndisplay(trainX[0].shape)\n---\n" + ARRAY
    page = split_page(text)
    assert [b.kind for b in page.blocks] == ["code", "array"]
    assert "---" not in page.blocks[0].text
    assert "trainX" in page.blocks[1].lead
    assert page.blocks[1].text.rstrip().endswith("(2, 3)")


ANSWER = "You need a softmax.\nmodel.add(Dense(4, activation='softmax'))"


@pytest.mark.parametrize(
    "head",
    [
        "答案 0 :(得分:6)",
        "3 个答案",
        "解决方案",
        "Answer:",
        "Accepted answer",
        "## Answer",
        "2 Answers",
        "Answer 1 (score: 12)",
        "最佳答案",
        "回答:",
        "Solution",
        "**Accepted Answer**",
        "1 Answer Sorted by: Highest score",
        "推荐阅读",
        "解決方案",
    ],
)
def test_from_the_head_of_an_answer_on_all_is_the_answerers(head: str) -> None:
    page = split_page(f"The loss is nan.\n{SCRIPT}\n\n{head}\n\n{ANSWER}\n")
    assert [b.author for b in page.blocks] == ["asker", "asker", "answerer", "answerer"]
    assert head not in page.prose() + page.prose("answerer")
    assert "softmax" not in page.prose()
    assert len(page.of("code", "asker")) == len(page.of("code", "answerer")) == 1


@pytest.mark.parametrize(
    "line",
    [
        "首页 > 解决方案 > 为什么我的模型不学习?",
        "Is there an answer to this?",
        "我找不到答案",
        "The solution of the equation is learnt badly",
        "请问有什么解决方案",
    ],
)
def test_a_sentence_about_answers_opens_none(line: str) -> None:
    assert all(b.author == "asker" for b in split_page(f"{line}\n\nThe loss is nan.").blocks)


def test_an_answer_on_the_line_of_its_head() -> None:
    page = split_page("The loss is nan.\nAnswer: lower the learning rate.\nIt helps.")
    assert page.prose() == "The loss is nan."
    assert "lower" in page.prose("answerer")


def test_edits_stay_the_askers_and_a_question_head_brings_the_asker_back() -> None:
    page = split_page(
        "Loss is nan.\n\n编辑:relu 无济于事\n\nEdit 2: still nan\n\nAnswer:\nscale it"
    )
    assert "Edit 2" in page.prose() and "relu" in page.prose()
    again = split_page("Answer:\nscale it\n\n问题描述\n\nloss 是 nan")
    assert again.prose() == "loss 是 nan"


def test_dates_tags_and_buttons_are_left_out() -> None:
    text = (
        "标题\n\n时间:2020-05-28 15:10:23\n\n标签: python tensorflow keras\n\nloss 是 nan\nShare\n"
    )
    assert split_page(text).prose().split() == ["标题", "loss", "是", "nan"]
    assert split_page("标签: [0 1 1 0]").blocks  # the labels of the data, no tags


def test_nothing_gives_no_blocks() -> None:
    assert split_page("").blocks == () and split_page("\n \n\t\n").blocks == ()


def test_line_ends_of_any_system() -> None:
    windows = split_page(LOG.replace("\n", "\r\n"))
    assert [b.text for b in windows.blocks] == [b.text for b in split_page(LOG).blocks]


LINES = [
    *SCRIPT.splitlines(), *LOG.splitlines(), *TRACEBACK.splitlines(), *SUMMARY.splitlines(),
    *ARRAY.splitlines(), "答案 1 :(得分:2)", "```", "问题描述", "...", "---", "", "loss is nan",
    '"""', "model.fit(", "[[", "准确率不变", "/tmp/model.h5", "\x00", "\u2028", "((((",
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=400), st.lists(st.sampled_from(LINES)).map("\n".join)))
def test_any_text_is_cut_in_order_and_twice_alike(text: str) -> None:
    page = split_page(text)
    assert page == split_page(text)
    raw = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    last = 0
    for block in page.blocks:
        assert last < block.first_line <= block.last_line <= len(raw)
        assert block.text == "\n".join(raw[block.first_line - 1 : block.last_line])
        assert block.text.strip()
        last = block.last_line


@pytest.mark.parametrize(
    "line",
    [
        "the loss does not change and i am lost\n",
        LOG,
        SCRIPT,
        "array([[" + "0.1, " * 30 + "\n",
        "(" * 999 + "\n",
        "aloss" * 199 + "\n",
        "损失" * 400 + "\n",
        " " * 999 + "x\n",
        "(" + "1," * 400 + "x\n",
        "a=b," * 200 + "\n",
    ],
)
def test_time_grows_with_the_length_and_no_faster(line: str) -> None:
    def seconds(characters: int) -> float:
        text = line * (characters // len(line))
        start = time.perf_counter()
        split_page(text)
        return time.perf_counter() - start

    small = min(seconds(60_000) for _ in range(2))
    assert seconds(300_000) < 5 * 3 * small + 0.2


def test_one_endless_line() -> None:
    assert len(split_page("loss " * 200_000).blocks) == 1


WARNING = """\
/opt/env/lib/python3.11/site-packages/keras/src/layers/core/dense.py:106: UserWarning: Do not pass \
an `input_shape`/`input_dim` argument to a layer.
  super().__init__(activity_regularizer=activity_regularizer, **kwargs)
"""
CELL_TRACEBACK = """\
---------------------------------------------------------------------------
ValueError                                Traceback (most recent call last)
Cell In[5], line 2
      1 model.compile(loss="mse")
----> 2 model.fit(x, y)

File ~/env/lib/python3.11/site-packages/keras/src/utils/traceback_utils.py:122, in handler(*args)
    119     filtered = clean(error.__traceback__)
    120     kept = dict(a=1)
--> 122     raise error.with_traceback(filtered) from None
    123 finally:
    124     del filtered

ValueError: Shapes (None, 1) and (None, 5) are incompatible
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (WARNING, ["traceback"]),
        (WARNING + LOG, ["traceback", "log"]),
        (LOG + WARNING + LOG, ["log", "traceback", "log"]),
        (WARNING.replace("/opt/env", r"C:\env") + WARNING, ["traceback"]),
        (CELL_TRACEBACK, ["traceback"]),
        ("model = build(\n" + TRACEBACK, ["code", "traceback"]),
    ],
)
def test_code_that_the_interpreter_quotes_is_no_script(text: str, expected: list[Kind]) -> None:
    assert kinds(text) == expected


def test_one_line_below_a_warning_belongs_to_it() -> None:
    assert kinds(WARNING + "  model.fit(x, y)\n  model.evaluate(x, y)\n")[0] == "traceback"
    assert "code" in kinds(WARNING + "model = Sequential()\nmodel.add(Dense(1))\n")
