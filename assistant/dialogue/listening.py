"""Takes in what the user brings, writes it into the case and says what was recognised."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from pathlib import Path

from assistant.dialogue.materials import Material, read_path, read_text
from assistant.dialogue.questions import symptom_question
from assistant.dialogue.replaying import heard
from assistant.dialogue.situation import Situation
from assistant.events import Event, Question, Said
from assistant.reading.named_path import looks_like_path, named_path
from knowledge.texts import say

Hearing = Generator[Event, None, "Question | None"]


class Listener:
    """Reads materials into a `Situation`."""

    def __init__(self, situation: Situation) -> None:
        self.situation = situation

    def hear(self, text: str) -> Hearing:
        """Something typed or pasted. Returns the question that is open afterwards, if any."""
        path = named_path(text) if looks_like_path(text) else None
        if path is not None:
            return (yield from self.take(path))
        if not text.strip():
            return None
        number = sum(1 for e in self.situation.case.entries if e.kind == "given") + 1
        origin = f"text-{number}"
        self._follow_language(text)
        materials = [
            _named(m, f"{m.kind} {number}") for m in read_text(text, self.situation.language)
        ]
        self._keep(origin, {"kind": "text", "text": text}, materials)
        yield from self._tell_of(materials)
        return (yield from self._open_question(materials))

    def take(self, path: Path, kind: str = "") -> Hearing:
        """A file or folder."""
        materials = self._read_path(path, kind)
        data = {"kind": "path", "path": str(path), "as": kind}
        self._keep(f"path-{path}", data, materials)
        yield from self._tell_of(materials)
        return (yield from self._open_question(materials))

    def forget(self, name: str) -> Iterator[Event]:
        """Take back what is named so."""
        language = self.situation.language
        for entry in list(self.situation.case.given()):
            if name in entry.data.get("names", ()) or name == entry.data.get("path"):
                self.situation.case.add("removed", origin=entry.origin)
                names = set(entry.data.get("names", ()))
                self.situation.materials = [
                    m for m in self.situation.materials if m.name not in names
                ]
                yield Said(say("removed", language, name=name))
                return
        yield Said(say("not-here", language, name=name), "warning")

    def recall(self) -> dict[str, list[Material]]:
        """Read again what a resumed case was given: the materials by the origin of their entry."""
        found: dict[str, list[Material]] = {}
        for entry in self.situation.case.given():
            text, path = entry.data.get("text"), entry.data.get("path")
            if text:
                self._follow_language(str(text))
                read = read_text(str(text), self.situation.language)
                number = entry.origin.rpartition("-")[2]
                found[entry.origin] = [_named(m, f"{m.kind} {number}") for m in read]
            elif path:
                kind = str(entry.data.get("as", ""))
                found[entry.origin] = read_path(Path(str(path)), self.situation.language, kind)
        self.situation.materials += [m for group in found.values() for m in group]
        return found

    def _follow_language(self, text: str) -> None:
        if self.situation.options.language_fixed:
            return
        from assistant.reading.words.normalise import language_of

        if any(character.isalpha() for character in text):
            self.situation.options.language = language_of(text)

    def _read_path(self, path: Path, kind: str) -> list[Material]:
        """What a file holds, told in the language of its words, where it has any."""
        options = self.situation.options
        materials = read_path(path, options.language, kind)
        spoken = next((m.words.language for m in materials if m.words is not None), None)
        if options.language_fixed or spoken in (None, options.language):
            return materials
        options.language = spoken or options.language
        return read_path(path, options.language, kind)

    def _keep(self, origin: str, data: Mapping[str, object], materials: list[Material]) -> None:
        usable = [m for m in materials if not m.refusal or m.findings]
        self.situation.materials += usable
        findings = tuple(f for m in materials for f in m.findings)
        names = [m.name for m in usable]
        self.situation.case.add("given", {**data, "names": names}, origin=origin, findings=findings)

    def _tell_of(self, materials: list[Material]) -> Iterator[Event]:
        for material in materials:
            if material.refusal:
                yield Said(material.refusal, "error")
            elif material.kind != "words" or material.findings:
                yield heard(material)

    def _open_question(self, materials: list[Material]) -> Hearing:
        """Which symptom was meant, when words are all there is and they were not clear."""
        words = [m.words for m in materials if m.words is not None]
        telling = [m for m in materials if m.kind != "words"]
        if not words or telling:
            return None
        reading = words[-1]
        if reading.abstained and not reading.findings:
            yield Said(say("no-symptom", self.situation.language))
            return None
        if reading.findings and not reading.vague:
            return None
        return symptom_question(self.situation, [c.symptom for c in reading.candidates])


def _named(material: Material, name: str) -> Material:
    from dataclasses import replace

    return replace(material, name=name)
