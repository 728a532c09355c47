"""A file picker for models, data and scripts."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import DirectoryTree, Static

from assistant.chat.recent import ENDINGS
from assistant.chat.text import join
from knowledge.texts import say


class FilteredTree(DirectoryTree):
    """Folders, and the files that end as wanted; nothing hidden."""

    def __init__(self, root: Path, endings: tuple[str, ...]) -> None:
        super().__init__(root)
        self._endings = endings

    def filter_paths(self, paths: Iterable[Path]) -> Iterable[Path]:
        return [path for path in paths if not path.name.startswith(".") and self._wanted(path)]

    def _wanted(self, path: Path) -> bool:
        try:
            return path.is_dir() or path.name.lower().endswith(self._endings)
        except OSError:
            return False


class FilePicker(ModalScreen["Path | None"]):
    """Enter takes a file, ``d`` the marked folder, Backspace goes one folder up."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "Close", id="picker.close", show=False),
        Binding("backspace", "up", "Up", id="picker.up", show=False),
        Binding("d", "take_folder", "Take folder", id="picker.folder", show=False),
    ]

    def __init__(self, kind: str, language: str, root: Path) -> None:
        super().__init__(classes="page")
        self.kind = kind
        self.language = language
        self._root = root

    def compose(self) -> ComposeResult:
        with Vertical(classes="page-box"):
            title = say(f"chat-pick-{self.kind}", self.language)
            yield Static(join((title, "bold $u-mark")), markup=False, classes="page-title")
            yield FilteredTree(self._root, ENDINGS[self.kind])
            keys = say("chat-keys-picker", self.language)
            yield Static(join((keys, "$u-quiet")), markup=False, classes="page-keys")

    def on_mount(self) -> None:
        self.query_one(FilteredTree).focus()

    def on_directory_tree_file_selected(self, event: DirectoryTree.FileSelected) -> None:
        self.dismiss(event.path)

    def action_leave(self) -> None:
        self.dismiss(None)

    def action_up(self) -> None:
        tree = self.query_one(FilteredTree)
        tree.path = Path(tree.path).resolve().parent

    def action_take_folder(self) -> None:
        node = self.query_one(FilteredTree).cursor_node
        if node is not None and node.data is not None and node.data.path.is_dir():
            self.dismiss(node.data.path)
