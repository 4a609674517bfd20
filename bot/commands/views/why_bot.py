"""Why a bot did what it did: its last decision with every value, and what it sees now."""

from collections.abc import Mapping
from decimal import Decimal

from bot.commands.reply.blocks import Block, Button, KeyValues, Meaning, Reply, Text, reply, row_of
from bot.commands.reply.inline_time import Words, worded
from bot.commands.reply.input_text import counted
from bot.commands.text import numbers
from bot.commands.text.labels import bot_button, bot_line
from bot.commands.text.times import Times
from bot.commands.views.list_tables import order_table
from bot.domain.ids import short_reference
from bot.domain.instance import BotConfig
from bot.domain.market import Market
from bot.domain.order import OrderPurpose
from bot.domain.signal import SignalRow
from bot.engine.reports.explanations import BotReason
from bot.engine.reports.history import Listed
from bot.strategy.base import SignalStrategy
from bot.strategy.fields import thaw
from bot.strategy.registry import StrategyRegistry

ENTRIES = {1: "buy", -1: "sell short", 0: "nothing"}
TAKEN = frozenset({"buy", "sell"})
"""Outcomes of signals that were acted on; others say why not."""


def why_bot(found: BotReason, times: Times, strategies: StrategyRegistry) -> Reply:
    """Explain a bot: its last decision, or its plan, or what it looks at."""
    view, bot = found.figures.view, found.figures.bot
    signal = found.last_signal
    line: Words
    if signal is not None:
        line = worded("last decision ", times.seen(signal.candle_close, bot.mode), f": {decision(signal.row)}")
    elif view.is_plan:
        line = f"{counted(len(view.working_orders), 'order')} of its plan"
    else:
        line = "no decision yet"
    return reply(
        bot_line(bot, line, ""),
        *_decided(found, strategies),
        *_plan(found),
        *_seen_now(found, times, strategies),
        row_of(*_buttons(found)),
    )


def decision(row: SignalRow) -> str:
    """Say what a row wants: an exit goes before an entry."""
    return "sell all" if row.exit else ENTRIES.get(row.entry, "nothing")


def feature_rows(row: SignalRow, market: Market, titles: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return every value a decision looked at; not known ones are n/a."""
    return tuple((titles.get(name, name), _feature(value, market)) for name, value in row.features)


def _decided(found: BotReason, strategies: StrategyRegistry) -> tuple[Block, ...]:
    signal = found.last_signal
    if signal is None:
        return ()
    titles = _titles(found.signal_config, strategies)
    wanted = "sell" if signal.row.exit else decision(signal.row)
    rows = feature_rows(signal.row, found.figures.market, titles)
    is_taken = signal.outcome in TAKEN
    ends = [("signal", f"yes -> {wanted}"), ("risk", "passed" if is_taken else "not taken")]
    if found.signal_orders:
        ends.append(("order", ", ".join(short_reference(order.intent.reference) for order in found.signal_orders)))
    outcome = "" if is_taken else f" {_sentence(signal.outcome)}"
    return KeyValues((*rows, *ends)), Text(f"{_sentence(signal.row.reason)}{outcome}")


def _plan(found: BotReason) -> tuple[Block, ...]:
    figures = found.figures
    orders = [order for order in figures.view.working_orders if order.intent.purpose is OrderPurpose.PLAN]
    if not orders:
        return ()
    ranked = sorted(orders, key=lambda order: -(order.intent.price or Decimal(0)))
    rows = [Listed(order, figures.bot, figures.market, figures.last_price) for order in ranked]
    return (order_table(rows, has_bot=False),)


def _seen_now(found: BotReason, times: Times, strategies: StrategyRegistry) -> tuple[Block, ...]:
    """Show the last look where it is not the decision itself."""
    view, bot = found.figures.view, found.figures.bot
    row, close = view.last_row, view.last_row_close
    remark = view.remark if view.next_close is not None else ""
    is_decision = found.last_signal is not None and found.last_signal.candle_close == close
    if row is None or close is None or is_decision or not row.features:
        return (Text(f"Now: {remark}."),) if remark else ()
    wanted = f", wants {decision(row)}. {_sentence(remark)}".rstrip()
    text = worded("Now: last look ", times.seen(close, bot.mode), wanted)
    return Text(text), KeyValues(feature_rows(row, found.figures.market, _titles(bot.config, strategies)))


def _buttons(found: BotReason) -> tuple[Button, ...]:
    bot = found.figures.bot
    orders = tuple(
        Button(f"Order {short_reference(order.intent.reference)}", f"/why {order.intent.reference}", Meaning.PRIMARY)
        for order in found.signal_orders[:1]
    )
    return (*orders, bot_button("Card", "bot", bot), bot_button("Chart", "chart", bot), bot_button("Logs", "logs", bot))


def _titles(config: BotConfig, strategies: StrategyRegistry) -> Mapping[str, str]:
    strategy = strategies.get(config.strategy)
    if not isinstance(strategy, SignalStrategy):
        return {}
    titles: Mapping[str, str] = strategy.feature_titles(thaw(strategy, config.parameters))
    return titles


def _feature(value: float, market: Market) -> str:
    if value != value:  # noqa: PLR0124  # NaN: not enough candles for this value yet
        return numbers.NOT_KNOWN
    places = max(numbers.places_of(market.tick), 2)
    return f"{Decimal(repr(value)).quantize(Decimal(1).scaleb(-places)):f}"


def _sentence(text: str) -> str:
    shown = text[:1].upper() + text[1:]
    return shown if not shown or shown.endswith(".") else f"{shown}."
