"""Says things in the user's language."""

from __future__ import annotations

import string
from collections.abc import Mapping
from typing import Any

from knowledge.loader import load_messages
from knowledge.schema import LANGUAGES, Texts

DEFAULT = "en"


class _Lenient(string.Formatter):
    """Leaves a placeholder that has no value as a dash, so that a sentence never fails."""

    def get_value(self, key: Any, args: Any, kwargs: Any) -> Any:
        return kwargs.get(key, "–") if isinstance(key, str) else "–"

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> Any:
        # Plain names only: attribute and index access have no place in a text.
        return self.get_value(field_name, args, kwargs), field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        try:
            return str(super().format_field(value, format_spec))
        except (TypeError, ValueError):
            return str(value)


_FORMATTER = _Lenient()


def pick(texts: Texts, language: str) -> str:
    """The text in `language`, else in English, else in any."""
    return texts.get(language) or texts.get(DEFAULT) or next(iter(texts.values()), "")


def fill(template: str, fields: Mapping[str, Any]) -> str:
    """Put values into ``{name}`` or ``{name:.3f}``; a float without a format shows 4 digits."""
    shown = {
        k: f"{v:.4g}" if isinstance(v, float) and f"{{{k}}}" in template else v
        for k, v in fields.items()
    }
    return str(_FORMATTER.vformat(template, (), shown))


def complete(template: str, fields: Mapping[str, Any]) -> bool:
    """True when every placeholder of `template` has a value."""
    names = {name for _, name, _, _ in _FORMATTER.parse(template) if name}
    return all(fields.get(name) is not None for name in names)


def say(key: str, language: str, **fields: Any) -> str:
    """One sentence of the message catalogue.

    A key that is missing shows itself: a gap in the catalogue must not stop a diagnosis, and a
    test finds every key the code uses.
    """
    texts = load_messages().get(key)
    return fill(pick(texts, language), fields) if texts else key


def known_language(name: str) -> bool:
    return name in LANGUAGES
