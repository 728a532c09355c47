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
#: come first, the long before the short, so that the many quick tests fill the cores at the end.
GROUPS = {
    "tests/probes/": "probes",
    "tests/test_corpus.py": "corpus",
    "tests/dialogue/test_zoo.py": "zoo",
    "tests/dialogue/": "cases",
    "tests/chat/test_demo.py": "cases",
    "tests/chat/": "chat",
    "tests/process/": "process",
    "tests/e2e/": "terminal",
}

#: The screens are drawn while their process is fresh: a heap full of models makes them late.
ORDER = ("chat", "probes", "corpus", "zoo", "cases", "process", "terminal")


@pytest.hookimpl(tryfirst=True)  # before the workers read the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tell the workers what belongs together, and what to begin with."""
    order = {name: place for place, name in enumerate(ORDER)}
    places: dict[str, int] = {}
    for item in items:
        path = item.path.as_posix()
        group = next((name for part, name in GROUPS.items() if part in path), "")
        places[item.nodeid] = order.get(group, len(order))
        if group:
            item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=lambda item: places[item.nodeid])
