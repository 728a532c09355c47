"""Completion as the shell sees it."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from assistant.completion import completion


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_it_names_commands_and_options(shell: str) -> None:
    script = completion(shell)
    for word in ("check", "demo", "report", "--script", "--budget"):
        assert word.lstrip("-") in script


def test_bash_completes_a_command() -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash on this machine")
    asked = completion("bash") + (
        "\nCOMP_WORDS=(unstuck exp); COMP_CWORD=1; COMP_LINE='unstuck exp'; COMP_POINT=11\n"
        "_shtab_unstuck unstuck exp unstuck; printf '%s\\n' \"${COMPREPLY[@]}\"\n"
    )
    done = subprocess.run([bash, "-c", asked], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["explain"], done.stderr
