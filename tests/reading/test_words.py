"""What people write is read as the symptom they mean, in English and Chinese."""

from __future__ import annotations

import pytest

from assistant.reading.words import read_words
from assistant.reading.words.load import load_words_knowledge, read_parsed
from knowledge.loader import parse_knowledge
from probes.finding import Finding
from tests.benchmarks.words import phrases


def finding(text: str, name: str) -> Finding | None:
    return next((f for f in read_words(text).findings if f.id == name), None)


def offered(text: str) -> list[str]:
    return [c.symptom for c in read_words(text).candidates]


@pytest.mark.parametrize(
    ("text", "symptom"),
    [
        ("loss goes down but the accuracy stays where it is", "loss-falls-acc-frozen"),
        ("accuracy goes up but the loss stays where it is", "loss-flat"),
        ("val_acc is stuck, acc keeps rising", "val-acc-stuck"),
        ("acc is stuck, val_acc keeps rising", "acc-flat"),
        ("准确率上升,但是损失不变", "loss-flat"),
        ("损失下降,但是准确率不变", "loss-falls-acc-frozen"),
        ("constant validation accuracy", "val-acc-stuck"),
        ("validation loss falls at first, then the loss rises", "val-loss-rises"),
    ],
)
def test_a_state_belongs_to_the_quantity_it_is_said_of(text: str, symptom: str) -> None:
    assert offered(text)[0] == symptom


@pytest.mark.parametrize(
    ("text", "ahead"),
    [
        ("validation accuracy is higher than training accuracy", True),
        ("validation accuracy is lower than training accuracy", False),
        ("training loss is higher than validation loss", True),
        ("val_loss is higher than loss", False),
        ("验证准确率比训练准确率高", True),
        ("验证准确率比训练准确率低", False),
        ("val_acc 高于 acc", True),
        ("val_acc 低于 acc", False),
    ],
)
def test_which_side_of_a_comparison_is_more(text: str, ahead: bool) -> None:
    assert (offered(text)[0] == "val-better-than-train") is ahead


@pytest.mark.parametrize(
    ("text", "symptom"),
    [
        ("10 classes and the accuracy is 0.1", "acc-at-chance"),
        ("4 classes, accuracy 25%", "acc-at-chance"),
        ("准确率只有百分之一,一共 101 个类别", "acc-at-chance"),
        ("train accuracy 0.97, validation accuracy 0.55", "val-low-train-high"),
        ("loss is -12.5", "loss-negative"),
        ("loss is 3.2e9", "loss-huge"),
        ("dice is 1.7", "metric-out-of-range"),
    ],
)
def test_figures_are_read(text: str, symptom: str) -> None:
    assert symptom in offered(text)


def test_a_class_count_decides_what_chance_is() -> None:
    assert offered("20 classes, accuracy 0.05")[0] == "acc-at-chance"
    assert "acc-at-chance" not in [
        f.id for f in read_words("5 classes, accuracy 0.05").findings if f.present
    ]


@pytest.mark.parametrize(
    ("text", "denied", "said"),
    [
        ("the loss is not nan but it does not go down", "loss-nan", "loss-flat"),
        ("loss 不是 nan,只是一直很大", "loss-nan", "loss-huge"),
        ("no nan anywhere, it predicts one class for everything", "loss-nan", "predicts-one-class"),
        ("it is not overfitting, the accuracy is stuck", "val-low-train-high", "acc-flat"),
        ("loss isn't negative, it is huge", "loss-negative", "loss-huge"),
    ],
)
def test_what_is_denied_is_told_as_looked_for_and_not_there(
    text: str, denied: str, said: str
) -> None:
    no = finding(text, denied)
    assert no is not None and no.present is False and no.source == "words" and no.quote
    assert denied not in offered(text)
    assert offered(text)[0] == said


def test_a_wrapped_line_goes_on_in_the_next_one() -> None:
    text = (
        "The training accuracy reaches 45 % after five epochs and on the validation set\n"
        "it always predicts the same class, whatever picture I take. I tried Adam and a\n"
        "lower learning rate.\nAny idea"
    )
    reading = read_words(text)
    assert reading.candidates[0].symptom == "predicts-one-class"
    assert {t.act for t in reading.tried} == {"adam", "lower-learning-rate"}


def test_not_even_overfitting_is_a_complaint_and_no_overfitting() -> None:
    reading = read_words("The model does not even overfit a single batch")
    assert reading.candidates[0].symptom == "not-learning"
    assert all(f.id != "val-low-train-high" or f.present is False for f in reading.findings)


def test_a_denial_in_one_place_does_not_hide_what_is_said_in_another() -> None:
    text = "At first the loss is not nan. After ten epochs the loss is nan."
    yes = finding(text, "loss-nan")
    assert yes is not None and yes.present is True


@pytest.mark.parametrize(
    "text",
    ["my model doesn't learn", "模型训练不动", "loss 降不下来", "the network fails to train"],
)
def test_a_vague_line_is_marked_and_gets_three_choices(text: str) -> None:
    reading = read_words(text)
    assert reading.vague and not reading.abstained
    assert len(reading.candidates) == 3
    assert {"not-learning", "loss-flat"} & set(offered(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n ",
        "hi",
        "what's the weather",
        "import question",
        "How do I save a model?",
        "谢谢",
        "怎么安装 keras",
        "is there a tutorial for the loss argument of compile",
        "🙂🙂🙂",
        "0 0 0 0",
        "Which GPU should I buy?",
    ],
)
def test_a_line_without_a_symptom_is_left_alone(text: str) -> None:
    reading = read_words(text)
    assert reading.abstained and not reading.candidates and not reading.vague
    assert not [f for f in reading.findings if f.present and f.id in load_words_knowledge().rules]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("the loss is nan", "en"),
        ("损失是 nan", "zh"),
        ("loss 不下降", "zh"),
        ("my model.fit prints loss: nan, 怎么办", "zh"),
        ("the class named 猫 is never predicted by my network, what is wrong?", "en"),
        ("用 keras 训练 ResNet50,val_acc 不动", "zh"),
        ("", "en"),
    ],
)
def test_the_language_is_told(text: str, language: str) -> None:
    assert read_words(text).language == language


def test_traditional_characters_are_read() -> None:
    assert offered("驗證準確率一直不變,訓練準確率在上升")[0] == "val-acc-stuck"


@pytest.mark.parametrize(
    ("text", "symptom"),
    [
        ("my validaton acuracy is stuk", "val-acc-stuck"),
        ("los is alwyas nan", "loss-nan"),
        ("accuarcy doesnt chnage", "acc-flat"),
        ("predcits the smae clas for everyting", "predicts-one-class"),
    ],
)
def test_slips_of_the_finger_are_forgiven(text: str, symptom: str) -> None:
    assert offered(text)[0] == symptom


def test_three_at_most_best_first_and_quoted() -> None:
    text = (
        "Hello. The loss is nan after two epochs, the predictions are nan too and weights are nan."
    )
    candidates = read_words(text).candidates
    assert len(candidates) == 3
    assert [c.score for c in candidates] == sorted((c.score for c in candidates), reverse=True)
    assert candidates[0].quote in text


def test_every_symptom_can_be_reached_by_its_own_phrases() -> None:
    parsed = read_parsed_index()
    assert set(parsed) == set(load_words_knowledge().rules)
    missed = [
        (symptom, line)
        for symptom, lines in parsed.items()
        for line in lines
        if offered(line)[:1] != [symptom]
    ]
    assert missed == []


def test_every_phrase_holds_two_meanings() -> None:
    """One alone would match on a word, as plain search does."""
    knowledge = load_words_knowledge()
    poor = [
        line
        for lines in read_parsed_index().values()
        for line in lines
        if len({m.concept for m in knowledge.lexicon.find(line.lower())}) < 1
    ]
    assert poor == []


def read_parsed_index() -> dict[str, list[str]]:
    from knowledge.files import HERE, read_yaml

    data = read_yaml(HERE / "phrases" / "index.yaml")["phrases"]
    return {symptom: text.splitlines() for symptom, text in data.items()}


def test_all_symptoms_of_the_rule_base_are_known_here_and_the_other_way_round() -> None:
    knowledge, _ = parse_knowledge()
    symptoms = {f.id for f in knowledge.findings.values() if f.kind == "symptom"}
    assert set(load_words_knowledge().rules) == symptoms


def test_rules_name_only_what_the_lexicon_and_the_figures_make() -> None:
    from assistant.reading.words.comparisons import AHEAD, BEHIND

    knowledge = load_words_knowledge()
    made = {c.id for c in knowledge.lexicon.concepts} | set(knowledge.lexicon.denied.values())
    made |= {c.several for c in knowledge.lexicon.concepts if c.several}
    made |= {"OUTRANGE", "LOGN", "MID", "FIGUREGAP", "FIGUREBETTER", AHEAD, BEHIND}
    used = {
        part
        for rules in knowledge.rules.values()
        for rule in rules
        for terms in (*rule.needs, rule.forbids, rule.forbids_anywhere)
        for term in terms
        for part in term.split(".")
    }
    assert used - made == set()


def test_what_stands_beside_a_symptom_is_a_symptom() -> None:
    knowledge = load_words_knowledge()
    named = set(knowledge.beside) | {s for others in knowledge.beside.values() for s in others}
    assert named == set(knowledge.rules)


def test_every_form_is_a_regular_expression_and_holds_its_anchor() -> None:
    knowledge = load_words_knowledge()
    groups = [c.forms for c in knowledge.lexicon.concepts]
    groups += [*knowledge.contexts.all_forms(), *knowledge.tried.all_forms()]
    for forms in groups:
        for form in forms.items:
            assert form.pattern.groups >= 0, form.source
            if form.literal:
                assert list(form.spans(form.source)) == [(0, len(form.source))]


@pytest.mark.parametrize(
    ("part", "first", "three"),
    [
        ("seen", 0.98, 0.99),
        ("heldout", 0.97, 0.98),
        ("fresh", 0.77, 0.87),
    ],
)
def test_the_labelled_phrases_may_not_fall_behind(part: str, first: float, three: float) -> None:
    from tests.benchmarks.words import measure

    scores, _, _ = measure(phrases(part))
    top1, top3, _ = scores["all"].shares()
    assert top1 >= first and top3 >= three


def test_the_parsed_files_can_come_from_elsewhere() -> None:
    from assistant.reading.words import build_words_knowledge

    parsed = read_parsed()
    parsed["phrases/symptoms.yaml"] = {"symptoms": {"odd": "90 NAN"}, "beside": "odd: odd"}
    reading = read_words("the loss is nan", build_words_knowledge(parsed))
    assert [c.symptom for c in reading.candidates] == ["odd"]


def test_a_rule_that_is_none_is_refused() -> None:
    from assistant.reading.words.match import parse_rules

    with pytest.raises(ValueError, match="odd"):
        parse_rules({"odd": "NAN 90"})
