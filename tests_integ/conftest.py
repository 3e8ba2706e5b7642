"""`pytest tests_integ --real-service` talks to the real services; without the option local endpoints answer.

The real service needs credentials and a region that boto3 finds. `STRANDS_INTEG_MODEL_ID` names another model than
the default; `STRANDS_INTEG_GUARDRAIL_ID` a guardrail that blocks the word CACTUS, in its version DRAFT.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests_integ.services import Service, local_service, real_service


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--real-service", action="store_true", help="run on the real services, not on local servers")


@pytest.fixture
def service(request: pytest.FixtureRequest) -> Iterator[Service]:
    if request.config.getoption("--real-service"):
        yield real_service()
        return
    with local_service() as service:
        yield service
