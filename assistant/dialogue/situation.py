"""The working memory of one case: what was brought, parsed, and what is believed of it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from assistant.case import Case, Entry
from assistant.dialogue.cures import ADAM_RATE, FITTING, OWN_RATE
from assistant.dialogue.materials import Material, joint_findings, log_findings
from assistant.dialogue.reach import out_of_reach
from assistant.reasoning.belief import Belief, believe
from assistant.reasoning.evidence import weigh
from assistant.reasoning.hypotheses import Hypotheses
from knowledge.loader import Knowledge, load_knowledge
from knowledge.texts import DEFAULT, complete, fill, pick, say
from probes.change import Change
from probes.finding import Finding, Scalar
from probes.network import Network
from probes.protocol import Subject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from assistant.reading.script import ScriptReading


@dataclass
class Options:
    """What the user allowed and chose."""

    language: str = DEFAULT
    language_fixed: bool = False
    probes: bool = True
    python: Path | None = None
    custom: Path | None = None
    trust: bool = False
    target_column: str | None = None
    validation: Path | None = None
    labels: Path | None = None  # a .npy file, for an x that lies alone
    output: str | None = None  # name or place of the output to look at
    loss: str | None = None  # for a model that was saved uncompiled
    batch_size: int | None = None  # rows a batch in training
    budget: float = 20.0  # seconds for all experiments of one investigation


@dataclass
class Situation:
    """A case together with its parsed materials; belief is computed from the case on demand."""

    case: Case
    options: Options = field(default_factory=Options)
    materials: list[Material] = field(default_factory=list)
    #: the logs judged last, by the number of classes, the loss, and which logs they were
    _judged: tuple[tuple[Scalar, ...], list[Finding]] = field(default=((), []), repr=False)

    @property
    def language(self) -> str:
        return self.options.language

    @cached_property
    def knowledge(self) -> Knowledge:
        return load_knowledge()

    @cached_property
    def hypotheses(self) -> Hypotheses:
        return Hypotheses(self.knowledge)

    def findings(self) -> list[Finding]:
        """All findings of the case, and what its materials say together, though none says it alone:
        the log and the number of classes, script or model and the labels, or the log."""
        own = self.case.findings()
        own += self._logs_with_classes(weigh(own, self.knowledge).context)
        network = self.network
        if network is None:
            return own
        own += _absences(network, own)
        context = weigh(own, self.knowledge).context
        known = {f.id for f in own if f.source in ("probe", "model")}
        source = "model" if self.model_path else "script"
        joint = joint_findings(network, context, source)  # type: ignore[arg-type]
        beyond = out_of_reach(network, [run for m in self.materials for run in m.runs])
        joint = (*joint, beyond) if beyond is not None else joint
        # A probe has seen the labels themselves; what words and script suggest yields to it.
        return [*own, *(f for f in joint if f.id not in known)]

    def _logs_with_classes(self, context: Mapping[str, Scalar]) -> list[Finding]:
        """What the logs show, the number of classes known; without it nothing new."""
        classes, loss = context.get("class-count"), context.get("loss-name")
        if not isinstance(classes, (int, float)) or classes < 2:
            return []
        logs = [m for m in self.materials if m.runs]
        key = (int(classes), loss, *(id(log) for log in logs))
        if self._judged[0] != key:
            found = [f for log in logs for f in log_findings(log, int(classes), loss)]
            self._judged = key, found
        return list(self._judged[1])

    def belief(self, findings: Sequence[Finding] | None = None) -> Belief:
        return believe(self.findings() if findings is None else findings, self.hypotheses)

    def context(self) -> dict[str, Scalar]:
        """What is known of the case that is no fault, by id."""
        evidence = weigh(self.findings(), self.knowledge)
        return evidence.context | _measured(evidence.reports)

    @property
    def script(self) -> ScriptReading | None:
        """The script that edits are made for."""
        return self._script_material.script if self._script_material is not None else None

    @property
    def script_path(self) -> Path | None:
        """The file of `script`; None when it was pasted."""
        return self._script_material.path if self._script_material is not None else None

    @property
    def _script_material(self) -> Material | None:
        """The script read last that builds a model, else the last file, else the last of all.

        A line or two of code in what is pasted later takes no script's place.
        """
        scripts = [m for m in reversed(self.materials) if m.script is not None]
        building = (m for m in scripts if m.network is not None and m.network.layers)
        files = (m for m in scripts if m.path is not None)
        return next(itertools.chain(building, files, scripts), None)

    @property
    def network(self) -> Network | None:
        """The network of the model file, else of the script; compile facts from either."""
        model = next((m.network for m in reversed(self.materials) if m.kind == "model"), None)
        script = self.script.network if self.script is not None else None
        if model is None or script is None:
            return model or script
        if not model.layers:  # weights alone: the script tells which layers they belong to
            return script
        if model.loss is None:
            return model.with_(
                loss=script.loss,
                from_logits=script.from_logits,
                optimizer=script.optimizer,
                learning_rate=script.learning_rate,
                metrics=script.metrics or None,
            )
        return model

    @property
    def model_path(self) -> Path | None:
        return self._path("model")

    @property
    def data_path(self) -> Path | None:
        return self._path("data")

    def _path(self, kind: str) -> Path | None:
        usable = (m for m in reversed(self.materials) if m.kind == kind and not m.refusal)
        return next((m.path for m in usable if m.path is not None), None)

    def subject(self, changes: Sequence[Change] = ()) -> Subject:
        """What the probes look at, with what only the script, an option or an answer tells."""
        from assistant.dialogue.subjects import subject_of

        return subject_of(self, changes)

    def probes_done(self) -> set[str]:
        """Probes of this case that ended, with a result or without.

        What failed is open again once something more was brought or answered.
        """
        news, entries = self._last_news(), enumerate(self.case.entries)
        done = (e for i, e in entries if e.kind == "probe" and (i > news or not _has_failed(e)))
        return {str(e.data.get("probe")) for e in done}

    def failures(self) -> list[Entry]:
        """Experiments that failed since something was last brought or answered."""
        later = self.case.entries[self._last_news() + 1 :]
        return [e for e in later if e.kind == "probe" and _has_failed(e)]

    def _last_news(self) -> int:
        """Place of the last entry that is the user's; -1 for none."""
        places = (i for i, e in enumerate(self.case.entries) if e.kind in ("given", "answer"))
        return max(places, default=-1)

    def figures(self) -> dict[str, Any]:
        """What the rule base's sentences are filled with."""
        context = self.context()
        fields: dict[str, Any] = {k.replace("-", "_"): v for k, v in context.items()}
        network = self.network
        classes = context.get("class-count") or _classes_of(network)
        if isinstance(classes, (int, float)) and classes >= 2:
            fields |= {"classes": int(classes), "ln_classes": f"{math.log(classes):.3f}"}
        else:
            fields |= {"classes": "N", "ln_classes": say("ln-of-classes", self.language)}
        if network is not None and network.learning_rate is not None:
            fields["learning_rate"] = f"{network.learning_rate:g}"
        return fields

    def finding_text(self, finding: Finding) -> str:
        """The finding as a fragment of the "I see" line, with its values filled in."""
        rule = self.knowledge.findings.get(finding.id)
        if rule is None:
            return finding.id
        fields = {**self.figures(), **finding.details, "value": finding.value, "line": finding.line}
        template = pick(rule.say, self.language)
        # A sentence with a gap says less than the plain title.
        return (
            fill(template, fields)
            if complete(template, fields)
            else pick(rule.title, self.language)
        )


def _measured(reports: Mapping[str, Finding]) -> dict[str, Scalar]:
    """What the probes measured that a cure needs: the preprocessing that fits, rates that work."""
    found: dict[str, Scalar] = {}
    if (mismatch := reports.get("frozen-batchnorm-mismatch")) and mismatch.details.get("fits"):
        found[FITTING] = str(mismatch.details["fits"])
    for name in ("higher-rate-learns", "lower-rate-learns"):
        if (rate := reports.get(name)) and rate.present and rate.source == "probe":
            found[OWN_RATE] = rate.value
    other = reports.get("tiny-batch-learnt-with-other-optimizer")
    if other is not None and other.present and other.details.get("optimizer") == "Adam":
        found[ADAM_RATE] = other.details.get("rate")
    return found


def _has_failed(probe: Entry) -> bool:
    return not probe.data.get("ok") and not probe.data.get("cancelled")


def _classes_of(network: Network | None) -> int | None:
    """The classes that a softmax over several units was built for."""
    if network is None or "categorical_crossentropy" not in (network.loss or ""):
        return None
    return network.output_units


def _absences(network: Network, own: Sequence[Finding]) -> list[Finding]:
    """What a whole network shows by what it lacks: no pretrained base, no code of the user's own.

    A script may import such things from elsewhere, so only a model file says so.
    """
    if network.file_format is None or not network.layers:
        return []
    said = {f.id for f in own}
    absent = {
        "pretrained-base": network.pretrained_base or False,
        "custom-code": bool(network.custom or network.lambdas),
    }
    if not absent["custom-code"]:  # a layer of the user's own may hold one
        kinds = {layer.kind for layer in network.layers}
        absent["batch-normalisation"] = "BatchNormalization" in kinds
    return [Finding(i, value=v, source="model") for i, v in absent.items() if i not in said]
