"""The terminal chat: a front end over the dialogue, and the only room that imports Textual."""
