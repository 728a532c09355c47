"""The client of the probe process: starts it, runs probes in it, survives it."""

from assistant.laboratory.client import Laboratory

__all__ = ["Laboratory"]
