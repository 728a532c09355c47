"""Mean and standard deviation of the inputs, where prose tells both: is there any contrast?"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.reading.words.normalise import Sentence
from probes.finding import Finding

#: deviation over mean below this is one flat colour to a network; as `experiments.input_statistics`
LOW_CONTRAST = 0.1
_NUMBER = r"(-?\d+(?:\.\d+)?(?:e-?\d+)?)"
_GAP = r"[^\d\n;-]{0,24}"
_MEAN = re.compile(rf"(?:\bmean\b|\baverages?\b|均值|平均值){_GAP}{_NUMBER}")
_DEVIATION = re.compile(rf"(?:\bstd\b|standard deviation|\bdeviation\b|标准差){_GAP}{_NUMBER}")
_OF_INPUTS = re.compile(
    r"\b(?:samples?|images?|pictures?|pixels?|inputs?|x train|features?)\b|样本|图片|图像|像素|输入"
)
_OF_SOMETHING_ELSE = re.compile(
    r"\b(?:loss|accuracy|acc|targets?|labels?|outputs?|predictions?|weights?|runs?|folds?)\b"
    r"|损失|准确率|目标|标签|输出|预测|权重|轮"
)


def read_spread(sentences: Sequence[Sentence]) -> list[Finding]:
    """``inputs-low-contrast``, True or False with deviation over mean; nothing when not told."""
    for sentence in sentences:
        text = sentence.text
        if not _OF_INPUTS.search(text) or _OF_SOMETHING_ELSE.search(text):
            continue
        mean, deviation = _MEAN.search(text), _DEVIATION.search(text)
        if mean is None or deviation is None or not float(mean[1]):
            continue
        ratio = round(float(deviation[1]) / abs(float(mean[1])), 6)
        if ratio >= 0:
            low = 0 < ratio < LOW_CONTRAST
            return [
                Finding("inputs-low-contrast", low, ratio, source="words", quote=sentence.raw[:160])
            ]
    return []
