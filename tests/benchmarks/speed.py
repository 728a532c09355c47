"""How long `check` takes on text, log and script, interpreter included."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from knowledge.files import HERE, read_yaml
from tests.benchmarks.timing import interleaved


def main() -> None:
    """Print median seconds and the ratio to a bare interpreter that imports numpy."""
    cases = {c["id"]: c["text"] for c in read_yaml(HERE / "cases" / "seed-0.yaml")}
    with tempfile.TemporaryDirectory() as folder:
        log, script = Path(folder, "log.txt"), Path(folder, "train.py")
        log.write_text(cases["seed-0-log"], encoding="utf-8")
        script.write_text(cases["seed-0-script"], encoding="utf-8")
        check = [sys.executable, "-m", "assistant", "check"]
        commands = {
            "python, numpy": [sys.executable, "-c", "import numpy"],
            "a sentence": [*check, "my accuracy never changes"],
            "in Chinese": [*check, "准确率一直不变"],
            "with a typo": [*check, "my accuarcy nevr changes"],
            "a log": [*check, "--log", str(log)],
            "a script": [*check, "--script", str(script)],
        }
        times = interleaved(commands)
    base = times["python, numpy"]
    for name, value in times.items():
        print(f"{name:<16} {value:6.2f} s   {value / base:5.1f} x")


if __name__ == "__main__":
    main()
