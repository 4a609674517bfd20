"""Every table on 32 columns with the longest names, prices and amounts there can be (UX.md, section 5.3)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.commands.reply.blocks import KeyValues
from bot.commands.reply.pair_layout import pair_lines
from bot.commands.reply.table_layout import table_lines
from bot.commands.reply.text_width import cell_width
from bot.commands.text import numbers
from bot.commands.views.card import figure_rows
from bot.commands.views.fleet_table import fleet_table
from bot.commands.views.list_tables import order_table, position_table, signal_table, trade_table
from bot.commands.views.panic_text import holdings_table
from bot.domain.instance import BotStatus
from bot.domain.market import Market, Mode, Timeframe
from bot.domain.moment import Moment
from bot.domain.money import ZERO
from bot.domain.order import OrderSide
from bot.domain.position import Position
from bot.domain.signal import SignalRecord, SignalRow
from bot.domain.trade import LedgerTotals
from bot.engine.reports.history import HistoryRow
from bot.engine.reports.plan_profit import PlanProfit
from bot.engine.reports.queries import BotFigures
from tests.builders import story
from tests.builders.replies import shown, visible_block

PHONE = 32
WHEN = datetime(2024, 8, 23, 1, tzinfo=UTC)
names = st.one_of(st.just("avax-breakout-4h-bigcap1"), st.from_regex(r"[a-z][a-z0-9-]{0,23}", fullmatch=True))
markets = st.sampled_from(
    [
        story.a_market("BTC/USDT", "0.000001", "0.00001"),
        story.a_market("1000PEPE/USDT", "0.000000000001", "1"),
        story.a_market("1000PEPE/BTC", "0.000000000001", "0.1"),
    ]
)
prices = st.sampled_from(["123456.789012", "0.000000001234", "1", "0.5"]).map(Decimal)
profits = st.decimals("-999999999.99", "999999999.99", places=2) | st.sampled_from([ZERO, Decimal("-0.0000042")])
quantities = st.sampled_from(["123456.78901", "0.00001", "98765432.1", "-98765432.1", "-3", "0"]).map(Decimal)


def quantity_on(market: Market, quantity: Decimal) -> Decimal:
    return market.floor_quantity(abs(quantity)).copy_sign(quantity)


@st.composite
def rows(draw: st.DrawFn) -> BotFigures:
    """A bot with extreme figures; they need not add up to be laid out."""
    market, entry = draw(markets), draw(prices)
    bot = story.a_bot(
        draw(names),
        mode=draw(st.sampled_from(Mode)),
        market=market,
        timeframe=Timeframe.M15,
        capital="100000",
        status=draw(st.sampled_from(BotStatus)),
    )
    held = quantity_on(market, draw(quantities))
    _, trade = story.an_open_trade(bot, "1", "1", WHEN)
    closed = draw(profits)
    row = story.figures(
        bot,
        market,
        position=Position(held, held * entry),
        trade=trade if held else None,
        totals=LedgerTotals(closed_profit=closed, trades=10_000, won=9_999),
        last=str(draw(prices)),
        stop=str(draw(prices)),
    )
    return replace(row, open_profit=draw(profits), closed_profit=closed)


def on_a_phone(lines: list[str]) -> str:
    """Return what a phone shows, if every line fits."""
    wide = [line for line in lines if cell_width(line) > PHONE]
    assert not wide, wide
    return "\n".join(lines)


def total_of(row: BotFigures) -> str:
    return shown(numbers.signed_amount(row.total, row.market.quote))


@given(st.lists(rows(), min_size=1, max_size=4), st.booleans())
def test_the_fleet(found: list[BotFigures], is_numbered: bool) -> None:
    text = on_a_phone(table_lines(visible_block(fleet_table(found, is_numbered=is_numbered)), PHONE))
    for row in found:
        assert row.bot.name in text
        assert row.bot.config.symbol in text
        assert total_of(row) in text


@given(st.lists(rows(), min_size=1, max_size=4))
def test_positions(found: list[BotFigures]) -> None:
    text = on_a_phone(table_lines(visible_block(position_table(found)), PHONE))
    for row in found:
        assert row.bot.name in text
        assert row.bot.mode in text
        assert f"{shown(numbers.open_amount(row.closed_profit, row.open_profit, row.market.quote))} " in text


@given(rows(), profits, profits)
def test_a_card(row: BotFigures, rounds: Decimal, holding: Decimal) -> None:
    text = on_a_phone(
        pair_lines(visible_block(KeyValues(figure_rows(row, PlanProfit("grid", rounds, holding)))), PHONE)
    )
    assert total_of(row) in text


@given(st.lists(rows(), min_size=1, max_size=4))
def test_what_a_panic_would_sell(found: list[BotFigures]) -> None:
    table = holdings_table(found)
    text = "" if table is None else on_a_phone(table_lines(visible_block(table), PHONE))
    for row in found:
        assert not row.quantity or row.bot.name in text


@given(st.lists(rows(), min_size=1, max_size=4), prices, st.booleans())
def test_orders(found: list[BotFigures], price: Decimal, has_bot: bool) -> None:
    listed = [
        HistoryRow(story.resting(row.bot, OrderSide.SELL, f"{price:f}"), row.bot, row.market, row.last_price)
        for row in found
    ]
    text = on_a_phone(table_lines(visible_block(order_table(listed, has_bot=has_bot)), PHONE))
    for row in listed:
        assert numbers.table_price(price, row.market.tick) in text
        assert not has_bot or row.bot.name in text


@given(st.lists(rows(), min_size=1, max_size=4), profits, st.booleans())
def test_trades(found: list[BotFigures], profit: Decimal, has_bot: bool) -> None:
    trade = replace(story.a_trade(10_000, WHEN, WHEN + timedelta(days=3), "0"), exit_cost=ZERO, exit_value=profit)
    listed = [HistoryRow(trade, row.bot, row.market) for row in found]
    text = on_a_phone(table_lines(visible_block(trade_table(listed, story.TIMES, has_bot=has_bot)), PHONE))
    for row in listed:
        assert shown(numbers.signed_amount(profit, row.market.quote)) in text
        assert not has_bot or row.bot.name in text


@given(st.lists(rows(), min_size=1, max_size=4), st.booleans())
def test_signals(found: list[BotFigures], has_bot: bool) -> None:
    outcome = "not taken: 60 orders within a minute are the most, and this one would have been one more than that"
    record = SignalRecord(
        bot_id=found[0].bot.bot_id,
        candle_close=WHEN,
        close_price=123456.789012,
        row=SignalRow(1, False, "EMA12 123,456.789012 crossed above EMA26 123,456.789011 and hold for 2 candles", ()),
        outcome=outcome,
        moment=Moment(WHEN, WHEN),
    )
    listed = [HistoryRow(record, row.bot, row.market) for row in found]
    text = on_a_phone(table_lines(visible_block(signal_table(listed, story.TIMES, has_bot=has_bot)), PHONE))
    assert " ".join(outcome.split()) in " ".join(text.split())
