"""OpenAI's Responses API: what to ask, and what an answer means."""
