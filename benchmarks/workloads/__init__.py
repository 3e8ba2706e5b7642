"""What is measured: each module is one program that uses only the API common to both packages and prints one JSON line.

A workload runs as `python -m benchmarks.workloads.<name>` in the environment of the package that it measures, so it
imports nothing but `strands`, what `strands` depends on, the standard library and the `_modules` of this package.
"""
