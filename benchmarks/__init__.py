"""Benchmarks against the published package; run them with `hatch run bench`."""
