"""The probes by id, each as ``module:function``; only the one asked for is imported."""

from __future__ import annotations

PROBES: dict[str, str] = {
    "label-shape": "probes.experiments.label_shape:run",
    "input-statistics": "probes.experiments.input_statistics:run",
    "tiny-batch-overfit": "probes.experiments.tiny_batch_overfit:run",
    "activation-audit": "probes.experiments.activation_audit:run",
    "gradient-flow": "probes.experiments.gradient_flow:run",
    "initial-weights": "probes.experiments.initial_weights:run",
    "output-check": "probes.experiments.output_check:run",
    "training-mode": "probes.experiments.training_mode:run",
    "base-check": "probes.experiments.base_check:run",
    "learning-rate": "probes.experiments.learning_rate:run",
    "capacity": "probes.experiments.capacity:run",
    "custom-code": "probes.experiments.custom_code:run",
    "signal-check": "probes.experiments.signal_check:run",
    "train-validation": "probes.experiments.train_validation:run",
    "row-check": "probes.experiments.row_check:run",
    "metric-check": "probes.experiments.metric_check:run",
    "sequence-check": "probes.experiments.sequence_check:run",
    "several-outputs": "probes.experiments.several_outputs:run",
    "forecast-check": "probes.experiments.forecast_check:run",
    "trial": "probes.experiments.trial:run",
    "synthetic-script": "probes.synthetic:run",
    "build-demo": "probes.demo:run",
}
