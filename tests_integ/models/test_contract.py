"""The contract of `tests/models/contract`, test by test: there is one set of tests, and two kinds of services."""

from __future__ import annotations

import pytest

from tests.models.contract import test_faults, test_media, test_text, test_tools

pytestmark = pytest.mark.timeout(180)

for _part in (test_faults, test_media, test_text, test_tools):
    globals().update({name: test for name, test in vars(_part).items() if name.startswith("test_")})
