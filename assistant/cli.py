"""The commands: which function carries out which, and what becomes of their failures."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from assistant.exit_status import FAILED, OK, UNUSABLE
from assistant.options import parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    options = parser().parse_args(arguments)
    try:
        return RUN[options.command](options)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of our output went away (`| head`); that is its right.
        sys.stderr.close()
        return OK
    except Exception as error:  # the last line of defence: told, and saved
        return _unforeseen(error)


def _chat(options: argparse.Namespace) -> int:
    from assistant.launch import chat

    return chat(options)


def _demo(options: argparse.Namespace) -> int:
    from assistant.launch import demo

    return demo(options)


def _check(options: argparse.Namespace) -> int:
    from assistant.check import check

    return check(options)


def _explain(options: argparse.Namespace) -> int:
    from assistant.explain import explain

    page = explain(options.cause, options.lang)
    if page is None:
        print(f"unstuck: no cause is called {options.cause!r}", file=sys.stderr)
        return UNUSABLE
    print(page)
    return OK


def _report(options: argparse.Namespace) -> int:
    from assistant.launch import report

    return report(options)


def _knowledge_check(options: argparse.Namespace) -> int:
    from assistant.rulebase import check_rule_base

    return check_rule_base(options.folder, record=options.record)


def _knowledge_new(options: argparse.Namespace) -> int:
    from assistant.rulebase import new_rule

    return new_rule(options.id)


def _completion(options: argparse.Namespace) -> int:
    from assistant.completion import completion

    print(completion(options.shell))
    return OK


def _unforeseen(error: Exception) -> int:
    import traceback

    from knowledge.files import cache_folder

    path = cache_folder() / "last-failure.txt"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
        where = f"; details are in {path}"
    except OSError:
        where = ""
    print(f"unstuck: something unforeseen: {type(error).__name__}: {error}{where}", file=sys.stderr)
    return FAILED


# Each imports what it needs when it runs: `unstuck check` must not pay for the chat.
RUN: dict[str, Callable[[argparse.Namespace], int]] = {
    "chat": _chat,
    "demo": _demo,
    "check": _check,
    "explain": _explain,
    "report": _report,
    "knowledge-check": _knowledge_check,
    "knowledge-new": _knowledge_new,
    "completion": _completion,
}


if __name__ == "__main__":
    raise SystemExit(main())
