"""What the agent of the page is: its instructions and its tools, which know a made-up timetable and weather."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

from strands import tool
from strands.types.tools import ToolContext

INSTRUCTIONS = (
    "You are the assistant of a small travel desk. Before you call tools, say in one short sentence what you are going "
    "to do. Book only what the person asked for. Answer briefly, in plain words, with short lists where they help."
)
FORECASTS = {
    "lisbon": "19 to 24 °C, sunny, a light wind from the sea",
    "oslo": "2 to 6 °C, rain on Saturday, dry on Sunday",
    "milan": "11 to 16 °C, fog in the morning, then clear",
}
DEPARTURES = (("06:33", "direct", 59), ("08:10", "one change", 42), ("09:33", "direct", 64))


def travel_tools(pace_s: float = 0.0) -> list[Any]:
    """Return the tools.

    Args:
        pace_s: Seconds that each step of a tool takes, so that a person can watch it.
    """

    @tool
    async def weather(city: str, day: str = "today") -> AsyncGenerator[Any, None]:
        """Tell the weather forecast of a city."""
        await asyncio.sleep(pace_s)
        yield {"progress": f"{city}, {day}"}
        await asyncio.sleep(pace_s)
        forecast = FORECASTS.get(city.lower(), "12 to 17 °C, some clouds")
        yield f"{city}, {day}: {forecast}"

    @tool
    async def find_trains(origin: str, destination: str, day: str) -> AsyncGenerator[Any, None]:
        """List the trains between two cities on a day, with their prices."""
        await asyncio.sleep(pace_s)
        yield {"progress": f"{origin} to {destination}, {day}"}
        await asyncio.sleep(pace_s)
        lines = [f"{time} {kind}, {price} EUR" for time, kind, price in DEPARTURES]
        yield f"{origin} to {destination}, {day}: " + "; ".join(lines)

    @tool(context=True)
    async def book_seat(journey: str, departure: str, price_eur: int, tool_context: ToolContext) -> str:
        """Book a seat. The person is asked for approval before anything is booked."""
        question = f"Book a seat on the {departure} train, {journey}, for {price_eur} EUR?"
        if tool_context.interrupt("approval", reason={"question": question}) != "approve":
            return "The person declined. Nothing was booked."
        await asyncio.sleep(pace_s)
        return f"Booked: {departure}, {journey}, coach 7, seat 42, {price_eur} EUR."

    return [weather, find_trains, book_seat]
