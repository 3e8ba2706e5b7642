"""Former homes of names: they lead to the present ones, and say so."""

from __future__ import annotations

import importlib
import subprocess
import sys
import warnings
from typing import Any

import pytest

from strands import hooks
from strands.vended_plugins import steering

STEERING = "strands.experimental.steering"
HOME = "strands.vended_plugins.steering"

MOVED = {
    **{(STEERING, name): HOME for name in steering.__all__},
    (f"{STEERING}.core", "SteeringContext"): f"{HOME}.core",
    (f"{STEERING}.core", "Guide"): f"{HOME}.core",
    (f"{STEERING}.core.action", "Guide"): f"{HOME}.core.action",
    (f"{STEERING}.core.context", "SteeringContext"): f"{HOME}.core.context",
    (f"{STEERING}.core.handler", "SteeringHandler"): f"{HOME}.core.handler",
    (f"{STEERING}.context_providers", "LedgerProvider"): f"{HOME}.context_providers",
    (f"{STEERING}.context_providers.ledger_provider", "LedgerProvider"): f"{HOME}.context_providers.ledger_provider",
    (f"{STEERING}.handlers.llm", "DefaultPromptMapper"): f"{HOME}.handlers.llm",
    (f"{STEERING}.handlers.llm.llm_handler", "LLMSteeringHandler"): f"{HOME}.handlers.llm.llm_handler",
    (f"{STEERING}.handlers.llm.mappers", "LLMPromptMapper"): f"{HOME}.handlers.llm.mappers",
    ("strands.experimental.tools", "ToolProvider"): "strands.tools",
}


@pytest.mark.parametrize(("former", "name"), MOVED)
def test_a_moved_name_leads_home_with_a_warning(former: str, name: str) -> None:
    """Code of then goes on working, and its author learns what to write now."""
    home = MOVED[former, name]
    module = importlib.import_module(former)
    with pytest.warns(DeprecationWarning) as warned:
        found = getattr(module, name)
    assert found is getattr(importlib.import_module(home), name)
    assert [str(warning.message) for warning in warned] == [
        f"{name} has been moved to production. Use {name} from {home} instead."
    ]
    assert {warning.filename for warning in warned} == {__file__}


@pytest.mark.parametrize(("former", "_"), MOVED)
def test_other_names_are_attribute_errors(former: str, _: str) -> None:
    """As of any module."""
    module: Any = importlib.import_module(former)
    with pytest.raises(AttributeError, match=f"module '{former}' has no attribute 'Nonsense'"):
        _ = module.Nonsense


@pytest.mark.parametrize(("former", "name"), MOVED)
def test_moved_names_are_listed_without_warnings(former: str, name: str) -> None:
    """Completion in an editor or a shell asks for them."""
    assert name in dir(importlib.import_module(former))


@pytest.mark.parametrize(
    ("former", "present"),
    [
        ("BeforeToolInvocationEvent", "BeforeToolCallEvent"),
        ("AfterToolInvocationEvent", "AfterToolCallEvent"),
        ("BeforeModelInvocationEvent", "BeforeModelCallEvent"),
        ("AfterModelInvocationEvent", "AfterModelCallEvent"),
    ],
)
@pytest.mark.parametrize("module", ["strands.experimental.hooks", "strands.experimental.hooks.events"])
def test_renamed_events_lead_to_the_present_ones(module: str, former: str, present: str) -> None:
    """Their names changed on the way."""
    home: Any = importlib.import_module(module)
    with pytest.warns(DeprecationWarning) as warned:
        found = getattr(home, former)
    assert found is getattr(hooks, present)
    assert [str(warning.message) for warning in warned] == [
        f"{former} has been moved to production with an updated name. Use {present} from strands.hooks instead."
    ]
    assert former in dir(home)
    with pytest.raises(AttributeError, match="has no attribute 'Nonsense'"):
        _ = home.Nonsense


def test_the_module_of_multi_agent_events_warns_when_it_is_imported() -> None:
    """Its names are those of now, so that only the import tells."""
    with pytest.warns(DeprecationWarning) as warned:
        sys.modules.pop("strands.experimental.hooks.multiagent.events", None)
        module = importlib.import_module("strands.experimental.hooks.multiagent.events")
    assert "strands.experimental.hooks.multiagent is deprecated. Use strands.hooks instead." in {
        str(warning.message) for warning in warned
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        package: Any = importlib.import_module("strands.experimental.hooks.multiagent")
    for name in module.__all__:
        assert getattr(package, name) is getattr(module, name) is getattr(hooks, name)


def test_importing_the_package_warns_of_nothing() -> None:
    """Only the use of what has moved is worth a warning."""
    program = (
        "import strands.experimental as e\n"
        "print(e.__all__, callable(e.config_to_agent), e.checkpoint.Checkpoint, e.steering, e.tools)"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=True)
