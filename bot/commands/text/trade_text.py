"""One trade in words."""

from bot.commands.reply.blocks import SEPARATOR, Meaning, Reply, Text, Tone, reply, row_of
from bot.commands.reply.inline_time import Words, worded
from bot.commands.text import numbers
from bot.commands.text.labels import CLOSED, bot_button, bot_line, reason_word
from bot.commands.text.times import Times, duration
from bot.domain.trade import Trade
from bot.engine.reports.history import Listed


def trade_reply(row: Listed[Trade], times: Times) -> Reply:
    """Show one trade of a bot: result first, then prices and times."""
    trade, bot = row.item, row.bot
    profit = numbers.profit(trade.profit, row.market.quote, trade.entry_value)
    is_closed = trade.closed_at is not None
    state = f"closed {profit}" if is_closed else f"open, {profit} so far"
    return reply(
        bot_line(bot, f"trade {trade.number} {state}", CLOSED if is_closed else ""),
        Text(_course(row)),
        Text(SEPARATOR.join((_ending(trade), f"fees {numbers.money(trade.fees, row.market.quote)}"))),
        Text(_when(row, times)),
        row_of(bot_button("Trades", "trades", bot, Meaning.PRIMARY), bot_button("Chart", "chart", bot)),
        tone=_tone(trade),
    )


def _course(row: Listed[Trade]) -> str:
    trade, market = row.item, row.market
    side = "Long" if trade.sign > 0 else "Short"
    amount = numbers.quantity(trade.entry_quantity, market.step, market.base)
    entry = numbers.price(trade.entry_price, market.tick)
    if trade.closed_at is None or trade.exit_price is None:
        return f"{side} {amount} since {entry}"
    length = duration(trade.closed_at.market - trade.opened_at.market)
    return f"{side} {amount}, {entry} to {numbers.price(trade.exit_price, market.tick)} in {length}"


def _ending(trade: Trade) -> str:
    return f"Exit: {reason_word(trade.exit_reason)}" if trade.closed_at is not None else "Not left yet"


def _when(row: Listed[Trade], times: Times) -> Words:
    trade, mode = row.item, row.bot.mode
    opened = worded("Opened ", times.of(trade.opened_at, mode))
    return opened if trade.closed_at is None else worded(opened, ", closed ", times.of(trade.closed_at, mode))


def _tone(trade: Trade) -> Tone:
    if trade.closed_at is None:
        return Tone.INFORMATION
    return Tone.GOOD if trade.profit > 0 else Tone.BAD
