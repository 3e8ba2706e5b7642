"""The agent: a model, its tools, and the conversation with them."""

from __future__ import annotations

import sys
import threading
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import TYPE_CHECKING, Any, TypeVar, cast

from strands import _identifier
from strands._async import run_async
from strands.agent import _arguments, _defaults, _snapshot, _structured_output
from strands.agent._defaults import _DefaultCallbackHandlerSentinel, _DefaultRetryStrategySentinel
from strands.agent._exclusion import Exclusion
from strands.agent._invocation import Invocation
from strands.agent._prompt import messages_from_prompt, redacted_content, results_for_abandoned_tool_uses
from strands.agent.agent_result import AgentResult
from strands.agent.base import AgentBase
from strands.event_loop.event_loop import event_loop_cycle
from strands.hooks.events import AgentInitializedEvent, MessageAddedEvent
from strands.hooks.registry import HookCallback, HookProvider, HookRegistry, TEvent
from strands.interrupt import _InterruptState
from strands.plugins._model_plugin import _ModelPlugin
from strands.plugins.registry import _PluginRegistry
from strands.telemetry.metrics import EventLoopMetrics
from strands.telemetry.tracer import get_tracer, is_tracing
from strands.tools._caller import _ToolCaller
from strands.tools.executors.concurrent import ConcurrentToolExecutor
from strands.tools.registry import ToolRegistry
from strands.types._snapshot import resolve_snapshot_fields
from strands.types.agent import AgentInput, ConcurrentInvocationMode

if TYPE_CHECKING:
    from weakref import ref

    from opentelemetry.trace import Span
    from pydantic import BaseModel

    from strands.agent.conversation_manager import ConversationManager
    from strands.event_loop._retry import ModelRetryStrategy
    from strands.models.model import Model
    from strands.plugins.plugin import Plugin
    from strands.session.session_manager import SessionManager
    from strands.tools.executors._executor import ToolExecutor
    from strands.tools.tool_provider import ToolProvider
    from strands.tools.watcher import ToolWatcher
    from strands.types._snapshot import Snapshot, SnapshotField, SnapshotPreset
    from strands.types.content import Message, Messages, SystemContentBlock
    from strands.types.events import AgentStreamEvent
    from strands.types.json_dict import JSONSerializableDict
    from strands.types.tools import AgentTool
    from strands.types.traces import AttributeValue

T = TypeVar("T", bound="BaseModel")


class Agent(AgentBase):
    """A model that works on a conversation with the help of tools.

    Args:
        model: The model, or the id of a model on Amazon Bedrock; Bedrock's default model if None.
        messages: The conversation so far; the list is used as it is, and grows.
        tools: Tools in any form that `ToolRegistry.process_tools` takes.
        system_prompt: Instructions for the model, as text or as content blocks.
        structured_output_model: The default for the output model of a call.
        callback_handler: Called with the items of each event as keywords; prints by default, None for silence.
        conversation_manager: Keeps the conversation within the model's limits; a sliding window by default.
        record_direct_tool_call: Whether `agent.tool.name(...)` is recorded in the conversation.
        load_tools_from_directory: Whether tools in `./tools` are loaded, and reloaded when they change.
        trace_attributes: Attributes for all spans of this agent.
        agent_id: Identifies the agent in a session.
        name: A name for people and for other agents.
        description: What the agent is good for.
        state: Values that tools and hooks share, and that sessions keep; must be JSON-serialisable.
        plugins: Plugins to initialise the agent with.
        hooks: Hook providers, or callbacks whose type hints name their events.
        session_manager: Keeps the conversation and state beyond the life of this object.
        structured_output_prompt: What the model is told when it must be made to produce structured output.
        tool_executor: How the tools of one response are run; concurrently by default.
        retry_strategy: How throttled model calls are repeated; None for not at all.
        concurrent_invocation_mode: What a call does while another one is under way.
        stream_final_turn_only: Whether only the text of the response that ends a run is streamed. The default of
            the keyword in calls.

    Raises:
        ValueError: If an argument is not what it has to be; the message names it.
        TypeError: If an argument is of a wrong kind; the message names it.
    """

    ToolCaller = _ToolCaller

    def __init__(
        self,
        model: Model | str | None = None,
        messages: Messages | None = None,
        tools: list[str | dict[str, str] | ToolProvider | Any] | None = None,
        system_prompt: str | list[SystemContentBlock] | None = None,
        structured_output_model: type[BaseModel] | None = None,
        callback_handler: Callable[..., Any]
        | _DefaultCallbackHandlerSentinel
        | None = _defaults.DEFAULT_CALLBACK_HANDLER,
        conversation_manager: ConversationManager | None = None,
        record_direct_tool_call: bool = True,
        load_tools_from_directory: bool = False,
        trace_attributes: Mapping[str, AttributeValue] | None = None,
        *,
        agent_id: str | None = None,
        name: str | None = None,
        description: str | None = None,
        state: JSONSerializableDict | dict[str, Any] | None = None,
        plugins: list[Plugin] | None = None,
        hooks: list[HookProvider | HookCallback[Any]] | None = None,
        session_manager: SessionManager | None = None,
        structured_output_prompt: str | None = None,
        tool_executor: ToolExecutor | None = None,
        retry_strategy: ModelRetryStrategy | _DefaultRetryStrategySentinel | None = _defaults.DEFAULT_RETRY_STRATEGY,
        concurrent_invocation_mode: ConcurrentInvocationMode = ConcurrentInvocationMode.THROW,
        stream_final_turn_only: bool = False,
    ) -> None:
        self.stream_final_turn_only = _arguments.checked_bool("stream_final_turn_only", stream_final_turn_only)
        self.model = _resolved_model(model)
        _arguments.check_parts(
            model=self.model, messages=messages, tools=tools, hooks=hooks, plugins=plugins, tool_executor=tool_executor
        )
        _arguments.check_parts(conversation_manager=conversation_manager, session_manager=session_manager)
        _arguments.check_parts(trace_attributes=trace_attributes)
        _arguments.check_history(messages)
        self.messages: Messages = messages if messages is not None else []
        self._system_prompt, self._system_prompt_content = _defaults.resolved_system_prompt(system_prompt)
        self._default_structured_output_model = structured_output_model
        self._structured_output_prompt = structured_output_prompt
        self.agent_id = _identifier.validate(agent_id or _defaults.AGENT_ID, _identifier.Identifier.AGENT)
        self.name = name or _defaults.AGENT_NAME
        self.description = description
        self.state = _defaults.resolved_state(state)
        self.callback_handler = _defaults.resolved_callback_handler(callback_handler)
        self._default_handler = (
            self.callback_handler if callback_handler is _defaults.DEFAULT_CALLBACK_HANDLER else None
        )
        self.conversation_manager = _defaults.resolved_conversation_manager(conversation_manager, self.model)
        self.record_direct_tool_call = record_direct_tool_call
        self.load_tools_from_directory = load_tools_from_directory
        self.trace_attributes = _defaults.resolved_trace_attributes(trace_attributes)
        self.event_loop_metrics = EventLoopMetrics()
        self.tracer = get_tracer()
        self.trace_span: Span | None = None
        self.tool_executor = tool_executor or ConcurrentToolExecutor()
        self.tool_caller = _ToolCaller(self)
        self._interrupt_state = _InterruptState()
        self._model_state: dict[str, Any] = {}
        self._cancel_signal = threading.Event()
        self._invocation_lock = threading.Lock()
        self._exclusion = Exclusion(self._invocation_lock)
        self._concurrent_invocation_mode = concurrent_invocation_mode
        self._retry_strategy = _defaults.resolved_retry_strategy(retry_strategy)
        self._session_manager = session_manager
        self._set_up_tools(tools)
        self._set_up_hooks(hooks or [], plugins or [])

    def _set_up_tools(self, tools: list[Any] | None) -> None:
        self.tool_registry = ToolRegistry()
        if tools is not None:
            self.tool_registry.process_tools(tools)
        self.tool_registry.initialize_tools(self.load_tools_from_directory)
        self.tool_watcher: ToolWatcher | None = None
        if self.load_tools_from_directory:
            from strands.tools.watcher import ToolWatcher

            self.tool_watcher = ToolWatcher(tool_registry=self.tool_registry)

    def _set_up_hooks(self, hooks: list[HookProvider | HookCallback[Any]], plugins: list[Plugin]) -> None:
        self.hooks = HookRegistry()
        self._plugin_registry = _PluginRegistry(self)
        for provider in (self._session_manager, self.conversation_manager, self._retry_strategy):
            if provider is not None:
                self.hooks.add_hook(provider)
        for hook in hooks:
            self._register_hook(hook)
        for plugin in (_ModelPlugin(), *plugins):
            self._plugin_registry.add_and_init(plugin)
        self.hooks.invoke_callbacks(AgentInitializedEvent(agent=self))

    def _register_hook(self, hook: HookProvider | HookCallback[Any]) -> None:
        if isinstance(hook, HookProvider):
            return self.hooks.add_hook(hook)
        if callable(hook):
            return self.hooks.add_callback(None, hook)
        raise ValueError(f"Invalid hook: {hook!r}. Must be a HookProvider instance or a callable hook callback.")

    # --- running --------------------------------------------------------------------------------------------------

    def __call__(
        self,
        prompt: AgentInput = None,
        *,
        invocation_state: dict[str, Any] | None = None,
        structured_output_model: type[BaseModel] | None = None,
        structured_output_prompt: str | None = None,
        stream_final_turn_only: bool | None = None,
        **kwargs: Any,
    ) -> AgentResult:
        """Run the agent from synchronous code; see `stream_async` for the arguments.

        Returns:
            The result of the run.
        """
        return run_async(
            lambda: self.invoke_async(
                prompt,
                stream_final_turn_only=stream_final_turn_only,
                structured_output_model=structured_output_model,
                structured_output_prompt=structured_output_prompt,
                invocation_state=invocation_state,
                **kwargs,
            )
        )

    async def invoke_async(
        self,
        prompt: AgentInput = None,
        *,
        invocation_state: dict[str, Any] | None = None,
        structured_output_model: type[BaseModel] | None = None,
        structured_output_prompt: str | None = None,
        stream_final_turn_only: bool | None = None,
        **kwargs: Any,
    ) -> AgentResult:
        """Run the agent and wait for its result; see `stream_async` for the arguments.

        Returns:
            The result of the run.
        """
        events = self.stream_async(
            prompt,
            stream_final_turn_only=stream_final_turn_only,
            structured_output_model=structured_output_model,
            structured_output_prompt=structured_output_prompt,
            invocation_state=invocation_state,
            **kwargs,
        )
        event: Mapping[str, Any] = {}
        async for event in events:  # noqa: B007  # the last event holds the result
            continue
        return cast(AgentResult, event["result"])

    def stream_async(
        self,
        prompt: AgentInput = None,
        *,
        invocation_state: dict[str, Any] | None = None,
        structured_output_model: type[BaseModel] | None = None,
        structured_output_prompt: str | None = None,
        stream_final_turn_only: bool | None = None,
        **kwargs: Any,
    ) -> AsyncGenerator[AgentStreamEvent, None]:
        """Run the agent and yield its events, each a dict of its own.

        Closing the iterator early ends the run: the provider's stream is closed, and the agent can be called again.

        Args:
            prompt: A text, content blocks, messages, answers to interrupts, or None to go on with the conversation.
            invocation_state: Values for tools and hooks of this run; used as it is, and added to.
            structured_output_model: The pydantic model that the output must fit; overrides the agent's.
            structured_output_prompt: What the model is told when it must be made to produce that output.
            stream_final_turn_only: Whether text is yielded only if it belongs to the response that ends the run with
                an answer; None for the agent's default.
            **kwargs: Deprecated; taken as the invocation state.

        Yields:
            Events; the last one is `{"result": AgentResult}`.

        Raises:
            TypeError: If `stream_final_turn_only` is not a bool, or the prompt does not answer a waiting interrupt.
            ValueError: If the prompt has none of the accepted forms.
            ConcurrencyException: If the agent is running already.
            MaxTokensReachedException: If a response was cut off by its token limit.
            ContextWindowOverflowException: If the conversation does not fit the model and cannot be reduced.
            StructuredOutputException: If the model would not produce the structured output.
            EventLoopException: If a tool stage, or the model in a later cycle, failed unexpectedly.
        """
        final_turn_only = self.stream_final_turn_only
        if stream_final_turn_only is not None:
            final_turn_only = _arguments.checked_bool("stream_final_turn_only", stream_final_turn_only)
        state = _arguments.resolved_invocation_state(invocation_state, kwargs)
        handler = kwargs.get("callback_handler", self.callback_handler)
        invocation = Invocation(
            agent=self,
            event_loop=event_loop_cycle,
            state=state,
            callback_handler=_defaults.handler_of_run(handler, is_default=handler is self._default_handler),
            output_model=_arguments.checked_output_model(
                structured_output_model or self._default_structured_output_model
            ),
            output_prompt=structured_output_prompt or self._structured_output_prompt,
            final_turn_only=final_turn_only,
        )
        return cast("AsyncGenerator[AgentStreamEvent, None]", invocation.events(prompt))

    def cancel(self) -> None:
        """Ask the current run, or the next one if none is under way, to end as soon as it can; from any thread.

        A response that is being streamed ends with the stop reason `cancelled`; tools that have not begun are answered
        with errors, so that the history stays valid.
        """
        self._cancel_signal.set()

    def _exclusively(self, stream: ref[Any] | None = None) -> AbstractContextManager[None]:
        """Mark the agent as running for the time of a block; refuse, unless it allows that, if it runs already."""
        if self._concurrent_invocation_mode != ConcurrentInvocationMode.THROW:
            return nullcontext()
        return self._exclusion.during(stream)

    async def _messages_for(self, prompt: AgentInput) -> Messages:
        """Return what a prompt adds to the history; answers to interrupts add nothing."""
        if self._interrupt_state.activated:
            self._interrupt_state.resume(prompt)
            return []
        messages = messages_from_prompt(prompt)
        if prompt is not None and (results := results_for_abandoned_tool_uses(self.messages)) is not None:
            await self._append_messages(results)
        return messages

    async def _append_messages(self, *messages: Message) -> None:
        for message in messages:
            self.messages.append(message)
            await self.hooks.invoke_callbacks_async(MessageAddedEvent(agent=self, message=message))

    def _redact_latest_user_message(self, replacement: str) -> None:
        """Put a guardrail's text in place of the input that it blocked, here and in the session."""
        message = self.messages[-1]
        message["content"] = redacted_content(message["content"], replacement)
        if self._session_manager is not None:
            self._session_manager.redact_latest_message(message, self)

    def _start_span(self, messages: Messages) -> Span:
        traced = is_tracing()  # what only a span shows is not put together for nothing
        return self.tracer.start_agent_span(
            messages=messages,
            agent_name=self.name,
            model_id=self._model_id,
            tools=self.tool_names if traced else None,
            custom_trace_attributes=self.trace_attributes,
            tools_config=self.tool_registry.get_all_tools_config() if traced else None,
            system_prompt=self.system_prompt,
        )

    @property
    def _model_id(self) -> str | None:
        config = self.model.get_config()
        return config.get("model_id") if isinstance(config, dict) else None

    # --- structured output, the older way -------------------------------------------------------------------------

    def structured_output(self, output_model: type[T], prompt: AgentInput = None) -> T:
        """Return the model's output in the form of `output_model`; deprecated.

        Pass `structured_output_model` when calling the agent instead.

        Args:
            output_model: The pydantic model that the output must fit.
            prompt: Added to the conversation for this one request only.

        Raises:
            RuntimeError: If an interrupt waits for its answer.
            ValueError: If there is neither a prompt nor a conversation.
            StructuredOutputException: If the model yields no output.
        """
        _structured_output.warn_of_structured_output("structured_output")
        return run_async(lambda: _structured_output.structured_output(self, output_model, prompt))

    async def structured_output_async(self, output_model: type[T], prompt: AgentInput = None) -> T:
        """Return the model's output in the form of `output_model`; deprecated, see `structured_output`."""
        _structured_output.warn_of_structured_output("structured_output_async")
        return await _structured_output.structured_output(self, output_model, prompt)

    # --- what the agent is made of --------------------------------------------------------------------------------

    @property
    def system_prompt(self) -> str | None:
        """The system prompt as text, or None; can be set as text or as content blocks."""
        return self._system_prompt

    @system_prompt.setter
    def system_prompt(self, value: str | list[SystemContentBlock] | None) -> None:
        self._system_prompt, self._system_prompt_content = _defaults.resolved_system_prompt(value)

    @property
    def system_prompt_content(self) -> list[SystemContentBlock] | None:
        """The system prompt as content blocks, or None."""
        return None if self._system_prompt_content is None else [*self._system_prompt_content]

    @property
    def tool(self) -> _ToolCaller:
        """Calls tools directly: `agent.tool.name(argument=value)`."""
        return self.tool_caller

    @property
    def tool_names(self) -> list[str]:
        """The names of all tools."""
        return list(self.tool_registry.get_all_tools_config())

    def add_hook(
        self, callback: HookCallback[TEvent], event_type: type[TEvent] | list[type[TEvent]] | None = None
    ) -> None:
        """Call `callback` on each event of a type.

        Args:
            callback: A function, or a coroutine function, of the event.
            event_type: The type or types; taken from the callback's type hint if None.

        Raises:
            ValueError: If the type is not given and cannot be inferred.
        """
        self.hooks.add_callback(event_type, callback)

    def as_tool(
        self, *, name: str | None = None, description: str | None = None, preserve_context: bool = False
    ) -> AgentTool:
        """Return a tool with which another agent can call this one.

        Args:
            name: The tool's name; the agent's by default.
            description: What the tool is good for; the agent's description by default.
            preserve_context: Whether the agent remembers earlier calls; otherwise each begins with the conversation
                and state that the agent has now.
        """
        from strands.agent._agent_as_tool import _AgentAsTool

        return _AgentAsTool(
            self,
            name=name or self.name,
            description=description or self.description,
            preserve_context=preserve_context,
        )

    def take_snapshot(
        self,
        *,
        preset: SnapshotPreset | None = None,
        include: list[SnapshotField] | None = None,
        exclude: list[SnapshotField] | None = None,
        app_data: dict[str, Any] | None = None,
    ) -> Snapshot:
        """Return a copy of what makes up the agent now.

        Args:
            preset: A set of fields; `session` is all but the system prompt.
            include: Fields beyond the preset's.
            exclude: Fields to leave out.
            app_data: The application's own values, stored with the snapshot.

        Raises:
            SnapshotException: If a field is unknown, or none is left.
        """
        fields = resolve_snapshot_fields(preset=preset, include=include, exclude=exclude)
        return _snapshot.snapshot_of(self, fields, app_data)

    def load_snapshot(self, snapshot: Snapshot) -> None:
        """Put back what a snapshot holds; all else stays as it is.

        Raises:
            SnapshotException: If this version of the package cannot load it.
            ValueError: If it belongs to another kind of conversation manager; the agent is unchanged then.
        """
        _snapshot.restore(self, snapshot)

    def cleanup(self) -> None:
        """Release what the tools hold, such as connections; can be called more than once."""
        self.tool_registry.cleanup()

    def __del__(self) -> None:
        """Clean up if nobody did, even after a constructor that failed half-way."""
        if "tool_registry" in vars(self):
            with suppress(Exception):  # nobody is left to be told
                self.cleanup()


def __getattr__(name: str) -> Any:
    # Tests of applications replace this module's `BedrockModel`; importing it with the module would load boto3.
    if name == "BedrockModel":
        from strands.models.bedrock import BedrockModel

        return BedrockModel
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _resolved_model(model: Model | str | None) -> Model:
    """Return the model itself, or the Bedrock model of the given id, or Bedrock's default model."""
    if model is not None and not isinstance(model, str):
        return model
    bedrock_model: Callable[..., Model] = sys.modules[__name__].BedrockModel
    return bedrock_model(model_id=model) if model else bedrock_model()
