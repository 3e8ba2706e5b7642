"""A process that asks a served agent, says aloud what it hears, and waits for more: `client_process.py URL`."""

import asyncio
import sys

from strands.agent.a2a_agent import A2AAgent


async def main(url: str) -> None:
    async for event in A2AAgent(url).stream_async("Slowly, please."):
        update = event["event"][1] if "event" in event else None
        if artifact := getattr(update, "artifact", None):
            print(artifact.parts[0].root.text, flush=True)


asyncio.run(main(*sys.argv[1:]))
