"""Steering handlers that are ready to use."""
