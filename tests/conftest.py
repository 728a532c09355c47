"""Keeps tests away from the user's own folders."""

from __future__ import annotations

import os
import tempfile

os.environ.setdefault("UNSTUCK_CACHE", tempfile.mkdtemp(prefix="unstuck-test-cache-"))
os.environ.setdefault("UNSTUCK_CASES", tempfile.mkdtemp(prefix="unstuck-test-cases-"))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
