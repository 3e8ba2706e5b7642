"""What clients patch, subclass and reach into from their own tests."""

# mypy: disable-error-code="arg-type"
# Clients write plain dicts.

from __future__ import annotations

import importlib
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock, MagicMock, patch

from compat.normalise import current, observed
from compat.observing import Bench, attempt
from compat.registry import scenario, table
from compat.sample_tools import noop
from compat.scripted import USAGE, ScriptedModel, call, text
from strands import Agent
from strands.event_loop import event_loop
from strands.types._events import EventLoopStopEvent, TextStreamEvent
from strands.types.exceptions import ModelThrottledException

USER = {"role": "user", "content": [{"text": "q"}]}


PATCHED = (
    "strands.agent.agent.event_loop_cycle",
    "strands.agent.agent.get_tracer",
    "strands.agent.agent.BedrockModel",
    "strands.event_loop.event_loop.event_loop_cycle",
    "strands.event_loop.event_loop.recurse_event_loop",
    "strands.event_loop.event_loop.get_tracer",
    "strands.event_loop.event_loop.stream_messages",
    "strands.event_loop._retry.asyncio",
    "strands.models.bedrock.boto3",
    "strands.telemetry.tracer.trace_api",
)


@table({name: name for name in PATCHED})
async def can_be_patched(name: str) -> Any:
    module, _, attribute = name.rpartition(".")
    return {"there": hasattr(importlib.import_module(module), attribute)}


@scenario
async def patched_event_loop_cycle() -> Any:
    async def cycle(**keywords: Any) -> AsyncGenerator[Any, None]:
        agent = keywords["agent"]
        yield TextStreamEvent({"text": "patched"}, "patched")
        answer: Any = {"role": "assistant", "content": [{"text": "patched"}]}
        yield EventLoopStopEvent("end_turn", answer, agent.event_loop_metrics, {"kept": 1})

    with patch("strands.agent.agent.event_loop_cycle", side_effect=cycle) as patched:
        seen = await Bench().run()
        return {"run": seen, "calls": patched.call_count, "keywords": sorted(patched.call_args.kwargs)}


@scenario
async def patched_recurse_event_loop() -> Any:
    async def recurse(**keywords: Any) -> AsyncGenerator[Any, None]:
        agent = keywords["agent"]
        answer: Any = {"role": "assistant", "content": [{"text": "patched"}]}
        yield EventLoopStopEvent("end_turn", answer, agent.event_loop_metrics, {"kept": 1})

    with patch("strands.event_loop.event_loop.recurse_event_loop", side_effect=recurse) as patched:
        seen = await Bench(call("noop"), tools=[noop]).run()
        return {"run": seen, "calls": patched.call_count, "keywords": sorted(patched.call_args.kwargs)}


@scenario
async def patched_sleep_of_the_retry() -> Any:
    slow = [ModelThrottledException("slow")]
    with patch("strands.event_loop._retry.asyncio.sleep", new_callable=AsyncMock) as sleep:
        seen = await Bench(slow, slow, text("ok")).outcome()
        return {"run": seen, "waits": [one.args[0] for one in sleep.call_args_list]}


@scenario
async def recurse_event_loop_called_directly() -> Any:
    bench = Bench(call("noop"), text("done"), tools=[noop], messages=[USER])
    bench.agent.event_loop_metrics.reset_usage_metrics()
    _, trace = bench.agent.event_loop_metrics.start_cycle(attributes={})
    state: dict[str, Any] = {"request_state": {}, "event_loop_cycle_trace": trace, "event_loop_cycle_id": "own"}
    kinds = [type(event).__name__ async for event in event_loop.recurse_event_loop(bench.agent, state)]
    return {"ends": kinds[-1], "starts": kinds[:2], "messages": observed(bench.agent.messages)}


def mocked_client(**answers: Any) -> Any:
    """Return a patch of the session that Bedrock makes its client with."""
    patched = patch("strands.models.bedrock.boto3.Session")
    session = patched.start()
    session.return_value.region_name = "us-east-1"
    client = session.return_value.client.return_value
    client.meta.region_name = "us-east-1"
    client.configure_mock(**{f"{method}.return_value": answer for method, answer in answers.items()})
    return patched, session, client


@scenario
async def bedrock_on_a_mocked_session() -> Any:
    from strands.models.bedrock import BedrockModel

    patched, session, client = mocked_client(converse_stream={"stream": text("mocked")})
    try:
        agent = Agent(model=BedrockModel(model_id="m1", region_name="us-west-2"), callback_handler=None)
        result = await agent.invoke_async("hi")
        made = session.return_value.client.call_args.kwargs
        return {
            "result": observed(result),
            "request": observed(client.converse_stream.call_args.kwargs),
            "client made with": {key: value for key, value in sorted(made.items()) if isinstance(value, str | None)},
            "session made with": observed(session.call_args.kwargs),
        }
    finally:
        patched.stop()


@scenario
async def bedrock_without_streaming_on_a_mocked_session() -> Any:
    from strands.models.bedrock import BedrockModel

    answer = {
        "output": {"message": {"role": "assistant", "content": [{"text": "mocked"}]}},
        "stopReason": "end_turn",
        "usage": USAGE,
        "metrics": {"latencyMs": 7},
    }
    patched, _, client = mocked_client(converse=answer)
    try:
        agent = Agent(model=BedrockModel(model_id="m1", streaming=False), callback_handler=None)
        result = await agent.invoke_async("hi")
        return {"result": observed(result), "request": observed(client.converse.call_args.kwargs)}
    finally:
        patched.stop()


@scenario
async def bedrock_session_given_as_a_mock() -> Any:
    from strands.models.bedrock import BedrockModel

    session = MagicMock()
    session.region_name = "eu-west-1"
    session.client.return_value.converse_stream.return_value = {"stream": iter(text("mocked"))}
    model = BedrockModel(boto_session=session)
    return [chunk async for chunk in model.stream([{"role": "user", "content": [{"text": "q"}]}])]


@scenario
async def mock_as_a_model() -> Any:
    async def stream(*arguments: Any, **keywords: Any) -> AsyncGenerator[Any, None]:
        for chunk in text("from a mock"):
            yield chunk

    model = MagicMock()
    model.stateful = False
    model.stream = stream
    agent = Agent(model=model, callback_handler=None)
    return attempt(lambda: str(agent("hi")))


@scenario
async def mock_as_a_callback_handler() -> Any:
    handler = MagicMock()
    await Agent(model=ScriptedModel(text("a")), callback_handler=handler).invoke_async("hi")
    return [
        sorted(key for key in one.kwargs if key in ("data", "event", "result", "message"))
        for one in handler.call_args_list
    ]


@scenario
async def model_whose_stream_returns_an_iterable_without_aclose() -> Any:
    class Chunks:
        def __init__(self) -> None:
            self.chunks = iter(text("plain"))

        def __aiter__(self) -> Chunks:
            return self

        async def __anext__(self) -> Any:
            try:
                return next(self.chunks)
            except StopIteration:
                raise StopAsyncIteration from None

    class Plain(ScriptedModel):
        def stream(self, *arguments: Any, **keywords: Any) -> Any:
            return Chunks()

    return observed(await Agent(model=Plain(), callback_handler=None).invoke_async("hi"))


@scenario
async def model_with_the_older_signature() -> Any:
    class Older(ScriptedModel):
        async def stream(self, messages: Any, tool_specs: Any = None, system_prompt: Any = None, **kwargs: Any) -> Any:
            for chunk in text(f"{len(messages)} {tool_specs} {system_prompt} {sorted(kwargs)}"):
                yield chunk

    return observed(await Agent(model=Older(), callback_handler=None, system_prompt="s").invoke_async("hi"))


@scenario
async def agent_subclass_with_its_own_stream() -> Any:
    class Prefixed(Agent):
        async def stream_async(self, prompt: Any = None, **keywords: Any) -> Any:
            async for event in super().stream_async(f"prefix {prompt}", **keywords):
                yield event

    agent = Prefixed(model=ScriptedModel(text("a"), text("b")), callback_handler=None)
    first = await agent.invoke_async("x")
    second = attempt(lambda: str(agent("y")))
    return [observed(first), second, observed(agent.messages)]


@scenario
async def interrupt_state_by_itself() -> Any:
    from strands.interrupt import Interrupt, _InterruptState

    state = _InterruptState()
    state.interrupts["i"] = Interrupt(id="i", name="n", reason="r")
    before = observed(state.to_dict())
    state.activate()
    active = observed(state.to_dict())
    state.resume([{"interruptResponse": {"interruptId": "i", "response": "yes"}}])
    resumed = observed(state.to_dict())
    again = observed(_InterruptState.from_dict(state.to_dict()).to_dict())
    state.deactivate()
    return [before, active, resumed, again, observed(state.to_dict())]


@scenario
async def private_attributes_that_are_read() -> Any:
    agent = Bench(tools=[noop]).agent
    names = (
        "_interrupt_state",
        "_session_manager",
        "_model_state",
        "_cancel_signal",
        "_system_prompt",
        "_append_messages",
        "_default_structured_output_model",
    )
    return {name: hasattr(agent, name) for name in names}


SOURCE = '''
from strands import tool

@tool
def {name}() -> str:
    """Version {version}."""
    return "{version}"
'''


@scenario
async def tool_reloaded_from_a_changed_file() -> Any:
    directory = Path.cwd() / "tools"
    directory.mkdir(exist_ok=True)
    path = directory / "changing.py"
    path.write_text(SOURCE.format(name="changing", version="one"))
    agent = Bench(load_tools_from_directory=True).agent
    before = attempt(lambda: agent.tool.changing())
    path.write_text(SOURCE.format(name="changing", version="two, longer"))
    reloaded = attempt(lambda: agent.tool_registry.reload_tool("changing"))
    path.unlink()
    return observed([_content(before), reloaded, _content(attempt(lambda: agent.tool.changing()))])


def _content(result: Any) -> Any:
    return result.get("content", result) if isinstance(result, dict) else result


@scenario
async def loaders_called_directly() -> Any:
    from strands.tools import loader

    path = Path.cwd() / "loaded.py"
    path.write_text(SOURCE.format(name="first", version="1") + SOURCE.format(name="second", version="2"))
    current.get().name_path(str(Path.cwd()), "<cwd>")

    def names(tools: Any) -> Any:
        return [made.tool_name for made in (tools if isinstance(tools, list) else [tools])]

    return [
        attempt(lambda: names(loader.load_tools_from_file_path(str(path)))),
        attempt(lambda: names(loader.load_tool_from_string(str(path)))),
        attempt(lambda: names(loader.load_tools_from_module_path("json"))),
        attempt(lambda: names(loader.load_tool_from_string("json:dumps"))),
        attempt(lambda: names(loader.load_tools_from_file_path("/nowhere/x.py"))),
        attempt(lambda: names(loader.ToolLoader.load_tools(str(path), "first"))),
        attempt(lambda: names(loader.ToolLoader.load_tool(str(path), "first"))),
        attempt(lambda: names(loader.ToolLoader.load_tools("/nowhere/x.py", "x"))),
    ]


@scenario
async def interrupts_of_a_result_are_objects() -> Any:
    from compat.sample_tools import ask

    result = await Bench(call("ask"), tools=[ask]).agent.invoke_async("hi")
    (interrupt,) = result.interrupts or ()
    return [
        interrupt.name,
        observed(interrupt.reason),
        interrupt.response,
        sorted(interrupt.to_dict()),
        result.stop_reason,
    ]
