"""Sessions in a bucket."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar

import boto3
from botocore.config import Config as BotocoreConfig
from botocore.exceptions import ClientError

from strands import _identifier
from strands._identifier import Identifier
from strands.session._documents import AGENT_PREFIX as AGENT_PREFIX
from strands.session._documents import MESSAGE_PREFIX as MESSAGE_PREFIX
from strands.session._documents import MULTI_AGENT_PREFIX as MULTI_AGENT_PREFIX
from strands.session._documents import SESSION_PREFIX as SESSION_PREFIX
from strands.session._documents import DocumentRepository
from strands.session.repository_session_manager import RepositorySessionManager
from strands.types.exceptions import SessionException

_USER_AGENT = "strands-agents"
_CONNECTIONS = 32
"""Messages read at once, unless the caller's configuration says how many connections there are."""


class S3SessionManager(RepositorySessionManager, DocumentRepository):
    """Keeps a session as JSON objects in an S3 bucket.

    An object is replaced as a whole before the agent goes on: a process that is killed loses at most the message it was
    about to store. An agent must not run in two processes at once, as they would number their messages alike.

    Attributes:
        bucket: The bucket's name.
        prefix: Where in the bucket the sessions are.
        client: The S3 client.
    """

    runs_in_thread: ClassVar[bool] = True

    def __init__(
        self,
        session_id: str,
        bucket: str,
        prefix: str = "",
        boto_session: boto3.Session | None = None,
        boto_client_config: BotocoreConfig | None = None,
        region_name: str | None = None,
        **kwargs: Any,
    ) -> None:
        """Open a session, or create it.

        Args:
            session_id: The session's id.
            bucket: The bucket's name.
            prefix: Where in the bucket the sessions are.
            boto_session: The session to make the client with; a new one by default.
            boto_client_config: The client's configuration. Its number of connections is the number of messages that
                are read at once.
            region_name: The region, if a new boto session is made.
            **kwargs: For extensions.

        Raises:
            ValueError: If the session's id is not a single part of a path.
            SessionException: If the session cannot be read.
        """
        self.bucket = bucket
        self.prefix = prefix
        boto_session = boto_session or boto3.Session(region_name=region_name)
        self.client: Any = boto_session.client("s3", config=_client_config(boto_client_config))
        super().__init__(session_id=session_id, session_repository=self)

    def delete_session(self, session_id: str, **kwargs: Any) -> None:
        """Remove a session with all its agents.

        Raises:
            SessionException: If there is none of that id, or it cannot be removed.
        """
        try:
            found = False
            for keys in self._pages(self._get_session_path(session_id)):
                found = True
                self._delete(session_id, keys)
        except ClientError as error:
            raise SessionException(f"S3 error deleting session {session_id}: {error}") from error
        if not found:
            raise SessionException(f"Session {session_id} does not exist")

    def _delete(self, session_id: str, keys: list[str]) -> None:
        deleted = self.client.delete_objects(
            Bucket=self.bucket, Delete={"Objects": [{"Key": key} for key in keys], "Quiet": True}
        )
        if errors := deleted.get("Errors"):
            raise SessionException(f"S3 error deleting session {session_id}: {len(errors)} objects left, {errors[0]!r}")

    # --- the store ------------------------------------------------------------------------------------------------

    def _get_session_path(self, session_id: str) -> str:
        name = SESSION_PREFIX + _identifier.validate(session_id, Identifier.SESSION)
        folder = self.prefix.strip("/")
        return f"{folder}/{name}/" if folder else f"{name}/"

    def _folder(self, parent: str, name: str) -> str:
        return f"{parent}{name}/"

    def _document(self, parent: str, name: str) -> str:
        return parent + name

    def _place(self) -> str:
        return "S3 object"

    def _read(self, path: str) -> bytes | None:
        try:
            content: bytes = self.client.get_object(Bucket=self.bucket, Key=path)["Body"].read()
        except self.client.exceptions.NoSuchKey:
            return None
        except ClientError as error:
            raise SessionException(f"S3 error reading {path}: {error}") from error
        return content

    def _read_all(self, paths: list[str]) -> Iterator[bytes | None]:
        if len(paths) < 2:
            yield from map(self._read, paths)
            return
        connections = min(self.client.meta.config.max_pool_connections, len(paths))
        with ThreadPoolExecutor(connections, thread_name_prefix="strands-s3") as threads:
            yield from threads.map(self._read, paths)

    def _write(self, path: str, content: bytes) -> None:
        try:
            self.client.put_object(Bucket=self.bucket, Key=path, Body=content, ContentType="application/json")
        except ClientError as error:
            raise SessionException(f"Failed to write S3 object {path}: {error}") from error

    def _names_in(self, folder: str) -> Iterable[str]:
        # A bucket has no folders: one without objects is as good as one that is missing.
        try:
            return [key[len(folder) :] for keys in self._pages(folder) for key in keys]
        except ClientError as error:
            raise SessionException(f"S3 error reading messages: {error}") from error

    def _pages(self, prefix: str) -> Iterator[list[str]]:
        """Yield keys as S3 returns them: at most a thousand at once, as many as can be deleted with one request."""
        for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix):
            if contents := page.get("Contents"):
                yield [found["Key"] for found in contents]


def _client_config(given: BotocoreConfig | None) -> BotocoreConfig:
    if given is None:
        return BotocoreConfig(user_agent_extra=_USER_AGENT, max_pool_connections=_CONNECTIONS)
    extra = getattr(given, "user_agent_extra", None)
    return given.merge(BotocoreConfig(user_agent_extra=f"{extra} {_USER_AGENT}" if extra else _USER_AGENT))
