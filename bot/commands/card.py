"""The card of one bot: state, position, profit, and what can be done with it."""

from datetime import datetime

from bot.commands import numbers
from bot.commands.reply import Actions, Footer, Headline, KeyValues, Meaning, Reply, Text, Tone, reply, rows_of
from bot.commands.times import Times, duration
from bot.commands.words import about, bot_button, bot_line, position
from bot.domain.instance import BotStatus
from bot.engine.queries import BotFigures
from bot.strategy.registry import StrategyRegistry

TONES = {
    BotStatus.RUNNING: Tone.GOOD,
    BotStatus.PAUSED: Tone.LOOK,
    BotStatus.FAILED: Tone.BAD,
}


def bot_card(
    row: BotFigures, times: Times, market_time: datetime, strategies: StrategyRegistry, headline: Headline | None = None
) -> Reply:
    """Show everything worth knowing of a bot now."""
    bot = row.bot
    return reply(
        headline or bot_line(bot, state_text(row, market_time)),
        Text(about(bot.config, row.market, strategies)),
        KeyValues(figure_rows(row)) if bot.has_run else None,
        _now(row),
        Footer(f"as of {times.market(market_time, bot.mode)} {times.label_at(market_time)}"),
        card_actions(row),
        tone=TONES.get(bot.status, Tone.NEUTRAL),
        about=f"bot:{bot.bot_id}",
    )


def state_text(row: BotFigures, market_time: datetime) -> str:
    """Write a bot's state for line 1 of its card."""
    bot = row.bot
    match bot.status:
        case BotStatus.CREATED:
            return "created, never run"
        case BotStatus.RUNNING if bot.run_started_market is not None:
            running = f"running for {duration(market_time - bot.run_started_market)}"
            return running if row.quantity else f"{running}, flat"
        case BotStatus.PAUSED:
            return "paused, exits still managed" if row.quantity else "paused, flat"
        case BotStatus.STOPPED | BotStatus.FAILED:
            return f"{bot.status}, {position(row)}"
        case _:
            return bot.status.value


def figure_rows(row: BotFigures) -> tuple[tuple[str, ...], ...]:
    """Return the rows of a card's table: position, levels, profit, trades."""
    view, market = row.view, row.market
    rows: list[tuple[str, ...]] = [("Position", position(row))]
    levels = (
        ("Entry", view.book.position.average_entry if row.quantity else None),
        ("Last", row.last_price),
        ("Stop", view.stop_price),
        ("Target", view.target_price),
    )
    rows += [(label, numbers.table_price(price, market.tick)) for label, price in levels if price is not None]
    (opened, closed), total = numbers.as_printed((row.open_profit, row.closed_profit), market.quote)
    capital = row.bot.config.capital
    shown = (("Open PnL", opened), ("Closed PnL", closed), ("Total PnL", total))
    rows += [
        (label, numbers.printed(value), numbers.signed_percent(numbers.ratio_of(value, capital)))
        for label, value in shown
    ]
    totals = view.book.totals
    rows.append(("Trades", f"{totals.trades} closed, {totals.won} won"))
    return tuple(rows)


def card_actions(row: BotFigures) -> Actions | None:
    """Return the buttons of a card: the sensible step first, the dangerous ones last."""
    bot = row.bot
    look = (bot_button("Chart", "chart", bot), bot_button("Why", "why", bot))
    change = (bot_button("Trades", "trades", bot), bot_button("Edit", "edit", bot))
    end = (bot_button("Close", "close", bot, Meaning.DANGER), bot_button("Stop", "stop", bot, Meaning.DANGER))
    match bot.status:
        case BotStatus.RUNNING:
            return rows_of((bot_button("Pause", "pause", bot), *look), change, end)
        case BotStatus.PAUSED:
            return rows_of((bot_button("Resume", "resume", bot, Meaning.SUCCESS), *look), change, end)
        case BotStatus.FAILED:
            first = (bot_button("Logs", "logs", bot, Meaning.PRIMARY), bot_button("Run", "run", bot, Meaning.SUCCESS))
            return rows_of((*first, bot_button("Edit", "edit", bot)), end)
        case BotStatus.CREATED | BotStatus.STOPPED:
            run = bot_button("Run", "run", bot, Meaning.SUCCESS)
            last = (bot_button("Clone", "clone", bot), bot_button("Delete", "delete", bot, Meaning.DANGER))
            return rows_of((run, bot_button("Edit", "edit", bot), look[0]), last)
        case _:
            return rows_of((bot_button("Refresh", "bot", bot, Meaning.PRIMARY),))


def _now(row: BotFigures) -> Text | None:
    remark = row.view.remark
    if not remark:
        return None
    return Text(remark if row.bot.status is BotStatus.FAILED else f"Now: {remark}")
