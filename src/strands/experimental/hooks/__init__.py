"""Former names of events that are now in `strands.hooks`."""

from strands.experimental.hooks.events import __dir__ as __dir__
from strands.experimental.hooks.events import __getattr__ as __getattr__
