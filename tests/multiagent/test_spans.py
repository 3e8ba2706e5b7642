"""Spans of teams."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import opentelemetry.trace as trace_api
import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from strands.multiagent import graph, swarm
from strands.telemetry import tracer as tracer_module
from strands.testing import error
from tests.multiagent.teams import graph_of, handing_to, member, seen_of, swarm_of


@pytest.fixture
async def finished(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace_api, "get_tracer_provider", lambda: provider)
    tracer = tracer_module.Tracer()
    for module in (graph, swarm):
        monkeypatch.setattr(module, "get_tracer", lambda: tracer)
    monkeypatch.setattr("strands.agent.agent.get_tracer", lambda: tracer)
    monkeypatch.setattr("strands.event_loop.event_loop.get_tracer", lambda: tracer)
    yield exporter
    provider.shutdown()


def tree(exporter: InMemorySpanExporter) -> list[str]:
    """Return the spans of agents and teams, each with the one around it, in the order of their ends."""
    spans: Any = exporter.get_finished_spans()
    names = {span.context.span_id: span.name for span in spans}
    return [
        f"{span.name} in {names.get(span.parent.span_id) if span.parent else None}: {span.status.status_code.name}"
        for span in spans
        if span.name.startswith("invoke_")
    ]


async def test_agents_are_within_the_span_of_their_team(finished: InMemorySpanExporter) -> None:
    """A trace shows who worked for whom, also where nodes run at the same time."""
    await graph_of(["ab", "ac"], member("a"), member("b"), member("c")).invoke_async("task")
    spans = tree(finished)
    assert sorted(spans[:-1]) == [f"invoke_agent {name} in invoke_graph: OK" for name in "abc"]
    assert spans[-1] == "invoke_graph in None: UNSET"


async def test_swarm_has_a_span_like_a_graph(finished: InMemorySpanExporter) -> None:
    await swarm_of(member("a", handing_to("b"), "I wait."), member("b"), trace_attributes={"k": 1}).invoke_async("task")
    assert tree(finished) == [
        "invoke_agent a in invoke_swarm: OK",
        "invoke_agent b in invoke_swarm: OK",
        "invoke_swarm in None: UNSET",
    ]
    (span,) = [span for span in finished.get_finished_spans() if span.name == "invoke_swarm"]
    assert (span.attributes or {})["k"] == 1


async def test_failure_is_told_on_the_span(finished: InMemorySpanExporter) -> None:
    await seen_of(graph_of([], member("a", [error(ValueError("boom"))])))
    (span,) = [span for span in finished.get_finished_spans() if span.name == "invoke_graph"]
    assert (span.status.status_code.name, span.status.description) == ("ERROR", "ValueError: boom")


async def test_span_of_a_run_that_is_left_ends(finished: InMemorySpanExporter) -> None:
    """A span that never ends is never exported: just the runs that were left would be missing."""
    events: Any = graph_of(["ab"], member("a"), member("b")).stream_async("task")
    await anext(events)
    await events.aclose()
    assert tree(finished) == ["invoke_graph in None: UNSET"]


async def test_consumer_is_never_within_the_span(finished: InMemorySpanExporter) -> None:
    """What the application does between two events is not part of the run."""
    within = [
        trace_api.get_current_span().get_span_context().is_valid
        async for _ in graph_of([], member("a")).stream_async("task")
    ]
    assert not any(within)
