"""Prints the tables behind every figure we state.

``python -m tests.benchmarks [NAME ...]``, or one NAME with options of its own (``zoo --seed 32``).
"""

from __future__ import annotations

import importlib
import sys

#: name -> what its table says. Absolute times are of this machine, now; quote the ratios.
TABLES = {
    "words": "complaints understood, by language and kind, seen and held-out part",
    "speed": "check on text, log and script; first figures against a bare interpreter",
    "chat": "first paint of the chat against a minimal Textual app",
    "report": "the report of a long case: characters and seconds",
    "verdicts": "the four cases, their repaired twins and the large models: verdict and seconds",
    "zoo": "healthy, faulty and repaired networks of a seed: verdicts, seconds, memory",
    "share": "how much of a verdict's time is TensorFlow's own work",
    "datasize": "500 MB of data against 5 MB",
    "probes": "each finding over healthy and faulty models of a seed",
    "process": "200 kills, cancels, hangs and memory bombs",
    "loading": "loading the rule base and reading one line, against importing numpy",
    "questions": "simulated users: questions to the right cause, against the best fixed list",
    "reading": "a script of 1,000 lines, a notebook of 10 MB, noise: milliseconds and ratios",
    "likelihoods": "how often each finding shows with each cause, in zoo and corpus",
    "scripts": "faulty and healthy scripts: cause first, cured by the diff, left alone",
}


def main(arguments: list[str]) -> int:
    """Run the tables asked for, all by default; 2 for a name that is none."""
    place = next((i for i, a in enumerate(arguments) if a.startswith("-")), len(arguments))
    names, options = arguments[:place], arguments[place:]
    if options and len(names) == 1 and names[0] in TABLES:
        importlib.import_module(f"tests.benchmarks.{names[0]}").main(options)
        return 0
    unknown = [n for n in names if n not in TABLES]
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; there are:", file=sys.stderr)
        for name, text in TABLES.items():
            print(f"  {name:<10} {text}", file=sys.stderr)
        return 2
    for name in names or TABLES:
        print(f"\n== {name}: {TABLES[name]}", flush=True)
        importlib.import_module(f"tests.benchmarks.{name}").main()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
