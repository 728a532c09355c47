"""Every cure of the rule base on every example script.

After each splice: the script parses without new repairs, uses no name that it does not have, the
diff gives exactly the new text; and where the script raised the finding that the cause is known by,
that finding is gone and no other has come.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.advice import splice, verify_splice
from assistant.reading.script import read_script
from knowledge.loader import load_knowledge
from knowledge.schema import CauseRule
from probes.change import Change
from probes.finding import Scalar
from tests.advice.patching import apply_diff
from tests.script.examples import Example, examples

EXAMPLES = examples()
#: the runnable scripts as well, which have other faults in other styles
CORPUS = [
    Example(path.name.removesuffix(".txt"), path.read_text(encoding="utf-8"), frozenset({"?"}))
    for path in sorted((Path(__file__).parents[1] / "corpus").rglob("*.py.txt"))
]
#: a fault behind the one that is cured, which shows once it is
BEHIND = {
    ("buttons-one-unit-from-one.py", "too-few-output-units"): "labels counted from one",
    ("rounded_loss.py", "non-differentiable-op-in-loss"): "the loss that fits asks for the task",
}

#: what may be known beyond the script
CONTEXTS: tuple[dict[str, Scalar], ...] = ({}, {"class-count": 4, "label-form": "integers"})

#: example, finding -> causes of the rule base that cure it, and what it has to do with the rest
CURES = {
    "accuracy_on_regression.py": (
        "accuracy-on-continuous-targets",
        "accuracy-metric-for-regression",
    ),
    "axes_reshaped.py": ("reshape-moves-axes", "reshape-instead-of-transpose"),
    "deep_sigmoids.py": ("saturating-stack", "saturating-hidden-activations"),
    "dropped_normalisation.py": ("layer-result-unused", "preprocessing-layer-disconnected"),
    "folds_share_weights.py": ("model-built-outside-fold-loop", "model-reused-across-folds"),
    "frozen_after_compile.py": (
        "base-frozen-before-compile-only",
        "trainable-changed-after-compile",
    ),
    "functional_sigmoid_cce.py": (
        "sigmoid-with-categorical-loss",
        "sigmoid-with-categorical-crossentropy",
    ),
    "heavy_everything.py": ("relu-in-recurrent", "relu-in-recurrent-layer"),
    "integer_labels_cce.py": (
        "integer-labels-with-categorical-loss",
        "integer-labels-with-categorical-loss",
    ),
    "linear_stack_helper.py": ("hidden-layers-linear", "missing-hidden-activation"),
    "loss_arguments_swapped.py": ("custom-loss-arguments-swapped", "custom-loss-argument-order"),
    "monitor_missing.py": ("monitor-not-in-logs", "wrong-monitor-in-callback"),
    "not_scaled_cifar.py": ("no-scaling-in-script", "inputs-not-scaled"),
    "one_sigmoid_for_five.py": ("classes-exceed-output-units", "too-few-output-units"),
    "pretrained_wrong_scale.py": (
        "rescale-before-pretrained-base",
        "wrong-pretrained-preprocessing",
    ),
    "rate_far_too_high.py": ("learning-rate-suspiciously-high", "learning-rate-too-high"),
    "raw_probabilities_judged.py": (
        "argmax-missing-before-metric",
        "missing-threshold-on-predictions",
    ),
    "rescaled_twice.py": ("rescale-twice", "pretrained-double-rescaling"),
    "scaler_fitted_twice.py": (
        "scaled-after-split-differently",
        "train-val-preprocessing-mismatch",
    ),
    "shuffled_alone.py": ("x-shuffled-without-y", "input-label-misalignment"),
    "shuffled_predictions.py": (
        "evaluation-generator-shuffled",
        "generator-shuffle-label-misalignment",
    ),
    "sorted_labels_split.py": (
        "validation-split-on-ordered-data",
        "ordered-data-validation-split",
    ),
    "subclass_softmax_one_unit.py": ("softmax-on-one-unit", "softmax-on-single-unit"),
    "tokenizer_again.py": ("tokenizer-refit", "tokenizer-refit-at-predict"),
    "two_faults.py": ("linear-output-with-probability-loss", "missing-output-activation"),
    "validation_unscaled.py": ("train-val-scaled-differently", "train-val-preprocessing-mismatch"),
}


def _ways(rule: CauseRule) -> list[tuple[Change, ...]]:
    """The changes of a cause that are not sketches, with each answer to its question."""
    ways = [do for fix in rule.change for do in (fix.do, *fix.by_answer.values())]
    return [do for do in ways if do and all(change.op != "show-lines" for change in do)]


def _all_ways() -> list[tuple[Change, ...]]:
    rules = load_knowledge().causes.values()
    return list({str(do): do for rule in rules for do in _ways(rule)}.values())


@pytest.mark.slow
@pytest.mark.parametrize("example", [*EXAMPLES, *CORPUS[::4]], ids=lambda example: example.name)
def test_every_cure_leaves_a_script_that_reads(example: Example) -> None:
    reading = read_script(example.text, filename=example.name)
    for changes in _all_ways():
        for context in CONTEXTS:
            edit = splice(reading, changes, context=context)
            if not edit.applied:
                assert edit.after == example.text and edit.reason
                continue
            assert apply_diff(example.text, edit.diff) == edit.after
            after = read_script(edit.after, filename=example.name)
            found = verify_splice(reading, after, None, changes=changes)
            assert found.parses and not found.unbound, (changes, found)


@pytest.mark.parametrize("name", sorted(CURES))
def test_the_fact_that_called_for_it_is_gone(name: str) -> None:
    finding, cause = CURES[name]
    example = next(one for one in EXAMPLES if one.name == name)
    reading = read_script(example.text, filename=name)
    assert reading.present(finding)
    sound = 0
    for changes in _ways(load_knowledge().causes[cause]):
        edit = splice(reading, changes)
        if edit.applied:
            after = read_script(edit.after, filename=name)
            sound += verify_splice(reading, after, finding, changes=changes).sound
    assert sound, "no cure of the rule base takes the fact away and leaves the rest"


def _proved(present: set[str]) -> list[tuple[CauseRule, str]]:
    """Causes that a script proves by itself, each with the finding that does."""
    rules = load_knowledge().causes.values()
    return [
        (rule, proof[0])
        for rule in rules
        for proof in rule.confirmed_by
        if set(proof) <= present and _ways(rule)
    ]


@pytest.mark.parametrize("example", [*EXAMPLES, *CORPUS], ids=lambda example: example.name)
def test_what_a_script_proves_is_cured_and_nothing_else_changes(example: Example) -> None:
    """Of the ways to cure a cause, one takes its finding away and brings no other."""
    reading = read_script(example.text, filename=example.name)
    present = {finding.id for finding in reading.findings if finding.present}
    known = {f.id: f.value for f in reading.findings if f.present}
    for rule, finding in _proved(present):
        if (example.name, rule.id) in BEHIND:
            continue
        tried = []
        for changes in _ways(rule):
            edit = splice(reading, changes, context={"class-count": 4, **known})
            if edit.applied:
                after = read_script(edit.after, filename=example.name)
                tried.append(verify_splice(reading, after, finding, changes=changes))
        assert not tried or any(found.sound for found in tried), (rule.id, tried)


@pytest.mark.parametrize(
    "example", [e for e in EXAMPLES if not e.finds], ids=lambda example: example.name
)
def test_healthy_scripts_have_nothing_to_cure(example: Example) -> None:
    """No cause whose static findings would confirm it is raised by a healthy script."""
    reading = read_script(example.text, filename=example.name)
    present = {finding.id for finding in reading.findings if finding.present}
    for rule in load_knowledge().causes.values():
        for proof in rule.confirmed_by:
            assert not set(proof) <= present, rule.id
