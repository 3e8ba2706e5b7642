"""What a provider of one's own is made of, if its service speaks chat completions or streams blocks.

A service behind OpenAI's SDK is an `OpenAIModel` with a `DIALECT` of its own. One with an SDK of its own is a
`ChatCompletionsModel`: it needs `format_request`, `structured_output`, and `_opened_response`, which sends a request
and lends the completion. Its other hooks with an underscore have defaults and may be overridden, too: `_request_for`,
`_reader`, `_mapped_errors`. A service with a format of its own is a `Model` that frames what it gets with a
`BlockStream`.
"""

from strands.models._chat.completions import CompletionReader
from strands.models._chat.dialect import ChatDialect, Medium
from strands.models._chat.errors import mapped_errors
from strands.models._chat.events import as_object
from strands.models._chat.model import ChatCompletionsModel
from strands.models._chat.request import function_choice, function_tools
from strands.models._chat.stream import (
    BlockStream,
    ChunkFormatter,
    FunctionPiece,
    StreamEndedEarlyError,
    ToolCallPiece,
    chunk_of,
    usage_chunk,
)
from strands.models._vendor_model import Question

__all__ = [
    "BlockStream",
    "ChatCompletionsModel",
    "ChatDialect",
    "ChunkFormatter",
    "CompletionReader",
    "FunctionPiece",
    "Medium",
    "Question",
    "StreamEndedEarlyError",
    "ToolCallPiece",
    "as_object",
    "chunk_of",
    "function_choice",
    "function_tools",
    "mapped_errors",
    "usage_chunk",
]
