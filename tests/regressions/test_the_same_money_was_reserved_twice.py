"""Earnings of one bot were free for another and could be lost by both; an account changed by an edit was not asked."""

from dataclasses import replace
from decimal import Decimal

from bot.domain.errors import Refused
from bot.domain.facts import LedgerSaved, Saved
from bot.domain.ids import AccountId, BotId, VenueId
from bot.domain.trade import Ledger, LedgerTotals
from bot.engine.bots.capital import read_capital
from tests.builders.engine import MIA
from tests.builders.refusals import raises_refusal
from tests.builders.small_engine import ACCOUNT, SmallEngine, a_small_engine

SMALL = replace(ACCOUNT, account_id=AccountId("small"), label="small", deposit=Decimal(500))


async def earned(engine: SmallEngine, bot_id: BotId, profit: str) -> None:
    book = Ledger(totals=LedgerTotals(closed_profit=Decimal(profit)))
    await engine.world.storage.commit((LedgerSaved(bot_id, book),))


async def test_what_a_bot_earned_is_not_lent_to_another() -> None:
    async with a_small_engine() as engine:
        first = await engine.create(capital="6000")
        await earned(engine, first, "500")
        with raises_refusal(Refused, match=r"4,000\.00 free"):
            await engine.create(capital="4500")
        await engine.create(capital="4000")
        await earned(engine, first, "0")
        capital = await read_capital(engine.world.storage, ACCOUNT, lambda *_: None)
        assert capital.reserved == capital.equity == 10_000


async def test_what_a_deleted_bot_earned_is_free() -> None:
    async with a_small_engine() as engine:
        first = await engine.create(capital="6000")
        await earned(engine, first, "500")
        await engine.lifecycle.delete_bot(first, MIA, "delete")
        await engine.create(capital="10500")


async def test_an_edit_to_another_account_asks_that_account_for_the_money() -> None:
    async with a_small_engine() as engine:
        await engine.world.storage.commit((Saved(SMALL),))
        bot_id = await engine.create(capital="600")
        with raises_refusal(Refused, match=r"account small has 500\.00 free"):
            await engine.lifecycle.edit_bot(bot_id, {"account": "small"}, MIA, "edit")
        await engine.lifecycle.edit_bot(bot_id, {"account": "small", "capital": "500"}, MIA, "edit")
        assert (await engine.bot(bot_id)).config.account_id == SMALL.account_id


async def test_a_bot_is_not_edited_to_an_account_at_another_venue() -> None:
    async with a_small_engine() as engine:
        await engine.world.storage.commit((Saved(replace(SMALL, venue=VenueId("elsewhere"))),))
        bot_id = await engine.create(capital="100")
        with raises_refusal(Refused, match="/clone told-abc with account=small"):
            await engine.lifecycle.edit_bot(bot_id, {"account": "small"}, MIA, "edit")
