"""The parts of a pasted forum page: where the question ends and an answer begins."""

from __future__ import annotations

import re

_COLON = r"\s*[:：]?\s*"
_ANSWER_NAME = (
    r"(?:(?:最佳|精选|推荐|采纳的?|已采纳|被接受的?|我的)?"
    r"(?:答案|回答|解答|解决方案|解決方案|解决办法|解决方法)"
    r"|(?:the\s+)?(?:accepted|best|top|suggested|correct|chosen)?\s*(?:answers?|solutions?))"
)
_ANSWER_HEAD = re.compile(
    rf"^\s*(?:[#*>]+\s*)?{_ANSWER_NAME}\s*(?:#?\d{{1,3}})?\s*(?:\*+)?{_COLON}"
    rf"(?:[(（\[].{{0,40}}[)）\]])?{_COLON}(?:\*+)?\s*$",
    re.I,
)
_ANSWER_INLINE = re.compile(
    r"^\s*(?:[#*>]+\s*)?(?:accepted answer|best answer|answer(?:\s+\d{1,3})?"
    r"|答案|回答|最佳答案|解决方案)\s*\d{0,3}\s*[:：]\s*\S",
    re.I,
)
_ANSWER_COUNT = re.compile(
    r"^\s*\d{1,3}\s*(?:个|條|条)?\s*"
    rf"(?:答案|回答|回复|answers?|replies|solutions?){_COLON}(?:sorted by.*)?\s*$",
    re.I,
)
_QUESTION_HEAD = re.compile(
    r"^\s*(?:[#*]+\s*)?(?:问题描述|問題描述|问题|question|my question|problem description)"
    rf"{_COLON}$",
    re.I,
)
_RELATED = re.compile(
    r"^\s*(?:推荐阅读|相关推荐|相关问题|相关文章|猜你喜欢"
    rf"|related(?: questions?)?|similar questions?|see also){_COLON}$",
    re.I,
)
_TAGS = r"[a-z0-9.+# ,\-]*"
_FURNITURE = re.compile(
    r"^\s*(?:时间\s*[:：]\s*\d|日期\s*[:：]\s*\d|(?:asked|viewed|modified|edited|active)\s+\d"
    rf"|(?:标签|標籤|tags?)\s*[:：]\s*{_TAGS}(?:keras|tensorflow|python|learning|neural){_TAGS}$"
    r"|share\s*(?:follow|improve)?\s*$|follow\s*$|improve this (?:question|answer)\s*$"
    r"|add a comment\s*$)",
    re.I,
)


def opens_answer(line: str) -> bool:
    """The head of an answer: "Accepted answer", "答案 0 :(得分:6)", "3 个答案"."""
    return bool(_ANSWER_HEAD.match(line) or _ANSWER_COUNT.match(line) or _RELATED.match(line))


def opens_answer_inline(line: str) -> bool:
    """An answer that begins on the line of its head: "Answer: use softmax"."""
    return _ANSWER_INLINE.match(line) is not None


def opens_question(line: str) -> bool:
    """The head of the question: "问题描述"."""
    return _QUESTION_HEAD.match(line) is not None


def is_furniture(line: str) -> bool:
    """Dates, tags and buttons of a forum page."""
    return _FURNITURE.match(line) is not None
