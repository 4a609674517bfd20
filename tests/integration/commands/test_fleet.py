"""A fleet of any size is a page of rows, with the states and totals of all."""

from dataclasses import replace
from decimal import Decimal

from bot.commands.reply.blocks import Table
from bot.domain.facts import Fact, LedgerSaved, Saved
from bot.domain.ids import Symbol
from bot.domain.instance import Bot, BotStatus
from bot.domain.money import round_money
from bot.domain.trade import Ledger, LedgerTotals
from bot.engine.people.permissions import Requester
from bot.engine.reports.fleet import PAGE_SIZE, fleet_page
from tests.builders import facts as a
from tests.builders.chat_harness import NOON, ChatHarness
from tests.builders.engine import MIA, PRACTICE
from tests.builders.story import an_open_trade

MANY = 45


def stored_bot(number: int, status: BotStatus = BotStatus.STOPPED) -> Bot:
    bot = a.a_bot(f"bot{number}", name=f"bot-{number:02}", status=status, minutes=number)
    config = replace(bot.config, symbol=Symbol("BTC/USDT"), account_id=PRACTICE.account_id)
    return replace(bot, owner=MIA.operator_id, config=config)


async def filled(bench: ChatHarness, *, holding: int = 0) -> None:
    """Store bots of which number 7 failed and number n has closed trades with a profit of n; so many hold something."""
    for number in range(MANY):
        bot = stored_bot(number, BotStatus.FAILED if number == 7 else BotStatus.STOPPED)
        book = Ledger(totals=LedgerTotals(closed_profit=Decimal(number), trades=1, fills=2))
        open_trade: tuple[Fact, ...] = ()
        if number < holding:
            position, trade = an_open_trade(bot, "0.001", "60000", NOON)
            book, open_trade = replace(book, position=position, trade=trade), (Saved(trade),)
        await bench.engine.database.writer.commit((Saved(bot), LedgerSaved(bot.bot_id, book), *open_trade))


async def names(bench: ChatHarness, line: str) -> list[str]:
    """Return the bots a reply's table shows, numbered from 1 on where there are several pages."""
    answer = await bench.mia.ask(line)
    rows = [row for block in answer.blocks if isinstance(block, Table) for row in block.cell_texts]
    numbered = [row for row in rows if row[0].isdecimal()]
    assert [int(row[0]) for row in numbered] == list(range(1, len(numbered) + 1))
    return [row[1] if row in numbered else row[0] for row in rows]


async def test_pages_go_on_by_urgency_under_the_totals_of_all(bench: ChatHarness) -> None:
    await filled(bench)
    expected = ["bot-07", *(f"bot-{number:02}" for number in range(MANY - 1, -1, -1) if number != 7)]
    seen = [await names(bench, f"/bots page={page}") for page in range(1, 7)]
    assert [len(page) for page in seen] == [*[PAGE_SIZE] * 5, 5]
    assert [name for page in seen for name in page] == expected
    text = await bench.mia.say("/bots page=99")
    assert text.startswith("Fleet · 45 bots · 1 failed, 44 stopped")
    assert f"totals  PRACTICE +{sum(range(MANY))}.00 USDT (+2.20%)" in text
    assert "page 6 of 6" in text
    labels = [button.label for button in bench.mia.replies[-1].buttons]
    assert labels == ["1", "2", "3", "4", "5", "‹", "6/6", "Failed 1", "New", "PnL", "Panic"]  # noqa: RUF001 - UX.md
    assert (await bench.mia.press("5")).startswith("⏹️ bot-00 · PRACTICE · stopped")


async def test_a_filter_counts_and_sums_only_what_it_finds(bench: ChatHarness) -> None:
    await filled(bench)
    text = await bench.mia.say("/bots filter=bot-0")
    assert text.startswith("Fleet · 10 bots · 1 failed, 9 stopped")
    assert "totals  PRACTICE +45.00 USDT (+0.45%)" in text
    assert bench.mia.replies[-1].buttons[-5].command == "/bots filter=bot-0 page=2"


async def test_other_orders_are_kept_over_pages(bench: ChatHarness) -> None:
    await filled(bench)
    assert await names(bench, "/bots sort=name") == [f"bot-{number:02}" for number in range(PAGE_SIZE)]
    assert (await names(bench, "/bots sort=pnl"))[0] == "bot-44"
    assert (await names(bench, "/bots sort=state"))[:2] == ["bot-07", "bot-00"]
    assert (await names(bench, "/bots sort=market"))[0] == "bot-00"
    await bench.mia.say("/bots sort=name")
    assert "bot-08" in await bench.mia.press("›")  # noqa: RUF001 - UX.md
    answer = await bench.mia.say("/bots sort=size")
    assert answer == (
        "Invalid: sort cannot be size. Expected attention, name, pnl, state or market, for example /bots sort=pnl"
    )


async def traded(bench: ChatHarness) -> None:
    """Let two bots trade through the recording; one of them still holds something at its end."""
    await bench.made("/new alpha ema-cross BTC/USDT 1h capital=1000")
    await bench.made("/new beta rsi-reversion BTC/USDT 1h capital=500")
    await bench.mia.say("/run all")
    await bench.engine.play_to_end()


async def test_the_sums_are_those_of_the_cards_whether_a_bot_is_in_memory_or_not(bench: ChatHarness) -> None:
    await traded(bench)
    await filled(bench)
    queries = bench.command_bus.queries
    page = await fleet_page(queries, Requester(operator=MIA))
    rows = await queries.fleet(Requester(operator=MIA))
    assert page.rows == rows[:PAGE_SIZE]
    assert page.bots == len(rows) == MANY + 2
    assert [(total.profit, total.capital, total.bots) for total in page.totals] == [
        (sum(round_money(row.total, "USDT") for row in rows), sum(row.bot.config.capital for row in rows), len(rows))
    ]


async def test_positions_are_those_of_bots_that_hold_something(bench: ChatHarness) -> None:
    assert await bench.mia.say("/positions") == "Positions · none open"
    await traded(bench)
    await filled(bench)
    assert (await bench.mia.say("/positions")).startswith("Positions · 1 open")
    assert await names(bench, "/positions") == ["beta"]


async def test_positions_and_figures_of_many_come_in_pages(bench: ChatHarness) -> None:
    await filled(bench, holding=20)
    seen: list[str] = []
    for page in range(1, 5):
        answer = await bench.mia.say(f"/positions page={page}")
        assert answer.startswith("Positions · 20 open")
        assert f"page {page} of 4 · " in answer
        seen += [row for row in await names(bench, f"/positions page={page}") if row.startswith("bot-")]
    assert sorted(seen) == [f"bot-{number:02}" for number in range(20)]
    assert (await bench.mia.say("/positions page=9")) == (await bench.mia.say("/positions page=4"))
    stats = await bench.mia.say("/stats")
    assert stats.startswith("Stats · 45 bots")
    assert "page 1 of 6" in stats
    assert [button.label for button in bench.mia.replies[-1].buttons][-2:] == ["1/6", "›"]  # noqa: RUF001 - UX.md
    assert "page 2 of 6" in await bench.mia.press("›")  # noqa: RUF001 - UX.md


async def test_profit_of_many_names_the_largest_and_sums_up_the_rest(bench: ChatHarness) -> None:
    await filled(bench)
    lines = (await bench.mia.say("/pnl period=all")).splitlines()
    rows = [line.split() for line in lines[1:]]
    total, each = rows[0], rows[1 : 1 + 9]
    assert [row[0] for row in each[:-1]] == [f"bot-{number}" for number in range(44, 36, -1)]
    assert each[-1][:2] == ["37", "others"]
    assert sum(Decimal(row[-2]) for row in each) == Decimal(total[-2]) == sum(range(MANY))
    assert each[-1][-1] == f"+{Decimal(sum(range(37))) / 37 / 10:.2f}%"
