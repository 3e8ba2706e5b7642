"""Citations: which part of which source the model's text rests on."""

from typing import Literal

from typing_extensions import TypedDict


class CitationsConfig(TypedDict):
    """Whether the model may cite a document."""

    enabled: bool


class _DocumentSpan(TypedDict, total=False):
    documentIndex: int
    start: int
    end: int


class DocumentCharLocation(_DocumentSpan, total=False):
    """Characters `start` to `end` of the request's document number `documentIndex`."""


class DocumentPageLocation(_DocumentSpan, total=False):
    """Pages `start` to `end` of the request's document number `documentIndex`."""


class DocumentChunkLocation(_DocumentSpan, total=False):
    """Chunks `start` to `end` of the request's document number `documentIndex`."""


class SearchResultLocation(TypedDict, total=False):
    """Content blocks `start` to `end` of search result number `searchResultIndex`."""

    searchResultIndex: int
    start: int
    end: int


class WebLocation(TypedDict, total=False):
    """A page on the web."""

    domain: str
    url: str


WebLocationDict = dict[Literal["web"], WebLocation]
SearchResultLocationDict = dict[Literal["searchResultLocation"], SearchResultLocation]
DocumentCharLocationDict = dict[Literal["documentChar"], DocumentCharLocation]
DocumentChunkLocationDict = dict[Literal["documentChunk"], DocumentChunkLocation]
DocumentPageLocationDict = dict[Literal["documentPage"], DocumentPageLocation]

_LocationInDocument = DocumentCharLocationDict | DocumentPageLocationDict | DocumentChunkLocationDict
CitationLocation = _LocationInDocument | SearchResultLocationDict | WebLocationDict
"""A dict whose single key names the kind of location."""


class CitationSourceContent(TypedDict, total=False):
    """Text of the source that is cited."""

    text: str


class CitationGeneratedContent(TypedDict, total=False):
    """Text of the model that the citations support."""

    text: str


class Citation(TypedDict, total=False):
    """One reference into a source."""

    title: str
    location: CitationLocation
    sourceContent: list[CitationSourceContent]


class CitationsContentBlock(TypedDict, total=False):
    """Generated text together with the citations that support it."""

    content: list[CitationGeneratedContent]
    citations: list[Citation]
