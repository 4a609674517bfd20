"""What pictures show of a bot that traded: /chart, and the picture beside a fill."""

import pytest

from bot.commands.reply.blocks import Headline, Image, Text
from bot.commands.reply.inline_time import plain_text
from bot.commands.text import numbers
from bot.domain.events import NotificationLevel, TradeClosed
from bot.domain.fill import Fill
from bot.domain.order import OrderPurpose
from bot.ports.charts import CandleChart, DrawdownChart, EquityChart, ProfitChart
from bot.ports.storage import Page
from bot.strategy.candles import from_milliseconds
from tests.builders.chat_harness import ChatHarness, ScriptedPerson
from tests.fakes.gateway import FakeGateway
from tests.integration.commands.test_notifying import CONSOLE

GRID = "/new g grid BTC/USDT 1h capital=2000 lower=60000 upper=75000 levels=40"
BARRIERS = "/new alpha ema-cross BTC/USDT 1h capital=1000 stop_loss=1% take_profit=2%"


async def played(bench: ChatHarness, line: str) -> None:
    """Let a bot trade through the recording."""
    await bench.made(line)
    await bench.mia.say(f"/run {line.split()[1]}")
    await bench.engine.play_to_end()


async def all_fills(bench: ChatHarness) -> list[Fill]:
    (bot,) = await bench.engine.database.reader.bots()
    return list(reversed(await bench.engine.database.reader.fills(bot.bot_id, Page(limit=10_000))))


def drawn_candles(bench: ChatHarness) -> CandleChart:
    spec = bench.charts.specs[-1]
    assert isinstance(spec, CandleChart)
    return spec


async def test_each_exit_is_in_its_picture_at_its_bar_and_price(bench: ChatHarness) -> None:
    await played(bench, BARRIERS)
    events = await bench.engine.database.reader.events_after(0, 1000)
    gateway = FakeGateway()
    notifier = bench.command_bus.build_notifier((gateway,))
    exits = [item for item in events if isinstance(item.event.payload, TradeClosed)]
    assert any(item.event.payload.intent.purpose is OrderPurpose.BARRIER for item in exits)  # type: ignore[union-attr]  # narrowed above
    for item in exits:
        payload = item.event.payload
        assert isinstance(payload, TradeClosed)
        await notifier.deliver_events(CONSOLE, (item,), level=NotificationLevel.SILENT, is_repeat=False)
        chart = drawn_candles(bench)
        last = chart.candles.row(len(chart.candles) - 1)
        price, time = float(payload.fill.price), payload.fill.moment.market
        assert {line.label: line.price for line in chart.lines}["exit"] == price
        assert last.open_time <= time < last.open_time + chart.bar_length
        assert last.low <= price <= last.high
        assert chart.is_unfinished
        assert [mark.price for mark in chart.marks if not mark.is_buy][-1] == price
        # Nothing is drawn that was not known at the exit: its bar is made of its open and of fills.
        fills = [float(fill.price) for fill in await all_fills(bench) if last.open_time <= fill.moment.market <= time]
        assert {last.high, last.low} <= {last.open, *fills}


async def test_a_chart_of_a_grid_shows_every_fill_and_what_rests_at_the_venue(bench: ChatHarness) -> None:
    await bench.made(GRID)
    await bench.mia.say("/run g")
    await bench.engine.play_to_end()
    await bench.mia.say("/chart g candles=1000")
    chart = drawn_candles(bench)
    first = from_milliseconds(int(chart.candles.time[0]))
    fills = [fill for fill in await all_fills(bench) if fill.moment.market >= first]
    assert len(fills) > 10
    assert [(mark.time, mark.price, mark.label) for mark in chart.marks] == [
        (fill.moment.market, float(fill.price), "") for fill in fills
    ]
    (bot,) = await bench.engine.database.reader.bots()
    view = await bench.command_bus.queries.view(bot)
    plan = [order for order in view.working_orders if order.intent.purpose is OrderPurpose.PLAN]
    assert sorted(level.price for level in chart.resting) == sorted(float(order.intent.price or 0) for order in plan)


KINDS = {"candles": CandleChart, "equity": EquityChart, "drawdown": DrawdownChart, "pnl": ProfitChart}


async def test_the_four_buttons_give_four_pictures_whose_text_says_each_thing_once(bench: ChatHarness) -> None:
    await played(bench, BARRIERS)
    headlines = set()
    for kind, made in KINDS.items():
        answer = await bench.mia.ask(f"/chart alpha kind={kind}")
        assert isinstance(bench.charts.specs[-1], made)
        (headline,) = [block for block in answer.blocks if isinstance(block, Headline)]
        (words,) = [block for block in answer.blocks if isinstance(block, Text)]
        (image,) = [block for block in answer.blocks if isinstance(block, Image)]
        assert image.title == f"alpha · PRACTICE · {plain_text(headline.content)}"
        assert plain_text(words.content) == plain_text(image.caption)
        assert "alpha" not in plain_text(words.content)
        assert any(digit.isdigit() for digit in plain_text(words.content))
        headlines.add(plain_text(headline.content))
    assert len(headlines) == len(KINDS)


async def test_chart_and_card_name_the_same_last_price(bench: ChatHarness) -> None:
    await played(bench, BARRIERS)
    await bench.mia.say("/chart alpha")
    chart = drawn_candles(bench)
    (bot,) = await bench.engine.database.reader.bots()
    view = await bench.command_bus.queries.view(bot)
    assert view.last_price is not None
    assert {line.label: line.price for line in chart.lines}["last"] == float(view.last_price)
    market = await bench.command_bus.queries.market_of(bot)
    caption = (await bench.mia.say("/chart alpha")).splitlines()[1]
    assert caption.startswith(f"last {numbers.price(view.last_price, market.tick)},")


async def test_the_profit_chart_covers_the_days_the_bot_lived(bench: ChatHarness) -> None:
    await played(bench, BARRIERS)
    await bench.mia.say("/chart alpha kind=pnl")
    chart = bench.charts.specs[-1]
    assert isinstance(chart, ProfitChart)
    fills = await all_fills(bench)
    (bot,) = await bench.engine.database.reader.bots()
    began, now = bot.run_started_market, bench.command_bus.queries.venue(bot.venue).clock.now()
    assert began is not None
    assert chart.starts[0].date() == began.date()
    assert len(chart.starts) == (now.date() - began.date()).days + 1
    assert fills[0].moment.market >= chart.starts[0]
    assert " · profit a day · " in chart.title
    assert chart.title.endswith(" UTC")


@pytest.mark.parametrize("kind", ["pnl", "equity", "drawdown"])
async def test_there_is_no_figure_of_a_bot_that_never_ran(bench: ChatHarness, kind: str) -> None:
    await bench.made()
    assert (await bench.mia.say(f"/chart alpha kind={kind}")).startswith("Refused: ")


async def test_a_hidden_picture_is_in_percent_with_two_decimals(bench: ChatHarness) -> None:
    await played(bench, BARRIERS)
    group = ScriptedPerson(bench.command_bus, "1000", is_private=False, is_slash_optional=False)
    for kind in ("equity", "pnl"):
        answer = await group.say(f"/chart alpha kind={kind}")
        assert "USDT" not in answer.splitlines()[1]
        shares = [word.rstrip(",%") for word in answer.splitlines()[1].split() if "%" in word]
        assert all(len(share.partition(".")[2]) == 2 for share in shares)
