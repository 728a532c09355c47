"""From belief to what is shown: ranking, advice and verdict."""

from __future__ import annotations

from dataclasses import replace

from assistant.dialogue.experiments import basic
from assistant.dialogue.naming import LEAST, SUSPECT, VERDICT, complaint, named_causes
from assistant.dialogue.offers import renewal, ways_of
from assistant.dialogue.outputs import Judged, judged
from assistant.dialogue.situation import Situation
from assistant.dialogue.trials import Search, TrialRecord
from assistant.events import Advice, Offer, Ranking, Reason, Suspect, TrialResult, Verdict
from assistant.reasoning.belief import Belief
from assistant.reasoning.reasons import frequency_key, weights
from assistant.reasoning.steps import next_steps
from knowledge.schema import CauseRule
from knowledge.texts import fill, pick, say

SHOWN = 3
#: A finding that shows with a cause at least this often (`knowledge.schema`) is told along with it.
USUAL = 0.5


def title_of(situation: Situation, cause: str) -> str:
    """The title of a cause, with the output it is said of where several are judged."""
    title = pick(situation.knowledge.causes[cause].title, situation.language)
    if len(situation.outputs) < 2:
        return title
    output = situation.shown_output(situation.focus)
    return say("of-output", situation.language, output=output, title=title)


def ranking(situation: Situation, belief: Belief) -> Ranking:
    """The three leading suspects with three reasons for and one against each; of several outputs,
    first those of the outputs at fault."""
    suspects = tuple(
        suspect
        for one in judged(situation)
        for suspect in _suspects(one.situation, one.belief)
        if one.situation.focus == situation.focus or suspect.cause in one.named
    )[:SHOWN]
    if len(suspects) == 1 and suspects[0].probability < VERDICT and not suspects[0].confirmed:
        # There are no others that it could not be told apart from.
        suspects = (replace(suspects[0], odds=say("odds-possible", situation.language)),)
    # What is proved no answer changes.
    steps = [] if belief.confirmed else next_steps(belief, {}, asking=True)
    change = ""
    if steps and (rule := situation.knowledge.findings.get(steps[0].id)):
        change = pick(rule.title, situation.language)
    return Ranking(suspects, change)


def _suspects(situation: Situation, belief: Belief) -> list[Suspect]:
    """The leading causes that something speaks for: to be frequent makes no suspect."""
    leading = [_suspect(situation, belief, name) for name in belief.ranked(LEAST)]
    return [s for s in leading if s.confirmed or any(r.bits > 0 for r in s.reasons)][:SHOWN]


def _suspect(situation: Situation, belief: Belief, name: str) -> Suspect:
    cause = situation.knowledge.causes[name]
    probability = belief.probability[name]
    key = frequency_key(probability, name in belief.confirmed)
    return Suspect(
        cause=name,
        code=cause.code,
        title=title_of(situation, name),
        probability=probability,
        odds=say(key, situation.language),
        confirmed=name in belief.confirmed,
        reasons=tuple(reasons(situation, belief, name)),
    )


def reasons(situation: Situation, belief: Belief, cause: str) -> list[Reason]:
    """Three findings that speak most for `cause`, and the one that speaks most against it.

    What supports a cause only by weakening others, or weakens it only because another one explains
    the same, is no reason that anyone would give, so it is left out.
    """
    found = weights(belief, cause)
    seen = {f for f, report in belief.evidence.reports.items() if report.present}
    own = situation.knowledge.causes[cause].shows
    chosen = [w for w in found if w.bits > 0.2 and w.finding in seen and w.finding in own][:3]
    against = [w for w in found if w.bits < -0.2 and (w.finding in own) != (w.finding in seen)]
    chosen += against[-1:]
    return [
        Reason(_reason_text(situation, belief, w.finding), round(w.bits, 1), w.finding)
        for w in chosen
    ]


def _reason_text(situation: Situation, belief: Belief, finding: str) -> str:
    report = belief.evidence.reports[finding]
    if report.present:
        return situation.finding_text(report)
    title = pick(situation.knowledge.findings[finding].title, situation.language)
    return say("not-so", situation.language, title=title)


def advice(situation: Situation, belief: Belief, name: str, search: Search | None) -> Advice:
    """The one-screen explanation of a cause."""
    cause, language = situation.knowledge.causes[name], situation.language
    figures = situation.figures()
    probability, confirmed = belief.probability[name], name in belief.confirmed
    record = search.of_output(situation.focus).trials.get(name) if search is not None else None
    offers = _offers(situation, belief, cause)
    untried = record is None and any(offer.changes for offer in offers)
    return Advice(
        cause=name,
        code=cause.code,
        title=title_of(situation, name),
        odds=say(frequency_key(probability, confirmed), language),
        probability=probability,
        confirmed=confirmed,
        see=_see(situation, belief, cause),
        means=fill(pick(cause.means, language), figures),
        offers=offers,
        worked_when=fill(pick(cause.worked_when, language), figures),
        not_sure=fill(pick(cause.not_sure, language), figures),
        trial=trial_result(record, situation) if record else None,
        untried=say("trial-not-yet", language) if untried else "",
    )


def _see(situation: Situation, belief: Belief, cause: CauseRule) -> tuple[str, ...]:
    """The findings behind the advice: the proof first, then what speaks for the cause, then what
    goes with it though another cause explains it as well."""
    reports, shows = belief.evidence.reports, cause.shows
    proofs = [f for group in cause.confirmed_by for f in group if belief.evidence.has(f)]
    strong = [w.finding for w in weights(belief, cause.id) if w.bits > 0.2 and w.finding in shows]
    usual = [
        f for f in sorted(shows, key=lambda f: -shows[f]) if shows[f] >= USUAL and f in reports
    ]
    main = [f for f in dict.fromkeys([*proofs, *strong]) if reports[f].present][:4]
    more = [f for f in usual if reports[f].present and f not in main]
    messages = [f for f in situation.findings() if f.id == "message-names" and f.value == cause.id]
    seen = [*messages[:1], *(reports[f] for f in [*main, *more[: max(0, SHOWN - len(main))]])]
    return tuple(dict.fromkeys(situation.finding_text(f) for f in seen))


def _offers(situation: Situation, belief: Belief, cause: CauseRule) -> tuple[Offer, ...]:
    """The ways to cure a cause; beside those of the first, old names brought up to date."""
    proved = cause.id in belief.evidence.helped
    ways = tuple(offer for _, offer in ways_of(situation, cause, proved))
    first = named_causes(situation, belief)[:1] == [cause.id]
    also = renewal(situation) if first else None
    return (*ways, also) if also is not None else ways


def trial_result(record: TrialRecord, situation: Situation) -> TrialResult:
    """The before and after of a trial, with a sentence."""
    before, after = record.before, record.after
    key = "trial-helped-sentence" if record.helped else "trial-not-helped-sentence"
    if record.helped and record.inference:
        key = "trial-helped-in-inference"
    start, end = record.skill(before), record.skill(after)
    return TrialResult(
        before=tuple(float(v) for v in before.get("losses", ())),
        after=tuple(float(v) for v in after.get("losses", ())),
        steps=int(after.get("steps") or len(after.get("losses", ()))),
        seconds=float(after.get("seconds") or 0.0),
        helped=record.helped,
        skill_before=start,
        skill_after=end,
        sentence=say(
            key,
            situation.language,
            before=_percent(start),
            after=_percent(end),
            steps=int(after.get("steps") or 0),
        ),
    )


def _percent(skill: float | None) -> str:
    return f"{100 * max(0.0, skill):.0f} %" if skill is not None else "–"


def verdict(situation: Situation, belief: Belief) -> Verdict:
    """cause, healthy or unsure, in a sentence; of several outputs the faults of all, and healthy
    only where each of them is."""
    rules, language = situation.knowledge.causes, situation.language
    found = judged(situation)
    faults = [(one, c) for one in found for c in one.named if rules[c].kind == "fault"]
    if faults:
        titles = "; ".join(f"{rules[c].code} {title_of(one.situation, c)}" for one, c in faults)
        one, cause = faults[0]
        certainty = _certainty(one.situation, one.belief, cause)
        return Verdict("cause", say(certainty, language, causes=titles))
    if len(found) > 1 or situation.unlabelled:
        return _verdict_on_outputs(found)
    return _verdict_without_fault(situation, belief, list(found[0].named))


def _verdict_on_outputs(found: list[Judged]) -> Verdict:
    """Of several outputs without a fault: the first that is not healthy, else that all are."""
    situation = found[0].situation
    language = situation.language
    for one in found:
        said = _verdict_without_fault(one.situation, one.belief, list(one.named))
        if said.kind != "healthy":
            focus = situation.shown_output(one.situation.focus)
            return Verdict(said.kind, say("of-output", language, output=focus, title=said.text))
    names = ", ".join(map(situation.shown_output, situation.outputs))
    if lacking := ", ".join(map(situation.shown_output, situation.unlabelled)):
        text = say("verdict-outputs-unlabelled", language, outputs=names, lacking=lacking)
        return Verdict("unsure", text)
    return Verdict("healthy", say("verdict-outputs-healthy", language, outputs=names))


def _verdict_without_fault(situation: Situation, belief: Belief, named: list[str]) -> Verdict:
    rules, language = situation.knowledge.causes, situation.language
    if (hindered := _hindered(situation)) is not None:
        return Verdict("unsure", say("verdict-not-judged", language, reason=hindered))
    if named:
        title = pick(rules[named[0]].title, language)
        return Verdict("healthy", say("verdict-normal", language, title=title))
    if _all_looks_clean(situation, belief):
        told = complaint(situation, belief)
        if told is None:
            return Verdict("healthy", say("verdict-healthy", language))
        title = pick(situation.knowledge.findings[told].title, language)
        return Verdict("unsure", say("verdict-not-here", language, complaint=title))
    clean = complaint(situation, belief) is None and _no_suspect(belief)
    return Verdict("unsure", say("verdict-no-fault" if clean else "verdict-unsure", language))


def _hindered(situation: Situation) -> str | None:
    """Why an experiment failed that "nothing is wrong" would rest on; None where none did."""
    needed = set(basic(situation))
    failed = (e.data for e in situation.failures() if e.data.get("probe") in needed)
    return next((str(data["error"]) for data in failed if data.get("error")), None)


def _no_suspect(belief: Belief) -> bool:
    """Whether nothing seen calls for a cause, known or unknown."""
    return not belief.ranked(SUSPECT) and belief.other < belief.nothing


def _certainty(situation: Situation, belief: Belief, cause: str) -> str:
    """Key of the sentence that says how sure the verdict is."""
    if cause in belief.confirmed:
        return "verdict-confirmed"
    likely = belief.of_fix(situation.knowledge.causes[cause].fix) >= VERDICT
    return "verdict-likely" if likely else "verdict-first-suspect"


def _all_looks_clean(situation: Situation, belief: Belief) -> bool:
    done = {e.data["probe"] for e in situation.case.entries if e.kind == "probe" and e.data["ok"]}
    findings = situation.knowledge.findings
    bad = any(
        report.present and findings[name].kind == "evidence" and report.source in ("probe", "model")
        for name, report in belief.evidence.reports.items()
        if findings[name].leak < 0.1
    )
    # Of a script alone nothing can be said to be right.
    looked = bool(situation.model_path and situation.data_path) and set(basic(situation)) <= done
    return looked and not bad
