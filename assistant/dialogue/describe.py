"""What was recognised, in a chip and a few notes; the words are in ``knowledge/messages``."""

from __future__ import annotations

from pathlib import Path

from knowledge.texts import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from assistant.reading.model_file import ModelReading
    from assistant.reading.script import ScriptReading
    from probes.network import Network

Description = tuple[str, tuple[str, ...]]


def describe_model(reading: ModelReading, path: Path, language: str) -> Description:
    """A chip such as "model net.keras, 12 layers, categorical_crossentropy"."""
    remarks = (*reading.refusals, *reading.notes)
    notes = tuple(say(r.key, language, **{**r.fields, "path": path.name}) for r in remarks)
    network = reading.network
    if network is None or not network.layers:
        return say("chip-model-unread", language, name=path.name), notes
    return say("chip-model", language, name=path.name, **_network_words(network)), notes


def describe_script(reading: ScriptReading, name: str, language: str) -> Description:
    """A chip such as "script train.py, 7 layers, mse", with each repair as a note."""
    notes = tuple(
        say(f"script-repair-{r.kind}", language, line=r.line, text=r.text) for r in reading.repairs
    )
    network = reading.network
    if network is None or not network.layers:
        return say("chip-script-no-model", language, name=name), notes
    return say("chip-script", language, name=name, **_network_words(network)), notes


def describe_words(titles: list[str], language: str) -> str:
    """The symptoms heard, by their titles."""
    return "; ".join(titles) if titles else say("chip-words", language)


def _network_words(network: Network) -> dict[str, object]:
    return {"layers": len(network.layers), "loss": network.loss or "–"}
