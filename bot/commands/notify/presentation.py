"""Presentations of events, of whatever kind."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from bot.commands.reply.blocks import Block, Button, ButtonStyle, Tone
from bot.commands.reply.inline_time import RichText
from bot.commands.text.labels import bot_button
from bot.commands.text.times import TimeFormatter
from bot.commands.text.trade_text import base_currency
from bot.domain.events import BotLabel

BotButton = Callable[[BotLabel], Button]

CARD: BotButton = partial(bot_button, "Card", "bot", meaning=ButtonStyle.PRIMARY)
WHY: BotButton = partial(bot_button, "Why", "why")
RUN: BotButton = partial(bot_button, "Run", "run", meaning=ButtonStyle.SUCCESS)
CLOSE: BotButton = partial(bot_button, "Close", "close", meaning=ButtonStyle.DANGER)
ORDERS: BotButton = partial(bot_button, "Orders", "orders")
DESK_BUTTONS = (Button("Fleet", "/bots", ButtonStyle.PRIMARY), Button("Orders", "/orders"), Button("Logs", "/logs"))


@dataclass(frozen=True, slots=True)
class EventContext:
    """An event's bot, and the reader's clock."""

    bot: BotLabel | None
    times: TimeFormatter

    @property
    def base_currency(self) -> str:
        """Return the bot's base coin, empty without a bot."""
        return base_currency(self.bot.symbol) if self.bot else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Presentation:
    """Line 1 of a message about an event, the blocks below it, and next steps.

    `buttons` are those of an event of a bot, `desk_buttons` those of any other.
    """

    text: RichText
    symbol: str = ""
    body: tuple[Block, ...] = ()
    buttons: tuple[BotButton, ...] = (CARD,)
    desk_buttons: tuple[Button, ...] = DESK_BUTTONS
    tone: Tone = Tone.INFORMATION
    subject_key: str = ""
