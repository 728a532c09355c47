"""One conversation about one case. Both front ends drive `Dialogue` and nothing else."""

from assistant.dialogue.conversation import Dialogue
from assistant.dialogue.situation import Options

__all__ = ["Dialogue", "Options"]
