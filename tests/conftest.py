"""Keeps tests away from the user's own folders."""

from __future__ import annotations

import os
import tempfile

import pytest

os.environ.setdefault("UNSTUCK_CACHE", tempfile.mkdtemp(prefix="unstuck-test-cache-"))
os.environ.setdefault("UNSTUCK_CASES", tempfile.mkdtemp(prefix="unstuck-test-cases-"))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")

#: What shares trained models or saved cases runs in one worker, which makes them once. The groups
#: come first, so that the many quick tests fill the cores at the end.
GROUPS = {
    "tests/test_corpus.py": "corpus",
    "tests/probes/": "probes",
    "tests/process/": "process",
    "tests/dialogue/test_zoo.py": "zoo",
    "tests/dialogue/": "cases",
    "tests/chat/test_demo.py": "cases",
    "tests/e2e/": "terminal",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tell the workers what belongs together."""
    for item in items:
        path = item.path.as_posix()
        group = next((name for part, name in GROUPS.items() if part in path), None)
        if group is not None:
            item.add_marker(pytest.mark.xdist_group(group))
