"""`unstuck --plain`: the chat as plain lines, for screen readers, pipes and poor terminals."""

from assistant.linemode.conversation import LineConversation
from assistant.linemode.messages import messages

__all__ = ["LineConversation", "messages"]
