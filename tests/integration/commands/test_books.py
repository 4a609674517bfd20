"""What people are told of books: statements, deleted bots, dust, a clean start, and capital that works."""

import re
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest

from bot.domain.events import OrderRejected
from bot.ports.storage import Page
from tests.builders.chat_driver import market
from tests.builders.chat_harness import ChatHarness, ScriptedPerson, a_chat_harness
from tests.builders.recordings import a_recording, flat
from tests.integration.commands.test_confirming import code_in

RISES = [(price, price + 1.0, price, price + 1.0) for price in range(100, 120)]
CRASH = a_recording([*flat(60), *RISES, (120.0, 120.0, 3.0, 3.0), *flat(10, 3.0)])
"""A price that rises from 100 to 120 and falls to 3 within a candle: 0.05 ABC are worth 0.15 USDT then, not 5."""


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[ChatHarness]:
    async with a_chat_harness(tmp_path, market()) as opened:
        yield opened


async def confirmed(person: ScriptedPerson, line: str) -> str:
    return await person.say(f"yes {code_in(await person.say(line))}")


async def traded(bench: ChatHarness, line: str = "/new alpha ema-cross BTC/USDT 1h capital=1000") -> None:
    """Let a bot trade to the end of the recording, and sell what it holds."""
    await bench.made(line)
    await bench.mia.say("/run alpha")
    await bench.engine.play_to_end()
    bench.engine.supervisor.post_market_end(bench.engine.market.venue.venue_id, "the recording has ended")
    await bench.engine.supervisor.wait_until_idle()


def figure(text: str, label: str) -> Decimal:
    """Return the last figure of a line."""
    (line,) = [line for line in text.splitlines() if line.startswith(label)]
    return Decimal(line.split()[-1])


async def test_a_statement_adds_up_as_it_is_printed(bench: ChatHarness) -> None:
    await traded(bench)
    text = await bench.mia.say("/statement")
    assert text.startswith("✅ practice · PRACTICE · the books close")
    parts = sum(figure(text, label) for label in ("Deposit", "Bots, closed", "Bots, open", "Fees"))
    assert parts == figure(text, "= Books") == figure(text, "= Venue")
    assert figure(text, "Fees") < 0
    assert figure(text, "Difference") == 0


async def test_a_deleted_bot_stays_in_totals_and_its_trades_can_be_read(bench: ChatHarness) -> None:
    await bench.made("/new beta ema-cross BTC/USDT 1h capital=1000")
    await traded(bench)
    if "long" in await bench.mia.say("/positions alpha"):
        await confirmed(bench.mia, "/stop alpha policy=flatten")
        await bench.engine.supervisor.wait_until_idle()
    total = re.search(r"totals  PRACTICE ([-+][\d.,]+)", await bench.mia.say("/bots"))
    assert total is not None
    asked = await bench.mia.say("/delete alpha")
    assert re.search(r"delete it\? Its \d+ trades? stays? in the books\.", asked), asked
    assert "in the books" in await bench.mia.say(f"yes {code_in(asked)}")
    assert f"{total[1]} USDT of it" in await bench.mia.say("/bots")
    for period in ("month", "all"):
        page = await bench.mia.say(f"/pnl period={period}")
        assert re.search(rf"PRACTICE USDT +{re.escape(total[1])}", page), page
        assert re.search(rf"alpha \(deleted\) +{re.escape(total[1])}", page), page
    trades = await bench.mia.say("/trades alpha")
    assert "alpha · PRACTICE · deleted · trade" in trades
    assert "Deleted bots" in await bench.mia.say("/statement")


async def test_a_bot_that_never_traded_leaves_nothing_in_the_books(bench: ChatHarness) -> None:
    await bench.made()
    asked = await bench.mia.say("/delete alpha")
    assert "books" not in asked
    assert "books" not in await bench.mia.say(f"yes {code_in(asked)}")


async def test_an_account_starts_clean(bench: ChatHarness) -> None:
    await traded(bench)
    if "long" in await bench.mia.say("/positions alpha"):
        await confirmed(bench.mia, "/stop alpha policy=flatten")
    await bench.engine.supervisor.wait_until_idle()
    assert "practice · PRACTICE · is clean: it holds 10,000.00 USDT again" in await confirmed(
        bench.mia, "/account reset practice"
    )
    text = await bench.mia.say("/statement")
    assert figure(text, "= Venue") == figure(text, "Deposit") == 10_000
    assert "no trades yet" not in await bench.mia.say("/trades alpha"), "what was traded can be read all the same"


async def test_capital_above_what_is_free_offers_what_the_bot_has_and_what_is_free(bench: ChatHarness) -> None:
    await bench.made("/new alpha ema-cross BTC/USDT 1h capital=2012.58")
    await bench.mia.say("/edit alpha capital=60000")
    (button, *_) = bench.mia.replies[-1].buttons
    assert (button.label, button.command) == ("Use 10,000", "/edit alpha capital=10000")


async def test_dust_is_booked_told_and_stands_in_nobodys_way(tmp_path: Path) -> None:
    async with a_chat_harness(tmp_path, CRASH) as bench:
        await traded(bench, "/new alpha ema-cross ABC/USDT 5m capital=6 stake=5.5 fast=2 slow=5")
        reader = bench.engine.database.reader
        bot = await reader.bot_by_name("alpha")
        assert bot is not None
        ledger = await reader.ledger(bot.bot_id)
        assert ledger.trade is None
        assert ledger.position.quantity == Decimal("0.054")
        # 0.054 ABC bought near 101 are worth 3 each.
        assert ledger.position.cost == Decimal("0.162")
        assert ledger.realised_profit < -5
        kept = r"0\.054 ABC stay, 0\.16 USDT, below the market's minimum of 5\.00 USDT"
        shown = await bench.mia.say("/positions")
        assert re.search(kept, shown), shown
        shown = await bench.mia.say("/bot alpha")
        assert re.search(kept, shown), shown
        assert "Dust, too small to be sold: 0.16 USDT." in await bench.mia.say("/balance")
        statement = await bench.mia.say("/statement")
        assert "the books close" in statement
        assert "0.054 ABC" in statement
        events = await reader.recent_events(bot.bot_id, Page(limit=50))
        assert not [one for one in events if isinstance(one.event.payload, OrderRejected)]
        asked = await bench.mia.say("/market action=restart")
        assert "Refused" not in asked
        asked = await bench.mia.say("/delete alpha")
        assert re.search(f"Its 1 trade stays in the books. {kept}", asked), asked
        assert "deleted" in await bench.mia.say(f"yes {code_in(asked)}")
        assert "earlier passes" not in await bench.mia.say("/statement")
