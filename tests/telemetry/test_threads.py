"""Trace context in threads that tools start."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import pytest

from strands.telemetry._threads import carry_context_into_threads


def test_broken_instrumentation_is_no_reason_to_fail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Releases made before Python 3.12 import `pkg_resources`, which newer environments lack."""
    package = tmp_path / "threading"
    package.mkdir()
    (package / "__init__.py").write_text("import a_module_that_is_gone\n")
    instrumentation = pytest.importorskip("opentelemetry.instrumentation")
    monkeypatch.setattr(instrumentation, "__path__", [str(tmp_path)])
    monkeypatch.delitem(sys.modules, "opentelemetry.instrumentation.threading", raising=False)
    with caplog.at_level(logging.WARNING):
        carry_context_into_threads.__wrapped__()
    assert [record.message for record in caplog.records] == [
        "error=<No module named 'a_module_that_is_gone'> | threads that tools start will begin traces of their own"
    ]
