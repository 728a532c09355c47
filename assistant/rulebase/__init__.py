"""`unstuck knowledge`: checks the rule base, and writes the skeleton of a new rule."""

from __future__ import annotations

from assistant.rulebase.checking import check_rule_base
from assistant.rulebase.skeleton import new_rule

__all__ = ["check_rule_base", "new_rule"]
