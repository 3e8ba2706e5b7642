"""The public API: one scenario per module of the installed package."""

from __future__ import annotations

import warnings
from typing import Any

from compat.registry import table
from compat.surface import describe_module, module_names


@table({name: name for name in module_names()}, prefixed=False)
async def module(name: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return describe_module(name)
