"""A recording that begins again begins a new pass: its figures are those of a first one, and nothing is lost."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.data.recording import Recording
from bot.domain.closed_books import ClosedBooks, ClosingReason
from bot.domain.errors import Refused
from bot.domain.facts import Saved
from bot.domain.fill import Fill
from bot.domain.ids import BotId, OperatorId
from bot.domain.instance import BotStatus, StopPolicy
from bot.domain.money import ZERO
from bot.domain.people import Role
from bot.domain.position import Position
from bot.domain.trade import Ledger, Trade
from bot.ports.storage import Page
from tests.builders.engine import MIA, PRACTICE, EngineHarness, an_engine
from tests.builders.recordings import a_recording, flat
from tests.builders.refusals import raises_refusal
from tests.builders.stretches import a_stretch

ALL = Page(limit=10_000)
WORDS = {"fast": "5", "slow": "13", "stop_loss": "1%"}


class Crashed(Exception):
    """The process ended here."""


def market() -> Recording:
    return a_stretch("BTC/USDT", "1h", first=300, warm_up=300, length=200)


async def play_to_flat(engine: EngineHarness, *bots: BotId) -> None:
    """Play the recording to its end, and sell what is held then."""
    for bot_id in bots:
        await engine.run(bot_id)
    await engine.play_to_end()
    await sell_all(engine, *bots)


async def sell_all(engine: EngineHarness, *bots: BotId) -> None:
    engine.supervisor.post_market_end(engine.market.venue.venue_id, "the recording has ended")
    await engine.supervisor.wait_until_idle()
    for bot_id in bots:
        if (await engine.supervisor.view(bot_id)).ledger.trade:
            await engine.lifecycle.stop_bot(bot_id, StopPolicy.FLATTEN, MIA, engine.command_id())
    await engine.supervisor.wait_until_idle()


async def restart(engine: EngineHarness) -> None:
    await engine.engine.passes.restart_market(MIA, engine.command_id())


def facts_of(trades: tuple[Trade, ...]) -> list[tuple[object, ...]]:
    return [
        (one.opened_at.market, one.closed_at and one.closed_at.market, one.entry_value, one.exit_value, one.fees)
        for one in reversed(trades)
    ]


async def pass_of(engine: EngineHarness, bot_id: BotId) -> list[tuple[object, ...]]:
    return facts_of(await engine.database.reader.trades(bot_id, ALL))


async def test_the_second_pass_makes_the_trades_of_the_first(tmp_path: Path) -> None:
    async with an_engine(tmp_path, market()) as engine:
        reader = engine.database.reader
        bot_id = await engine.create("ema-cross", "BTC/USDT", "1h", **WORDS)
        await play_to_flat(engine, bot_id)
        first, totals = await pass_of(engine, bot_id), (await reader.ledger(bot_id)).totals
        assert totals.trades > 3
        assert totals.closed_profit < 0, "a loss: with it the second pass would buy less if it were remembered"
        await engine.market.replay.pause_clock()
        await restart(engine)
        assert await reader.trades(bot_id, ALL) == ()
        assert await reader.fills(bot_id, ALL) == ()
        assert await reader.fill_steps(bot_id) == ()
        assert (await reader.ledger(bot_id)).totals.fills == 0
        await engine.run(bot_id)
        await engine.market.replay.set_speed(None)
        await engine.market.replay.resume_clock()
        await engine.market.feed.wait_until_ended()
        await engine.supervisor.wait_until_idle()
        await sell_all(engine, bot_id)
        assert await pass_of(engine, bot_id) == first
        again = await reader.ledger(bot_id)
        assert again.totals == totals
        every = await reader.trades_of_every_pass(bot_id, ALL)
        assert [trade.number for trade in every] == list(range(2 * totals.trades, 0, -1))
        (closed,) = await reader.closed_books()
        assert (closed.number, closed.totals, closed.reason) == (1, totals, ClosingReason.MARKET_RESTARTED)


async def test_deleted_bots_belong_to_the_pass_in_which_they_traded(tmp_path: Path) -> None:
    async with an_engine(tmp_path, market()) as engine:
        gone = await engine.create("ema-cross", "BTC/USDT", "1h", name="gone", **WORDS)
        idle = await engine.create("ema-cross", "BTC/USDT", "1h", name="idle", **WORDS)
        await play_to_flat(engine, gone)
        await engine.lifecycle.delete_bot(gone, MIA, engine.command_id())
        await restart(engine)
        reader = engine.database.reader
        assert [closed.bot_id for closed in await reader.closed_books()] == [gone]
        assert (await reader.ledgers())[gone].totals.trades == 0
        assert [bot.bot_id for bot in await reader.deleted_bots()] == [gone]
        assert (await engine.supervisor.view(idle)).bot.status is BotStatus.CREATED


async def test_bots_in_use_are_named_to_those_who_can_stop_them(tmp_path: Path) -> None:
    bob = replace(MIA, operator_id=OperatorId("bob"), name="bob", role=Role.TRADER)
    async with an_engine(tmp_path, market()) as engine:
        await engine.database.writer.commit((Saved(bob),))
        for name in ("alpha", "beta"):
            await engine.run(await engine.create("ema-cross", "BTC/USDT", "1h", name=name, **WORDS))
        with raises_refusal(Refused, match=r"sold: alpha, beta\. First /stop alpha beta policy=flatten$"):
            await engine.engine.passes.check_restart(MIA)
        with raises_refusal(Refused, match=r"sold: bots of mia \(2\), whom you have to ask\.$"):
            await engine.engine.passes.check_restart(bob)


Break = Callable[[EngineHarness, pytest.MonkeyPatch], None]


def before_the_commit(engine: EngineHarness, patch: pytest.MonkeyPatch) -> None:
    async def crash(unit: object) -> None:
        raise Crashed

    patch.setattr(engine.database.writer, "commit", crash)


def before_the_venue(engine: EngineHarness, patch: pytest.MonkeyPatch) -> None:
    async def crash(*_: object) -> None:
        raise Crashed

    patch.setattr(engine.market.replay, "restart_clock", crash)
    patch.setattr(engine.market.venue, "reset_account", crash)


def before_the_note_is_taken_back(engine: EngineHarness, patch: pytest.MonkeyPatch) -> None:
    commits, commit = [], engine.database.writer.commit

    async def crash(unit: object) -> None:
        commits.append(unit)
        if len(commits) > 1:
            raise Crashed
        await commit(unit)  # type: ignore[arg-type]

    patch.setattr(engine.database.writer, "commit", crash)


async def crash_during(
    folder: Path, break_it: Break, act: Callable[[EngineHarness], Awaitable[None]]
) -> tuple[ClosedBooks, ...]:
    """Trade a pass, crash during an act, start again; return the books that are closed then."""
    async with an_engine(folder, market()) as engine:
        bot_id = await engine.create("ema-cross", "BTC/USDT", "1h", **WORDS)
        await play_to_flat(engine, bot_id)
        with pytest.MonkeyPatch.context() as patch:
            break_it(engine, patch)
            with pytest.raises(Crashed):
                await act(engine)
    async with an_engine(folder, market()) as engine:
        reader = engine.database.reader
        closed, ledger = await reader.closed_books(), await reader.ledger(bot_id)
        assert bool(closed) == (ledger.totals.fills == 0)
        assert await reader.key_value("restarting:recorded") is await reader.key_value("resetting:acc-mia") is None
    return closed


@pytest.mark.parametrize("break_it", [before_the_commit, before_the_venue, before_the_note_is_taken_back])
async def test_a_crash_in_a_restart_leaves_all_or_nothing_of_it(tmp_path: Path, break_it: Break) -> None:
    closed = await crash_during(tmp_path, break_it, restart)
    assert len(closed) == (break_it is not before_the_commit)
    async with an_engine(tmp_path, market()) as engine:
        is_back = engine.market.venue.clock.now() < market().ends_at
        assert is_back == bool(closed), "the market's clock goes with the books"


@pytest.mark.parametrize("break_it", [before_the_commit, before_the_venue, before_the_note_is_taken_back])
async def test_a_crash_in_a_reset_leaves_all_or_nothing_of_it(tmp_path: Path, break_it: Break) -> None:
    async def reset(engine: EngineHarness) -> None:
        await engine.engine.passes.reset_account(PRACTICE, MIA, engine.command_id())

    closed = await crash_during(tmp_path, break_it, reset)
    assert len(closed) == (break_it is not before_the_commit)
    async with an_engine(tmp_path, market()) as engine:
        balances = await engine.market.venue.balances(PRACTICE.account_id)
        is_deposit = [(one.currency, one.total) for one in balances] == [("USDT", PRACTICE.deposit)]
        assert is_deposit == bool(closed)


def falling_market() -> Recording:
    """A price that rises from 100 to 120 and falls to 3 within a candle."""
    rises = [(price, price + 1.0, price, price + 1.0) for price in range(100, 120)]
    return a_recording([*flat(60), *rises, (120.0, 120.0, 3.0, 3.0), *flat(10, 3.0)])


async def test_dust_asks_nothing_of_anybody_before_a_restart(tmp_path: Path) -> None:
    # 0.05 ABC bought near 101 for 5.05 USDT are worth 0.15 at the end: the market wants 5.
    async with an_engine(tmp_path, falling_market()) as engine:
        bot_id = await engine.create("ema-cross", "ABC/USDT", "5m", capital="6", stake="5.5", fast="2", slow="5")
        await engine.run(bot_id)
        await engine.play_to_end()
        engine.supervisor.post_market_end(engine.market.venue.venue_id, "the recording has ended")
        await engine.supervisor.wait_until_idle()
        reader = engine.database.reader
        held = (await reader.ledger(bot_id)).position.quantity
        assert held > 0
        await restart(engine)
        (closed,) = await reader.closed_books()
        assert closed.position == Position(held, held * 3)
        cash = sum((fill.price * fill.quantity + fill.fee for fill in await fills_of(engine)), ZERO)
        assert closed.totals.closed_profit == held * 3 - cash
        (trade,) = await reader.trades_of_every_pass(bot_id, ALL)
        assert (trade.profit, trade.exit_price) == (closed.totals.closed_profit, Decimal(3))
        assert await reader.ledger(bot_id) == Ledger(earlier_trades=1)


async def fills_of(engine: EngineHarness) -> list[Fill]:
    return [report.fill for report in await engine.market.venue.fills(PRACTICE.account_id, 0)]
