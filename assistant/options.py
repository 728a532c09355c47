"""The options of every command."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from assistant import __version__

#: options of a model and its data, by the names they have in `assistant.dialogue.Options`
CASE_OPTIONS = ("python", "trust", "custom", "validation", "labels", "target_column", "output",
                "loss", "batch_size")  # fmt: skip


def parser() -> argparse.ArgumentParser:
    """The parser of all commands; `command` says which one was given."""
    top = argparse.ArgumentParser(
        prog="unstuck",
        description="Find out why a Keras model does not learn. Without a command: the chat.",
    )
    top.add_argument("--version", action="version", version=f"unstuck {__version__}")
    top.set_defaults(command="chat", case=None)
    _chat_options(top)
    commands = top.add_subparsers(title="commands", metavar="COMMAND")
    _add_demo(commands)
    _add_check(commands)
    _add_explain(commands)
    _add_report(commands)
    _add_resume(commands)
    _add_knowledge(commands)
    _add_completion(commands)
    return top


def _chat_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--lang", choices=("en", "zh"), help="language; else that of what you write"
    )
    parser.add_argument("--plain", action="store_true", help="lines instead of a screen")
    parser.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")
    _case_options(parser)


def _case_options(parser: argparse.ArgumentParser) -> None:
    """What belongs to a model and its data, in the chat and without it."""
    file: dict[str, Any] = {"type": Path, "metavar": "FILE"}
    add = parser.add_argument
    add("--python", type=Path, metavar="PATH", help="interpreter for the probes")
    add("--trust", action="store_true", help="allow your own code: --custom, Lambda, load_data()")
    add("--custom", help="Python file with your layers and losses; run with --trust", **file)
    add("--validation", help="validation data that lie apart", **file)
    add("--labels", help="the labels of an x.npy that lies alone", **file)
    add("--target-column", metavar="NAME", help="the column of a table to predict")
    add("--output", metavar="NAME", help="which output to look at, of a model with several")
    add("--loss", metavar="NAME", help="the loss of a model that was saved uncompiled")
    add("--batch-size", type=int, metavar="N", help="rows a batch, where no script says it")


def _add_demo(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    demo = commands.add_parser("demo", help="the chat on a bundled case: seed-0 ... seed-3")
    demo.add_argument("case", nargs="?", default="seed-0", metavar="CASE")
    demo.add_argument("--check", action="store_true", help="without the chat: print the verdict")
    demo.add_argument("--repaired", action="store_true", help="the same case with its fault mended")
    _chat_options(demo)
    demo.set_defaults(command="demo")


def _add_check(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    check = commands.add_parser("check", help="the same reasoning without the chat")
    check.add_argument(
        "text",
        nargs="*",
        metavar="TEXT",
        help="what you see, in words, and files: script, log, model, data; - for stdin",
    )
    for name in ("text-file", "log", "script", "model", "data", "out", "diff"):
        check.add_argument(f"--{name}", type=Path, metavar="F")
    check.add_argument("--report", type=Path, metavar="F", help="a report saved as JSON")
    check.add_argument("--lang", choices=("en", "zh"))
    check.add_argument("--no-probes", action="store_true", help="reason only, run nothing")
    check.add_argument("--budget", type=float, default=20.0, metavar="SECONDS")
    _case_options(check)
    check.add_argument("--format", choices=("text", "json", "markdown"), default="text")
    check.set_defaults(command="check")


def _add_explain(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    explain = commands.add_parser("explain", help="the long page of one cause")
    explain.add_argument("cause", metavar="CAUSE", help="its code (U004) or its name")
    explain.add_argument("--lang", choices=("en", "zh"), default="en")
    explain.set_defaults(command="explain")


def _add_report(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    report = commands.add_parser("report", help="a saved case as a forum question")
    report.add_argument("case", nargs="?", default="", metavar="CASE")
    venues = ("so", "github", "discourse", "plain", "html")
    report.add_argument("--for", dest="venue", choices=venues, default="plain")
    report.add_argument("--json", action="store_true", help="the same facts as JSON")
    report.add_argument("--code", action="store_true", help="with the change of your script in it")
    report.add_argument("--no-script", action="store_true", help="without the script to run")
    report.add_argument("--python", type=Path, metavar="PATH", help="interpreter for that script")
    report.add_argument("--out", type=Path, metavar="F")
    report.add_argument("--lang", choices=("en", "zh"), default="en")
    report.set_defaults(command="report")


def _add_resume(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    resume = commands.add_parser("resume", help="go on with a saved case, the latest by default")
    resume.add_argument("case", nargs="?", default="", metavar="CASE")
    _chat_options(resume)
    resume.set_defaults(command="chat")


def _add_knowledge(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    knowledge = commands.add_parser("knowledge", help="look after the rule base")
    actions = knowledge.add_subparsers(title="actions", metavar="ACTION", required=True)
    check = actions.add_parser("check", help="validate the YAML and replay its labelled cases")
    check.add_argument("--folder", type=Path, help="another rule base than the bundled one")
    check.add_argument("--record", action="store_true", help="keep the figures that got better")
    check.set_defaults(command="knowledge-check")
    new = actions.add_parser("new", help="write the skeleton of a cause")
    new.add_argument("id", metavar="ID", help="the fault in kebab-case: learning-rate-too-high")
    new.set_defaults(command="knowledge-new")


def _add_completion(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    completion = commands.add_parser("completion", help="print the completion for a shell")
    completion.add_argument("shell", choices=("bash", "zsh", "tcsh"), metavar="SHELL")
    completion.set_defaults(command="completion")


def case_options(options: argparse.Namespace) -> dict[str, Any]:
    """Those given of a model and its data, by name."""
    return {name: getattr(options, name) for name in CASE_OPTIONS}
