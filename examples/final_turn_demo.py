"""What a consumer of an agent's stream receives, side by side: `stream_final_turn_only` off and on.

    hatch run demo              on a local server that speaks Bedrock's wire protocol; no account is needed
    hatch run demo --bedrock    on the real service, with the AWS credentials and the region that boto3 finds

Both runs are the same agent with the same tools and the same question, and they run at the same time. Each column
shows what arrives, when it arrives: text as it is delivered, and the tool calls (which are never held back).
"""

from __future__ import annotations

import argparse
import ast
import asyncio
import io
import operator
import os
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from strands import Agent, tool
from strands.models import BedrockModel
from strands.testing import BedrockEndpoint, ModelRequest, Turn, per_conversation, use

QUESTION = "By how many °F is it warmer in Lisbon than in Oslo right now?"
INSTRUCTIONS = "Before each tool call say in one short sentence what you are going to do. Answer in one sentence."

# What the local model says: three responses, of which only the last is an answer.
SCRIPT = per_conversation(
    [
        ["Let me look up the weather in both cities.", use("weather", city="Lisbon"), use("weather", city="Oslo")],
        [
            "Lisbon has 19 °C and Oslo has 4 °C. I will turn the difference into Fahrenheit.",
            use("calculator", expression="(19 - 4) * 9 / 5"),
        ],
        "Right now Lisbon, with 19 °C and sun, is 27 °F warmer than Oslo, with 4 °C and rain.",
    ]
)


@tool
def weather(city: str) -> str:
    """Tell the current weather in a city."""
    return {"Lisbon": "19 °C, sunny", "Oslo": "4 °C, rain"}.get(city, "unknown")


@tool
def calculator(expression: str) -> float:
    """Calculate an expression of numbers, + - * / and parentheses."""
    return _value(ast.parse(expression, mode="eval").body)


OPERATIONS: dict[type, Callable[..., float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.USub: operator.neg,
}


def _value(node: ast.expr) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return node.value
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATIONS:
        return OPERATIONS[type(node.op)](_value(node.left), _value(node.right))
    if isinstance(node, ast.UnaryOp) and type(node.op) in OPERATIONS:
        return OPERATIONS[type(node.op)](_value(node.operand))
    raise ValueError(f"expression has {ast.unparse(node)!r}, expected numbers, + - * / and parentheses")


@dataclass(frozen=True)
class Line:
    """A line that is complete."""

    text: str
    is_call: bool = False


@dataclass
class Column:
    """What one consumer has received."""

    waiting: list[Line] = field(default_factory=list)
    """Lines that are not printed yet."""
    unfinished: str = ""
    pieces: list[str] = field(default_factory=list)
    first_text_s: float | None = None

    def add_text(self, piece: str, now_s: float) -> None:
        if self.first_text_s is None:
            self.first_text_s = now_s
        self.pieces.append(piece)
        *full, self.unfinished = textwrap.wrap(self.unfinished + piece, Table.WIDTH, drop_whitespace=False) or [""]
        self.waiting += [Line(text) for text in full]

    def add_call(self, call: str) -> None:
        self.end_line()
        self.waiting += [Line(text, True) for text in textwrap.wrap(f"-> {call}", Table.WIDTH, subsequent_indent="   ")]

    def end_line(self) -> None:
        if self.unfinished.strip():
            self.waiting.append(Line(self.unfinished))
        self.unfinished = ""


class Table:
    """Two columns that fill up at the same time; on a terminal the lowest row shows unfinished lines."""

    WIDTH = 37
    TICK_S = 0.1

    def __init__(self) -> None:
        self.columns = Column(), Column()
        self._live = sys.stdout.isatty()
        self._held_a_call = False

    def show(self) -> None:
        """Print the rows that are complete, and on a terminal the one that grows."""
        while (row := self._next_row()) is not None:
            self._erase_growing_row()
            print(self.row(*row))
        if self._live:
            print("\r" + self.row(*(column.unfinished for column in self.columns)), end="")
        sys.stdout.flush()

    def close(self) -> None:
        for column in self.columns:
            column.end_line()
        for _ in range(2):  # the second time nothing is held
            self.show()
        self._erase_growing_row()

    def row(self, left: str, right: str) -> str:
        return f" {left.strip():<{self.WIDTH}} │ {right.strip():<{self.WIDTH}}".rstrip()

    def _next_row(self) -> tuple[str, str] | None:
        """Take the next row; calls stand beside calls, so one that is alone is held for a tick: its twin may come."""
        heads = [column.waiting[0] if column.waiting else None for column in self.columns]
        calls = [head is not None and head.is_call for head in heads]
        texts = [head is not None and not head.is_call for head in heads]
        if heads == [None, None]:
            return None
        hold = any(calls) and not all(calls) and not any(texts) and not self._held_a_call
        self._held_a_call = hold
        if hold:
            return None
        taken = texts if any(texts) else calls
        left, right = (
            column.waiting.pop(0).text if take else "" for column, take in zip(self.columns, taken, strict=True)
        )
        return left, right

    def _erase_growing_row(self) -> None:
        if self._live:
            print("\r" + " " * (2 * self.WIDTH + 5) + "\r", end="")


async def consume(model: BedrockModel, column: Column, *, final_turn_only: bool) -> str:
    """Run the agent and note what arrives; return the text of its answer."""
    agent = Agent(model=model, tools=[weather, calculator], system_prompt=INSTRUCTIONS, callback_handler=None)
    started_s = time.monotonic()
    answer = ""
    async for event in agent.stream_async(QUESTION, stream_final_turn_only=final_turn_only):
        if "data" in event:
            column.add_text(event["data"], time.monotonic() - started_s)
        elif "message" in event:
            for call in tool_calls(event["message"]):
                column.add_call(call)
        elif "result" in event:
            answer = "".join(block.get("text", "") for block in event["result"].message["content"])
    return answer


def tool_calls(message: Any) -> Iterator[str]:
    for block in message["content"]:
        if "toolUse" in block:
            arguments = ", ".join(f"{name}={value!r}" for name, value in block["toolUse"]["input"].items())
            yield f"{block['toolUse']['name']}({arguments})"


async def run(model: BedrockModel) -> None:
    table = Table()
    print(f"\nQuestion: {QUESTION}\n")
    print(table.row("off (the default)", "stream_final_turn_only=True"))
    print("─" * (table.WIDTH + 2) + "┼" + "─" * (table.WIDTH + 2))

    async def tick() -> None:
        while True:
            table.show()
            await asyncio.sleep(table.TICK_S)

    ticking = asyncio.create_task(tick())
    try:
        answers = await asyncio.gather(
            consume(model, table.columns[0], final_turn_only=False),
            consume(model, table.columns[1], final_turn_only=True),
        )
    finally:
        ticking.cancel()
        table.close()
    print_summary(table.columns, answers)


def print_summary(columns: tuple[Column, Column], answers: tuple[str, str]) -> None:
    texts = ["".join(column.pieces) for column in columns]
    rows = {
        "pieces of text": [str(len(column.pieces)) for column in columns],
        "characters": [str(len(text)) for text in texts],
        "first text after": [f"{column.first_text_s or 0:.1f} s" for column in columns],
        "text is the answer": ["yes" if text == answer else "no" for text, answer in zip(texts, answers, strict=True)],
    }
    print(f"\n {'':<20}{'off':>10}{'on':>10}")
    for label, cells in rows.items():
        print(f" {label:<20}{cells[0]:>10}{cells[1]:>10}")
    print()


@contextmanager
def local_model(script: Callable[[ModelRequest], Turn], token_gap_s: float) -> Iterator[BedrockModel]:
    """A BedrockModel on unmodified boto3, with made-up credentials, that talks to a local server."""
    with BedrockEndpoint(script, token_gap_s=token_gap_s) as endpoint:
        yield endpoint.model()


@contextmanager
def bedrock_model(model_id: str | None) -> Iterator[BedrockModel]:
    """A BedrockModel on the real service.

    Raises:
        SystemExit: If boto3 finds no credentials or no region, or the service refuses.
    """
    session = boto3.Session(region_name=os.environ.get("AWS_REGION"))
    if session.get_credentials() is None:
        raise SystemExit("No AWS credentials found: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.")
    if session.region_name is None:
        raise SystemExit("No AWS region found: set AWS_REGION to one where you have access to the model.")
    chosen: dict[str, Any] = {"model_id": model_id} if model_id else {}
    try:
        yield BedrockModel(boto_session=session, **chosen)
    except (BotoCoreError, ClientError) as error:
        raise SystemExit("\n".join([str(error), *getattr(error, "__notes__", [])])) from error


def main() -> None:
    parser = argparse.ArgumentParser(description="Show what stream_final_turn_only leaves out.")
    parser.add_argument("--bedrock", action="store_true", help="use the real service instead of a local server")
    parser.add_argument("--model-id", help="model for --bedrock (default: that of BedrockModel)")
    parser.add_argument(
        "--token-gap-ms", type=float, default=60.0, help="pause of the local server before each token (%(default)s)"
    )
    options = parser.parse_args()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without box-drawing characters still shows the text
    source = bedrock_model(options.model_id) if options.bedrock else local_model(SCRIPT, options.token_gap_ms / 1000)
    with source as model:
        asyncio.run(run(model))


if __name__ == "__main__":
    main()
