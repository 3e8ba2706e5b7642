"""Compatibility suite: the same black-box scenarios run on any installed `strands`, and their results are compared.

`python -m compat record` stores what the published package does; `python -m compat check` compares this tree with it.
Scenarios use the published API only, so nothing here imports `strands.testing` or another name of ours.
"""
