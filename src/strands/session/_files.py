"""Files that are either as they were or as they should be, whenever the process or the machine stops."""

from __future__ import annotations

import os
import secrets
import shutil
from contextlib import suppress

_CAN_SYNC_FOLDERS = os.name != "nt"


def write_atomically(path: str, content: bytes) -> None:
    """Replace a file's content; when this returns, the new content survives a loss of power.

    Missing folders are made. Readers see the old file until the new one is complete.

    Raises:
        OSError: If it cannot be written; the old file is still there then.
    """
    folder = os.path.dirname(path)
    # A name of its own, as several processes may write at once; it ends so that no reader takes it for the file.
    temporary = f"{path}.{secrets.token_hex(8)}.tmp"
    try:
        _write_and_sync(temporary, content)
    except FileNotFoundError:
        make_folder(folder)
        _write_and_sync(temporary, content)
    try:
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
    _sync_folder(folder)


def make_folder(path: str) -> None:
    """Make a folder and those around it, if they are missing, so that they survive a loss of power.

    Raises:
        OSError: If it cannot be made.
    """
    if os.path.isdir(path):
        return
    parent = os.path.dirname(os.path.abspath(path))
    make_folder(parent)
    with suppress(FileExistsError):  # another process was faster
        os.mkdir(path)
    _sync_folder(parent)


def remove_folder(path: str) -> None:
    """Remove a folder with all it holds; readers find either all of it or nothing.

    Raises:
        OSError: If it cannot be removed.
    """
    parent, name = os.path.split(path)
    doomed = os.path.join(parent, f".{name}.{secrets.token_hex(8)}.deleted")
    os.rename(path, doomed)
    _sync_folder(parent)
    shutil.rmtree(doomed)


def _write_and_sync(path: str, content: bytes) -> None:
    with open(path, "xb") as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            os.unlink(path)
            raise


def _sync_folder(path: str) -> None:
    """Make sure that the names in a folder survive, not only what they stand for."""
    if not _CAN_SYNC_FOLDERS:
        return
    folder = os.open(path or os.curdir, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
