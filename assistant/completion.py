"""`unstuck completion SHELL`: what the shell needs to complete commands, options and paths."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import shtab

from assistant.options import parser


def completion(shell: str) -> str:
    """The script for `shell` (bash, zsh or tcsh), to be sourced in its start-up file."""
    top = parser()
    for action in _actions(top):
        if action.type is Path:
            action.complete = shtab.FILE  # type: ignore[attr-defined]
    return str(shtab.complete(top, shell=shell))


def _actions(given: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in given._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for part in action.choices.values():
                yield from _actions(part)
