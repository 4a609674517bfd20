"""Buttons of a card: the sensible step first, dangerous ones last."""

from bot.commands.reply.blocks import Actions, Button, ButtonStyle, KeyboardRow, button_rows
from bot.commands.text.labels import bot_button
from bot.domain.instance import Bot, BotStatus
from bot.engine.reports.queries import BotFigures


def card_actions(row: BotFigures) -> Actions | None:
    """Return the buttons for a bot in its state."""
    bot = row.bot
    match bot.status:
        case BotStatus.RUNNING:
            first = bot_button("Pause", "pause", bot)
            return button_rows((first, *_view_buttons(bot)), _edit_buttons(bot), _stop_buttons(row))
        case BotStatus.PAUSED:
            first = bot_button("Resume", "resume", bot, ButtonStyle.SUCCESS)
            return button_rows((first, *_view_buttons(bot)), _edit_buttons(bot), _stop_buttons(row))
        case BotStatus.FAILED:
            logs = bot_button("Logs", "logs", bot, ButtonStyle.PRIMARY)
            return button_rows((logs, _run_button(bot), bot_button("Edit", "edit", bot)), _stop_buttons(row))
        case BotStatus.CREATED | BotStatus.STOPPED:
            return _inactive_actions(row)
        case _:
            return button_rows((bot_button("Refresh", "bot", bot, ButtonStyle.PRIMARY),))


def _inactive_actions(row: BotFigures) -> Actions | None:
    bot = row.bot
    first = (_run_button(bot), bot_button("Edit", "edit", bot))
    if row.quantity:
        # Nothing decides on the position: selling it comes before deleting, which would be refused.
        cancel = bot_button("Cancel orders", "stop", bot, arguments="policy=cancel")
        flatten = bot_button("Flatten", "stop", bot, ButtonStyle.DANGER, "policy=flatten")
        return button_rows((*first, bot_button("Chart", "chart", bot)), (cancel, flatten))
    last = (bot_button("Chart", "chart", bot), bot_button("More", "more", bot))
    return button_rows(
        (*first, bot_button("Clone", "clone", bot)), (*last, bot_button("Delete", "delete", bot, ButtonStyle.DANGER))
    )


def _run_button(bot: Bot) -> Button:
    return bot_button("Run", "run", bot, ButtonStyle.SUCCESS)


def _view_buttons(bot: Bot) -> KeyboardRow:
    return bot_button("Chart", "chart", bot), bot_button("Why", "why", bot)


def _edit_buttons(bot: Bot) -> KeyboardRow:
    return bot_button("Trades", "trades", bot), bot_button("Edit", "edit", bot), bot_button("More", "more", bot)


def _stop_buttons(row: BotFigures) -> KeyboardRow:
    stop = bot_button("Stop", "stop", row.bot, ButtonStyle.DANGER)
    close = bot_button("Close", "close", row.bot, ButtonStyle.DANGER)
    return (close, stop) if row.quantity else (stop,)
