"""Lists of trades, orders and signals: each page follows the one before, nothing twice and nothing left out."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.facts import Fact, Saved
from bot.domain.instance import Bot, BotStatus
from bot.engine.reports.history import HistoryReader
from bot.ports.storage import Page
from tests.builders import facts as a
from tests.builders.small_engine import ACCOUNT, FAKE, SmallEngine, a_small_engine, queries_of
from tests.fakes.scripted_strategies import ENTER


def a_quiet_bot(name: str) -> Bot:
    config = replace(a.a_config(), account_id=ACCOUNT.account_id)
    return replace(a.a_bot(name, name=name, status=BotStatus.STOPPED), venue=FAKE, config=config)


ALPHA, BETA = a_quiet_bot("alpha"), a_quiet_bot("beta")


async def lists_of(engine: SmallEngine, *facts: Fact) -> HistoryReader:
    await engine.world.storage.commit((Saved(ALPHA), Saved(BETA), *facts))
    return HistoryReader(engine.world.storage, queries_of(engine))


def a_trade_opened(bot: str, number: int, minutes: int) -> Saved:
    return Saved(replace(a.a_trade(number, bot=bot), opened_at=a.at(minutes)))


async def test_the_trades_of_a_bot_come_newest_first_page_by_page() -> None:
    async with a_small_engine() as engine:
        lists = await lists_of(engine, *(a_trade_opened("alpha", number, number) for number in (1, 2, 3, 4, 5)))
        pages = [await lists.trades([ALPHA], Page(limit=2, offset=offset)) for offset in (0, 2, 4)]
        assert [[row.item.number for row in page.rows] for page in pages] == [[5, 4], [3, 2], [1]]
        assert [page.has_more for page in pages] == [True, True, False]
        assert (pages[0].rows[0].bot, pages[0].rows[0].market.symbol) == (ALPHA, "ABC/USDT")


async def test_a_full_last_page_has_no_other() -> None:
    async with a_small_engine() as engine:
        lists = await lists_of(engine, a_trade_opened("alpha", 1, 1), a_trade_opened("beta", 1, 2))
        for bots in ([ALPHA], [ALPHA, BETA]):
            assert not (await lists.trades(bots, Page(limit=len(bots)))).has_more
        assert (await lists.trades([ALPHA, BETA], Page(limit=1))).has_more


async def test_the_trades_of_several_bots_are_put_together_by_time() -> None:
    async with a_small_engine() as engine:
        facts = [a_trade_opened("alpha", number, 10 * number) for number in (1, 2, 3)]
        facts += [a_trade_opened("beta", number, 10 * number + 5) for number in (1, 2)]
        lists = await lists_of(engine, *facts)
        page = await lists.trades([ALPHA, BETA], Page(limit=3, offset=1))
        assert [(row.bot.name, row.item.number) for row in page.rows] == [("beta", 2), ("alpha", 2), ("beta", 1)]
        assert page.has_more


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from(["alpha", "beta"]), st.integers(0, 50)), max_size=25), st.integers(1, 7))
async def test_the_pages_hold_every_signal_once(rows: list[tuple[str, int]], limit: int) -> None:
    unique = sorted(set(rows), key=lambda row: row[1])
    async with a_small_engine() as engine:
        lists = await lists_of(engine, *(Saved(a.a_signal(minutes, bot=bot)) for bot, minutes in unique))
        seen: list[tuple[str, int]] = []
        offset, has_more = 0, True
        while has_more:
            page = await lists.signals([ALPHA, BETA], Page(limit=limit, offset=offset))
            minutes = [(row.item.moment.market - a.at(0).market) // timedelta(minutes=1) for row in page.rows]
            seen += [(row.bot.name, minute) for row, minute in zip(page.rows, minutes, strict=True)]
            offset, has_more = offset + limit, page.has_more
        assert sorted(seen) == sorted(unique)
        assert [minute for _, minute in seen] == sorted((minute for _, minute in seen), reverse=True)
        assert await lists.signal_count([ALPHA, BETA]) == len(unique)


async def test_signals_of_one_bot_are_its_own() -> None:
    async with a_small_engine() as engine:
        lists = await lists_of(engine, Saved(a.a_signal(1, bot="alpha")), Saved(a.a_signal(2, bot="beta")))
        page = await lists.signals([BETA], Page(limit=5))
        assert [row.item.bot_id for row in page.rows] == ["beta"]
        assert await lists.signal_count([BETA]) == 1


async def test_working_orders_stand_as_in_a_book_and_open_trades_count() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.running(stop_loss="5%", take_profit="10%")
        await engine.candle(100, ENTER)
        bot = await engine.bot(bot_id)
        lists = await lists_of(engine)
        assert await lists.trade_count([bot]) == 0
        await engine.fill("100")
        rows = await lists.working_orders([bot, ALPHA])
        assert [row.item.intent.price for row in rows] == [Decimal("110.00"), Decimal("95.00")]
        assert {row.bot.bot_id for row in rows} == {bot_id}
        assert rows[0].last_price == Decimal(100)
        assert await lists.trade_count([bot, ALPHA]) == 1


async def test_an_open_trade_is_listed_with_what_it_made_so_far() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.running()
        await engine.candle(100, ENTER)
        await engine.fill("100")
        await engine.candle(110)
        bot = await engine.bot(bot_id)
        (row,) = (await HistoryReader(engine.world.storage, queries_of(engine)).trades([bot], Page())).rows
        # 9.94 bought at 100 with a fee of 0.1 %, the last price is 110.
        assert row.open_trade_profit == Decimal("99.4") - Decimal("0.994")
