"""Reads saved models without TensorFlow: architecture, settings, optimizer, dangers."""
