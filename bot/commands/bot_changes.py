"""Doing one thing to one or more bots, and telling what came of it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.commands.card import TONES, card_actions
from bot.commands.reply import Button, Headline, Meaning, Reply, Text, Tone, reply, row_of
from bot.commands.wording import counted
from bot.commands.words import SYMBOLS, bot_line, named
from bot.domain.errors import UserError
from bot.domain.instance import Bot, BotStatus
from bot.engine.queries import BotFigures, Queries
from bot.ports.host import BotView

Doing = Callable[[Bot], Awaitable[BotView]]


@dataclass(frozen=True, slots=True)
class Changed:
    """A bot before and after."""

    before: Bot
    after: BotView


@dataclass(frozen=True, slots=True)
class Changes:
    """What came of doing one thing to several bots: changed ones, and refusals in words."""

    changed: tuple[Changed, ...]
    refused: tuple[str, ...]


async def change(bots: Sequence[Bot], do: Doing) -> Changes:
    """Do something to each bot; a refusal of the only one is raised, of several it is told."""
    changed: list[Changed] = []
    refused: list[str] = []
    for bot in bots:
        try:
            changed.append(Changed(bot, await do(bot)))
        except UserError as error:
            if len(bots) == 1:
                raise
            refused.append(error.user_text)
    return Changes(tuple(changed), tuple(refused))


async def changes_reply(changes: Changes, word: str, queries: Queries, text: str = "") -> Reply:
    """Tell what came of it: the bot's state for one, a count with names for several."""
    if len(changes.changed) == 1 and not changes.refused:
        return one_reply(await queries.figures(changes.changed[0].after.bot), text)
    return many_reply(changes, word)


def one_reply(row: BotFigures, text: str = "", state: str = "") -> Reply:
    """Show the state of the bot that changed and what can be done next."""
    bot = row.bot
    remark = text or (bot.status_remark if bot.status is BotStatus.FAILED else row.view.remark)
    return reply(
        bot_line(bot, state or _state(row)),
        Text(remark) if remark else None,
        card_actions(row),
        tone=TONES.get(bot.status, Tone.NEUTRAL),
        about=f"bot:{bot.bot_id}",
    )


def many_reply(changes: Changes, word: str) -> Reply:
    """Count what changed by name and mode, and say what did not change."""
    refusals = tuple(Text(f"Not changed: {text.partition(': ')[2] or text}") for text in changes.refused)
    if not changes.changed:
        return reply(
            Headline(f"Refused: none of {counted(len(changes.refused), 'bot')} changed."), *refusals, tone=Tone.BAD
        )
    bots = [item.after.bot for item in changes.changed]
    names = ", ".join(named(bot) for bot in bots)
    return reply(
        Headline(f"{counted(len(bots), 'bot')} {word}: {names}", SYMBOLS[bots[0].status]),
        *refusals,
        row_of(Button("Fleet", "/bots", Meaning.PRIMARY)),
        tone=TONES.get(bots[0].status, Tone.NEUTRAL),
    )


def _state(row: BotFigures) -> str:
    match row.bot.status:
        case BotStatus.PAUSED:
            return "paused, exits still managed"
        case BotStatus.STARTING:
            return "starting; it is running once it has its candles"
        case _:
            return row.bot.status.value
