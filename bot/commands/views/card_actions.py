"""The buttons of a card: the sensible step first, the dangerous ones last."""

from bot.commands.reply.blocks import Actions, Button, Meaning, rows_of
from bot.commands.text.labels import bot_button
from bot.domain.instance import Bot, BotStatus
from bot.engine.reports.queries import BotFigures

Row = tuple[Button, ...]


def card_actions(row: BotFigures) -> Actions | None:
    """Return what can be done with a bot in its state."""
    bot = row.bot
    match bot.status:
        case BotStatus.RUNNING:
            first = bot_button("Pause", "pause", bot)
            return rows_of((first, *_look(bot)), _change(bot), _end(row))
        case BotStatus.PAUSED:
            first = bot_button("Resume", "resume", bot, Meaning.SUCCESS)
            return rows_of((first, *_look(bot)), _change(bot), _end(row))
        case BotStatus.FAILED:
            logs = bot_button("Logs", "logs", bot, Meaning.PRIMARY)
            return rows_of((logs, _run(bot), bot_button("Edit", "edit", bot)), _end(row))
        case BotStatus.CREATED | BotStatus.STOPPED:
            return _at_rest(row)
        case _:
            return rows_of((bot_button("Refresh", "bot", bot, Meaning.PRIMARY),))


def _at_rest(row: BotFigures) -> Actions | None:
    bot = row.bot
    first = (_run(bot), bot_button("Edit", "edit", bot))
    if row.quantity:
        # It holds something and nothing decides on it: getting rid of it comes before deleting, which would be refused.
        cancel = bot_button("Cancel orders", "stop", bot, rest="policy=cancel")
        flatten = bot_button("Flatten", "stop", bot, Meaning.DANGER, "policy=flatten")
        return rows_of((*first, bot_button("Chart", "chart", bot)), (cancel, flatten))
    last = (bot_button("Chart", "chart", bot), bot_button("More", "more", bot))
    return rows_of(
        (*first, bot_button("Clone", "clone", bot)), (*last, bot_button("Delete", "delete", bot, Meaning.DANGER))
    )


def _run(bot: Bot) -> Button:
    return bot_button("Run", "run", bot, Meaning.SUCCESS)


def _look(bot: Bot) -> Row:
    return bot_button("Chart", "chart", bot), bot_button("Why", "why", bot)


def _change(bot: Bot) -> Row:
    return bot_button("Trades", "trades", bot), bot_button("Edit", "edit", bot), bot_button("More", "more", bot)


def _end(row: BotFigures) -> Row:
    stop = bot_button("Stop", "stop", row.bot, Meaning.DANGER)
    close = bot_button("Close", "close", row.bot, Meaning.DANGER)
    return (close, stop) if row.quantity else (stop,)
