"""Skills, steering and the context offloader."""

from __future__ import annotations

import json
import os
import re
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from compat.normalise import current, observed
from compat.observing import Bench, attempt
from compat.registry import scenario, table
from compat.scripted import call, message, text, tool_block
from strands import tool
from strands.hooks import BeforeToolCallEvent
from strands.vended_plugins.context_offloader import ContextOffloader, FileStorage, InMemoryStorage
from strands.vended_plugins.skills import AgentSkills, Skill
from strands.vended_plugins.steering import (
    Guide,
    Interrupt,
    LedgerProvider,
    LLMSteeringHandler,
    Proceed,
    SteeringHandler,
)

# --- skills ---------------------------------------------------------------------------------------------------------


def folder(*files: tuple[str, str]) -> Path:
    """Return a new folder with files, shown as `<folder>`."""
    path = Path(tempfile.mkdtemp()).resolve()
    current.get().name_path(str(path), "<folder>")
    for name, content in files:
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(content)
    return path


def head(**values: str) -> str:
    return "".join(["---\n", *(f"{key}: {value}\n" for key, value in values.items()), "---\n"])


SKILL = head(name="a", description="Of use.")

CONTENTS: dict[str, str] = {
    "all fields": head(
        name="my-skill",
        description="Of use.",
        license="MIT",
        compatibility="any",
        **{"allowed-tools": "a Bash(git:*)", "metadata": "{version: 1.0, 3: x}", "extra": "1"},
    )
    + "\nBody\n\n---\n\nmore\n\n",
    "tools as a list": head(name="a", description="d", **{"allowed-tools": "[x, 1]"}),
    "tools with underscore": head(name="a", description="d", allowed_tools="x y"),
    "tools with commas": head(name="a", description="d", **{"allowed-tools": "x, y"}),
    "tools empty": head(name="a", description="d", **{"allowed-tools": "''"}),
    "tools number": head(name="a", description="d", **{"allowed-tools": "5"}),
    "metadata list": head(name="a", description="d", metadata="[1]"),
    "license number": head(name="a", description="d", license="5", compatibility="[1]"),
    "windows line ends": SKILL.replace("\n", "\r\n") + "x\r\n",
    "blank lines before": "\n\n" + SKILL + "x",
    "spaces after dashes": "---  \nname: a\ndescription: d\n---  \nx",
    "no head": "Body only",
    "empty": "",
    "head not closed": "---\nname: a\n",
    "four dashes": "----\nname: a\n----\n",
    "dashes in a value": head(name="a", description="d---e"),
    "no name": head(description="d"),
    "no description": head(name="a"),
    "name number": head(name="5", description="d"),
    "description empty": head(name="a", description="''"),
    "head is a list": "---\n- a\n---\n",
    "head is empty": "---\n---\n",
    "colon in a value": head(name="a", description="use when: asked"),
    "colons and quotes": head(name="a", description='use "when": user\'s: turn'),
    "not yaml": head(name="[a", description="d"),
    "folded": "---\nname: a\ndescription: >\n  folded\n  text\n---\n",
    "byte order mark": "\ufeff" + SKILL,
    **{
        f"name {name[:12]!r}": head(name=name, description="d")
        for name in ("Upper", "a b", "a_b", "-a", "a-", "a--b", "x" * 64, "x" * 65, "é", "../a", "1a-2")
    },
}


@table(CONTENTS)
async def skill_from_content(content: str) -> Any:
    return [attempt(lambda: Skill.from_content(content)), attempt(lambda: Skill.from_content(content, strict=True))]


PATHS = ("good", "good/SKILL.md", "lower", "lower/skill.md", "other", "empty", "none", "good/notes.md", "")


def skills_folder() -> Path:
    path = folder(
        ("good/SKILL.md", head(name="good", description="d") + "Do."),
        ("good/notes.md", "x"),
        ("lower/skill.md", head(name="lower", description="d")),
        ("other/SKILL.md", head(name="different", description="d")),
        ("broken/SKILL.md", head(name="broken")),
    )
    (path / "empty").mkdir()
    return path


@table({name or "the folder": name for name in PATHS})
async def skill_from_file(name: str) -> Any:
    path = skills_folder()
    return [attempt(partial(loaded, path / name, strict)) for strict in (False, True)]


@table({name or "the folder": name for name in PATHS})
async def skills_from_directory(name: str) -> Any:
    path = skills_folder()
    return [attempt(partial(all_loaded, path / name, strict)) for strict in (False, True)]


def loaded(path: Path, strict: bool) -> list[Any]:
    return shown(Skill.from_file(path, strict=strict))


def all_loaded(path: Path, strict: bool) -> list[Any]:
    return [shown(skill) for skill in Skill.from_directory(path, strict=strict)]


def offered(path: Path, strict: bool) -> list[Any]:
    return [shown(skill) for skill in AgentSkills(str(path), strict=strict).get_available_skills()]


def shown(skill: Skill) -> list[Any]:
    return [skill.name, str(skill.path), skill.instructions]


@table({"http": "http://x/y", "file": "file:///x", "empty": "", "refused": "https://127.0.0.1:1/x"})
async def skill_from_url(url: str) -> Any:
    return attempt(lambda: Skill.from_url(url))


@table({name or "the folder": name for name in PATHS})
async def skills_of_a_plugin(name: str) -> Any:
    path = skills_folder()
    return [attempt(partial(offered, path / name, strict)) for strict in (False, True)]


@scenario
async def later_skills_replace_earlier_ones() -> Any:
    plugin = AgentSkills([Skill("a", "one"), Skill("b", "two"), Skill("a", "three")])
    return [[skill.name, skill.description] for skill in plugin.get_available_skills()]


def activations(*names: str) -> list[Any]:
    return message(
        *(tool_block("skills", json.dumps({"skill_name": name}), f"t{i}") for i, name in enumerate(names)),
        reason="tool_use",
    )


def without_schema(calls: list[Any]) -> list[Any]:
    return [[each["system_prompt"], each["keywords"].get("system_prompt_content")] for each in calls]


@table(
    {
        "none": None,
        "text": "Be brief.",
        "empty": "",
        "blocks": [{"text": "A"}, {"cachePoint": {"type": "default"}}, {"text": "B"}],
    }
)
async def skills_in_the_system_prompt(prompt: Any) -> Any:
    plugin = AgentSkills([Skill("a", '<b> & "c"'), Skill("b", "d", path=Path("/nowhere/b"))])
    bench = Bench(text("one"), text("two"), text("three"), plugins=[plugin], system_prompt=prompt)
    seen = [observed(bench.agent.system_prompt)]
    for skills in (None, [Skill("c", "e")], []):
        if skills is not None:
            plugin.set_available_skills(skills)  # type: ignore[arg-type]
        await bench.run()
        seen += [bench.agent.system_prompt, bench.agent.system_prompt_content]
    return observed([*seen, bench.agent.state.get(), without_schema(bench.model.calls)])


@scenario
async def system_prompt_set_anew_between_runs() -> Any:
    bench = Bench(text("one"), text("two"), plugins=[AgentSkills(Skill("a", "d"))], system_prompt="A")
    await bench.run()
    bench.agent.system_prompt = "B"
    await bench.run()
    return bench.agent.system_prompt


ACTIVATED: dict[str, Any] = {
    "instructions": "plain",
    "no instructions": "silent",
    "tools and compatibility": "full",
    "directory": "files",
    "unknown": "none",
    "empty name": "",
}


@table(ACTIVATED)
async def skill_activated(name: str) -> Any:
    path = folder(
        ("files/SKILL.md", head(name="files", description="d") + "Do."),
        ("files/scripts/b.py", ""),
        ("files/scripts/deep/a.py", ""),
        ("files/references/r.md", ""),
        ("files/assets/i.png", ""),
        ("files/elsewhere/x", ""),
    )
    skills = [
        Skill("plain", "d", "Do it."),
        Skill("silent", "d"),
        Skill("full", "d", "Do it.", allowed_tools=["x", "y"], compatibility="Needs <z>"),
        path / "files",
    ]
    plugin = AgentSkills(skills, max_resource_files=3)  # type: ignore[arg-type]
    bench = Bench(activations(name), text("done"), plugins=[plugin])
    await bench.run()
    return observed([bench.agent.messages[2], plugin.get_activated_skills(bench.agent)])


@scenario
async def skills_activated_again() -> Any:
    plugin = AgentSkills([Skill(name, "d", "i") for name in "abc"], state_key="mine")
    bench = Bench(activations("a"), activations("b"), activations("a"), text("done"), plugins=[plugin])
    await bench.run()
    return [plugin.get_activated_skills(bench.agent), bench.agent.state.get("mine")["activated_skills"]]


@scenario
async def skills_tool_and_names() -> Any:
    plugin = AgentSkills(Skill("a", "d"))
    bench = Bench(plugins=[plugin])
    schema = bench.agent.tool_registry.get_all_tools_config()["skills"]["inputSchema"]["json"]
    schema["properties"]["skill_name"].pop("description")
    return observed([plugin.name, schema, len(plugin.hooks)])


@table({"text": "x", "list": [], "number": 5})
async def foreign_state_of_skills(value: Any) -> Any:
    return await Bench(text("x"), plugins=[AgentSkills(Skill("a", "d"))], state={"agent_skills": value}).outcome()


# --- steering -------------------------------------------------------------------------------------------------------


@tool
def add(a: int, b: int) -> int:
    """Add."""
    if a > 100:
        raise ValueError("too large")
    return a + b


class Decisions(SteeringHandler):
    def __init__(self, on_tools: Any = (), on_responses: Any = (), **options: Any) -> None:
        super().__init__(**options)
        self.on_tools, self.on_responses = list(on_tools), list(on_responses)
        self.asked: list[Any] = []

    async def steer_before_tool(self, *, agent: Any, tool_use: Any, **kwargs: Any) -> Any:
        return self.decided(self.on_tools, {"tool": tool_use, "keywords": sorted(kwargs)})

    async def steer_after_model(self, *, agent: Any, message: Any, stop_reason: Any, **kwargs: Any) -> Any:
        return self.decided(self.on_responses, {"content": message["content"], "stop_reason": stop_reason})

    def decided(self, decisions: list[Any], asked: Any) -> Any:
        self.asked.append(observed(asked))
        decision = decisions.pop(0) if decisions else Proceed(reason="fine")
        if isinstance(decision, Exception):
            raise decision
        return decision


CALL = ("add", '{"a": 1, "b": 2}')


@table(
    {
        "proceed": Proceed(reason="r"),
        "guide": Guide(reason="Use c."),
        "interrupt": Interrupt(reason="Sure?"),
        "error": RuntimeError("broken"),
        "something else": "x",
        "none": None,
    }
)
async def decision_on_a_tool(decision: Any) -> Any:
    handler = Decisions([decision])
    bench = Bench(call(*CALL), text("done"), plugins=[handler], tools=[add])
    return {"run": await bench.outcome(), "asked": handler.asked}


@table({"yes": True, "text": "yes", "no": False, "empty": ""})
async def answer_of_a_person(response: Any) -> Any:
    handler = Decisions([Interrupt(reason="Sure?"), Interrupt(reason="Sure?")])
    bench = Bench(call(*CALL), text("done"), plugins=[handler], tools=[add])
    await bench.run()
    [question] = bench.agent._interrupt_state.interrupts
    answered = [{"interruptResponse": {"interruptId": question, "response": response}}]
    return await bench.outcome(answered)


@table(
    {
        "proceed": [Proceed(reason="r")],
        "guide": [Guide(reason="Be brief.")],
        "guide twice": [Guide(reason="Be brief."), Guide(reason="Briefer.")],
        "interrupt": [Interrupt(reason="Sure?")],
        "error": [RuntimeError("broken")],
    }
)
async def decision_on_a_response(decisions: list[Any]) -> Any:
    handler = Decisions(on_responses=decisions)
    bench = Bench(text("one"), text("two"), text("three"), plugins=[handler])
    return {"run": await bench.outcome(), "asked": handler.asked}


@scenario
async def ledger_of_calls() -> Any:
    handler = Decisions(context_providers=[LedgerProvider()])
    both = message(
        tool_block("add", '{"a": 1, "b": 2}', "t1"), tool_block("add", '{"a": 999, "b": 2}', "t2"), reason="tool_use"
    )
    await Bench(both, call("none", tool_use_id="t3"), text("done"), plugins=[handler], tools=[add]).run()
    ledger = handler.steering_context.data.get("ledger")
    return json.loads(re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+", "<time>", json.dumps(ledger)))


@table({name: name for name in ("proceed", "guide", "interrupt")})
async def decision_of_a_model(decision: str) -> Any:
    from compat.scripted import ScriptedModel

    judge = ScriptedModel(call("_LLMSteering", json.dumps({"decision": decision, "reason": "Because."}), "s1"))

    class Fixed:
        def create_steering_prompt(self, steering_context: Any, tool_use: Any = None, **kwargs: Any) -> str:
            return f"{sorted(steering_context.data.get())} {tool_use} {kwargs}"

    handler = LLMSteeringHandler(system_prompt="Judge.", prompt_mapper=Fixed(), model=judge)
    bench = Bench(call(*CALL), text("done"), plugins=[handler], tools=[add])
    run = await bench.outcome()
    return {"run": run, "judge": observed([[each["messages"], each["system_prompt"]] for each in judge.calls])}


# --- context offloader ----------------------------------------------------------------------------------------------

RESULTS: dict[str, list[Any]] = {
    "at the limit": [{"text": "x" * 40}],
    "above the limit": [{"text": "x" * 41}],
    "large": [{"text": "abcdefghij" * 2000}],
    "two texts": [{"text": "a" * 30}, {"text": "b" * 30}],
    "text and json": [{"text": "t" * 60}, {"json": {"k": "é"}}],
    "json": [{"json": {"k": ["v" * 60]}}],
    "media": [
        {"text": "t" * 60},
        {"image": {"format": "png", "source": {"bytes": b"i" * 5000}}},
        {"document": {"format": "pdf", "name": "report", "source": {"bytes": b"d" * 50}}},
    ],
    "image only": [{"image": {"format": "png", "source": {"bytes": b"i" * 5000}}}],
    "media elsewhere": [
        {"text": "t" * 60},
        {"document": {"format": "pdf", "name": "n", "source": {"location": {"type": "s3", "uri": "s3://b/k"}}}},
    ],
    "other blocks": [{"text": "t" * 60}, {"video": {"format": "mp4", "source": {"bytes": b"v"}}}],
    "empty": [],
}


def offloading(
    content: list[Any], *turns: Any, status: str = "success", **options: Any
) -> tuple[Bench, InMemoryStorage]:
    @tool
    def produce() -> dict[str, Any]:
        """Produce."""
        return {"status": status, "content": content}

    storage = InMemoryStorage()
    plugin = ContextOffloader(storage, **{"max_result_tokens": 10, "preview_tokens": 5, **options})
    return Bench(call("produce"), *turns, text("done"), plugins=[plugin], tools=[produce]), storage


@table(RESULTS)
async def result_offloaded(content: list[Any]) -> Any:
    bench, storage = offloading(content)
    await bench.run()
    stored = [attempt(partial(storage.retrieve, f"mem_{i + 1}_t1_{i}")) for i in range(len(content))]
    return {"messages": observed(bench.agent.messages), "stored": stored}


@table(
    {"error": {"status": "error"}, "no preview": {"preview_tokens": 0}, "no tool": {"include_retrieval_tool": False}}
)
async def result_offloaded_otherwise(options: dict[str, Any]) -> Any:
    bench, _ = offloading([{"text": "x" * 100}], **options)
    await bench.run()
    return observed([bench.agent.tool_names, bench.agent.messages])


@table({"text": 0, "json": 1, "image": 2, "document": 3, "unknown": 9})
async def content_read_back(index: int) -> Any:
    content = [
        {"text": "t" * 60},
        {"json": {"k": [1, "é"]}},
        {"image": {"format": "jpeg", "source": {"bytes": b"i"}}},
        {"document": {"format": "docx", "name": "n", "source": {"bytes": b"d"}}},
    ]
    read = call("retrieve_offloaded_content", json.dumps({"reference": f"mem_{index + 1}_t1_{index}"}), "t2")
    bench, _ = offloading(content, read)
    await bench.run()
    return observed(bench.agent.messages[4])


@scenario
async def cancelled_call_with_a_long_message() -> Any:
    def cancel(event: Any) -> None:
        event.cancel_tool = "c" * 100

    bench, _ = offloading([])
    bench.on(BeforeToolCallEvent, cancel)
    await bench.run()
    return observed(bench.agent.messages)


@table({"max 0": {"max_result_tokens": 0}, "preview -1": {"preview_tokens": -1}, "preview 0": {"preview_tokens": 0}})
async def limits_of_the_offloader(options: dict[str, int]) -> Any:
    return attempt(lambda: type(ContextOffloader(InMemoryStorage(), **options)).__name__)  # type: ignore[arg-type]


@table(
    {
        f"{key[:12]!r} {kind}": (key, kind)
        for key, kind in [
            ("k", "text/plain"),
            ("k", "application/json"),
            ("../x/y", "image/png"),
            ("", "x/y"),
            ("a b:c", "application/pdf"),
            ("é", "a/b/../../c"),
            ("k", "image"),
        ]
    }
)
async def file_stored(case: tuple[str, str]) -> Any:
    key, content_type = case
    path = folder()
    storage = FileStorage(str(path))
    reference = storage.store(key, b"content", content_type)
    names = sorted(re.sub(r"^\d{13}", "<ms>", name) for name in os.listdir(path))
    metadata = re.sub(r"\d{13}", "<ms>", (path / ".metadata.json").read_text())
    again = FileStorage(str(path)).retrieve(reference)
    return observed([re.sub(r"\d{13}", "<ms>", reference), names, metadata, again])


@table({"unknown": "none", "outside": "../secret.txt", "inside": "artifacts.txt", "empty": "", "folder": "."})
async def file_read(reference: str) -> Any:
    path = folder(("secret.txt", "secret"), ("store/artifacts.txt", "mine"))
    return attempt(lambda: FileStorage(str(path / "store")).retrieve(reference))


@scenario
async def memory_storage() -> Any:
    storage = InMemoryStorage()
    references = [storage.store("k", b"a"), storage.store("k", b"b", "image/png"), storage.store("x/y", b"c")]
    seen = [attempt(partial(storage.retrieve, one)) for one in references]
    storage.clear()
    return [references, seen, attempt(lambda: storage.retrieve(references[0])), storage.store("k", b"d")]
