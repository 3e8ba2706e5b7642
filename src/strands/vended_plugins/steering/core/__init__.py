"""The parts that all steering is made of."""

from typing import TYPE_CHECKING

from strands._lazy import lazy_exports

if TYPE_CHECKING:
    from strands.vended_plugins.steering.core.action import Guide as Guide
    from strands.vended_plugins.steering.core.action import Interrupt as Interrupt
    from strands.vended_plugins.steering.core.action import ModelSteeringAction as ModelSteeringAction
    from strands.vended_plugins.steering.core.action import Proceed as Proceed
    from strands.vended_plugins.steering.core.action import ToolSteeringAction as ToolSteeringAction
    from strands.vended_plugins.steering.core.context import SteeringContext as SteeringContext
    from strands.vended_plugins.steering.core.context import SteeringContextCallback as SteeringContextCallback
    from strands.vended_plugins.steering.core.context import SteeringContextProvider as SteeringContextProvider
    from strands.vended_plugins.steering.core.handler import SteeringHandler as SteeringHandler

__all__ = [
    "Guide",
    "Interrupt",
    "ModelSteeringAction",
    "Proceed",
    "SteeringContext",
    "SteeringContextCallback",
    "SteeringContextProvider",
    "SteeringHandler",
    "ToolSteeringAction",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "Guide": "strands.vended_plugins.steering.core.action",
        "Interrupt": "strands.vended_plugins.steering.core.action",
        "ModelSteeringAction": "strands.vended_plugins.steering.core.action",
        "Proceed": "strands.vended_plugins.steering.core.action",
        "SteeringContext": "strands.vended_plugins.steering.core.context",
        "SteeringContextCallback": "strands.vended_plugins.steering.core.context",
        "SteeringContextProvider": "strands.vended_plugins.steering.core.context",
        "SteeringHandler": "strands.vended_plugins.steering.core.handler",
        "ToolSteeringAction": "strands.vended_plugins.steering.core.action",
    },
)
