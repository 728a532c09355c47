"""Finds a probe by its id and loads only that one."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from probes.errors import ProbeError
from probes.protocol import Subject
from probes.reporter import Reporter

#: Names a Python file with further probes: its ``PROBES`` maps ids to names of functions in it,
#: and its ``open_bench``, where it has one, takes the place of `apparatus.bench.open_bench` for
#: them. For those who write probes, and for the tests.
EXTRA_PROBES = "UNSTUCK_PROBES_FILE"

OpenBench = Callable[[Subject, int], Any]
RunProbe = Callable[[Any, Mapping[str, Any], Reporter], Mapping[str, Any]]


@dataclass(frozen=True)
class Probe:
    """The function that measures, and the one that opens what it looks at."""

    run: RunProbe
    open_bench: OpenBench


def find(probe: str) -> Probe:
    """The probe of that id.

    Raises:
        ProbeError: ``unknown-probe``.
    """
    extra = _extra_probes()
    names: Mapping[str, str] = getattr(extra, "PROBES", {})
    if extra is not None and probe in names:
        own = getattr(extra, "open_bench", None)
        return Probe(getattr(extra, names[probe]), own or _open_bench())
    names = importlib.import_module("probes.registry").PROBES
    if probe not in names:
        raise ProbeError("unknown-probe", probe=probe)
    module, function = names[probe].split(":")
    return Probe(getattr(importlib.import_module(module), function), _open_bench())


def _open_bench() -> OpenBench:
    open_bench: OpenBench = importlib.import_module("probes.apparatus.bench").open_bench
    return open_bench


def _extra_probes() -> ModuleType | None:
    path = os.environ.get(EXTRA_PROBES)
    if not path:
        return None
    name = "unstuck_extra_probes"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        if spec is None or spec.loader is None:
            return None
        sys.modules[name] = importlib.util.module_from_spec(spec)  # dataclasses look it up there
        try:
            spec.loader.exec_module(sys.modules[name])
        except BaseException:
            del sys.modules[name]
            raise
    return sys.modules[name]
