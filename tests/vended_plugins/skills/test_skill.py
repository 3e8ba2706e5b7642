"""Reading skills: from text, files, directories and URLs."""

from __future__ import annotations

import http.server
import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from strands import Skill


def content(name: str = "a", body: str = "Do it.", **values: str) -> str:
    return "\n".join(
        ["---", f"name: {name}", "description: Of use.", *(f"{k}: {v}" for k, v in values.items()), "---", body]
    )


def write(directory: Path, name: str | None = None, file_name: str = "SKILL.md") -> Path:
    directory.mkdir(parents=True)
    (directory / file_name).write_text(content(name or directory.name))
    return directory


def test_all_fields_are_read() -> None:
    """Authors rely on each of them reaching the plugin."""
    text = """---
name: pdf-forms
description: Fill in forms.
license: MIT
compatibility: Needs qpdf
allowed-tools: shell Bash(git:*)
metadata:
  version: 1.0
  3: three
something-else: ignored
---

# Forms

---
The end.

"""
    assert Skill.from_content(text) == Skill(
        name="pdf-forms",
        description="Fill in forms.",
        instructions="# Forms\n\n---\nThe end.",
        allowed_tools=["shell", "Bash(git:*)"],
        metadata={"version": 1.0, "3": "three"},
        license="MIT",
        compatibility="Needs qpdf",
    )


@pytest.mark.parametrize(
    ("value", "names"),
    [("a b", ["a", "b"]), ("[a, 1]", ["a", "1"]), ("", None), ("[]", None), ("5", None), ("''", None)],
)
@pytest.mark.parametrize("key", ["allowed-tools", "allowed_tools"])
def test_tool_names_are_a_text_or_a_list(key: str, value: str, names: list[str] | None) -> None:
    """Both forms are in use."""
    assert Skill.from_content(content(**{key: value})).allowed_tools == names


@pytest.mark.parametrize("value", ["[1]", "text", "", "5"])
def test_metadata_of_another_shape_is_ignored(value: str) -> None:
    """It is of no consequence for the skill."""
    assert Skill.from_content(content(metadata=value)).metadata == {}


@pytest.mark.parametrize("text", ["\n\n" + content(), content().replace("\n", "\r\n"), "\ufeff" + content()])
def test_how_the_editor_writes_files_does_not_matter(text: str) -> None:
    """Blank lines, Windows line ends and byte order marks are invisible to the author."""
    assert Skill.from_content(text).instructions == "Do it."


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Use when: the user asks", "Use when: the user asks"),
        ('Use when: "the" user\'s: turn', 'Use when: "the" user\'s: turn'),
        ("See https://example.com", "See https://example.com"),
        ("!!python/name:os.system", "!!python/name:os.system"),
        (">\n  folded\n  text", "folded text"),
    ],
)
def test_descriptions_may_contain_colons(written: str, read: str) -> None:
    """Strictly YAML forbids some, but people write them."""
    assert Skill.from_content(f"---\nname: a\ndescription: {written}\n---\n").description == read


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "SKILL.md must start with --- frontmatter delimiter"),
        ("Do it.", "SKILL.md must start with --- frontmatter delimiter"),
        ("---\nname: a\n", "SKILL.md frontmatter missing closing --- delimiter"),
        ("----\nname: a\n----\n", "SKILL.md frontmatter missing closing --- delimiter"),
        ("---\n---\n", "SKILL.md content must have a 'name' field in frontmatter"),
        ("---\n- a\n---\n", "SKILL.md content must have a 'name' field in frontmatter"),
        ("---\nname: 5\ndescription: d\n---\n", "SKILL.md content must have a 'name' field in frontmatter"),
        ("---\nname: a\n---\n", "SKILL.md content must have a 'description' field in frontmatter"),
        ("---\nname: a\ndescription: ''\n---\n", "SKILL.md content must have a 'description' field in frontmatter"),
        ("---\nname: [a\n---\n", "SKILL.md frontmatter is not valid YAML: while parsing a flow sequence"),
    ],
)
def test_what_is_no_skill_is_an_error(text: str, message: str) -> None:
    """The author must learn what is missing."""
    with pytest.raises(ValueError) as raised:
        Skill.from_content(text)
    assert str(raised.value).startswith(message)


CHARACTERS = "skill name should be 1-64 lowercase alphanumeric characters or hyphens, should not start/end with hyphen"
UNSUITABLE = {
    "MySkill": CHARACTERS,
    "my skill": CHARACTERS,
    "my_skill": CHARACTERS,
    "-a": CHARACTERS,
    "a-": CHARACTERS,
    "../a": CHARACTERS,
    "é": CHARACTERS,
    "a--b": "skill name contains consecutive hyphens",
    "a" * 65: "skill name exceeds 64 character limit",
}


@pytest.mark.parametrize("name", UNSUITABLE)
def test_unsuitable_names_are_warnings_or_errors(name: str, caplog: pytest.LogCaptureFixture) -> None:
    """Skills of others should load, and one's own should be right."""
    problem = f"name=<{name}> | {UNSUITABLE[name]}"
    assert Skill.from_content(content(name)).name == name
    assert caplog.messages == [problem]
    with pytest.raises(ValueError) as raised:
        Skill.from_content(content(name), strict=True)
    assert str(raised.value) == problem


@pytest.mark.parametrize("name", ["a", "1a-2", "a" * 64])
def test_suitable_names_pass(name: str, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing to complain about."""
    assert Skill.from_content(content(name), strict=True).name == name
    assert caplog.messages == []


@pytest.mark.parametrize("file_name", ["SKILL.md", "skill.md"])
@pytest.mark.parametrize("directly", [True, False])
def test_a_directory_or_its_file_is_read(tmp_path: Path, file_name: str, directly: bool) -> None:
    """People name either."""
    directory = write(tmp_path / "a", file_name=file_name)
    skill = Skill.from_file(str(directory / file_name) if directly else directory, strict=True)
    assert (skill.name, skill.path) == ("a", directory)


def test_a_name_other_than_the_directorys_is_a_warning_or_an_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The convention is that they are the same."""
    directory = write(tmp_path / "b", name="a")
    problem = "name=<a>, directory=<b> | skill name does not match parent directory name"
    assert Skill.from_file(directory).name == "a"
    assert caplog.messages == [problem]
    with pytest.raises(ValueError) as raised:
        Skill.from_file(directory, strict=True)
    assert str(raised.value) == problem


def test_missing_files_are_named(tmp_path: Path) -> None:
    """A wrong path and an empty directory are different mistakes."""
    with pytest.raises(FileNotFoundError, match=r"no SKILL.md found in skill directory"):
        Skill.from_file(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"skill path does not exist or is not a valid skill directory"):
        Skill.from_file(tmp_path / "none")
    with pytest.raises(FileNotFoundError, match=r"skills directory does not exist"):
        Skill.from_directory(tmp_path / "none")


def test_a_directory_of_skills_is_read_by_name_without_what_is_broken(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """One bad skill must not take the others away."""
    for name in ("b", "a", "broken", "binary"):
        write(tmp_path / name)
    (tmp_path / "broken" / "SKILL.md").write_text("---\nname: [a\n---\n")
    (tmp_path / "binary" / "SKILL.md").write_bytes(b"\xff")
    (tmp_path / "empty").mkdir()
    (tmp_path / "file.md").write_text(content())
    with caplog.at_level(logging.WARNING):
        assert [skill.name for skill in Skill.from_directory(tmp_path)] == ["a", "b"]
    skipped = [message for message in caplog.messages if "skipping skill due to error" in message]
    assert [message.partition(" |")[0] for message in skipped] == [
        f"path=<{tmp_path / 'binary'}>",
        f"path=<{tmp_path / 'broken'}>",
    ]


class Server(http.server.BaseHTTPRequestHandler):
    """Serves a skill, something else, redirects and errors."""

    plain_port = 0
    """Where the same is served without encryption."""

    def do_GET(self) -> None:
        if self.path == "/silent":
            return
        status, headers, body = {
            "/skill": (200, {}, content("fetched").encode()),
            "/text": (200, {}, b"nothing"),
            "/binary": (200, {}, b"\xff"),
            "/huge": (200, {}, b"x" * (4 * 1024 * 1024 + 1)),
            "/cut": (200, {"Content-Length": "1000"}, content().encode()),
            "/moved": (302, {"Location": "/skill"}, b""),
            "/downgraded": (302, {"Location": f"http://127.0.0.1:{self.plain_port}/skill"}, b""),
        }.get(self.path, (404, {}, b""))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""


def served(server: http.server.ThreadingHTTPServer) -> http.server.ThreadingHTTPServer:
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    return server


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for loopback, with its key, in one file."""
    from datetime import datetime, timedelta, timezone
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    now = datetime.now(timezone.utc)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("certificate") / "loopback.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def url(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a server whose certificate is trusted."""
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    plain = served(http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server))
    secure = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    secure.socket = context.wrap_socket(secure.socket, server_side=True)
    Server.plain_port = plain.server_port
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setattr("urllib.request._opener", None)  # made once, with the certificates of then
    yield f"https://127.0.0.1:{served(secure).server_port}"
    for server in (secure, plain):
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("path", ["/skill", "/moved"])
def test_a_skill_is_fetched(url: str, path: str) -> None:
    """Also from where the server says that it is now."""
    assert Skill.from_url(url + path, strict=True) == Skill("fetched", "Of use.", "Do it.")


@pytest.mark.parametrize(
    ("path", "error", "message"),
    [
        ("/none", RuntimeError, "HTTP 404: Not Found"),
        ("/downgraded", RuntimeError, "expected an https URL"),
        ("/huge", RuntimeError, "skill is larger than 4194304 bytes"),
        ("/cut", RuntimeError, "failed to fetch skill: "),
        ("/silent", RuntimeError, "failed to fetch skill: "),
        ("/text", ValueError, "SKILL.md must start with --- frontmatter delimiter"),
        ("/binary", ValueError, "can't decode"),
    ],
)
def test_what_cannot_be_fetched_is_an_error(url: str, path: str, error: type[Exception], message: str) -> None:
    """A server may answer anything, and instructions from an unprotected one must not be followed."""
    with pytest.raises(error, match=message):
        Skill.from_url(url + path)


def test_an_unknown_certificate_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sits in between could tell the agent what to do."""
    monkeypatch.delenv("SSL_CERT_FILE")
    monkeypatch.setattr("urllib.request._opener", None)
    with pytest.raises(RuntimeError, match=r"failed to fetch skill: .*CERTIFICATE_VERIFY_FAILED"):
        Skill.from_url(url + "/skill")


@pytest.mark.parametrize("url", ["", "x", "http://127.0.0.1/x", "file:///etc/passwd", "HTTPS://127.0.0.1/x"])
def test_only_https_urls_are_fetched(url: str) -> None:
    """Other schemes read local files or trust the network."""
    with pytest.raises(ValueError, match="not a valid HTTPS URL"):
        Skill.from_url(url)
