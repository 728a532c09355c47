"""How long reading takes: a script of 1,000 lines, a notebook of 10 MB, noise of 3 MB."""

from __future__ import annotations

import ast
import json
import random
import time
from collections.abc import Callable

from assistant.reading.script import read_script
from tests.script.examples import examples

_LINES = 1000
_HELPER = '''

def figure_{n}(history, folder="plots", size=(8, 4)):
    """Curves of run {n}."""
    names = [name for name in history.history if not name.startswith("val_")]
    for place, name in enumerate(names):
        plt.subplot(1, len(names), place + 1)
        plt.plot(history.history[name], label="train")
        if "val_" + name in history.history:
            plt.plot(history.history["val_" + name], label="validation")
        plt.title("%s of run %d" % (name, {n}))
        plt.legend(loc="upper right")
    plt.savefig(os.path.join(folder, "run_{n}.png"))
    return names
'''


def long_script() -> str:
    """Six scripts one after the other, with plotting and the like between: 1,000 lines."""
    scripts = [example.text for example in examples() if len(example.text) > 800]
    text = "\n".join(scripts[:: max(1, len(scripts) // 6)][:6])
    number = 0
    while text.count("\n") < _LINES:
        number += 1
        text += _HELPER.format(n=number)
    return text


def long_notebook() -> str:
    """A script cell by cell between pictures, 10 MB in all."""
    cells = [
        {"cell_type": "code", "metadata": {}, "source": part.splitlines(keepends=True),
         "outputs": [{"data": {"image/png": "iVBOR" * 200_000}}]}
        for part in long_script().split("\n\n\n")[:10]
    ]  # fmt: skip
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def _best(work: Callable[[], object], rounds: int = 7) -> float:
    """Milliseconds of processor time of the quickest of some rounds."""
    found = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return 1000 * min(found)


def main() -> None:
    """Print milliseconds, and the ratio to Python's own parser where it can read the text."""
    script, notebook = long_script(), long_notebook()
    noise = "".join(random.Random(1).choices("abc(){}[]'\"\n\t =#é中", k=3_000_000))
    read, parsed = _best(lambda: read_script(script)), _best(lambda: ast.parse(script))
    lines = script.count("\n")
    print(f"script of {lines} lines   {read:7.0f} ms   {read / parsed:.1f} x ast.parse")
    size = len(notebook) / 1e6
    took = _best(lambda: read_script(notebook, filename="a.ipynb"), 3)
    print(f"notebook of {size:.0f} MB      {took:7.0f} ms   "
          f"{took / _best(lambda: json.loads(notebook), 3):.1f} x json.loads")  # fmt: skip
    print(f"noise of 3 MB          {_best(lambda: read_script(noise), 1):7.0f} ms")


if __name__ == "__main__":
    main()
