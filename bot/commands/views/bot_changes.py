"""Doing one thing to one or more bots, and telling what came of it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.commands.reply.blocks import Button, Headline, Meaning, Reply, Text, Tone, reply, row_of
from bot.commands.reply.input_text import counted, few, few_of
from bot.commands.spec.parse import MAX_LINE
from bot.commands.spec.request import Context
from bot.commands.text.labels import SYMBOLS, bot_line, handle, named
from bot.commands.views.card import TONES, bot_card, card_facts
from bot.commands.views.card_actions import card_actions
from bot.domain.errors import UserError
from bot.domain.instance import Bot, BotStatus
from bot.engine.reports.queries import BotFigures, Queries
from bot.ports.host import BotView
from bot.strategy.registry import StrategyRegistry

MOST_NAMED = 8
Doing = Callable[[Bot], Awaitable[BotView]]


_NEW_STATES = {
    BotStatus.RUNNING: "running",
    BotStatus.STARTING: "starting; it is running once it has its candles",
}
"""What is said of a state that was just reached, where a card would say how long it lasts."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A bot before and after."""

    before: Bot
    after: BotView


@dataclass(frozen=True, slots=True)
class NotChanged:
    """A bot that stayed as it was, and why."""

    bot: Bot
    error: UserError


@dataclass(frozen=True, slots=True)
class Changes:
    """What came of doing one thing to several bots."""

    changed: tuple[Changed, ...]
    refused: tuple[NotChanged, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doings:
    """How to tell of doing one thing to several bots: its word, the state it leads to, and the way back."""

    word: str
    state: BotStatus
    back: str
    back_verb: str
    back_meaning: Meaning = Meaning.NONE


async def change(bots: Sequence[Bot], do: Doing) -> Changes:
    """Do something to each bot; a refusal of the only one is raised, of several it is told."""
    changed: list[Changed] = []
    refused: list[NotChanged] = []
    for bot in bots:
        try:
            changed.append(Changed(bot, await do(bot)))
        except UserError as error:
            if len(bots) == 1:
                raise
            refused.append(NotChanged(bot, error))
    return Changes(tuple(changed), tuple(refused))


async def changed_card(
    bot: Bot, ctx: Context, queries: Queries, strategies: StrategyRegistry, state: str = ""
) -> Reply:
    """Show the card of a bot that changed; line 1 says what became of it."""
    facts = await card_facts(await queries.figures(bot), ctx, queries)
    now = facts.row.bot
    text = state or _NEW_STATES.get(now.status, "")
    return bot_card(facts, strategies, bot_line(now, text) if text else None)


def stopped_reply(row: BotFigures, *, text: str, state: str) -> Reply:
    """Say what a stop did to orders and position, and what can be done next."""
    bot = row.bot
    return reply(
        bot_line(bot, state),
        Text(text),
        card_actions(row),
        tone=TONES.get(bot.status, Tone.NEUTRAL),
        about=f"bot:{bot.bot_id}",
    )


def many_reply(changes: Changes, doings: Doings, *more: Text) -> Reply:
    """Count what changed by name and mode, and say what did not change."""
    refusals = _not_changed(changes.refused, doings.state)
    if not changes.changed:
        return reply(
            Headline(f"Refused: none of {counted(len(changes.refused), 'bot')} changed."), *refusals, tone=Tone.BAD
        )
    bots = [item.after.bot for item in changes.changed]
    names = few_of([named(bot) for bot in bots], MOST_NAMED)
    line = f"/{doings.back_verb} {' '.join(map(handle, bots))}"
    back = (Button(f"{doings.back} {len(bots)}", line, doings.back_meaning),) if len(line) <= MAX_LINE else ()
    return reply(
        Headline(f"{counted(len(bots), 'bot')} {doings.word}: {names}", SYMBOLS[bots[0].status]),
        *more,
        *refusals,
        row_of(Button("Fleet", "/bots", Meaning.PRIMARY), *back),
        tone=TONES.get(bots[0].status, Tone.NEUTRAL),
    )


def _not_changed(refused: Sequence[NotChanged], state: BotStatus) -> tuple[Text, ...]:
    """Say why bots stayed as they were, those of one state in one sentence."""
    by_status: dict[BotStatus, list[NotChanged]] = {}
    for item in refused:
        by_status.setdefault(item.bot.status, []).append(item)
    return tuple(Text(f"Not changed: {_why_not(items, status, state)}") for status, items in by_status.items())


def _why_not(items: Sequence[NotChanged], status: BotStatus, state: BotStatus) -> str:
    names = few([named(item.bot) for item in items], MOST_NAMED)
    if status is state:
        return f"{names} {'was' if len(items) == 1 else 'were'} {state} already."
    reasons = {item.error.user_text.partition(": ")[2] for item in items}
    return reasons.pop() if len(reasons) == 1 else f"{names} are {status}."
