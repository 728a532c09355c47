"""The probes by id, each as ``module:function``; only the one asked for is imported."""

from __future__ import annotations

PROBES: dict[str, str] = {
    "label-shape": "probes.label_shape:run",
    "input-statistics": "probes.input_statistics:run",
    "tiny-batch-overfit": "probes.tiny_batch_overfit:run",
    "activation-audit": "probes.activation_audit:run",
    "signal-check": "probes.signal_check:run",
    "trial": "probes.trial:run",
    "build-demo": "probes.demo:run",
}
