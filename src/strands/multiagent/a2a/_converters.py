"""Conversions between prompts, results and A2A messages."""

from strands.agent._a2a_results import (
    convert_content_blocks_to_parts as convert_content_blocks_to_parts,
)
from strands.agent._a2a_results import (
    convert_input_to_message as convert_input_to_message,
)
from strands.agent._a2a_results import (
    convert_response_to_agent_result as convert_response_to_agent_result,
)

__all__ = ["convert_content_blocks_to_parts", "convert_input_to_message", "convert_response_to_agent_result"]
