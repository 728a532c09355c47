"""The rooms of the house keep their doors shut: who may import what, and how long a file is."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import assistant
from knowledge.loader import load_messages

ROOT = Path(assistant.__file__).resolve().parent.parent
ROOMS = ("assistant", "knowledge", "probes")


def modules(room: str, *, without: str = "") -> list[str]:
    found = []
    for path in sorted((ROOT / room).rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        if path.name != "__main__.py" and not (without and name.startswith(without)):
            found.append(name)
    return found


def loaded_after(names: list[str], *, blocked: tuple[str, ...] = ()) -> set[str]:
    """Top-level modules in memory after importing `names` in a fresh interpreter."""
    program = f"""
import importlib, sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {blocked!r}:
            raise ImportError(f"{{name}} has no business here")
sys.meta_path.insert(0, Blocked())
for name in {names!r}:
    importlib.import_module(name)
print(*sorted({{m.split(".")[0] for m in sys.modules}}))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return set(done.stdout.split())


def test_the_engine_never_loads_tensorflow_or_textual() -> None:
    names = modules("assistant", without="assistant.chat") + modules("knowledge")
    assert not loaded_after(names) & {"tensorflow", "keras", "textual"}


def test_the_chat_never_loads_tensorflow() -> None:
    assert not loaded_after(modules("assistant")) & {"tensorflow", "keras"}


def test_the_shared_modules_need_only_the_standard_library() -> None:
    names = ("finding", "change", "network", "protocol", "network.contradictions")
    shared = [f"probes.{name}" for name in names]
    assert not loaded_after(shared) & {
        "tensorflow",
        "keras",
        "numpy",
        "yaml",
        "textual",
        "rapidfuzz",
    }


@pytest.mark.slow
def test_the_probes_need_only_numpy_and_keras() -> None:
    loaded_after(
        modules("probes"), blocked=("textual", "yaml", "rapidfuzz", "assistant", "knowledge")
    )


def test_the_first_screen_waits_for_no_engine() -> None:
    assert not loaded_after(["assistant.cli"]) & {"numpy", "yaml", "textual", "rapidfuzz", "h5py"}


def sources() -> list[Path]:
    return [p for room in (*ROOMS, "tests") for p in (ROOT / room).rglob("*.py")]


@pytest.mark.parametrize("path", sources(), ids=lambda p: str(p.relative_to(ROOT)))
def test_a_file_stays_readable(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_only_the_chat_names_textual_and_only_the_probes_tensorflow() -> None:
    for path in sources():
        parts = path.relative_to(ROOT).parts
        imported = {
            (node.module or "") if isinstance(node, ast.ImportFrom) else node.names[0].name
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, (ast.Import, ast.ImportFrom))
        }
        tops = {name.split(".")[0] for name in imported}
        if parts[0] in ("assistant", "knowledge"):
            assert not tops & {"tensorflow", "keras", "tf_keras"}, path
        if parts[0] != "tests" and parts[:2] != ("assistant", "chat"):
            assert "textual" not in tops, path


def test_every_sentence_the_code_asks_for_is_in_the_catalogue() -> None:
    catalogue = load_messages()
    asked = re.compile(r"""\bsay\(\s*["']([a-z0-9-]+)["']""")
    missing = {
        f"{path.relative_to(ROOT)}: {key}"
        for path in sources()
        if path.relative_to(ROOT).parts[0] == "assistant"
        for key in asked.findall(path.read_text(encoding="utf-8"))
        if key not in catalogue
    }
    assert not missing


def test_nothing_speaks_of_one_machine() -> None:
    pattern = re.compile(
        r"(^|[^\w.])/(work|farm|root|home/\w+)/|files\.pythonhosted|registry\.npmjs"
    )
    for path in ROOT.rglob("*"):
        inside = path.relative_to(ROOT).parts
        ours = inside[0] in (*ROOMS, ".ci", "README.md", "pyproject.toml", "CONTRIBUTING.md")
        text = path.suffix in (".py", ".yaml", ".md", ".toml", ".tcss", "")
        if ours and text and path.is_file():
            assert not pattern.search(path.read_text(encoding="utf-8", errors="replace")), path
