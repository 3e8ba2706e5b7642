"""Ollama's chat API: what to ask, and what an answer means."""
