"""The working memory of one case: what was brought, parsed, and what is believed of it."""

from __future__ import annotations

import copy
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
from assistant.dialogue.told import told_findings
from assistant.reasoning.belief import Belief, believe
from assistant.reasoning.evidence import weigh
from assistant.reasoning.hypotheses import Hypotheses
from knowledge.loader import Knowledge, load_knowledge
from knowledge.texts import DEFAULT, complete, fill, pick, say
from probes.change import Change
from probes.finding import Finding, Scalar
from probes.network import Network
from probes.protocol import Subject
from probes.saved.keras_outputs import named_output

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


#: The experiment that trains all outputs of a model together.
ALL_OUTPUTS = "several-outputs"


@dataclass
class Situation:
    """A case together with its parsed materials; belief is computed from the case on demand.

    Of a model with several outputs it tells of one at a time: ``output``, or else the first.
    """

    case: Case
    options: Options = field(default_factory=Options)
    materials: list[Material] = field(default_factory=list)
    #: the logs judged last, by the number of classes, the loss, and which logs they were
    _judged: tuple[tuple[Scalar, ...], list[Finding]] = field(default=((), []), repr=False)
    output: str = ""

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
        own = [f for f in self.case.findings() if f.output in ("", self.focus)]
        own += self._logs_with_classes(weigh(own, self.knowledge).context)
        network = self.network
        if network is None:
            told = told_findings(self.materials, weigh(own, self.knowledge).context)
            return [*own, *told]
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
        found = evidence.context | _measured(evidence.reports)
        return found | self._output_context()

    def _output_context(self) -> dict[str, Scalar]:
        """Name and place of the output in view, for a model with several."""
        networks = self._networks
        names = [name for name, *_ in networks[0].losses] if networks else []
        if self.focus not in names:
            return {}
        return {"output": self.focus, "output-place": names.index(self.focus)}

    # Several outputs ----------------------------------------------------------------------------

    @property
    def outputs(self) -> tuple[str, ...]:
        """Of a model with several outputs those that are judged: each that is trained and has
        labels, or the one asked for; empty for any other model."""
        networks = self._networks
        if not networks:
            return ()
        every = tuple(name for name, *_ in networks[0].losses)
        asked = named_output(every, self.options.output)
        if asked is not None:
            return (every[asked],)
        names = tuple(network.output_name or "" for network in networks)
        lacking = self.unlabelled
        return tuple(name for name in names if name not in lacking) or names

    @property
    def focus(self) -> str:
        """The output that findings and belief are about; empty for a model with one."""
        outputs = self.outputs
        return self.output if self.output in outputs else next(iter(outputs), "")

    def shown_output(self, name: str) -> str:
        """How an output is called to whoever reads on."""
        return name

    def of_output(self, name: str) -> Situation:
        """The same case, seen from another output."""
        view = copy.copy(self)
        view.output = name
        return view

    @property
    def unlabelled(self) -> tuple[str, ...]:
        """Outputs that are trained, but for which the data hold no labels."""
        return tuple(str(name) for name in self._together().get("unlabelled") or ())

    @property
    def among_others(self) -> Mapping[str, Any] | None:
        """How the output fared while all were trained together; None before that was tried."""
        rows = self._together().get("outputs") or ()
        return next((row for row in rows if row.get("name") == self.focus), None)

    @property
    def learns_among_others(self) -> bool:
        return bool((self.among_others or {}).get("learns"))

    def _together(self) -> Mapping[str, Any]:
        done = (e for e in self.case.entries if e.kind == "probe" and e.data.get("ok"))
        results = [e.data.get("result") for e in done if e.data.get("probe") == ALL_OUTPUTS]
        return (results[-1] if results else None) or {}

    @property
    def _networks(self) -> tuple[Network, ...]:
        models = [m for m in self.materials if m.kind == "model"]
        return models[-1].networks if models else ()

    # The materials ------------------------------------------------------------------------------

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
        models = (m.network for m in reversed(self.materials) if m.kind == "model")
        model = next((n for n in self._networks if n.output_name == self.focus), None)
        model = model or next(models, None)
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
        own = ((i, e) for i, e in entries if e.kind == "probe" and self._concerns(e))
        done = (e for i, e in own if i > news or not _has_failed(e))
        return {str(e.data.get("probe")) for e in done}

    def failures(self) -> list[Entry]:
        """Experiments that failed since something was last brought or answered."""
        later = self.case.entries[self._last_news() + 1 :]
        return [e for e in later if e.kind == "probe" and _has_failed(e) and self._concerns(e)]

    def _concerns(self, probe: Entry) -> bool:
        """Whether an experiment was made on the output in view, or on all."""
        return str(probe.data.get("output") or "") in ("", self.focus)

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
