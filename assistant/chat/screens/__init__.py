"""The screens of the chat: the conversation itself, and the pages that open over it."""
