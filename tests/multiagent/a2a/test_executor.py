"""What clients of an agent are sent, event by event."""

from __future__ import annotations

import asyncio
import logging
import warnings
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest

pytest.importorskip("a2a", reason="needs the extra a2a")

from a2a.server.agent_execution import RequestContext
from a2a.server.events import EventQueue
from a2a.types import (
    DataPart,
    FilePart,
    FileWithBytes,
    InvalidParamsError,
    Message,
    MessageSendParams,
    Part,
    Task,
    TaskNotCancelableError,
    TaskNotFoundError,
    TaskState,
    TaskStatus,
)
from a2a.utils import new_task
from a2a.utils.errors import ServerError
from pydantic import BaseModel

from strands import Agent, tool
from strands.hooks import BeforeInvocationEvent, BeforeToolCallEvent
from strands.multiagent.a2a import StrandsA2AExecutor
from strands.testing import Gate, ScriptedModel, error, pause, reasoning, silence, stop, text, use
from strands.types.tools import ToolContext
from tests.multiagent.a2a.serving import brief, message_of

pytestmark = pytest.mark.filterwarnings("ignore:Text is sent as status messages:UserWarning")

SUBMITTED = ("Task",)
COMPLETED = ("status", "completed", None, True)
FAILED = ("status", "failed", "Agent execution failed", True)
CANCELED = ("status", "canceled", None, True)


@tool
def look(subject: str) -> str:
    """Look something up."""
    return f"{subject}: found"


@tool(context=True)
def finish(tool_context: ToolContext) -> str:
    """End the run."""
    tool_context.invocation_state["request_state"]["stop_event_loop"] = True
    return "done"


LOOKING = [text(["Let me look."]), use("look", subject="Oslo")]
ANSWER = text(["It is ", "4 °C."])


def agent_of(*turns: Any, **settings: Any) -> Agent:
    return Agent(model=ScriptedModel(list(turns)), tools=[look, finish], callback_handler=None, **settings)


def request(*parts: Part | str, task: Task | None = None, **fields: Any) -> RequestContext:
    return request_with(message_of(*(parts or ("hi",)), **fields), task)


def request_with(message: Message, task: Task | None = None) -> RequestContext:
    return RequestContext(
        request=MessageSendParams(message=message),
        task=task,
        task_id=task.id if task else None,
        context_id=task.context_id if task else None,
    )


async def drained(queue: EventQueue) -> list[Any]:
    return [await queue.dequeue_event(no_wait=True) for _ in range(queue.queue.qsize())]


async def events_of(
    agent: Any, *, compliant: bool, context: RequestContext | None = None, **settings: Any
) -> list[Any]:
    queue = EventQueue()
    executor = StrandsA2AExecutor(agent, enable_a2a_compliant_streaming=compliant, **settings)
    await executor.execute(context or request(), queue)
    return await drained(queue)


async def briefs_of(agent: Any, **settings: Any) -> list[tuple[object, ...]]:
    return [brief(event) for event in await events_of(agent, **settings)]


def working(piece: str) -> tuple[object, ...]:
    return ("status", "working", piece, False)


def whole(answer: str) -> tuple[object, ...]:
    return ("artifact", answer, None, None)


def first(piece: str) -> tuple[object, ...]:
    return ("artifact", piece, False, None)


def further(piece: str) -> tuple[object, ...]:
    return ("artifact", piece, True, None)


LAST = ("artifact", "", True, True)


def only(answer: str) -> tuple[object, ...]:
    return ("artifact", answer, None, True)


class TestEvents:
    """The same run in both forms; what follows the submitted task."""

    @pytest.mark.parametrize(
        ("turns", "as_status", "as_artifact"),
        [
            pytest.param(
                [ANSWER],
                [working("It is "), working("4 °C."), whole("It is 4 °C.\n"), COMPLETED],
                [first("It is "), further("4 °C."), LAST, COMPLETED],
                id="an answer",
            ),
            pytest.param(
                [LOOKING, ANSWER],
                [
                    *(working(piece) for piece in ("Let me look.", "It is ", "4 °C.")),
                    whole("It is 4 °C.\n"),
                    COMPLETED,
                ],
                [first("Let me look."), further("It is "), further("4 °C."), LAST, COMPLETED],
                id="a tool call first",
            ),
            pytest.param(
                [[reasoning("Hm."), text("Yes.")]],
                [working("Yes."), whole("Yes.\n"), COMPLETED],
                [first("Yes."), LAST, COMPLETED],
                id="reasoning stays inside",
            ),
            pytest.param([[silence()]], [COMPLETED], [only(""), COMPLETED], id="no answer at all"),
            pytest.param([[error("Oops", "secret detail")]], [FAILED], [FAILED], id="the model fails"),
            pytest.param(
                [[text(["It i"]), stop("max_tokens")]],
                [working("It i"), FAILED],
                [first("It i"), FAILED],
                id="cut off",
            ),
        ],
    )
    @pytest.mark.parametrize("compliant", [False, True])
    async def test_a_run_becomes_updates_of_a_task(
        self,
        turns: list[Any],
        as_status: list[object],
        as_artifact: list[object],
        compliant: bool,
    ) -> None:
        """Clients were written against these sequences."""
        found = await briefs_of(agent_of(*turns), compliant=compliant)
        assert found == [SUBMITTED, *(as_artifact if compliant else as_status)]

    async def test_chunks_belong_to_one_named_artifact(self) -> None:
        """Clients put an answer together by the artifact's id."""
        agent = agent_of(ANSWER, "Again.")
        runs = [await events_of(agent, compliant=True) for _ in range(2)]
        artifacts = [{(e.artifact.artifact_id, e.artifact.name) for e in run[1:-1]} for run in runs]
        assert [[name for _, name in each] for each in artifacts] == [["agent_response"], ["agent_response"]]
        assert artifacts[0] != artifacts[1]

    async def test_the_task_holds_the_message(self) -> None:
        """The store keeps the task as it was submitted, with ids that all updates carry."""
        task, *updates = await events_of(agent_of("Yes."), compliant=True)
        assert (task.status.state, texts_of(task)) == (TaskState.submitted, ["hi"])
        assert {(each.task_id, each.context_id) for each in updates} == {(task.id, task.context_id)}

    async def test_a_task_that_exists_is_continued(self) -> None:
        """A second message of a task must not submit it anew."""
        task = new_task(message_of("before"))
        found = await events_of(agent_of("Yes."), compliant=True, context=request(task=task))
        assert [brief(each) for each in found] == [first("Yes."), LAST, COMPLETED]
        assert {each.task_id for each in found} == {task.id}

    async def test_runs_at_once_do_not_mix(self) -> None:
        """An executor serves all clients: what one run has sent must not count for another."""
        gate = Gate()
        agents = [agent_of([text(["1", pause(gate), "2"])]), agent_of("other")]
        executor = StrandsA2AExecutor(agents[0], enable_a2a_compliant_streaming=True)
        queues = [EventQueue(), EventQueue()]
        running = asyncio.create_task(executor.execute(request(), queues[0]))
        await gate.reached()
        executor.agent = agents[1]
        await executor.execute(request(), queues[1])
        gate.open()
        await running
        found = [[brief(event) for event in await drained(queue)] for queue in queues]
        assert found == [
            [SUBMITTED, first("1"), further("2"), LAST, COMPLETED],
            [SUBMITTED, first("other"), LAST, COMPLETED],
        ]

    async def test_a_task_is_worked_on_once_at_a_time(self) -> None:
        """A second run would fail, and with it the task that the first is still busy with."""
        gate = Gate()
        executor = StrandsA2AExecutor(agent_of([text(["1", pause(gate), "2"])]), enable_a2a_compliant_streaming=True)
        queue = EventQueue()
        running = asyncio.create_task(executor.execute(request(), queue))
        await gate.reached()
        task = await queue.dequeue_event()
        assert isinstance(task, Task)
        with pytest.raises(ServerError) as caught:
            await executor.execute(request("more", task=task), queue)
        assert caught.value.error == InvalidParamsError(message=f"Task {task.id} is still being worked on")
        gate.open()
        await running
        assert [brief(event) for event in await drained(queue)] == [first("1"), further("2"), LAST, COMPLETED]

    async def test_the_form_outside_of_the_specification_warns(self) -> None:
        """It is the default for the sake of compatibility only."""
        with warnings.catch_warnings(), pytest.warns(UserWarning, match="enable_a2a_compliant_streaming=True"):
            warnings.simplefilter("always")
            await events_of(agent_of("Yes."), compliant=False)

    async def test_a_failure_is_logged_once_and_not_told(self, caplog: pytest.LogCaptureFixture) -> None:
        """The reason may hold secrets; the operator needs it, the client does not."""
        task, failed = await events_of(agent_of([error("Oops", "secret detail")]), compliant=True)
        assert "secret" not in failed.model_dump_json()
        logged = [each for each in caplog.records if each.name.startswith("strands.multiagent.a2a")]
        assert [(each.levelno, each.getMessage()) for each in logged] == [
            (logging.ERROR, f"task_id=<{task.id}> | agent execution failed")
        ]


class TestInput:
    async def test_parts_become_the_prompt(self) -> None:
        """Text, data and files of one message are one message for the model."""
        agent = agent_of("Yes.")
        image = Part(root=FilePart(file=FileWithBytes(bytes="aGk=", mime_type="image/png")))
        await events_of(agent, compliant=True, context=request("see", Part(root=DataPart(data={"k": 1})), image))
        assert agent.messages[0]["content"] == [
            {"text": "see"},
            {"text": '[Structured Data]\n{\n  "k": 1\n}'},
            {"image": {"format": "png", "source": {"bytes": b"hi"}}},
        ]

    async def test_the_request_is_in_the_invocation_state(self) -> None:
        """Tools and hooks see who asks: headers, metadata, the task."""
        agent, states = agent_of("Yes."), cast("list[dict[str, Any]]", [])
        agent.add_hook(lambda event: states.append(event.invocation_state), BeforeInvocationEvent)
        context = request()
        await events_of(agent, compliant=True, context=context)
        assert [state["a2a_request_context"] for state in states] == [context]

    @pytest.mark.parametrize(
        ("message", "reason"),
        [
            (message_of(), "No valid content found in request message parts"),
            (message_of(""), "TextPart content cannot be empty"),
            (
                message_of(Part(root=FilePart(file=FileWithBytes(bytes="", name="empty.pdf")))),
                "No valid content found in request message parts",
            ),
            (
                message_of(Part(root=FilePart(file=FileWithBytes(bytes="aGk=", mime_type="audio/mp3")))),
                "mime_type is 'audio/mp3', expected the type of a document, an image or a video",
            ),
        ],
    )
    async def test_a_message_without_content_is_refused(self, message: Message, reason: str) -> None:
        """The client is told what is wrong, and no task is left behind."""
        queue = EventQueue()
        with pytest.raises(ServerError) as caught:
            await StrandsA2AExecutor(agent_of("Yes."), enable_a2a_compliant_streaming=True).execute(
                request_with(message), queue
            )
        assert caught.value.error == InvalidParamsError(message=reason)
        assert await drained(queue) == []

    async def test_a_file_that_is_not_base64_is_refused(self) -> None:
        """A model that is handed an empty file would make something up."""
        broken = Part(root=FilePart(file=FileWithBytes(bytes="?", name="a.pdf")))
        with pytest.raises(ServerError, match=r"bytes of the file 'a\.pdf' are not base64"):
            await events_of(agent_of("Yes."), compliant=True, context=request(broken))

    async def test_a_request_without_a_message_is_refused(self) -> None:
        """The SDK allows such contexts; an AttributeError would tell the client nothing."""
        with pytest.raises(ServerError):
            await events_of(agent_of("Yes."), compliant=True, context=RequestContext())


class TestInterrupts:
    @pytest.mark.parametrize(
        ("reason", "line"),
        [("really?", "- approval: really?"), (None, "- approval"), ({"n": 1}, "- approval: {'n': 1}")],
    )
    @pytest.mark.parametrize("compliant", [False, True])
    async def test_an_interrupt_asks_for_input(self, reason: Any, line: str, compliant: bool) -> None:
        """The task stays open, and its status says what is asked."""
        agent = agent_of(LOOKING)
        agent.add_hook(lambda event: event.interrupt("approval", reason=reason), BeforeToolCallEvent)
        sent = first("Let me look.") if compliant else working("Let me look.")
        assert await briefs_of(agent, compliant=compliant) == [
            SUBMITTED,
            sent,
            ("status", "input-required", f"Agent requires input:\n{line}", False),
        ]

    async def ask(self, executor: StrandsA2AExecutor) -> tuple[Task, list[dict[str, Any]]]:
        """Run up to the question; returns the waiting task and its interrupts."""
        queue = EventQueue()
        await executor.execute(request(), queue)
        events = await drained(queue)
        task: Task = events[0]
        task.status = events[-1].status
        assert task.status.message is not None
        assert task.status.message.metadata is not None
        return task, task.status.message.metadata["interrupts"]

    @staticmethod
    def asking(*reasons: Any, **settings: Any) -> tuple[StrandsA2AExecutor, list[Any]]:
        """Return an executor whose agent asks once for each reason before it looks, and the list of the answers."""
        answers: list[Any] = []
        uses = [use("look", subject=str(number)) for number, _ in enumerate(reasons)]
        agent = agent_of(uses, "Yes.", **settings)
        left = iter(reasons)
        reason_of: dict[str, Any] = {}

        def ask(event: BeforeToolCallEvent) -> None:
            reason = reason_of.setdefault(event.tool_use["toolUseId"], next(left, None))
            answers.append(event.interrupt("approval", reason=reason))

        agent.add_hook(ask, BeforeToolCallEvent)
        return StrandsA2AExecutor(agent, enable_a2a_compliant_streaming=True), answers

    async def test_the_tasks_next_message_is_the_answer(self) -> None:
        """Without it the agent would wait for ever, and refuse all its clients."""
        executor, answers = self.asking("really?")
        task, _ = await self.ask(executor)
        queue = EventQueue()
        await executor.execute(request("go on", task=task), queue)
        assert [brief(event) for event in await drained(queue)] == [first("Yes."), LAST, COMPLETED]
        assert answers == ["go on"]

    async def test_data_parts_answer_several_questions(self) -> None:
        """Programs answer by id, with any value."""
        executor, answers = self.asking("one?", {"reason": object})
        task, interrupts = await self.ask(executor)
        parts = [answer_to(each["id"], {"number": number}) for number, each in enumerate(interrupts)]
        await executor.execute(request(*parts, task=task), EventQueue())
        assert answers == [{"number": 0}, {"number": 1}]

    async def test_one_text_is_no_answer_to_several_questions(self) -> None:
        """Nobody should approve by accident what they did not read."""
        executor, answers = self.asking("one?", "two?")
        task, interrupts = await self.ask(executor)
        with pytest.raises(ServerError) as caught:
            await executor.execute(request("yes", task=task), EventQueue())
        ids = [each["id"] for each in interrupts]
        reason = f"expected a data part with 'interruptResponse' for each of {ids!r}"
        assert caught.value.error == InvalidParamsError(message=reason)
        assert answers == []

    async def test_other_tasks_cannot_answer(self) -> None:
        """The question was put to one client."""
        executor, answers = self.asking("really?")
        _, [interrupt] = await self.ask(executor)
        queue = EventQueue()
        await executor.execute(request(answer_to(interrupt["id"], "yes")), queue)
        assert [brief(event) for event in await drained(queue)] == [SUBMITTED, FAILED]
        assert answers == []


def answer_to(interrupt_id: str, response: Any) -> Part:
    return Part(root=DataPart(data={"interruptResponse": {"interruptId": interrupt_id, "response": response}}))


class Report(BaseModel):
    """A report."""

    degrees: int


class TestFinalTurnOnly:
    @pytest.mark.parametrize(
        ("turns", "as_status", "as_artifact"),
        [
            pytest.param(
                [LOOKING, ANSWER],
                [working("It is "), working("4 °C."), whole("It is 4 °C.\n"), COMPLETED],
                [first("It is "), further("4 °C."), LAST, COMPLETED],
                id="commentary is left out",
            ),
            pytest.param(
                [ANSWER],
                [working("It is "), working("4 °C."), whole("It is 4 °C.\n"), COMPLETED],
                [first("It is "), further("4 °C."), LAST, COMPLETED],
                id="an answer at once",
            ),
            pytest.param(
                [[text("I finish."), use("finish")]],
                [COMPLETED],
                [only(""), COMPLETED],
                id="a tool ends the run",
            ),
            pytest.param(
                [LOOKING, [error("Oops", "no")]],
                [FAILED],
                [FAILED],
                id="a failure",
            ),
        ],
    )
    @pytest.mark.parametrize("compliant", [False, True])
    async def test_only_the_final_turns_text_is_sent(
        self, turns: list[Any], as_status: list[object], as_artifact: list[object], compliant: bool
    ) -> None:
        """Clients want the answer, not what the agent says on the way to it."""
        found = await briefs_of(agent_of(*turns), compliant=compliant, stream_final_turn_only=True)
        assert found == [SUBMITTED, *(as_artifact if compliant else as_status)]

    @pytest.mark.parametrize("compliant", [False, True])
    async def test_structured_output_is_the_answer(self, compliant: bool) -> None:
        """It comes by a tool call, but is not beside one."""
        agent = agent_of([text("I report."), use("Report", degrees=4)], structured_output_model=Report)
        answer = '{"degrees":4}'
        assert await briefs_of(agent, compliant=compliant, stream_final_turn_only=True) == [
            SUBMITTED,
            only(answer) if compliant else whole(answer),
            COMPLETED,
        ]

    async def test_an_interrupt_still_asks(self) -> None:
        """Only text is held back."""
        agent = agent_of(LOOKING)
        agent.add_hook(lambda event: event.interrupt("approval"), BeforeToolCallEvent)
        assert await briefs_of(agent, compliant=True, stream_final_turn_only=True) == [
            SUBMITTED,
            ("status", "input-required", "Agent requires input:\n- approval", False),
        ]

    async def test_off_leaves_it_to_the_agent(self) -> None:
        """An agent made with the setting keeps it when it is served."""
        agent = agent_of(LOOKING, "Yes.", stream_final_turn_only=True)
        assert await briefs_of(agent, compliant=True) == [SUBMITTED, first("Yes."), LAST, COMPLETED]

    async def test_agents_of_another_make_are_not_handed_the_keyword_unasked(self) -> None:
        """Whoever wraps an agent may not know it."""

        class Wrapper:
            async def stream_async(self, prompt: Any, *, invocation_state: dict[str, Any]) -> AsyncIterator[Any]:
                yield {"data": "Yes."}

        assert await briefs_of(Wrapper(), compliant=True) == [SUBMITTED, first("Yes."), LAST, COMPLETED]

    async def test_agents_of_another_make_may_return_any_iterator(self) -> None:
        """Not all iterators can be closed."""

        class Iterator:
            def __init__(self) -> None:
                self.events = iter([{"data": "Yes."}])

            def __aiter__(self) -> AsyncIterator[Any]:
                return cast("AsyncIterator[Any]", self)

            async def __anext__(self) -> Any:
                try:
                    return next(self.events)
                except StopIteration:
                    raise StopAsyncIteration from None

        class Wrapper:
            def stream_async(self, prompt: Any, *, invocation_state: dict[str, Any]) -> Iterator:
                return Iterator()

        assert await briefs_of(Wrapper(), compliant=True) == [SUBMITTED, first("Yes."), LAST, COMPLETED]

    @pytest.mark.parametrize("value", [None, 1, "yes"])
    def test_it_must_be_a_bool(self, value: Any) -> None:
        """A typo such as "false" would otherwise switch it on."""
        with pytest.raises(TypeError, match="stream_final_turn_only"):
            StrandsA2AExecutor(agent_of(), stream_final_turn_only=value)


class TestCancel:
    async def test_a_canceled_task_ends_its_run(self) -> None:
        """The model's stream is closed, the task is canceled, and the agent can be called again."""
        gate = Gate()
        model = ScriptedModel([[text(["It ", pause(gate), "is."])], "Again."])
        agent = Agent(model=model, callback_handler=None)
        executor, queue = StrandsA2AExecutor(agent, enable_a2a_compliant_streaming=True), EventQueue()
        running = asyncio.create_task(executor.execute(request(), queue))
        await gate.reached()
        task = await queue.dequeue_event()
        assert isinstance(task, Task)
        await executor.cancel(RequestContext(None, task_id=task.id, context_id=task.context_id, task=task), queue)
        assert model.open_streams == 0
        await running
        assert [brief(event) for event in await drained(queue)] == [first("It "), CANCELED]
        assert str(await agent.invoke_async("again")) == "Again.\n"

    async def test_other_runs_go_on(self) -> None:
        """Clients cancel their own task, not the agent."""
        gates = [Gate(), Gate()]
        agents = [agent_of([text(["1", pause(gate), "2"])]) for gate in gates]
        executor = StrandsA2AExecutor(agents[0], enable_a2a_compliant_streaming=True)
        queues, running = [EventQueue(), EventQueue()], []
        for agent, gate, queue in zip(agents, gates, queues, strict=True):
            executor.agent = agent
            running.append(asyncio.create_task(executor.execute(request(), queue)))
            await gate.reached()
        task = await queues[0].dequeue_event()
        assert isinstance(task, Task)
        await executor.cancel(RequestContext(None, task_id=task.id, context_id=task.context_id, task=task), queues[0])
        gates[1].open()
        await asyncio.gather(*running)
        assert [[brief(event) for event in await drained(queue)] for queue in queues] == [
            [first("1"), CANCELED],
            [SUBMITTED, first("1"), further("2"), LAST, COMPLETED],
        ]

    async def test_a_server_that_gives_up_the_request_ends_the_run(self) -> None:
        """A cancelled `execute` must not leave an agent running behind."""
        gate = Gate()
        model = ScriptedModel([[text(["It ", pause(gate), "is."])]])
        executor = StrandsA2AExecutor(Agent(model=model, callback_handler=None), enable_a2a_compliant_streaming=True)
        running = asyncio.create_task(executor.execute(request(), EventQueue()))
        await gate.reached()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert model.open_streams == 0

    async def test_an_agent_that_was_cancelled_makes_the_task_canceled(self) -> None:
        """`agent.cancel()` on the server is no completed answer."""
        agent = agent_of("Yes.")
        agent.cancel()
        assert await briefs_of(agent, compliant=True) == [
            SUBMITTED,
            ("status", "canceled", "Cancelled by user\n", True),
        ]

    @pytest.mark.parametrize("state", [TaskState.input_required, TaskState.auth_required])
    async def test_a_waiting_task_is_marked_as_canceled(self, state: TaskState) -> None:
        """Nothing of it runs, but its client must be able to drop it."""
        task, queue = waiting(state), EventQueue()
        context = RequestContext(None, task_id=task.id, context_id=task.context_id, task=task)
        await StrandsA2AExecutor(agent_of()).cancel(context, queue)
        assert [brief(event) for event in await drained(queue)] == [CANCELED]

    @pytest.mark.parametrize(
        ("state", "why"),
        [
            (TaskState.working, "it does not run in this process, its state is 'working'"),
            (TaskState.completed, "it has ended, its state is 'completed'"),
        ],
    )
    async def test_a_task_of_which_nothing_runs_here_cannot_be_canceled(self, state: TaskState, why: str) -> None:
        """To say "canceled" of a run in another process would be a lie."""
        task = waiting(state)
        context = RequestContext(None, task_id=task.id, context_id=task.context_id, task=task)
        with pytest.raises(ServerError) as caught:
            await StrandsA2AExecutor(agent_of()).cancel(context, EventQueue())
        assert caught.value.error == TaskNotCancelableError(message=f"Task cannot be canceled: {why}")

    async def test_an_unknown_task_cannot_be_canceled(self) -> None:
        with pytest.raises(ServerError) as caught:
            await StrandsA2AExecutor(agent_of()).cancel(RequestContext(None, task_id="t", context_id="c"), EventQueue())
        assert caught.value.error == TaskNotFoundError()


def waiting(state: TaskState) -> Task:
    return Task(id="t", context_id="c", status=TaskStatus(state=state))


def texts_of(task: Task) -> list[str]:
    return [cast(Any, each.root).text for message in task.history or [] for each in message.parts]
