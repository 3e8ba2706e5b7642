"""A chat page for an agent: `python -m examples.chat`."""
