"""Explanation of a bot: its last decision with every feature, and its present evaluation."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from bot.commands.reply.blocks import Block, Button, ButtonStyle, KeyValues, Reply, Text, build_reply, button_row
from bot.commands.reply.inline_time import RichText, join_lines, join_text
from bot.commands.reply.input_text import as_sentence, count_text, quote_reason
from bot.commands.text import numbers
from bot.commands.text.labels import bot_button, bot_headline
from bot.commands.text.times import TimeFormatter
from bot.commands.views.list_tables import order_table, wanted_text
from bot.domain.ids import short_reference
from bot.domain.instance import BotConfig
from bot.domain.market import Market
from bot.domain.order import OrderPurpose
from bot.domain.signal import SignalRow
from bot.engine.reports.explanations import BotReason
from bot.engine.reports.history import HistoryRow
from bot.strategy.base import SignalStrategy
from bot.strategy.fields import load_parameters
from bot.strategy.registry import StrategyRegistry


def bot_explanation(reason: BotReason, times: TimeFormatter, strategies: StrategyRegistry) -> Reply:
    """Explain a bot: its last decision, its plan, or its present evaluation."""
    view, bot = reason.figures.view, reason.figures.bot
    signal = reason.last_signal
    line: RichText
    if signal is not None:
        line = join_text(
            "last decision ", times.market_time(signal.candle_close, bot.mode), f": {decision_text(signal.row)}"
        )
    elif view.plan_rounds is not None:
        line = f"{count_text(len(view.working_orders), 'order')} of its plan"
    else:
        line = "no decision yet"
    return build_reply(
        bot_headline(bot, line, ""),
        *_decision_blocks(reason, strategies),
        *_refusal_blocks(reason, times),
        *_plan_blocks(reason),
        *_latest_evaluation_blocks(reason, times, strategies),
        button_row(*_buttons(reason)),
    )


def decision_text(row: SignalRow) -> str:
    """Say what a signal row asks for, in a sentence."""
    return "sell all" if row.exit else wanted_text(row)


def _feature_rows(row: SignalRow, market: Market, titles: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the features of a signal row; unknown ones are n/a."""
    return tuple((titles.get(name, name), _feature_text(value, market)) for name, value in row.features)


def _decision_blocks(reason: BotReason, strategies: StrategyRegistry) -> tuple[Block, ...]:
    signal = reason.last_signal
    if signal is None:
        return ()
    titles = _feature_titles(reason.signal_config, strategies)
    rows = _feature_rows(signal.row, reason.figures.market, titles)
    is_taken = not signal.is_refused
    ends = [("signal", f"yes -> {wanted_text(signal.row)}"), ("risk", "passed" if is_taken else "refused")]
    if reason.signal_orders:
        ends.append(("order", ", ".join(short_reference(order.intent.reference) for order in reason.signal_orders)))
    outcome = "" if is_taken else join_text(" ", quote_reason(as_sentence(signal.outcome)))
    return KeyValues((*rows, *ends)), Text(join_text(quote_reason(as_sentence(signal.row.reason)), outcome))


def _refusal_blocks(reason: BotReason, times: TimeFormatter) -> tuple[Block, ...]:
    """Tell what was refused before, or again and again."""
    bot = reason.figures.bot
    lines: list[RichText] = []
    for refusal in reason.refusals:
        if refusal.count == 1 and refusal.signal is not None and refusal.signal == reason.last_signal:
            # The decision itself says so.
            continue
        until = times.market_time(refusal.last_at, bot.mode)
        many = (f"{refusal.count} times, ", times.market_time(refusal.first_at, bot.mode), " to ", until)
        wanted = f"{decision_text(refusal.signal.row)}, " if refusal.signal else ""
        when = (until,) if refusal.count == 1 else many
        lines.append(join_text("Refused ", *when, f": {wanted}", quote_reason(refusal.text)))
    return (Text(join_lines(lines)),) if lines else ()


def _plan_blocks(reason: BotReason) -> tuple[Block, ...]:
    figures = reason.figures
    orders = [order for order in figures.view.working_orders if order.intent.purpose is OrderPurpose.PLAN]
    if not orders:
        return ()
    ranked = sorted(orders, key=lambda order: -(order.intent.price or Decimal(0)))
    rows = [HistoryRow(order, figures.bot, figures.market, figures.last_price) for order in ranked]
    return (order_table(rows, has_bot=False),)


def _latest_evaluation_blocks(
    reason: BotReason, times: TimeFormatter, strategies: StrategyRegistry
) -> tuple[Block, ...]:
    """Return the present evaluation if it is not the decision itself."""
    view, bot = reason.figures.view, reason.figures.bot
    row, close = view.last_row, view.last_row_close
    remark = view.remark if view.next_close is not None else ""
    is_decision = reason.last_signal is not None and reason.last_signal.candle_close == close
    if row is None or close is None or is_decision or not row.features:
        return (Text(join_text("Now: ", quote_reason(remark), ".")),) if remark else ()
    remarked = join_text(" ", quote_reason(as_sentence(remark))) if remark else ""
    wanted = join_text(f", wants {decision_text(row)}.", remarked)
    text = join_text("Now: last look ", times.market_time(close, bot.mode), wanted)
    return Text(text), KeyValues(_feature_rows(row, reason.figures.market, _feature_titles(bot.config, strategies)))


def _buttons(reason: BotReason) -> Iterator[Button]:
    for order in reason.signal_orders[:1]:
        reference = order.intent.reference
        yield Button(f"Order {short_reference(reference)}", f"/why {reference}", ButtonStyle.PRIMARY)
    for label, command in (("Card", "bot"), ("Chart", "chart"), ("Logs", "logs")):
        yield bot_button(label, command, reason.figures.bot)


def _feature_titles(config: BotConfig, strategies: StrategyRegistry) -> Mapping[str, str]:
    strategy = strategies.get_strategy(config.strategy)
    if not isinstance(strategy, SignalStrategy):
        return {}
    return strategy.feature_titles(load_parameters(strategy, config.parameters))


def _feature_text(value: float, market: Market) -> str:
    if value != value:  # noqa: PLR0124  # NaN: not enough candles for this value yet
        return numbers.NOT_AVAILABLE
    places = max(numbers.decimal_places(market.tick), 2)
    return f"{Decimal(repr(value)).quantize(Decimal(1).scaleb(-places)):f}"
