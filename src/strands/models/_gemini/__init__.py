"""The Gemini API: what to ask, and what an answer means."""
