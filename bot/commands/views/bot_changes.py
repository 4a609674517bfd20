"""Changes of one or several bots, and the replies about them."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.commands.reply.blocks import (
    Button,
    ButtonStyle,
    Headline,
    Reply,
    Text,
    Tone,
    WarningText,
    build_reply,
    button_row,
)
from bot.commands.reply.inline_time import RichText, join_text
from bot.commands.reply.input_text import count_text, join_list_limited, join_words_limited
from bot.commands.spec.parse import MAX_LINE
from bot.commands.text.labels import FLEET_BUTTON, SYMBOLS, bot_headline, bot_name_with_mode, bot_reference
from bot.commands.text.refusal import reason_text
from bot.commands.text.stop_text import unguarded_text
from bot.commands.views.card import STATUS_TONES, card_actions
from bot.domain.errors import UserError
from bot.domain.instance import Bot, BotStatus
from bot.engine.reports.queries import BotFigures
from bot.ports.host import BotView

MAX_NAMED = 8


@dataclass(frozen=True, slots=True)
class UndoButton:
    """Label, command and style of the button that undoes a change of several bots."""

    label: str
    command: str
    style: ButtonStyle = ButtonStyle.NONE


class RefusedBot(NamedTuple):
    """A bot that was not changed, with the reason."""

    bot: Bot
    error: UserError


@dataclass(frozen=True, slots=True)
class BulkResult:
    """Result of a change of several bots."""

    changed: tuple[BotView, ...]
    refused: tuple[RefusedBot, ...]


@dataclass(frozen=True, slots=True)
class BulkActionTexts:
    """Texts of a change of several bots: its word, the state it leads to, and the button that undoes it."""

    done_text: str
    target_status: BotStatus
    undo: UndoButton


async def apply_to_bots(bots: Sequence[Bot], action: Callable[[Bot], Awaitable[BotView]]) -> BulkResult:
    """Change each bot; raise the refusal of a single bot, collect those of several."""
    changed: list[BotView] = []
    refused: list[RefusedBot] = []
    for bot in bots:
        try:
            changed.append(await action(bot))
        except UserError as error:
            if len(bots) == 1:
                raise
            refused.append(RefusedBot(bot, error))
    return BulkResult(tuple(changed), tuple(refused))


def stopped_reply(row: BotFigures, *, text: RichText, state: str) -> Reply:
    """Return the reply about a stop: its effect on orders and position, and next steps."""
    bot = row.bot
    return build_reply(
        bot_headline(bot, state),
        Text(text),
        card_actions(row),
        tone=STATUS_TONES.get(bot.status, Tone.NEUTRAL),
        subject_key=f"bot:{bot.bot_id}",
    )


def unguarded_warnings(rows: Sequence[BotFigures]) -> tuple[WarningText, ...]:
    """Return the warning that names what is held without a working stop, if there is something."""
    text = unguarded_text(rows)
    return (WarningText(text),) if text else ()


def bulk_reply(result: BulkResult, texts: BulkActionTexts, *more: Text | WarningText) -> Reply:
    """Return the reply about a change of several bots: those changed, and those not changed and why."""
    refusals = _refusal_lines(result.refused, texts.target_status)
    if not result.changed:
        return build_reply(
            Headline(f"Refused: none of {count_text(len(result.refused), 'bot')} changed."), *refusals, tone=Tone.ERROR
        )
    bots = [view.bot for view in result.changed]
    names = join_list_limited([bot_name_with_mode(bot) for bot in bots], MAX_NAMED)
    done_text = "stopping" if bots[0].status is BotStatus.STOPPING else texts.done_text
    line = f"/{texts.undo.command} {' '.join(map(bot_reference, bots))}"
    undo = Button(f"{texts.undo.label} {len(bots)}", line, texts.undo.style)
    return build_reply(
        Headline(f"{count_text(len(bots), 'bot')} {done_text}: {names}", SYMBOLS[bots[0].status]),
        *more,
        *refusals,
        button_row(FLEET_BUTTON, *((undo,) if len(line) <= MAX_LINE else ())),
        tone=STATUS_TONES.get(bots[0].status, Tone.NEUTRAL),
    )


def _refusal_lines(refused: Sequence[RefusedBot], state: BotStatus) -> Iterator[Text]:
    """Yield why bots were not changed, those of one state in one sentence."""
    for status in dict.fromkeys(one.bot.status for one in refused):
        alike = [one for one in refused if one.bot.status is status]
        names = join_words_limited([bot_name_with_mode(one.bot) for one in alike], MAX_NAMED)
        reasons = {reason_text(one.error) for one in alike}
        text: RichText = f"{names} are {status}."
        if status is state:
            text = f"{names} {'was' if len(alike) == 1 else 'were'} {state} already."
        elif len(reasons) == 1:
            text = reasons.pop()
        yield Text(join_text("Not changed: ", text))
