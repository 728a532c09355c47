"""Cheap tests on single lines of a pasted page: what kind of text is this?

Every test looks at the first `MAX_LINE` characters, so that a page of any size is cut in linear
time. The tests need not be right on every line: `page` mends single lines by their neighbours.
"""

from __future__ import annotations

import re

MAX_LINE = 1000

#: Long runs of blanks are shortened: no test needs them, and they make some of them slow.
_WIDE_GAP, _GAP = re.compile(r"[ \t\u00a0]{13,}"), " " * 12
_STRING = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")
_COMMENT = re.compile(r"#.*$")
_CJK = re.compile("[\u3400-\u9fff\u3000-\u303f\uff00-\uffef]")
_SMART = str.maketrans("‘’“”（），：［］", "''\"\"(),:[]")

# ---------------------------------------------------------------------------------------- code
_KEYWORD = re.compile(
    r"^\s*(?:>>>\s?|\.\.\.\s|In ?\[\d*\]:\s?)?(?:"
    r"import\s+[\w.]+(?:\s+as\s+\w+)?(?:\s*,\s*[\w.]+)*\s*$|from\s+[\w.]+\s+import\b|"
    r"(?:async\s+)?def\s+\w+\s*\(|class\s+\w+\s*[(:]|for\s+[\w,\s()]+\s+in\s+.+|while\s+.+:|"
    r"(?:if|elif)\s+.+:|else\s*:|try\s*:|except\b.*:|finally\s*:|with\s+.+\s*:|"
    r"return\b|yield\b|raise\s+\w|assert\s|del\s+\w|global\s+\w|lambda\s+\w|pass\s*$|break\s*$|"
    r"continue\s*$|print\s*\(|print\s+['\"]|@[\w.]+|%\w+\s+\w|%matplotlib|!pip\s|!\w+\s)"
)
_PROMPT = re.compile(r"^\s*(?:>>>|In ?\[\d*\]:)\s?")
_ASSIGNMENT = re.compile(
    r"^\s*\(?[A-Za-z_][\w.]*(?:\[[^\]]*\])*(?:\s*,\s*\(?\*?[A-Za-z_][\w.]*\)?)*\)?"
    r"(?:\s*:\s*[\w.\[\]]+)?\s*[-+*/|]?=(?!=)\s*\S?"
)
_CALL = re.compile(r"^\s*(?:await\s+)?[A-Za-z_][\w.]*(?:\[[^\]]*\])*\(")
_AFTER_CALL = re.compile(r"^\s*(?:[,:\])}]|\.\w|\(|\[|$|[-+*/=<>]|for\s|if\s)")
_WORD_RUN = re.compile(r"(?:(?<=\s)|^)[A-Za-z']{1,15}(?:,? [A-Za-z']{1,15}){3,}")
_KEYWORDS_IN_RUN = re.compile(
    r"\b(?:for|in|if|else|not|and|or|is|import|from|as|None|with|lambda)\b"
)
_CLOSER = re.compile(r"^\s*[)\]}]+[)\]},;\s]*(?::\s*)?$")
_ARGUMENT = re.compile(r"^\s+[\w.'\"()\[\]*/+ -]{1,60},\s*$|^\s*['\"].*['\"],?\s*\)?\s*$")
_COMMENT_LINE = re.compile(r"^\s*#")

# ----------------------------------------------------------------------------------------- log
_EPOCH_HEAD = re.compile(
    r"^\s*[•*·o-]?\s*(?:epoch|step|iter(?:ation)?|fold|第|史诗|时代|纪元|时期|轮次|轮|周期)\s*[\[:#]?\s*"
    r"\d{1,7}\s*(?:[/／]\s*\d{1,7})?\s*[集轮个次]?\s*\]?\s*[:：.]?\s*$",
    re.I,
)
_BAR = re.compile(
    r"(?<!\d)\d{1,9}\s?/\s?(?:\d{1,9}|unknown)\s?\[[=>.\s]*\]|━{3,}|(?<!\d)\d{1,3}%\|"
    r"|ETA:|[mu]?s ?/ ?step|s/epoch"
)
_METRIC_NAME = (
    r"(?:loss|acc|mae|mse|rmse|auc|precision|recall|f1|dice|iou|perplexity|error"
    r"|损失|损耗|精度|精确|准确|误差)"
)
_METRIC = re.compile(_METRIC_NAME, re.I)
_PAIR = re.compile(
    _METRIC_NAME + r"[\w.]{0,40}\s{0,4}[:=：]\s{0,4}[-+]?(?:\d|nan|inf)[\w.+%-]{0,30}", re.I
)
_ANY_PAIR = re.compile(
    r"(?<![\w.])[^\W\d][\w.-]{0,60}\s{0,4}[:=：]\s{0,4}-?(?:\d[\d.,e+-]{0,30}|nan|inf)%?", re.I
)
_LOG_NOISE = re.compile(
    r"\b(?:epoch|step|iter|iteration|batch|eta|time|elapsed|samples?|lr|s|ms|us|it|train|val|valid"
    r"|test|info|mean|avg|average|took|sec|seconds|min|best)\b|[\d\W_]|第|集|轮|史诗|时代|步",
    re.I,
)
_LOG_SAYS = re.compile(
    r"^\s*(?:Train on \d+ samples|Found \d+ (?:images|files|validated)|Using \w+ backend"
    r"|<[\w. ]*History at|Epoch \d+: (?:\w+ (?:improved|did not|reached)|early stopping|ReduceLR)"
    r"|Restoring model weights|WARNING:tensorflow|INFO:tensorflow"
    r"|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d.*(?:tensorflow|loss)"
    r"|[IWE]\d{4} |WARNING: Your input ran out)"
)
_HISTORY = re.compile(r"['\"](?:val_)?(?:loss|acc\w*|\w*accuracy)['\"]\s*:\s*(?:\[|-?\d|np\.)")
_CSV_HEAD = re.compile(
    r"^\s*(?:epoch|step)?,?(?:[\w ]+,)*(?:val_)?(?:loss|acc\w*)\b(?:,[\w ]+)*\s*$", re.I
)
_CSV_ROW = re.compile(r"^\s*-?[\d.eE+-]+(?:\s*[,;\t]\s*(?:-?[\d.eE+-]+|nan|inf|))+\s*$")
_DOTS = re.compile(r"^\s*(?:\.{2,}|…+|⋮|\[\.{3}\])\s*$")
_RULER = re.compile(r"^\s*[-=_*~]{3,}\s*$")

# ----------------------------------------------------------------------------- other kinds
_TRACE_HEAD = re.compile(
    r"^\s*(?:Traceback \(most recent call last\)|-{10,}\s*$|\w*(?:Error|Exception)\s+Traceback)"
)
_TRACE_START = re.compile(
    r"Traceback \(most recent call last\)|^\s*Detected at node |^\s*File \"[^\"]{1,400}\", line \d"
    r"|^\s*(?:[\w.]+\.)?[A-Z]\w*(?:Error|Exception|Interrupt|Warning)\b\s*:\s*\S"
    r"|^\s*[A-Z]\w*Error\s+Traceback"
)
_TRACE_LINE = re.compile(
    r"^\s*File \"|^\s*-+>\s*\d+|^\s+\d+ |^\s*~+\^*|^\s*\^+|^\s+at |^\s*\[\[|^\s*\[Op:"
    r"|^Call arguments|^\s*•|^Arguments received|^Original stack|^Node:|^Detected at node"
    r"|^<ipython|^/.*\.py in |^\s*During handling|^The above exception|^Errors may have"
    r"|^Input Source"
)
#: What the interpreter prints for a warning: where, its class, the words; one line of code below.
_WARNING = re.compile(
    r"^\s*[^\s:][^:\n]{0,300}(?::[\\/][^:\n]{0,300})?:\d+: (?:\w+\.)*[A-Z]\w*Warning: ?"
)
#: The frames of IPython, which stand apart from each other.
_CELL_FRAME = re.compile(
    r"^\s*(?:File [~/\w][^\n]{0,300}:\d+, in |(?:Cell )?In(?:put In)? ?\[\d*\], (?:line \d|in )"
    r"|<ipython-input-[\w-]+> in |-{2,}> ?\d+ )"
)
_SUMMARY_START = re.compile(r"^\s*(?:Model: \"|Layer \(type\)|┏━|┃ Layer|_{20,}\s*$)")
_SUMMARY_LINE = re.compile(
    r"^\s*(?:[_=]{8,}|[┏┃┡│└├┗━─╇┳┻┴┬┼ ]{4,}|[┃│]|Total params|Trainable params|Non-trainable"
    r"|Optimizer params|Layer \(type\)|Model: \"|\[?\(None"
    r"|\S.*\((?:\?|None|\d+)(?:,\s*(?:None|\d+|\?))*,?\)\s+\d[\d,]*\b)"
)
_ARRAY_START = re.compile(
    r"^\s*(?:Out\s?\[\d+\]:\s*|>>>\s*|[A-Za-z_]\w*(?:\[[\d:, ]*\])?(?:\.\w+)?\s*[:=：]\s*"
    r"|\S{1,12}\s*[:：]\s*)?(?:(?:np\.|tf\.)?(?:array|[tT]ensor)\s*\(\s*)?"
    r"\[(?=[\s\[\]]*(?:[-+]?\.?\d|nan|inf|\.\.\.))"
)
_ARRAY_CHARS = r"[\s\[\](),.\d eE+\-…=<>'\"]*"
_ARRAY_TEXT = re.compile(
    rf"^{_ARRAY_CHARS}(?:(?:nan|inf|array|dtype|float|u?int|bool|True|False|shape|numpy|tf|Tensor"
    rf"|object|U(?=\d)){_ARRAY_CHARS})*$"
)
_SHAPE = re.compile(
    r"^\s*(?:\w[\w. ]{0,40}[:=]\s*)?(?:TensorShape\()?"
    r"\(\s*(?:None|\d+)\s*,\s*(?:(?:None|\d+)(?:\s*,\s*(?:None|\d+))*\s*,?\s*)?\)\)?\s*$"
)
_PATH_TOKEN = re.compile(
    r"^(?:(?:[A-Za-z]:[\\/]|~?/|\.{1,2}[\\/]|file://)[^\s<>|*?\"']*"
    r"|[\w.\-]+(?:[\\/][\w.\-]+)*\.(?:h5|hdf5|keras|npz|npy|py|ipynb|csv|tsv|log|txt|json|pb|pkl|parquet))$"
)
_QUOTED_PATH = re.compile(r"^\s*(['\"])((?:[A-Za-z]:[\\/]|~?/|\.{1,2}[\\/])[^'\"]+)\1\s*$")


def head(line: str) -> str:
    """The part of a line that the tests look at, with typographic quotes and brackets replaced."""
    return _WIDE_GAP.sub(_GAP, line[:MAX_LINE].translate(_SMART))


def is_code(line: str) -> bool:
    """A line of Python that stands on its own, page text and sentences with code in them not."""
    bare = without_text(line)
    if _CJK.search(bare) or _is_sentence(bare):
        return False
    if _PROMPT.match(line) or _KEYWORD.match(bare):
        return True
    if _ASSIGNMENT.match(bare):
        return True
    call = _CALL.match(bare)
    return call is not None and _ends_as_code(bare, call.end())


def may_be_code(line: str) -> bool:
    """A line that is code beside code: a comment, closing brackets, one argument, a string."""
    if _COMMENT_LINE.match(line) or _CLOSER.match(line) or _ARGUMENT.match(line):
        return True
    bare = without_text(line)
    indented = line[:1] in (" ", "\t") and not _CJK.search(bare)
    return indented and not _is_sentence(bare) and not _WORD_RUN.search(bare)


def opens_docstring(line: str) -> bool:
    """Three quotes at the beginning of a line that do not close on it."""
    start = line.lstrip().lstrip("rRuUfFbB")
    return start.startswith(('"""', "'''")) and start.count(start[:3]) % 2 == 1


def is_prose(line: str) -> bool:
    """Surely a sentence: Chinese outside of strings and comments, or a run of plain words."""
    bare = without_text(line)
    return bool(_CJK.search(bare)) or _is_sentence(bare)


def is_log(line: str) -> bool:
    """A line printed by a training run."""
    if _EPOCH_HEAD.match(line) or _LOG_SAYS.match(line) or _HISTORY.search(line):
        return True
    if _BAR.search(line):
        return not _is_sentence(_ANY_PAIR.sub(" ", line))
    if not _METRIC.search(line) or not _PAIR.search(line):
        return False
    rest = _PAIR.sub(" ", _ANY_PAIR.sub(" ", line))
    return len(_LOG_NOISE.sub("", rest)) <= max(6, len(line) // 12)


def is_csv_head(line: str) -> bool:
    """The head of a CSVLogger file: ``epoch,accuracy,loss``."""
    return "," in line and _CSV_HEAD.match(line) is not None


def is_csv_row(line: str) -> bool:
    """Figures with separators, nothing else."""
    return _CSV_ROW.match(line) is not None


def is_dots(line: str) -> bool:
    """``...`` alone: something was left out."""
    return _DOTS.match(line) is not None


def is_ruler(line: str) -> bool:
    """A line of dashes or the like."""
    return _RULER.match(line) is not None


def starts_traceback(line: str) -> bool:
    """The head of a traceback, a frame of IPython, or an error message on its own."""
    return bool(_TRACE_START.search(line) or _CELL_FRAME.match(line))


def starts_warning(line: str) -> bool:
    """A warning as the interpreter prints it; an indented line of the library's code follows."""
    return _WARNING.match(line) is not None


def in_traceback(line: str) -> bool:
    """A line that only occurs inside a traceback or below the message."""
    return bool(_TRACE_LINE.match(line) or _TRACE_HEAD.match(line))


def starts_summary(line: str) -> bool:
    """The head of what ``model.summary()`` prints."""
    return _SUMMARY_START.match(line) is not None


def in_summary(line: str) -> bool:
    """A line of what ``model.summary()`` prints."""
    return _SUMMARY_LINE.match(line) is not None


def starts_array(line: str) -> bool:
    """The first line of a printed array or list of figures."""
    found = _ARRAY_START.match(line)
    return found is not None and is_array_text(line[found.end() :])


def is_array_text(line: str) -> bool:
    """Only what a printed array is made of."""
    return _ARRAY_TEXT.match(line) is not None


def is_shape(line: str) -> bool:
    """A shape on its own: ``(10, 10, 4)``."""
    return _SHAPE.match(line) is not None


def is_path(line: str) -> bool:
    """One or several file paths and nothing else."""
    if _QUOTED_PATH.match(line):
        return True
    tokens = line.split()
    return (
        bool(tokens) and len(tokens) <= 4 and all(_PATH_TOKEN.match(t.strip("'\"")) for t in tokens)
    )


def bracket_balance(line: str) -> int:
    """Opening less closing brackets outside of strings and comments."""
    bare = without_text(line)
    opening = bare.count("(") + bare.count("[") + bare.count("{")
    return opening - bare.count(")") - bare.count("]") - bare.count("}")


def without_text(line: str) -> str:
    """The line with strings emptied and the comment taken off."""
    return _COMMENT.sub("", _STRING.sub("''", line))


def _is_sentence(bare: str) -> bool:
    return any(
        not _KEYWORDS_IN_RUN.search(m[0]) or m[0].count(" ") > 5 for m in _WORD_RUN.finditer(bare)
    )


def _ends_as_code(bare: str, start: int) -> bool:
    """Whether what follows the call's closing bracket is code, or the bracket stays open."""
    depth, position = 1, start
    while position < len(bare) and depth:
        depth += {"(": 1, ")": -1}.get(bare[position], 0)
        position += 1
    return depth > 0 or _AFTER_CALL.match(bare[position:]) is not None
