"""The metric instruments as data: attribute of `MetricsClient` to how the instrument is declared."""

from __future__ import annotations

from dataclasses import dataclass

from strands.telemetry import metrics_constants as constants


@dataclass(frozen=True, slots=True)
class Instrument:
    """What OpenTelemetry needs to know to create an instrument."""

    name: str
    unit: str
    description: str


COUNTERS = {
    "event_loop_cycle_count": Instrument(constants.STRANDS_EVENT_LOOP_CYCLE_COUNT, "Count", "Cycles begun by agents"),
    "event_loop_start_cycle": Instrument(constants.STRANDS_EVENT_LOOP_START_CYCLE, "Count", "Starts of a cycle"),
    "event_loop_end_cycle": Instrument(constants.STRANDS_EVENT_LOOP_END_CYCLE, "Count", "Ends of a cycle"),
    "tool_call_count": Instrument(constants.STRANDS_TOOL_CALL_COUNT, "Count", "Tool calls, whatever their outcome"),
    "tool_success_count": Instrument(constants.STRANDS_TOOL_SUCCESS_COUNT, "Count", "Tool calls that succeeded"),
    "tool_error_count": Instrument(constants.STRANDS_TOOL_ERROR_COUNT, "Count", "Tool calls that failed"),
}

HISTOGRAMS = {
    "event_loop_cycle_duration": Instrument(constants.STRANDS_EVENT_LOOP_CYCLE_DURATION, "s", "Time a cycle took"),
    "event_loop_latency": Instrument(constants.STRANDS_EVENT_LOOP_LATENCY, "ms", "Latency of a model response"),
    "event_loop_input_tokens": Instrument(
        constants.STRANDS_EVENT_LOOP_INPUT_TOKENS, "token", "Tokens sent to the model in one request"
    ),
    "event_loop_output_tokens": Instrument(
        constants.STRANDS_EVENT_LOOP_OUTPUT_TOKENS, "token", "Tokens the model produced in one response"
    ),
    "event_loop_cache_read_input_tokens": Instrument(
        constants.STRANDS_EVENT_LOOP_CACHE_READ_INPUT_TOKENS, "token", "Input tokens served from the prompt cache"
    ),
    "event_loop_cache_write_input_tokens": Instrument(
        constants.STRANDS_EVENT_LOOP_CACHE_WRITE_INPUT_TOKENS, "token", "Input tokens written to the prompt cache"
    ),
    "model_time_to_first_token": Instrument(
        constants.STRANDS_MODEL_TIME_TO_FIRST_TOKEN, "ms", "Time from the request to the first content"
    ),
    "tool_duration": Instrument(constants.STRANDS_TOOL_DURATION, "s", "Time a tool call took"),
}
