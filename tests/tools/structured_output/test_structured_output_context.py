"""What one run knows about the structured output it is to produce."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from strands.tools.registry import ToolRegistry
from strands.tools.structured_output import DEFAULT_STRUCTURED_OUTPUT_PROMPT
from strands.tools.structured_output._structured_output_context import StructuredOutputContext
from tests.tools._running import use_of


class Wanted(BaseModel):
    a: int


def test_without_a_model_nothing_happens() -> None:
    """Most runs want no structured output."""
    context, registry = StructuredOutputContext(), ToolRegistry()
    context.register_tool(registry)
    context.set_forced_mode()
    context.cleanup(registry)
    assert (context.is_enabled, context.get_tool_spec(), context.forced_mode, registry.dynamic_tools) == (
        False,
        None,
        False,
        {},
    )
    assert not context.has_structured_output_tool([use_of("x")])
    assert context.extract_result([use_of("x")]) is None
    assert context.structured_output_prompt == DEFAULT_STRUCTURED_OUTPUT_PROMPT


def test_the_tool_comes_and_goes_with_the_run() -> None:
    """Registering it twice, as nested runs do, is no error."""
    context, registry = StructuredOutputContext(Wanted, "Format it."), ToolRegistry()
    context.register_tool(registry)
    context.register_tool(registry)
    assert (context.is_enabled, context.structured_output_prompt) == (True, "Format it.")
    assert registry.dynamic_tools == {"Wanted": context.structured_output_tool}
    assert registry.registry == {}
    context.cleanup(registry)
    context.cleanup(registry)
    assert registry.dynamic_tools == {}


def test_the_instance_is_taken_out_once() -> None:
    """A later turn must hand in its own."""
    context = StructuredOutputContext(Wanted)
    context.store_result("2", instance := Wanted(a=1))
    assert (context.get_result("2"), context.get_result("1")) == (instance, None)
    uses = [use_of("other", "2"), use_of("Wanted", "1"), use_of("Wanted", "2")]
    assert context.has_structured_output_tool(uses)
    assert context.extract_result(uses[:2]) is None
    assert context.extract_result(uses) is instance
    assert context.extract_result(uses) is None


@pytest.mark.parametrize(
    ("choice", "sent"), [(None, {"any": {}}), ({"tool": {"name": "Wanted"}}, {"tool": {"name": "Wanted"}})]
)
def test_forcing_is_remembered(choice: dict[str, object] | None, sent: dict[str, object]) -> None:
    """The loop forces once, then gives up."""
    context = StructuredOutputContext(Wanted)
    context.set_forced_mode(choice)
    assert (context.forced_mode, context.force_attempted, context.tool_choice) == (True, True, sent)
