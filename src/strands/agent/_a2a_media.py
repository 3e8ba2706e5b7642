"""What a file is called in A2A, by MIME type, and in content blocks, by kind and format."""

from __future__ import annotations

import mimetypes
from typing import Literal

MediaKind = Literal["document", "image", "video"]

_TYPES: dict[MediaKind, dict[str, str]] = {
    "document": {
        "txt": "text/plain",
        "md": "text/markdown",
        "html": "text/html",
        "csv": "text/csv",
        "pdf": "application/pdf",
        "doc": "application/msword",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xls": "application/vnd.ms-excel",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    },
    "image": {form: f"image/{form}" for form in ("png", "jpeg", "gif", "webp")},
    "video": {
        "mp4": "video/mp4",
        "mov": "video/quicktime",
        "mkv": "video/x-matroska",
        "webm": "video/webm",
        "flv": "video/x-flv",
        "mpeg": "video/mpeg",
        "mpg": "video/mpeg",
        "wmv": "video/x-ms-wmv",
        "three_gp": "video/3gpp",
    },
}
"""The formats that content blocks have."""

# Of two names for one type, the first.
_FORMATS = {mime: (kind, form) for kind, types in _TYPES.items() for form, mime in reversed(types.items())}

DEFAULT_FORMATS = {"document": "txt", "image": "png", "video": "mp4", "unknown": "txt"}
"""What stands for a format that cannot be told, by kind of file."""

FORMAT_MAPPINGS = {"jpg": "jpeg", "htm": "html", **dict.fromkeys(("3gp", "3gpp", "3g2"), "three_gp")}
"""Other names of formats."""

_TEXT = frozenset({"application/json", "application/xml", "application/yaml", "application/x-yaml"})

_GUESSES = mimetypes.MimeTypes()  # the tables of Python itself: those of the machine would make results differ


def media_from_mime_type(mime_type: str | None, file_name: str) -> tuple[MediaKind, str]:
    """Return the kind and the format of a file; an unknown format is told from the name's ending, if possible.

    Raises:
        ValueError: If content blocks have no place for such a file.
    """
    mime = (mime_type or "").partition(";")[0].strip().lower()
    if mime in _FORMATS:
        return _FORMATS[mime]
    major = mime.partition("/")[0]
    if major == "audio":
        raise ValueError(f"mime_type is {mime_type!r}, expected the type of a document, an image or a video")
    kind: MediaKind = "image" if major == "image" else "video" if major == "video" else "document"
    return kind, _known_format(kind, file_name) or _guessed_format(kind, mime)


def mime_type_of(kind: MediaKind, form: str) -> str:
    """Return the MIME type of a format; for a format that is not listed, one that leads back to it where possible."""
    known = _TYPES[kind].get(FORMAT_MAPPINGS.get(form, form))
    return known or ("application/octet-stream" if kind == "document" else f"{kind}/{form}")


def _known_format(kind: MediaKind, file_name: str) -> str | None:
    ending = file_name.rpartition(".")[2].lower()
    ending = FORMAT_MAPPINGS.get(ending, ending)
    return ending if ending in _TYPES[kind] else None


def _guessed_format(kind: MediaKind, mime: str) -> str:
    default = DEFAULT_FORMATS[kind]
    if mime.startswith("text/") or mime in _TEXT:
        return default
    subtype = mime.partition("/")[2]
    ending = (_GUESSES.guess_extension(mime) or "").lstrip(".") or FORMAT_MAPPINGS.get(subtype, "")
    return FORMAT_MAPPINGS.get(ending, ending) or default
