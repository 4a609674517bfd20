"""Five failures of a message of a bot that does not run ended in an illegal transition that only the log saw."""

import pytest

from bot.domain.events import BotFailed
from bot.domain.instance import ACTIVE_STATUSES, BotStatus
from bot.engine.trading.messages import FailBot
from tests.builders.one_bot import one_bot


@pytest.mark.parametrize("status", sorted(set(BotStatus) - ACTIVE_STATUSES))
def test_a_bot_that_does_not_run_tells_what_broke_and_stays_what_it_is(status: BotStatus) -> None:
    bot = one_bot(status=status)
    bot.send(FailBot("the fill does not fit", "E-2345", 5))
    assert bot.is_in(status)
    assert bot.session.bot.status_remark == "the fill does not fit (ref E-2345)"
    assert [told.error for told in bot.told(BotFailed)] == ["the fill does not fit"]


@pytest.mark.parametrize("status", sorted(ACTIVE_STATUSES))
def test_an_active_bot_fails(status: BotStatus) -> None:
    bot = one_bot(status=status)
    bot.send(FailBot("division by zero", "E-2345", 5))
    assert bot.is_in(BotStatus.FAILED)
    assert bot.session.bot.desired is BotStatus.STOPPED
