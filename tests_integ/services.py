"""Where the scenarios' models live: on the real service, or on a local endpoint that plays a script."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, Protocol

import boto3
import pytest

from strands.models import BedrockModel
from strands.testing import BedrockEndpoint, Turn

MODEL_ID_VARIABLE = "STRANDS_INTEG_MODEL_ID"
"""Environment variable with the model for the real service; by default that of `BedrockModel`."""

GUARDRAIL_ID_VARIABLE = "STRANDS_INTEG_GUARDRAIL_ID"
"""Environment variable with a guardrail that blocks the word CACTUS (version DRAFT)."""


class Service(Protocol):
    """Makes models for scenarios."""

    def model(self, script: Sequence[Turn], **config: Any) -> BedrockModel:
        """Return a model.

        Args:
            script: What the model says if it is not a real one.
            **config: The model's settings.
        """

    def guardrail(self) -> Mapping[str, Any]:
        """Return the settings of a guardrail that blocks the word CACTUS; skips the test if there is none."""


class RealService:
    """Amazon Bedrock, with the credentials and the region that boto3 finds."""

    def __init__(self, session: boto3.Session) -> None:
        self._session = session

    def model(self, script: Sequence[Turn], **config: Any) -> BedrockModel:
        if MODEL_ID_VARIABLE in os.environ:
            config["model_id"] = os.environ[MODEL_ID_VARIABLE]
        return BedrockModel(boto_session=self._session, **config)

    def guardrail(self) -> Mapping[str, Any]:
        guardrail_id = os.environ.get(GUARDRAIL_ID_VARIABLE)
        if guardrail_id is None:
            pytest.skip(f"no guardrail: set {GUARDRAIL_ID_VARIABLE} to one that blocks the word CACTUS")
        return {"guardrail_id": guardrail_id, "guardrail_version": "DRAFT"}


class LocalService:
    """A local endpoint for each model, closed with the test."""

    def __init__(self, endpoints: ExitStack) -> None:
        self._endpoints = endpoints

    def model(self, script: Sequence[Turn], **config: Any) -> BedrockModel:
        return self._endpoints.enter_context(BedrockEndpoint(script)).model(**config)

    def guardrail(self) -> Mapping[str, Any]:
        return {"guardrail_id": "local", "guardrail_version": "DRAFT"}


def real_service() -> RealService:
    """Return the real service; skips the test if there are no credentials for it."""
    session = boto3.Session(region_name=os.environ.get("AWS_REGION"))
    if session.get_credentials() is None:
        pytest.skip("no AWS credentials found: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
    if session.region_name is None:
        pytest.skip("no AWS region found: set AWS_REGION to one where you have access to the model")
    return RealService(session)


@contextmanager
def local_service() -> Iterator[LocalService]:
    """Provide local endpoints until the end of the block."""
    with ExitStack() as endpoints:
        yield LocalService(endpoints)
