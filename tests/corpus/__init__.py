"""Runnable training scripts, faulty and healthy, and what is promised about each."""
