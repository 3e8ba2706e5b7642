"""Stores to test against: a folder, and a bucket of a local S3."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import boto3
import pytest

from strands.session import FileSessionManager, S3SessionManager
from tests.session.stores import OpenSession

KEYS_PER_PAGE = 10


@pytest.fixture(scope="session")
def s3_url() -> Iterator[str]:
    """A local S3 that lists few keys per page, so that small tests have many pages."""
    from moto.server import ThreadedMotoServer

    patch = pytest.MonkeyPatch()
    patch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", str(KEYS_PER_PAGE))
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()
    patch.undo()


@pytest.fixture(scope="session")
def boto_session() -> boto3.Session:
    """A session to share: to make one takes longer than most tests."""
    return boto3.Session("id", "secret", region_name="us-east-1")


@pytest.fixture
def bucket(s3_url: str, boto_session: boto3.Session, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty bucket in the S3 that clients find by default."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", s3_url)
    client: Any = boto_session.client("s3")
    client.create_bucket(Bucket="sessions")
    yield "sessions"
    client.close()
    urlopen(Request(f"{s3_url}/moto-api/reset", method="POST")).close()


@pytest.fixture(params=["folder", "bucket"])
def open_session(request: pytest.FixtureRequest, tmp_path: Path, boto_session: boto3.Session) -> OpenSession:
    """Opens sessions in a folder, and in a bucket."""
    if request.param == "folder":
        return partial(FileSessionManager, storage_dir=str(tmp_path))
    bucket = request.getfixturevalue("bucket")
    return partial(S3SessionManager, bucket=bucket, prefix="app", boto_session=boto_session)
