"""Structured output: called by the model, forced, failed; the deprecated method; the schema the model is offered."""

# mypy: disable-error-code="arg-type"
# Wrong use is looked at, too.

from __future__ import annotations

from enum import Enum
from typing import Any, Literal

from pydantic import BaseModel, Field, field_validator

from compat.normalise import observed
from compat.observing import Bench, attempt, attempt_async
from compat.registry import scenario, table
from compat.sample_tools import noop
from compat.scripted import call, message, text, tool_block
from strands import tool
from strands.hooks import BeforeToolCallEvent


class Person(BaseModel):
    """A person."""

    name: str
    age: int


class Color(Enum):
    RED = "red"
    BLUE = "blue"


class Street(BaseModel):
    """A street."""

    name: str = Field(description="Its name.", min_length=2)
    number: int | None = None


class House(BaseModel):
    street: Street
    others: list[Street] = Field(default_factory=list, description="More streets.")
    color: Color = Color.RED
    kind: Literal["small", "large"] = "small"
    tags: dict[str, str] = {}
    owner: Person | None = None


class Strict(BaseModel):
    """With a rule of its own."""

    value: int

    @field_validator("value")
    @classmethod
    def must_be_even(cls, value: int) -> int:
        if value % 2:
            raise ValueError("must be even")
        return value


class Tree(BaseModel):
    """A recursive model."""

    label: str
    children: list[Tree] = []


class Aliased(BaseModel):
    first_name: str = Field(alias="firstName")


GOOD = '{"name": "Ada", "age": 36}'


@table(
    {
        "called at once": [call("Person", GOOD)],
        "called after prose in the same turn": [call("Person", GOOD, before="Here it is:")],
        "invalid, then valid": [call("Person", '{"name": "Ada"}'), call("Person", GOOD, "t2")],
        "wrong type, then valid": [call("Person", '{"name": 1, "age": "old"}'), call("Person", GOOD, "t2")],
        "invalid for ever": [call("Person", "{}", f"t{index}") for index in range(4)]
        + [text("I give up"), text("really")],
        "unknown fields": [call("Person", '{"name": "Ada", "age": 36, "more": 1}')],
        "after another tool": [call("noop"), call("Person", GOOD, "t2")],
        "beside another tool": [
            message(tool_block("noop", "{}", "a"), tool_block("Person", GOOD, "b"), reason="tool_use")
        ],
        "twice in one turn": [
            message(
                tool_block("Person", GOOD, "a"),
                tool_block("Person", '{"name": "Bob", "age": 1}', "b"),
                reason="tool_use",
            )
        ],
        "forced": [text("some prose"), call("Person", GOOD)],
        "forced, invalid, then valid": [text("some prose"), call("Person", "{}"), call("Person", GOOD, "t2")],
        "forced, but prose again": [text("some prose"), text("more prose")],
        "forced after a tool": [call("noop"), text("some prose"), call("Person", GOOD, "t2")],
        "forced after an empty answer": [message(), call("Person", GOOD)],
        "max tokens": [text("cut", reason="max_tokens")],
        "end_turn beside the call": [call("Person", GOOD, reason="end_turn")],
    },
)
async def output(turns: Any) -> Any:
    from strands.tools.executors import SequentialToolExecutor

    bench = Bench(*turns, tools=[noop], log_hooks=True, tool_executor=SequentialToolExecutor())
    return await bench.run(structured_output_model=Person, metrics=True)


@table({model.__name__: model for model in (Person, House, Strict, Tree, Aliased)})
async def tool_spec(model: Any) -> Any:
    bench = Bench(text("prose"), text("prose"))
    await bench.run(structured_output_model=model)
    return observed(bench.model.calls[0]["tool_specs"] if bench.model.calls else "the model is not called")


@table(
    {
        "nested": (
            House,
            '{"street": {"name": "Main", "number": 3}, "color": "blue", "kind": "large", "tags": {"a": "b"}}',
        ),
        "nested errors": (House, '{"street": {"name": "M"}, "others": [{}], "color": "green", "kind": "huge"}'),
        "own validator": (Strict, '{"value": 3}'),
        "recursive": (Tree, '{"label": "root", "children": [{"label": "leaf"}]}'),
        "alias": (Aliased, '{"firstName": "Ada"}'),
        "field name in place of alias": (Aliased, '{"first_name": "Ada"}'),
    },
)
async def validated(case: tuple[Any, str]) -> Any:
    model, tool_input = case
    bench = Bench(call(model.__name__, tool_input), text("prose"), text("prose"))
    return await bench.outcome(structured_output_model=model)


@scenario
async def model_of_the_agent() -> Any:
    bench = Bench(call("Person", GOOD), text("prose"), call("Person", GOOD, "t2"), structured_output_model=Person)
    return [await bench.outcome(), bench.agent.tool_names, await bench.outcome()]


@scenario
async def model_of_the_call_wins() -> Any:
    bench = Bench(call("Street", '{"name": "Main"}'), structured_output_model=Person)
    return await bench.outcome(structured_output_model=Street)


@scenario
async def prompt_for_forcing() -> Any:
    bench = Bench(text("prose"), call("Person", GOOD))
    own = await bench.outcome(structured_output_model=Person, structured_output_prompt="Now as data, please.")
    agents = Bench(text("prose"), call("Person", GOOD), structured_output_prompt="The agent's wish.")
    return [own, await agents.outcome(structured_output_model=Person)]


@scenario
async def registry_is_clean_after_each_run() -> Any:
    bench = Bench(call("Person", GOOD), text("prose"), text("prose"), text("plain"), tools=[noop])
    seen = []
    for _ in range(2):
        await bench.run(structured_output_model=Person)
        registry = bench.agent.tool_registry
        seen.append([bench.agent.tool_names, sorted(registry.dynamic_tools)])
    return [seen, await bench.outcome()]


@scenario
async def a_tool_of_the_same_name() -> Any:
    @tool(name="Person")
    def person() -> str:
        """Be a person."""
        return "p"

    return await Bench(call("Person", GOOD), text("prose"), text("prose"), tools=[person]).outcome(
        structured_output_model=Person
    )


@scenario
async def call_cancelled_by_a_hook() -> Any:
    def refuse(event: BeforeToolCallEvent) -> None:
        event.cancel_tool = "no"

    bench = Bench(call("Person", GOOD), text("prose"), text("prose")).on(BeforeToolCallEvent, refuse)
    return await bench.outcome(structured_output_model=Person)


@table({"class that is no model": dict, "text": "Person", "instance": Person(name="A", age=1)})
async def wrong_model(value: Any) -> Any:
    return await Bench(text("prose"), text("prose")).outcome(structured_output_model=value)


@scenario
async def result_of_invoke_async_and_call() -> Any:
    bench = Bench(call("Person", GOOD), call("Person", GOOD))
    first = await bench.agent.invoke_async("a", structured_output_model=Person)
    second = bench.agent("b", structured_output_model=Person)
    return [
        observed(first.structured_output),
        observed(second.structured_output),
        str(first),
        observed(first.to_dict()),
    ]


@scenario
async def deprecated_method() -> Any:
    import warnings

    bench = Bench(
        outputs=[{"name": "Ada", "age": 1}, {"name": "Bob", "age": 2}, {"name": "Cy", "age": 3}], log_hooks=True
    )
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        first = await attempt_async(bench.agent.structured_output_async(Person, "who?"))
        second = attempt(lambda: bench.agent.structured_output(Person, [{"text": "and?"}]))
        third = attempt(lambda: bench.agent.structured_output(Person))
    return {
        "outputs": [first, second, third],
        "warnings": [warning.category.__name__ for warning in caught],
        "messages": observed(bench.agent.messages),
        "calls": observed(bench.model.calls),
        "hooks": bench.timeline,
        "callback": bench.from_callback,
    }


@table({model.__name__: model for model in (Person, House, Strict, Tree, Aliased)})
async def pydantic_to_tool_spec(model: Any) -> Any:
    from strands.tools.structured_output.structured_output_utils import convert_pydantic_to_tool_spec

    return attempt(lambda: convert_pydantic_to_tool_spec(model))
