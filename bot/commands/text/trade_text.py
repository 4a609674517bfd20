"""Texts of trades: the reply about one trade, and parts shared by texts of trades and orders."""

from decimal import Decimal

from bot.commands.reply.blocks import SEPARATOR, ButtonStyle, Reply, Text, Tone, build_reply, button_row
from bot.commands.reply.inline_time import RichText, join_text, join_with
from bot.commands.text import numbers
from bot.commands.text.labels import CLOSED, bot_button, bot_headline, exit_reason_label
from bot.commands.text.times import TimeFormatter, duration
from bot.domain.ids import Symbol
from bot.domain.trade import Trade
from bot.engine.reports.history import HistoryRow


def base_currency(symbol: Symbol) -> str:
    return symbol.partition("/")[0]


def quote_currency(symbol: Symbol) -> str:
    return symbol.partition("/")[2].partition(":")[0]


def exact_price(value: Decimal) -> str:
    """Format a price with the digits its venue gave it, and thousands commas."""
    return f"{value:,f}"


def trade_reply(row: HistoryRow[Trade], times: TimeFormatter) -> Reply:
    """Return a trade of a bot: result first, then prices and times."""
    trade, bot = row.item, row.bot
    made = trade.profit if row.open_trade_profit is None else row.open_trade_profit
    written = row.open_trade_written or made
    profit = numbers.profit_and_share(written, row.market.quote, made / trade.entry_value)
    is_closed = trade.closed_at is not None
    state = join_text("closed ", profit) if is_closed else join_text("open, ", profit, " so far")
    exit_text = f"Exit: {exit_reason_label(trade.exit_reason)}" if is_closed else "Not left yet"
    return build_reply(
        bot_headline(bot, join_text(f"trade {trade.number} ", state), CLOSED if is_closed else ""),
        Text(_trade_text(row)),
        Text(join_text(exit_text, SEPARATOR, "fees ", numbers.money(trade.fees, row.market.quote))),
        Text(_times_text(row, times)),
        button_row(bot_button("Trades", "trades", bot, ButtonStyle.PRIMARY), bot_button("Chart", "chart", bot)),
        tone=(Tone.SUCCESS if made > 0 else Tone.ERROR) if is_closed else Tone.INFORMATION,
    )


def _trade_text(row: HistoryRow[Trade]) -> RichText:
    trade, market = row.item, row.market
    side = "Long" if trade.sign > 0 else "Short"
    amount = numbers.quantity(trade.entry_quantity, market.step, market.base)
    entry = numbers.price(trade.entry_price, market.tick)
    if trade.closed_at is None or trade.exit_price is None:
        return join_text(f"{side} ", amount, f" since {entry}")
    length = duration(trade.closed_at.market - trade.opened_at.market)
    return join_text(f"{side} ", amount, f", {entry} to {numbers.price(trade.exit_price, market.tick)} in {length}")


def _times_text(row: HistoryRow[Trade], times: TimeFormatter) -> RichText:
    moments = (("Opened ", row.item.opened_at), ("closed ", row.item.closed_at))
    return join_with(
        ", ", (join_text(word, times.market_time(at.market, row.bot.mode)) for word, at in moments if at is not None)
    )
