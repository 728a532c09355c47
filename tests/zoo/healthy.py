"""All healthy networks."""

from __future__ import annotations

from tests.zoo import healthy_kinds, healthy_more, several_outputs
from tests.zoo.register import HEALTHY

__all__ = ["HEALTHY"]

#: Importing a part registers its networks.
PARTS = (healthy_kinds, healthy_more, several_outputs)
