"""The scenarios of `tests_integ` on the local endpoint, over unmodified boto3."""

from __future__ import annotations

import pytest

from tests_integ.scenarios import SCENARIOS, Scenario
from tests_integ.services import local_service


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
async def test_scenario(scenario: Scenario) -> None:
    """What the real service is asked to do must hold on the local endpoint, so that the scenarios never rot."""
    with local_service() as service:
        await scenario(service)
