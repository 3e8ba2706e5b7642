"""OpenAI's clients for models that Bedrock hosts behind an OpenAI-compatible endpoint, called Mantle."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import boto3
from typing_extensions import TypedDict

if TYPE_CHECKING:
    from botocore.credentials import CredentialProvider

_BASE_URL = "https://bedrock-mantle.{region}.api.aws/v1"
_GUIDE = "https://docs.aws.amazon.com/bedrock/latest/userguide/inference-openai.html"
_DERIVED_ARGS = frozenset({"api_key", "base_url"})


class BedrockMantleConfig(TypedDict, total=False):
    """How to reach the endpoint; with nothing set, as boto3 would by itself.

    Attributes:
        region: AWS region of the endpoint.
        boto_session: Session to take region and credentials from.
        credentials_provider: Where to take credentials from instead.
        expiry: How long a token is valid; at most 12 hours.
    """

    region: str
    boto_session: boto3.Session
    credentials_provider: CredentialProvider
    expiry: timedelta


def check_client_args(client_args: Mapping[str, Any]) -> None:
    """Refuse arguments of the client that follow from the configuration.

    Raises:
        ValueError: If there are any.
    """
    derived = sorted(_DERIVED_ARGS & client_args.keys())
    if derived:
        raise ValueError(
            f"client_args must not contain {derived} when bedrock_mantle_config is set; "
            "these are derived from the Mantle config automatically."
        )


def resolve_bedrock_client_args(
    config: BedrockMantleConfig, client_args: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return arguments for an OpenAI client, with the endpoint's address and a new token for it.

    Finding credentials may block: they may be on disk, or behind a service of the network.

    Args:
        config: How to reach the endpoint.
        client_args: Further arguments of the client.

    Raises:
        ValueError: If no region is known.
        ImportError: If the package that makes the tokens is not installed.
    """
    try:
        from aws_bedrock_token_generator import provide_token
    except ImportError as error:
        raise ImportError(
            "bedrock_mantle_config needs aws-bedrock-token-generator: pip install 'strands-agents[openai]'"
        ) from error

    region = _region(config)
    options: dict[str, Any] = {"expiry": config["expiry"]} if "expiry" in config else {}
    provider = config.get("credentials_provider") or _provider_of(config.get("boto_session"))
    if provider is not None:
        options["aws_credentials_provider"] = provider
    token = provide_token(region=region, **options)
    return {**(client_args or {}), "base_url": _BASE_URL.format(region=region), "api_key": token}


def _region(config: BedrockMantleConfig) -> str:
    session = config.get("boto_session")
    region = config.get("region") or (session or boto3.Session()).region_name or os.environ.get("AWS_REGION")
    if not region:
        raise ValueError(
            "Could not resolve an AWS region for Bedrock Mantle. Pass 'region' in bedrock_mantle_config, attach a "
            f"boto_session with a configured region, or set AWS_REGION in the environment. See {_GUIDE} for supported "
            "regions."
        )
    return region


def _provider_of(session: boto3.Session | None) -> Any:
    """Return a provider of the session's credentials, as the token generator wants them; None without a session."""
    return None if session is None else _SessionCredentials(session)


class _SessionCredentials:
    """Hands on the credentials of a session."""

    def __init__(self, session: boto3.Session) -> None:
        self._session = session

    def load(self) -> Any:
        """Return the credentials, or None if the session has none."""
        return self._session.get_credentials()
