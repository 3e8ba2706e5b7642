"""What each provider's model costs: `hatch run bench-providers [--only NAME ...] [--quick]`.

Three things are measured of every provider, in this tree and in the published package, both with all vendors' SDKs in
the same versions:

- **Own code**, per token: from the objects that the vendor's SDK has made of a response to the chunks that
  `Model.stream` yields. The SDK, HTTP and parsing are left out. Three providers read the response themselves, so that
  parsing is included: llama.cpp and Mistral (from lines of text on; the published package has Mistral's SDK read them)
  and SageMaker (from the parts of its payload on, here of 40 bytes). boto3's streams block, so that Bedrock's and
  SageMaker's figures include the way from a thread to the event loop.
- **Run**, per token: the same within `Agent.stream_async`, all events consumed.
- **Streams**: 100 agents at once on one model, over the real SDK against a local endpoint in a process of its own: 50
  tokens each, 20 ms apart, that is 5,000 tokens a second. The ideal is 1.0 s: what the service itself takes. The
  processor time that a token takes in this, SDK and HTTP included, says what is left to gain: at 200 µs all of the
  ideal is spent in computing.

"x scripted" is the ratio to `strands.testing.ScriptedModel`, measured in the same process.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks._endpoint import served_endpoints
from benchmarks._environments import PUBLISHED_VERSION, published_environment, tree_environment
from benchmarks._measure import Job, Samples, run_interleaved
from benchmarks.workloads._providers import PROVIDERS

PUBLISHED, TREE = "published", "tree"
EXTRAS = ("anthropic", "gemini", "litellm", "llamaapi", "mistral", "ollama", "openai", "sagemaker", "writer")
RUNS, QUICK_RUNS = 3, 1
QUICK = {"provider_tokens": ("--tokens", "50", "--rounds", "2"), "provider_streams": ("--streams", "5")}


@dataclass(frozen=True)
class Column:
    """A column of the table: one metric of a workload in one environment."""

    title: str
    workload: str
    environment: str
    metric: str


COLUMNS = (
    Column("own code, published, µs", "provider_tokens", PUBLISHED, "own_us"),
    Column("this tree, µs", "provider_tokens", TREE, "own_us"),
    Column("x scripted", "provider_tokens", TREE, "own_times_scripted"),
    Column("run, published, µs", "provider_tokens", PUBLISHED, "run_us"),
    Column("this tree, µs", "provider_tokens", TREE, "run_us"),
    Column("x scripted", "provider_tokens", TREE, "run_times_scripted"),
    Column("100 streams / ideal, published", "provider_streams", PUBLISHED, "times_ideal"),
    Column("this tree", "provider_streams", TREE, "times_ideal"),
    Column("processor time per token, published, µs", "provider_streams", PUBLISHED, "cpu_us_per_token"),
    Column("this tree, µs", "provider_streams", TREE, "cpu_us_per_token"),
)

Measured = Mapping[str, Mapping[str, Samples]]
"""What a provider's workloads reported, by their names and by the environments."""


def main() -> None:
    """Measure the chosen providers and print the table, line by line."""
    options = _options()
    published = published_environment(EXTRAS)
    pythons = {PUBLISHED: published.python, TREE: tree_environment(published, EXTRAS).python}
    print(f"| provider | {' | '.join(column.title for column in COLUMNS)} |\n| --- |{' ---: |' * len(COLUMNS)}")
    with served_endpoints() as urls:
        for name in options.only or PROVIDERS:
            print(line(name, measured(name, urls, pythons, quick=options.quick)), flush=True)


def measured(name: str, urls: Mapping[str, str], pythons: dict[str, Path], *, quick: bool) -> Measured:
    """Run the workloads of a provider."""
    provider = PROVIDERS[name]
    asked = ("--provider", name, "--endpoint-url", urls[provider.service or provider.module])
    results = {}
    for workload, smaller in QUICK.items():
        print(f"measuring {workload} of {name}", file=sys.stderr, flush=True)
        job = Job(workload, (*asked, *(smaller if quick else ())))
        results[workload] = run_interleaved(job, pythons, runs=QUICK_RUNS if quick else RUNS)
    return results


def line(name: str, results: Measured) -> str:
    """Return a provider's line of the table."""
    figures = [_figure(results[column.workload][column.environment], column.metric) for column in COLUMNS]
    return f"| {name} | {' | '.join(figures)} |"


def _figure(samples: Samples, metric: str) -> str:
    median = samples.median(metric)
    return f"{median:.2f}" if median is not None else str(samples.failure)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="hatch run bench-providers", description=f"Against {PUBLISHED_VERSION}.")
    parser.add_argument("--only", action="append", choices=PROVIDERS, metavar="NAME", help="this provider; repeatable")
    parser.add_argument("--quick", action="store_true", help="one small run of each: do the scripts work?")
    return parser.parse_args()


if __name__ == "__main__":
    main()
