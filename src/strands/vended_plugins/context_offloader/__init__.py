"""Keeping large tool results out of the conversation."""

from typing import TYPE_CHECKING

from strands._lazy import lazy_exports

if TYPE_CHECKING:
    from strands.vended_plugins.context_offloader.plugin import ContextOffloader as ContextOffloader
    from strands.vended_plugins.context_offloader.storage import FileStorage as FileStorage
    from strands.vended_plugins.context_offloader.storage import InMemoryStorage as InMemoryStorage
    from strands.vended_plugins.context_offloader.storage import S3Storage as S3Storage
    from strands.vended_plugins.context_offloader.storage import Storage as Storage

__all__ = ["ContextOffloader", "FileStorage", "InMemoryStorage", "S3Storage", "Storage"]

_STORAGES = "strands.vended_plugins.context_offloader.storage"

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "ContextOffloader": "strands.vended_plugins.context_offloader.plugin",
        "FileStorage": _STORAGES,
        "InMemoryStorage": _STORAGES,
        "S3Storage": _STORAGES,
        "Storage": _STORAGES,
    },
)
