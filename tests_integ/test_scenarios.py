"""The scenarios, on the real service or on the local endpoint."""

from __future__ import annotations

import pytest

from tests_integ.scenarios import SCENARIOS, Scenario
from tests_integ.services import Service


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
@pytest.mark.timeout(180)
async def test_scenario(scenario: Scenario, service: Service) -> None:
    await scenario(service)
