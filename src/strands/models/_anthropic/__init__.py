"""Anthropic's Messages API: what to ask, and what an answer means."""
