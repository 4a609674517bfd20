"""The end waits for commands under way."""

import asyncio

from tests.builders.chat_harness import ChatHarness


async def test_the_pipeline_is_idle_once_every_command_is_answered(bench: ChatHarness) -> None:
    await bench.command_bus.pipeline.wait_until_idle()
    answers = [asyncio.ensure_future(bench.mia.say("/bots")) for _ in range(3)]
    await asyncio.sleep(0)
    await bench.command_bus.pipeline.wait_until_idle()
    # What is left is to hand the answers over.
    await asyncio.sleep(0)
    assert all(answer.done() for answer in answers)
