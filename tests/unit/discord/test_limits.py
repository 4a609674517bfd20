import asyncio
import json

import pytest
from hypothesis import HealthCheck, given, settings

from bot.commands.reply import Reply
from tests.builders.discord_messages import drawn, wire
from tests.builders.replies import replies
from tests.fakes.discord_rules import mentions, refusals


async def sent(reply: Reply) -> dict[str, object]:
    return wire(await drawn(reply))


def keeps_the_rules(reply: Reply) -> None:
    message = asyncio.run(sent(reply))
    assert not refusals(message)
    assert not mentions(message)
    json.dumps(message, ensure_ascii=False).encode()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(replies)
def test_no_message_that_discord_refuses_or_that_calls_somebody_leaves(reply: Reply) -> None:
    keeps_the_rules(reply)


@pytest.mark.fuzz
@settings(max_examples=4000, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(replies)
def test_none_leaves_in_a_long_search(reply: Reply) -> None:
    keeps_the_rules(reply)
