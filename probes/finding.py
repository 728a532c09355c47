"""One fact about a case: the only thing that readers, probes and answers hand to the reasoning.

Both processes share this module, so it needs only the standard library.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Source = Literal["words", "log", "traceback", "script", "model", "answer", "probe"]
Scalar = bool | int | float | str | None

SOURCES: tuple[Source, ...] = ("words", "log", "traceback", "script", "model", "answer", "probe")


@dataclass(frozen=True)
class Finding:
    """A fact that can be true or false of a case, worded as an abnormality.

    Args:
        id: kebab-case id out of ``knowledge/findings``.
        present: True when seen, False when looked for and not there, None for "I don't know".
        value: the measured value, or the value of a context such as ``class-count``.
        source: where it came from; decides how far the reasoning believes it.
        quote: the words or figures it was read from, as they stood.
        line: 1-based line in the script or log, where there is one.
        details: further measured values, named, for the sentence that shows the finding.
        output: of a model with several outputs, the name of the one it is about; empty for all.
    """

    id: str
    present: bool | None = True
    value: Scalar = None
    source: Source = "answer"
    quote: str = ""
    line: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    output: str = ""

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form; figures that JSON cannot hold (nan, inf) become their names."""
        return {
            "id": self.id,
            "present": self.present,
            "value": json_safe(self.value),
            "source": self.source,
            "quote": self.quote,
            "line": self.line,
            "details": json_safe(dict(self.details)),
            **({"output": self.output} if self.output else {}),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Finding:
        """Read back what `to_dict` wrote; unknown keys are left aside, so older readers survive."""
        return cls(
            id=str(data["id"]),
            present=data.get("present", True),
            value=data.get("value"),
            source=data.get("source", "answer"),
            quote=str(data.get("quote", "")),
            line=data.get("line"),
            details=dict(data.get("details") or {}),
            output=str(data.get("output") or ""),
        )


def json_safe(value: Any) -> Any:
    """The same value with every float that JSON cannot hold replaced by its name."""
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    if isinstance(value, Mapping):
        return {str(k): json_safe(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [json_safe(v) for v in value]
    if isinstance(value, (bool, int, float, str)) or value is None:
        return value
    item = getattr(value, "item", None)
    return json_safe(item()) if callable(item) else str(value)
