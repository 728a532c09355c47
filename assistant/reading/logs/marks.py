"""The marks around the figures of a log: epoch headings, bars, times, answer headings.

Read off the output of Keras 0.3 to 3.15, Lightning/tqdm, hand-written PyTorch loops and machine-
translated pages (``第1/5集``, ``史诗 2/5`` and ``时代10/50`` all stand for "Epoch").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_OF = r"\s{0,3}(?:[\])]\s?)?(?:(?:/|\bof\b|out of)\s{0,3}(\d{1,6}))?"
_HEADING = (
    rf"(?<![A-Za-z_])(?:epoch|iteration)(?![a-z])\s{{0,3}}(?:#|no\.?|:|=|\[|-|\()?\s{{0,3}}(\d{{1,6}}){_OF}"
    r"|第\s?(\d{1,6})\s?/\s?(\d{1,6})\s?(?:集|轮|輪|期|代|个|次|epoch)?"
    r"|第\s?(\d{1,6})\s?(?:个|個)?\s?(?:轮|輪|epoch|周期|时期|时代|纪元|集)"
    r"|^\s?\[(\d{1,6}),\s{0,5}\d{1,9}\](?=\s{0,2}loss)"
    r"|(?:大纪元|新纪元|纪元|紀元|时代|時代|史诗|史詩|时期|轮次|轮|輪|周期|迭代|世代)\s?[:]?\s?(\d{1,6})\s?/\s?(\d{1,6})"
)
_BAR = (
    r"(?<![\d.])(\d{1,9})\s?/\s?(\d{1,9}|Unknown|\?)\s{0,3}"
    r"(?=\[[=>.\s#]|\[\d|[━╸╺─█]|-\s?\d|\s-|•|-\s)"
    r"|\b(?:step|batch|iter)\w{0,6}\s{0,2}[:\[#]?\s{0,3}\[?(\d{1,9})\s?/\s?(\d{1,9})"
    r"|\[\s{0,8}(\d{1,9})\s?/\s?(\d{1,9})(?=\s?[\](])"
)


@dataclass(frozen=True)
class Heading:
    """An epoch heading: its number, the number of epochs announced, and where it stands."""

    number: int
    total: int | None
    start: int
    end: int


@dataclass(frozen=True)
class Bar:
    """A progress bar: batches (Keras 1 and 2: samples) done, and of how many if that is known."""

    step: int
    steps: int | None
    start: int


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    return {
        "heading": re.compile(_HEADING, re.I),
        "bar": re.compile(_BAR, re.I),
        "time": re.compile(
            r"\d\s?(?:ms|us|µs|s|min)(?![A-Za-z])|it/s|s/it|/step|\bETA\b|\[\d\d:\d\d", re.I
        ),
        "callback": re.compile(
            r"epoch\s+\d+\s*:\s*(?:\S+ (?:improved|did not improve|was not in top|reached)"
            r"|early stopping|saving model|reduc|learningrate|reducelr|terminating|restoring)",
            re.I,
        ),
        "noise": re.compile(
            r"^[\W\d_]*$|callbacks\.History object|<.{0,60}History at 0x"
            r"|^\d{4}-\d\d-\d\d[ T]\d\d:\d\d|^[IWEF]\d{4} |\bwarning\b|warnings\.warn|saving model"
            r"|restoring model weights|^\s*Train on \d+|belonging to \d+ class|early stopping"
            r"|^Using \w+ backend|^Layer \(type\)|params:|^Instructions for updating"
            r"|^\s{0,8}(?:%\|)|^\s*-{3,}|global step \d+|^\(\d+, ",
            re.I,
        ),
        "answer": re.compile(
            r"^\s*(?:\d+\s?(?:个)?\s?(?:答案|回答|个解答|answers?)\s?[:]?"
            r"|(?:答案|回答|解答|answer)\s?\d*\s?[:#]?.{0,24}"
            r"|(?:最佳|推荐|相关)?(?:解决方案|解决方法|解答)"
            r"|(?:accepted )?(?:answer|solution))\s*$",
            re.I,
        ),
        "words": re.compile(r"[A-Za-z]{2,}"),
        "chinese": re.compile(r"[\u4e00-\u9fff]"),
    }


def heading(text: str) -> Heading | None:
    """The first epoch heading of a line, or None; messages of callbacks are no headings."""
    if not _may_head(text) or _patterns()["callback"].search(text):
        return None
    found = _patterns()["heading"].search(text)
    return _heading(found) if found else None


def heading_alone(text: str) -> Heading | None:
    """A heading that fills its line, such as ``Epoch 3/10``; None for a sentence that has one."""
    found = heading(text)
    if found is None:
        return None
    rest = text[: found.start] + " " + text[found.end :]
    words = len(_patterns()["words"].findall(rest[:400]))
    chinese = len(_patterns()["chinese"].findall(rest[:400]))
    near_start = found.start <= 16
    return found if near_start and words <= 4 and chinese <= 4 else None


def marks(text: str) -> list[int]:
    """Where in a line a new heading or bar starts; pages sometimes lose the line ends of a log."""
    patterns = _patterns()
    places = [m.start() for m in patterns["bar"].finditer(text)]
    if _may_head(text):
        places += [m.start() for m in patterns["heading"].finditer(text)]
    return sorted(set(places))


def bar(text: str, head: Heading | None) -> Bar | None:
    """The last progress bar of a piece of text; the figures of its heading are no bar."""
    if "/" not in text:
        return None
    if head is not None:
        text = text[: head.start] + " " * (head.end - head.start) + text[head.end :]
    found = list(_patterns()["bar"].finditer(text))
    if not found:
        return None
    last = found[-1]
    done, of = next(
        (a, b) for a, b in zip(last.groups()[::2], last.groups()[1::2], strict=True) if a
    )
    return Bar(int(done), int(of) if of.isdigit() else None, last.start())


def timed(text: str) -> bool:
    """True when a duration stands in the line, as behind every bar."""
    return bool(_patterns()["time"].search(text))


def answer_heading(text: str) -> bool:
    """True for the line that opens an answer on a question page."""
    return len(text) < 60 and bool(_patterns()["answer"].match(text))


def prose(text: str) -> bool:
    """True for a line of words or code that no training prints by itself."""
    text = text[:400]
    if _patterns()["noise"].search(text) or _patterns()["callback"].search(text):
        return False
    words = len(_patterns()["words"].findall(text))
    return words >= 2 or len(_patterns()["chinese"].findall(text)) >= 4


def _may_head(text: str) -> bool:
    low = text.lower()
    return (
        "epoch" in low
        or "iteration" in low
        or text.lstrip()[:1] == "["
        or any(c in text for c in "第纪紀时時史轮輪周代迭")
    )


def _heading(found: re.Match[str]) -> Heading:
    number, total, zh_number, zh_total, zh_alone, listed, era, era_total = found.groups()
    first = number or zh_number or zh_alone or listed or era
    of = total or zh_total or era_total
    return Heading(int(first), int(of) if of else None, found.start(), found.end())
