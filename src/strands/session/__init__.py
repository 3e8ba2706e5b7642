"""Sessions: conversations and state that outlive the process."""

from typing import TYPE_CHECKING

from strands._lazy import lazy_exports

if TYPE_CHECKING:
    from strands.session.file_session_manager import FileSessionManager as FileSessionManager
    from strands.session.repository_session_manager import RepositorySessionManager as RepositorySessionManager
    from strands.session.s3_session_manager import S3SessionManager as S3SessionManager
    from strands.session.session_manager import SessionManager as SessionManager
    from strands.session.session_repository import SessionRepository as SessionRepository

__all__ = ["FileSessionManager", "RepositorySessionManager", "S3SessionManager", "SessionManager", "SessionRepository"]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "FileSessionManager": "strands.session.file_session_manager",
        "RepositorySessionManager": "strands.session.repository_session_manager",
        "S3SessionManager": "strands.session.s3_session_manager",
        "SessionManager": "strands.session.session_manager",
        "SessionRepository": "strands.session.session_repository",
    },
)
