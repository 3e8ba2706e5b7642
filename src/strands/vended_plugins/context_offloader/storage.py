"""Where offloaded content is kept: in memory, in files, or in a bucket."""

from __future__ import annotations

import json
import logging
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from strands.session._files import write_atomically
from strands.vended_plugins.context_offloader._naming import Names, extension_for

if TYPE_CHECKING:
    import boto3
    from botocore.config import Config as BotocoreConfig

logger = logging.getLogger(__name__)

_UNKNOWN_CONTENT_TYPE = "application/octet-stream"


@runtime_checkable
class Storage(Protocol):
    """Keeps content; is called from several threads at once."""

    def store(self, key: str, content: bytes, content_type: str = "text/plain") -> str:
        """Keep content, and return the reference by which it is found again.

        Args:
            key: A hint for the reference; need not be unique.
            content: The content.
            content_type: Its media type.
        """
        ...

    def retrieve(self, reference: str) -> tuple[bytes, str]:
        """Return content and its media type.

        Args:
            reference: What `store` returned.

        Raises:
            KeyError: If there is no such content.
        """
        ...


class InMemoryStorage:
    """Keeps content until `clear` is called, or the process ends."""

    def __init__(self) -> None:
        self._names = Names()
        self._contents: dict[str, tuple[bytes, str]] = {}

    def store(self, key: str, content: bytes, content_type: str = "text/plain") -> str:
        """Keep content, and return a reference to it."""
        reference = f"mem_{self._names.next_number()}_{key}"
        self._contents[reference] = (content, content_type)
        return reference

    def retrieve(self, reference: str) -> tuple[bytes, str]:
        """Return content and its media type.

        Raises:
            KeyError: If there is no such content.
        """
        if reference not in self._contents:
            raise _not_found(reference)
        return self._contents[reference]

    def clear(self) -> None:
        """Forget all content."""
        self._contents.clear()


class FileStorage:
    """Keeps content in the files of one folder.

    The media types are in a file `.metadata.json` of the same folder, by file name. All writes are atomic.
    """

    _METADATA_FILE = ".metadata.json"
    _lock = threading.Lock()  # of the class, because storages may share a folder

    def __init__(self, artifact_dir: str = "./artifacts") -> None:
        """Use a folder, which is made when it is first written to."""
        self._directory = Path(artifact_dir)
        self._names = Names()

    def store(self, key: str, content: bytes, content_type: str = "text/plain") -> str:
        """Write content to a file of its own, and return the file's path."""
        name = f"{self._names.next(key)}.{extension_for(content_type)}"
        write_atomically(str(self._directory / name), content)
        with self._lock:
            metadata = json.dumps({**self._content_types(), name: content_type})
            write_atomically(str(self._directory / self._METADATA_FILE), metadata.encode())
        return str(self._directory / name)

    def retrieve(self, reference: str) -> tuple[bytes, str]:
        """Return the content of a file of the folder, and its media type.

        Args:
            reference: The file's path, or its path within the folder.

        Raises:
            KeyError: If there is no such file in the folder.
        """
        path = self._path_within(reference)
        if path is None:
            raise _not_found(reference)
        return path.read_bytes(), self._content_types().get(path.name, _UNKNOWN_CONTENT_TYPE)

    def _path_within(self, reference: str) -> Path | None:
        """Return the path that a reference stands for, unless it leads out of the folder."""
        root = self._directory.resolve()
        if "\0" in reference:
            return None
        for path in (Path(reference).resolve(), (root / reference).resolve()):
            if path.is_relative_to(root) and path.name != self._METADATA_FILE and path.is_file():
                return path
        return None

    def _content_types(self) -> dict[str, Any]:
        path = self._directory / self._METADATA_FILE
        try:
            found = json.loads(path.read_bytes())
        except FileNotFoundError:
            return {}
        except ValueError:
            logger.warning("path=<%s> | ignoring metadata that is not json", path)
            return {}
        return found if isinstance(found, dict) else {}


class S3Storage:
    """Keeps content in the objects of a bucket, under one prefix."""

    def __init__(
        self,
        bucket: str,
        prefix: str = "",
        boto_session: boto3.Session | None = None,
        boto_client_config: BotocoreConfig | None = None,
        region_name: str | None = None,
    ) -> None:
        """Connect to a bucket.

        Args:
            bucket: The bucket's name.
            prefix: What all keys begin with, such as a folder.
            boto_session: The session to take the client from; a new one by default.
            boto_client_config: Settings of the client.
            region_name: The region; not together with a session, which has one.
        """
        self._bucket = bucket
        folder = prefix.strip("/")
        self._prefix = f"{folder}/" if folder else ""
        self._client = _s3_client(boto_session, boto_client_config, region_name)
        self._names = Names()

    def store(self, key: str, content: bytes, content_type: str = "text/plain") -> str:
        """Write content to an object of its own, and return its `s3://` URI."""
        object_key = f"{self._prefix}{self._names.next(key)}"
        self._client.put_object(Bucket=self._bucket, Key=object_key, Body=content, ContentType=content_type)
        return f"s3://{self._bucket}/{object_key}"

    def retrieve(self, reference: str) -> tuple[bytes, str]:
        """Return an object's content and its media type.

        Args:
            reference: The object's URI, or its key; under the prefix in either case.

        Raises:
            KeyError: If there is no such object.
        """
        key = reference.removeprefix(f"s3://{self._bucket}/")
        if not key.startswith(self._prefix) or key == self._prefix or "\0" in key:
            raise _not_found(reference)
        try:
            response = self._client.get_object(Bucket=self._bucket, Key=key)
        except self._client.exceptions.NoSuchKey as error:
            raise _not_found(reference) from error
        return response["Body"].read(), response.get("ContentType", _UNKNOWN_CONTENT_TYPE)


def _s3_client(session: boto3.Session | None, config: BotocoreConfig | None, region_name: str | None) -> Any:
    import boto3
    from botocore.config import Config

    extra = " ".join(filter(None, [getattr(config, "user_agent_extra", None), "strands-agents"]))
    named = Config(user_agent_extra=extra)
    source = session or boto3.Session(region_name=region_name)
    return source.client("s3", config=named if config is None else config.merge(named), region_name=region_name)


def _not_found(reference: str) -> KeyError:
    return KeyError(f"Reference not found: {reference}")
