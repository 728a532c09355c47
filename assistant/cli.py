"""The commands: argument parsing and exit codes, nothing else.

Exit status: 0 healthy or unsure, 1 a cause was found, 2 the input could not be used, 3 unstuck
itself failed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from assistant import __version__

COMMANDS = ("demo", "check", "explain", "report", "resume", "knowledge")
OK, CAUSE, UNUSABLE, FAILED = 0, 1, 2, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = _parser().parse_args(given)
    try:
        return int(options.run(options))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of our output went away (`| head`); that is its right.
        sys.stderr.close()
        return OK
    except Exception as error:  # the last line of defence: told, and saved
        return _unforeseen(error)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="unstuck",
        description="Find out why a Keras model does not learn. Without a command: the chat.",
    )
    parser.add_argument("--version", action="version", version=f"unstuck {__version__}")
    parser.set_defaults(run=_chat, case=None)
    _chat_options(parser)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    _add_demo(commands)
    _add_check(commands)
    _add_explain(commands)
    _add_report(commands)
    _add_resume(commands)
    _add_knowledge(commands)
    return parser


_Commands = "argparse._SubParsersAction[argparse.ArgumentParser]"


def _chat_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--lang", choices=("en", "zh"), help="language; else that of what you write"
    )
    parser.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")
    parser.add_argument("--python", type=Path, metavar="PATH", help="interpreter for the probes")
    parser.add_argument("--trust", action="store_true", help="load foreign classes and lambdas")
    parser.add_argument("--custom", type=Path, metavar="FILE", help="Python file with your layers")


def _add_demo(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    demo = commands.add_parser("demo", help="the chat on a bundled case: seed-0 ... seed-3")
    demo.add_argument("case", nargs="?", default="seed-0", metavar="CASE")
    demo.add_argument("--check", action="store_true", help="without the chat: print the verdict")
    demo.add_argument("--repaired", action="store_true", help="the same case with its fault mended")
    _chat_options(demo)
    demo.set_defaults(run=_demo)


def _add_check(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    check = commands.add_parser("check", help="the same reasoning without the chat")
    check.add_argument(
        "text", nargs="?", metavar="TEXT", help="what you see, in words; - for stdin"
    )
    for name in ("text-file", "log", "script", "model", "data", "out", "diff"):
        check.add_argument(f"--{name}", type=Path, metavar="F")
    check.add_argument("--lang", choices=("en", "zh"))
    check.add_argument("--no-probes", action="store_true", help="reason only, run nothing")
    check.add_argument("--python", type=Path, metavar="PATH", help="interpreter for the probes")
    check.add_argument("--budget", type=float, default=20.0, metavar="SECONDS")
    check.add_argument("--target-column", metavar="NAME", help="the column of a CSV to predict")
    check.add_argument("--custom", type=Path, metavar="FILE", help="Python file with your layers")
    check.add_argument("--trust", action="store_true", help="load foreign classes and lambdas")
    check.add_argument("--format", choices=("text", "json", "markdown"), default="text")
    check.set_defaults(run=_check)


def _add_explain(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    explain = commands.add_parser("explain", help="the long page of one cause")
    explain.add_argument("cause", metavar="CAUSE", help="its code (U004) or its name")
    explain.add_argument("--lang", choices=("en", "zh"), default="en")
    explain.set_defaults(run=_explain)


def _add_report(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    report = commands.add_parser("report", help="a saved case as a forum question")
    report.add_argument("case", nargs="?", default="", metavar="CASE")
    venues = ("so", "github", "discourse", "plain")
    report.add_argument("--for", dest="venue", choices=venues, default="plain")
    report.add_argument("--json", action="store_true", help="the same facts as JSON")
    report.add_argument("--out", type=Path, metavar="F")
    report.add_argument("--lang", choices=("en", "zh"), default="en")
    report.set_defaults(run=_report)


def _add_resume(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    resume = commands.add_parser("resume", help="go on with a saved case, the latest by default")
    resume.add_argument("case", nargs="?", default="", metavar="CASE")
    _chat_options(resume)
    resume.set_defaults(run=_chat)


def _add_knowledge(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    knowledge = commands.add_parser("knowledge", help="look after the rule base")
    actions = knowledge.add_subparsers(title="actions", metavar="ACTION", required=True)
    check = actions.add_parser("check", help="validate the YAML and replay its labelled cases")
    check.add_argument("--folder", type=Path, help="another rule base than the bundled one")
    check.set_defaults(run=_knowledge_check)
    new = actions.add_parser("new", help="write the skeleton of a cause")
    new.add_argument("id", metavar="ID", help="the fault in kebab-case: learning-rate-too-high")
    new.set_defaults(run=_knowledge_new)


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

    return check_rule_base(options.folder)


def _knowledge_new(options: argparse.Namespace) -> int:
    from assistant.rulebase import new_rule

    return new_rule(options.id)


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


if __name__ == "__main__":
    raise SystemExit(main())
