"""Storages: content comes back as it was, and nothing else can be read."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from strands.vended_plugins.context_offloader import FileStorage, InMemoryStorage, S3Storage, Storage

BUCKET = "artifacts"


@pytest.fixture(scope="module")
def s3_server() -> Iterator[str]:
    """Moto's server, over HTTP."""
    program = (
        "from moto.server import ThreadedMotoServer\n"
        "server = ThreadedMotoServer('127.0.0.1', 0, verbose=False)\n"
        "server.start()\n"
        "print(*server.get_host_and_port(), flush=True)\n"
        "input()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdin is not None
    host, port = process.stdout.readline().split()
    yield f"http://{host}:{port}"
    process.stdin.close()
    process.wait()
    process.stdout.close()


@pytest.fixture(scope="module")
def session_with_bucket(s3_server: str) -> boto3.Session:
    session = boto3.Session(aws_access_key_id="a", aws_secret_access_key="b", region_name="us-east-1")
    session.client("s3", endpoint_url=s3_server).create_bucket(Bucket=BUCKET)
    return session


@pytest.fixture
def session(s3_server: str, session_with_bucket: boto3.Session, monkeypatch: pytest.MonkeyPatch) -> boto3.Session:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", s3_server)
    return session_with_bucket


@pytest.fixture(params=["memory", "file", "s3", "s3 with a prefix"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    make: dict[str, Callable[[], Storage]] = {
        "memory": InMemoryStorage,
        "file": lambda: FileStorage(str(tmp_path / "artifacts")),
        "s3": lambda: S3Storage(BUCKET, boto_session=request.getfixturevalue("session")),
        "s3 with a prefix": lambda: S3Storage(BUCKET, "/a/b/", boto_session=request.getfixturevalue("session")),
    }
    return make[request.param]()


KEYS = ["t1_0", "", "../../etc/passwd", "/etc/passwd", "a b:c", "é", "x" * 1000, "..", "a\0b", "a\\b"]


@pytest.mark.parametrize("key", KEYS)
def test_content_comes_back_as_it_was(storage: Storage, key: str) -> None:
    """Keys come from the provider's ids of tool calls: whatever they are, content is kept and found."""
    first = storage.store(key, b"one", "application/pdf")
    second = storage.store(key, b"\xff", "image/png")
    assert [storage.retrieve(first), storage.retrieve(second)] == [(b"one", "application/pdf"), (b"\xff", "image/png")]


@pytest.mark.parametrize("reference", ["", "nope", "..", "/", "../x", "a\0b"])
def test_unknown_references_are_key_errors(storage: Storage, reference: str) -> None:
    """References come from the model, which may make them up."""
    storage.store("t1", b"one")
    with pytest.raises(KeyError, match=r"Reference not found: "):
        storage.retrieve(reference)


def test_many_threads_store_at_once(storage: Storage) -> None:
    """Tools of one response end at the same time."""
    with ThreadPoolExecutor(16) as threads:
        references = [*threads.map(lambda number: storage.store("t", str(number).encode(), f"a/{number}"), range(48))]
    assert [storage.retrieve(reference) for reference in references] == [
        (str(number).encode(), f"a/{number}") for number in range(48)
    ]


def test_the_content_type_is_text_by_default(storage: Storage) -> None:
    """As the protocol says."""
    assert storage.retrieve(storage.store("t1", b"one")) == (b"one", "text/plain")


def test_storages_are_recognised() -> None:
    """Applications check what they are configured with."""
    assert isinstance(InMemoryStorage(), Storage)
    assert not isinstance(object(), Storage)


def test_memory_can_be_cleared() -> None:
    """Long-running applications free it between conversations; references do not come back to life."""
    storage = InMemoryStorage()
    first = storage.store("t1_0", b"one")
    storage.clear()
    assert (first, storage.store("t1_0", b"two")) == ("mem_1_t1_0", "mem_2_t1_0")
    with pytest.raises(KeyError):
        storage.retrieve(first)


@pytest.mark.parametrize(
    ("key", "content_type", "name"),
    [
        ("t1_0", "text/plain", "t1_0.txt"),
        ("t1_0", "text/plain; charset=utf-8", "t1_0.txt"),
        ("t1_0", "application/json", "t1_0.json"),
        ("t1_0", "image/svg+xml", "t1_0.svg+xml"),
        ("t1_0", "a/b/../../c", "t1_0.c"),
        ("t1_0", "application/..", "t1_0.bin"),
        ("t1_0", "application/\0\n", "t1_0.bin"),
        ("t1_0", "", "t1_0.bin"),
        ("../../x", "text/plain", "____x.txt"),
        ("a b:c", "text/plain", "a_b_c.txt"),
        ("é", "text/plain", "é.txt"),
        ("", "text/plain", ".txt"),
    ],
)
def test_files_have_names_that_tell_what_they_are(tmp_path: Path, key: str, content_type: str, name: str) -> None:
    """People look into the folder; no key and no type leads out of it."""
    reference = FileStorage(str(tmp_path)).store(key, b"one", content_type)
    [file, metadata] = sorted(tmp_path.iterdir(), key=lambda path: path.name == ".metadata.json")
    assert reference == str(file)
    assert re.fullmatch(rf"\d{{13}}_1_{re.escape(name)}", file.name)
    assert json.loads(metadata.read_text()) == {file.name: content_type}


def test_the_folder_is_made_when_it_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An agent whose results are small leaves nothing behind."""
    monkeypatch.chdir(tmp_path)
    storage = FileStorage("a/b")
    assert [*tmp_path.iterdir()] == []
    reference = storage.store("t1", b"one")
    assert reference.startswith("a/b/")
    assert storage.retrieve(reference) == storage.retrieve(Path(reference).name) == (b"one", "text/plain")


def test_a_new_storage_reads_what_an_earlier_one_wrote(tmp_path: Path) -> None:
    """Conversations outlive processes; two storages may share a folder."""
    first, second = FileStorage(str(tmp_path)), FileStorage(str(tmp_path))
    references = [first.store("a", b"1", "a/1"), second.store("b", b"2", "a/2"), first.store("c", b"3", "a/3")]
    found = [FileStorage(str(tmp_path)).retrieve(reference) for reference in references]
    assert found == [(b"1", "a/1"), (b"2", "a/2"), (b"3", "a/3")]


@pytest.mark.parametrize("metadata", ["{broken", "[1]", ""])
def test_damaged_metadata_does_not_hide_content(tmp_path: Path, metadata: str) -> None:
    """The content is what matters; its type is then unknown."""
    storage = FileStorage(str(tmp_path))
    reference = storage.store("a", b"1", "image/png")
    (tmp_path / ".metadata.json").write_text(metadata)
    assert storage.retrieve(reference) == (b"1", "application/octet-stream")
    assert storage.retrieve(storage.store("b", b"2", "image/png")) == (b"2", "image/png")


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A folder `artifacts` with a link that leads out of it, next to a file that must not be read."""
    (tmp_path / "secret.txt").write_text("secret")
    folder = tmp_path / "artifacts"
    FileStorage(str(folder)).store("a", b"1")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "up").symlink_to(tmp_path)
    return tmp_path / "secret.txt"


@pytest.mark.parametrize(
    "reference",
    ["../secret.txt", "link.txt", "up/secret.txt", "x/../../secret.txt", "{secret}", "{folder}/../secret.txt",
     "file://{secret}", ".metadata.json", "{folder}/.metadata.json"],
)  # fmt: skip
def test_nothing_outside_the_folder_can_be_read(secret: Path, reference: str) -> None:
    """The model chooses the reference, and may do so on the advice of a web page."""
    folder = secret.parent / "artifacts"
    with pytest.raises(KeyError):
        FileStorage(str(folder)).retrieve(reference.format(secret=secret, folder=folder))


def test_a_file_appears_complete_or_not_at_all(tmp_path: Path) -> None:
    """A reader, or a process that ends, must not leave half a file behind."""
    storage = FileStorage(str(tmp_path))
    content = b"x" * 300_000
    done = threading.Event()

    def sizes() -> set[int]:
        seen: set[int] = set()
        while not done.is_set():
            seen.update(path.stat().st_size for path in tmp_path.glob("*.txt"))
        return seen

    with ThreadPoolExecutor(1) as threads:
        watched = threads.submit(sizes)
        for _ in range(20):
            storage.store("a", content)
        done.set()
    assert watched.result() <= {len(content)}


@pytest.mark.parametrize(
    ("prefix", "key"),
    [("", r"\d{13}_1_t1"), ("p", r"p/\d{13}_1_t1"), ("/p/", r"p/\d{13}_1_t1"), ("p/q", r"p/q/\d{13}_1_t1")],
)
def test_objects_have_keys_under_the_prefix(session: boto3.Session, prefix: str, key: str) -> None:
    """Several applications share a bucket."""
    reference = S3Storage(BUCKET, prefix, boto_session=session).store("t1", b"one", "image/png")
    assert re.fullmatch(f"s3://{BUCKET}/{key}", reference)
    head = session.client("s3").head_object(Bucket=BUCKET, Key=reference.removeprefix(f"s3://{BUCKET}/"))
    assert head["ContentType"] == "image/png"


@pytest.mark.parametrize(
    "reference", ["other", "s3://artifacts/other", "p/../other", "s3://elsewhere/p/x", "p/", "pother"]
)
def test_no_object_outside_the_prefix_can_be_read(session: boto3.Session, reference: str) -> None:
    """The bucket holds what belongs to others."""
    for key in ("other", "pother"):
        session.client("s3").put_object(Bucket=BUCKET, Key=key, Body=b"secret")
    with pytest.raises(KeyError):
        S3Storage(BUCKET, "p", boto_session=session).retrieve(reference)


def test_errors_of_the_service_are_not_taken_for_missing_content(session: boto3.Session) -> None:
    """A wrong bucket is the application's mistake, not the model's."""
    storage = S3Storage("no-such-bucket", boto_session=session)
    with pytest.raises(session.client("s3").exceptions.NoSuchBucket):
        storage.retrieve("x")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"region_name": "eu-west-1"}, ("eu-west-1", "strands-agents", 60)),
        (
            {"region_name": "eu-west-1", "boto_client_config": Config(user_agent_extra="mine", read_timeout=7)},
            ("eu-west-1", "mine strands-agents", 7),
        ),
    ],
)
def test_the_client_is_configured(options: dict[str, Any], expected: tuple[str, str, int]) -> None:
    """The service's logs tell who called; the application's settings stay."""
    client = S3Storage(BUCKET, **options)._client
    config = client.meta.config
    assert (client.meta.region_name, config.user_agent_extra, config.read_timeout) == expected
