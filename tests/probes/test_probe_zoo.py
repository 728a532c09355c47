"""The probes on whole networks: the faulty are found, their repairs proved, the healthy silent.

A part of the zoo, one of each kind; `tests.benchmarks.probes` measures all of it over seeds.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.probes.conftest import BuildCase
from tests.probes.lab import CONTEXTS, run_probe

pytestmark = pytest.mark.slow

WITHOUT_TRIAL = (
    "label-shape",
    "input-statistics",
    "tiny-batch-overfit",
    "activation-audit",
    "output-check",
    "gradient-flow",
    "initial-weights",
    "training-mode",
    "base-check",
    "signal-check",
)
#: labels that the signal check has no measure for
PAINTED = ("convolutional-autoencoder", "segmentation")


def true_of(subject: object, probes: tuple[str, ...]) -> set[str]:
    seen: set[str] = set()
    for probe in probes:
        seen |= run_probe(probe, subject).true  # type: ignore[arg-type]
    return seen - CONTEXTS


@pytest.mark.parametrize(
    "name",
    [
        "mlp-on-table",
        "cnn-with-rescaling",
        "cnn-with-separate-activations",
        "masked-bidirectional-gru",
        "transformer",
        "regression-with-normalization",
        "multi-label",
        "segmentation",
        "imbalanced",
        "two-inputs",
        "transfer-done-right",
    ],
)
def test_healthy_networks_are_left_in_peace(name: str, zoo: BuildCase) -> None:
    from tests.zoo.healthy import HEALTHY

    probes = WITHOUT_TRIAL[:-1] if name in PAINTED else WITHOUT_TRIAL
    assert true_of(zoo(name), probes) <= HEALTHY[name].hints


@pytest.mark.parametrize(
    "name",
    [
        "linear-head",
        "raw-pixels-with-sgd",
        "one-sigmoid-for-five",
        "softmax-of-one",
        "adam-at-one",
        "dead-relus",
        "base-fed-ones",
        "small-vocabulary",
        "classes-from-one",
        "missing-cells",
    ],
)
def test_faults_are_found_and_their_repair_is_proved(name: str, zoo: BuildCase) -> None:
    from probes.errors import ProbeError
    from tests.zoo.faulty import FAULTY

    case, subject = FAULTY[name], zoo(name)
    seen: set[str] = set()
    for probe in WITHOUT_TRIAL[:-1]:
        try:
            seen |= run_probe(probe, subject).true
        except ProbeError as error:
            assert error.key in ("training-refused", "model-refuses-rows")
    assert case.finds <= seen
    arms = [
        {"name": "original", "changes": []},
        {"name": case.cause, "changes": [change.to_dict() for change in case.repair]},
    ]
    trial = run_probe("trial", subject, {"arms": arms, "seconds": 60})
    assert trial.true == {"trial-helped"}
    assert trial.findings["trial-helped"].value == case.cause


@pytest.mark.parametrize("name", ["linear-head", "one-sigmoid-for-five", "base-fed-ones"])
def test_repaired_twins_are_silent(name: str, zoo: BuildCase) -> None:
    assert true_of(zoo(name, repaired=True), WITHOUT_TRIAL) == set()


def test_the_wrong_cure_is_seen_not_to_help(zoo: BuildCase) -> None:
    """Rivals: another optimizer does not mend a linear head, nor a preprocessing."""
    wrong = {"op": "set-optimizer", "name": "Adam"}
    arms: list[dict[str, Any]] = [
        {"name": "original", "changes": []},
        {"name": "rival", "changes": [wrong]},
    ]
    assert run_probe("trial", zoo("one-sigmoid-for-five"), {"arms": arms}).true == {
        "trial-did-not-help"
    }
    arms.append({"name": "code", "changes": [{"op": "shuffle-before-split"}]})
    arms.append({"name": "cure", "changes": [{"op": "use-preprocessing", "family": "base"}]})
    trial = run_probe("trial", zoo("base-fed-ones"), {"arms": arms, "seconds": 60})
    by_name = {arm["name"]: arm for arm in trial.data["arms"]}
    assert by_name["rival"]["helped"] is False
    assert by_name["code"]["status"] == "not-applicable"
    assert by_name["code"]["reason"] == "change-outside-the-model"
    assert by_name["cure"]["helped"] is True


def test_the_right_preprocessing_is_named(zoo: BuildCase) -> None:
    audit = run_probe("base-check", zoo("base-fed-ones"))
    finding = audit.findings["frozen-batchnorm-mismatch"]
    assert finding.present
    assert finding.details["fits"] == "caffe"
    assert finding.details["ratio"] < 0.01
    right = run_probe("base-check", zoo("base-fed-ones", repaired=True))
    assert right.findings["frozen-batchnorm-mismatch"].details["fits"] == "as-is"


def test_the_signal_check_absolves_only_labels_that_belong(zoo: BuildCase) -> None:
    shuffled = run_probe("signal-check", zoo("shuffled-apart"))
    assert "no-simple-signal" in shuffled.true
    belonging = run_probe("signal-check", zoo("shuffled-apart", repaired=True))
    assert "no-simple-signal" in belonging.false


def test_arms_that_time_leaves_no_room_for_are_said_so(zoo: BuildCase) -> None:
    arms: list[dict[str, Any]] = [{"name": name, "changes": []} for name in ("original", "late")]
    trial = run_probe("trial", zoo("mlp-on-table"), {"arms": arms, "seconds": 0.5})
    assert trial.data["arms"][1]["status"] == "no-time"
    assert trial.true == set()
