"""Sessions in a folder."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from typing import Any, ClassVar

from strands import _identifier
from strands._identifier import Identifier
from strands.session._documents import AGENT_PREFIX as AGENT_PREFIX
from strands.session._documents import MESSAGE_PREFIX as MESSAGE_PREFIX
from strands.session._documents import MULTI_AGENT_PREFIX as MULTI_AGENT_PREFIX
from strands.session._documents import SESSION_PREFIX as SESSION_PREFIX
from strands.session._documents import DocumentRepository
from strands.session._files import make_folder, remove_folder, write_atomically
from strands.session.repository_session_manager import RepositorySessionManager
from strands.types.exceptions import SessionException
from strands.types.session import Session, SessionAgent


class FileSessionManager(RepositorySessionManager, DocumentRepository):
    """Keeps a session as JSON files.

    Each file is replaced as a whole and flushed to the disk before the agent goes on: a process that is killed loses at
    most the message it was about to store, and readers in other processes never see half a file. An agent must not run
    in two processes at once, as they would number their messages alike.

    Attributes:
        storage_dir: The folder of all sessions.
    """

    runs_in_thread: ClassVar[bool] = True

    def __init__(self, session_id: str, storage_dir: str | None = None, **kwargs: Any) -> None:
        """Open a session, or create it.

        Args:
            session_id: The session's id.
            storage_dir: The folder of all sessions, made if it is missing; `strands/sessions` in the system's folder
                for temporary files by default.
            **kwargs: For extensions.

        Raises:
            ValueError: If the id is not a single part of a path.
            SessionException: If the session cannot be read.
        """
        self.storage_dir = storage_dir or os.path.join(tempfile.gettempdir(), "strands", "sessions")
        make_folder(self.storage_dir)
        super().__init__(session_id=session_id, session_repository=self)

    def create_session(self, session: Session, **kwargs: Any) -> Session:
        """Store a new session and return it.

        Raises:
            SessionException: If there is one of that id, or it cannot be written.
        """
        folder = self._get_session_path(session.session_id)
        for name in ("agents", "multi_agents"):
            make_folder(os.path.join(folder, name))
        return super().create_session(session, **kwargs)

    def delete_session(self, session_id: str, **kwargs: Any) -> None:
        """Remove a session with all its agents.

        Raises:
            SessionException: If there is none of that id.
        """
        folder = self._get_session_path(session_id)
        if not os.path.isdir(folder):
            raise SessionException(f"Session {session_id} does not exist")
        remove_folder(folder)

    def create_agent(self, session_id: str, session_agent: SessionAgent, **kwargs: Any) -> None:
        """Store an agent, in place of one of that id if there is one."""
        # First, as an agent without this folder counts as broken.
        make_folder(os.path.join(self._get_agent_path(session_id, session_agent.agent_id), "messages"))
        super().create_agent(session_id, session_agent, **kwargs)

    # --- the store ------------------------------------------------------------------------------------------------

    def _get_session_path(self, session_id: str) -> str:
        name = SESSION_PREFIX + _identifier.validate(session_id, Identifier.SESSION)
        return os.path.join(self.storage_dir, name)

    def _folder(self, parent: str, name: str) -> str:
        return os.path.join(parent, name)

    def _document(self, parent: str, name: str) -> str:
        return os.path.join(parent, name)

    def _place(self) -> str:
        return "file"

    def _read(self, path: str) -> bytes | None:
        try:
            with open(path, "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def _write(self, path: str, content: bytes) -> None:
        write_atomically(path, content)

    def _names_in(self, folder: str) -> Iterable[str] | None:
        try:
            return os.listdir(folder)
        except FileNotFoundError:
            return None
