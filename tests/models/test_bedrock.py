"""How a Bedrock model is made and configured."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import boto3
import pytest
from botocore.config import Config

from strands.models import BedrockModel, CacheConfig
from strands.models.bedrock import DEFAULT_BEDROCK_MODEL_ID, DEFAULT_BEDROCK_REGION, DEFAULT_READ_TIMEOUT


def made(**arguments: Any) -> BedrockModel:
    return BedrockModel(**arguments)


def session(region: str | None = None) -> boto3.Session:
    return boto3.Session(aws_access_key_id="k", aws_secret_access_key="s", region_name=region)


@pytest.mark.parametrize(
    ("environment", "arguments", "region"),
    [
        ({}, {}, DEFAULT_BEDROCK_REGION),
        ({"AWS_REGION": "eu-west-1"}, {}, "eu-west-1"),
        ({"AWS_DEFAULT_REGION": "eu-west-2"}, {}, "eu-west-2"),
        ({"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-2"}, {}, "eu-west-2"),
        ({"AWS_REGION": "eu-west-1"}, {"region_name": "eu-west-3"}, "eu-west-3"),
        ({"AWS_REGION": "eu-west-1"}, {"boto_session": session("us-east-1")}, "us-east-1"),
        ({"AWS_REGION": "eu-west-1"}, {"boto_session": session()}, "eu-west-1"),
        ({}, {"boto_session": session()}, DEFAULT_BEDROCK_REGION),
        ({"AWS_REGION": "eu-west-1"}, {"boto_client_config": Config(region_name="eu-west-3")}, "eu-west-1"),
    ],
)
def test_region(
    environment: dict[str, str], arguments: dict[str, Any], region: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Requests go to another region, with other models and another bill, if the order of precedence changes."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert made(**arguments).client.meta.region_name == region


def test_session_and_region_exclude_each_other() -> None:
    with pytest.raises(ValueError, match="Cannot specify both `region_name` and `boto_session`"):
        made(region_name="eu-west-1", boto_session=session("us-east-1"))


def test_endpoint_url() -> None:
    assert made(endpoint_url="http://localhost:1").client.meta.endpoint_url == "http://localhost:1"


@pytest.mark.parametrize(
    ("users", "agent", "read_timeout", "connections"),
    [
        (None, "strands-agents", DEFAULT_READ_TIMEOUT, 256),
        (Config(retries={"max_attempts": 2}), "strands-agents", DEFAULT_READ_TIMEOUT, 256),
        (
            Config(user_agent_extra="me/1", read_timeout=7, max_pool_connections=10),
            "me/1 strands-agents",
            7,
            10,
        ),
    ],
)
def test_client_settings(users: Config | None, agent: str, read_timeout: float, connections: int) -> None:
    """Ours are defaults: what the user sets wins, even if it is botocore's own default."""
    settings: Any = made(boto_client_config=users).client.meta.config
    assert (settings.user_agent_extra, settings.read_timeout, settings.max_pool_connections) == (
        agent,
        read_timeout,
        connections,
    )


def test_the_sdk_is_reached_through_this_module() -> None:
    """Users' tests put a stand-in for boto3 here."""
    with patch("strands.models.bedrock.boto3") as sdk:
        sdk.Session.return_value.region_name = "eu-west-1"
        model = made(model_id="m")
    assert model.client is sdk.Session.return_value.client.return_value
    sdk.Session.return_value.client.assert_called_once()
    arguments = sdk.Session.return_value.client.call_args.kwargs
    assert (arguments["service_name"], arguments["region_name"], arguments["endpoint_url"]) == (
        "bedrock-runtime",
        "eu-west-1",
        None,
    )


@pytest.mark.parametrize(
    ("arguments", "config"),
    [
        (
            {},
            {
                "model_id": DEFAULT_BEDROCK_MODEL_ID,
                "include_tool_result_status": "auto",
                "context_window_limit": 1_000_000,
            },
        ),
        (
            {"model_id": None},
            {
                "model_id": DEFAULT_BEDROCK_MODEL_ID,
                "include_tool_result_status": "auto",
                "context_window_limit": 1_000_000,
            },
        ),
        (
            {"model_id": "m", "temperature": 0.5, "include_tool_result_status": None},
            {"model_id": "m", "temperature": 0.5, "include_tool_result_status": None},
        ),
        (
            {"model_id": "us.amazon.nova-lite-v1:0", "context_window_limit": 5},
            {
                "model_id": "us.amazon.nova-lite-v1:0",
                "include_tool_result_status": "auto",
                "context_window_limit": 5,
            },
        ),
    ],
)
def test_settings(arguments: dict[str, Any], config: dict[str, Any]) -> None:
    model = made(**arguments)
    assert model.get_config() == config
    assert model.context_window_limit == config.get("context_window_limit")


def test_changed_settings() -> None:
    """The limit belongs to the model, unless the user has set it."""
    model = made(model_id="amazon.nova-lite-v1:0", cache_config=CacheConfig())
    assert model.context_window_limit == 300_000
    model.update_config(model_id="anthropic.claude-opus-4-7", temperature=0.1)
    assert model.context_window_limit == 1_000_000
    assert model.config == {
        "model_id": "anthropic.claude-opus-4-7",
        "include_tool_result_status": "auto",
        "cache_config": CacheConfig(),
        "temperature": 0.1,
    }


def test_unknown_settings_warn_where_they_are_written() -> None:
    with pytest.warns(UserWarning, match=r"Invalid configuration parameters: \['temprature'\]") as caught:
        BedrockModel(temprature=0.1)  # type: ignore[call-arg]
    assert caught[0].filename == __file__
    model = made()
    with pytest.warns(UserWarning, match=r"Invalid configuration parameters: \['zzz'\]") as caught:
        model.update_config(zzz=1)  # type: ignore[call-arg]
    assert caught[0].filename == __file__


def test_a_bedrock_model_keeps_no_state() -> None:
    assert not made().stateful
