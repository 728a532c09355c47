"""The probes by id, each as ``module:function``; only the one asked for is imported."""

from __future__ import annotations

PROBES: dict[str, str] = {
    "label-shape": "probes.label_shape:run",
    "input-statistics": "probes.input_statistics:run",
    "tiny-batch-overfit": "probes.tiny_batch_overfit:run",
    "activation-audit": "probes.activation_audit:run",
    "gradient-flow": "probes.gradient_flow:run",
    "initial-weights": "probes.initial_weights:run",
    "output-check": "probes.output_check:run",
    "training-mode": "probes.training_mode:run",
    "base-check": "probes.base_check:run",
    "learning-rate": "probes.learning_rate:run",
    "capacity": "probes.capacity:run",
    "custom-code": "probes.custom_code:run",
    "signal-check": "probes.signal_check:run",
    "train-validation": "probes.train_validation:run",
    "row-check": "probes.row_check:run",
    "metric-check": "probes.metric_check:run",
    "sequence-check": "probes.sequence_check:run",
    "several-outputs": "probes.several_outputs:run",
    "forecast-check": "probes.forecast_check:run",
    "trial": "probes.trial:run",
    "synthetic-script": "probes.synthetic:run",
    "build-demo": "probes.demo:run",
}
