import asyncio

import pytest
from hypothesis import HealthCheck, given, settings

from bot.commands.reply.blocks import Reply
from tests.builders.replies import replies
from tests.builders.telegram_messages import drawn, refusals

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


def keeps_the_rules(reply: Reply) -> None:
    message = asyncio.run(drawn(reply))
    assert message.messages
    for post in (message.single_message, *message.messages):
        assert not list(refusals(post))


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(replies)
def test_no_message_that_telegram_refuses_leaves(reply: Reply) -> None:
    keeps_the_rules(reply)


@pytest.mark.fuzz
@pytest.mark.timeout(900)
@settings(max_examples=1500, deadline=None, suppress_health_check=SLOW)
@given(replies)
def test_none_leaves_in_a_long_search(reply: Reply) -> None:
    keeps_the_rules(reply)
