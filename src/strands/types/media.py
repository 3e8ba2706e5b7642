"""Documents, images and videos in messages and tool results."""

from typing import Literal, TypeAlias

from typing_extensions import Required, TypedDict

from strands.types.citations import CitationsConfig

DocumentFormat = Literal["pdf", "csv", "doc", "docx", "xls", "xlsx", "html", "txt", "md"]
ImageFormat = Literal["png", "jpeg", "gif", "webp"]
VideoFormat = Literal["flv", "mkv", "mov", "mpeg", "mpg", "mp4", "three_gp", "webm", "wmv"]


class Location(TypedDict, total=False):
    """Where media is kept outside of the request; `type` tells the storages apart."""

    type: Required[str]


class S3Location(TypedDict, total=False):
    """An object in Amazon S3; `bucketOwner` is needed when it belongs to another account."""

    type: Literal["s3"]
    uri: Required[str]
    bucketOwner: str


SourceLocation: TypeAlias = Location | S3Location


class _MediaSource(TypedDict, total=False):
    bytes: bytes
    location: SourceLocation


class DocumentSource(_MediaSource, total=False):
    """A document's raw bytes, or where to find them."""


class ImageSource(_MediaSource, total=False):
    """An image's raw bytes, or where to find them."""


class VideoSource(_MediaSource, total=False):
    """A video's raw bytes, or where to find them."""


class DocumentContent(TypedDict, total=False):
    """A document, optionally with text that explains it and leave to cite from it."""

    name: str
    format: DocumentFormat
    source: DocumentSource
    context: str | None
    citations: CitationsConfig | None


class ImageContent(TypedDict):
    """An image."""

    source: ImageSource
    format: ImageFormat


class VideoContent(TypedDict):
    """A video."""

    source: VideoSource
    format: VideoFormat
