"""Command that lists positions whose stop does not work at the venue."""

from collections.abc import Sequence

from bot.commands.catalog.fields import PageNumber
from bot.commands.reply.blocks import (
    Button,
    ButtonStyle,
    Footer,
    Headline,
    Reply,
    Text,
    Tone,
    build_reply,
    button_rows,
    sentence_reply,
)
from bot.commands.reply.inline_time import RichText, join_lines, join_text
from bot.commands.reply.input_text import count_text
from bot.commands.reply.paging import TablePage
from bot.commands.spec.request import CommandContext
from bot.commands.spec.spec import Arguments, Effect, command
from bot.commands.text.guard_text import stop_problem_text
from bot.commands.text.labels import bot_button, bot_name_with_mode, position_label
from bot.commands.text.stop_text import RECORDING_ENDED_TEXT
from bot.domain.guard import GuardGap, GuardState
from bot.domain.instance import BotStatus
from bot.domain.people import Role
from bot.engine.reports.queries import BotFigures, Queries
from bot.ports.replay import RECORDING_ENDED

POSITIONS_PER_PAGE = 6
_POSITIONS = Button("Positions", "/positions", ButtonStyle.PRIMARY)


class NakedArguments(Arguments):
    page: PageNumber = 1


@command("naked", Role.VIEWER, "/naked", "/naked page=2", effect=Effect.READS)
async def naked(args: NakedArguments, ctx: CommandContext, queries: Queries) -> Reply:
    """Positions whose stop does not work at the venue, and why.

    Also those of bots that have no stop set.
    """
    holdings = await queries.holdings(await queries.visible_bots(ctx.requester))
    # What is being sold needs no stop any more.
    held = [one.bot for one in holdings if one.ledger.trade and one.bot.exit_wish is None]
    rows = await queries.figures_of(held)
    broken = [row for row in rows if row.view.guards.stop and row.view.guards.stop.state is not GuardState.RESTING]
    without = [row for row in rows if row.view.guards.stop is None]
    if not broken and not without:
        guarded = f"every stop works: {count_text(len(rows), 'position')} guarded" if rows else "nothing is open"
        return sentence_reply(f"Naked · {guarded}", _POSITIONS)
    sheet = TablePage(args.page, POSITIONS_PER_PAGE, len(broken) + len(without))
    shown = [*broken, *without][sheet.page.offset : sheet.page.offset + sheet.limit]
    return build_reply(
        Headline(_headline(broken, without)),
        *_paragraphs([row for row in shown if row in broken], [row for row in shown if row in without]),
        Footer(sheet.label) if sheet.last_number > 1 else None,
        button_rows(*((_help_button(row),) for row in shown), sheet.buttons("/naked"), (_POSITIONS,)),
        tone=Tone.WARNING,
        subject_key="list:naked",
    )


def _headline(broken: Sequence[BotFigures], without: Sequence[BotFigures]) -> str:
    parts = [f"{count_text(len(broken), 'stop does', 'stops do')} not work at the venue"] if broken else []
    parts += [f"{count_text(len(without), 'position has', 'positions have')} no stop set"] if without else []
    return f"Naked · {', '.join(parts)}"


def _paragraphs(broken: Sequence[BotFigures], without: Sequence[BotFigures]) -> list[Text]:
    texts = [Text(join_lines([_line(row, _reason(row)) for row in broken]))] if broken else []
    return texts + ([Text(join_lines([_line(row, "no stop set") for row in without]))] if without else [])


def _line(row: BotFigures, reason: RichText) -> RichText:
    return join_text(f"{bot_name_with_mode(row.bot)} ", position_label(row), ": ", reason)


def _reason(row: BotFigures) -> RichText:
    stop = row.view.guards.stop
    if row.bot.status_remark == RECORDING_ENDED:
        return RECORDING_ENDED_TEXT.removesuffix(".")
    return "" if stop is None else stop_problem_text(stop, row.market)


def _help_button(row: BotFigures) -> Button:
    """Return the button that helps: a stop is set, placed again by a run, or the position sold."""
    stop, bot = row.view.guards.stop, row.bot
    if bot.status_remark == RECORDING_ENDED:
        return bot_button(f"Flatten {bot.name}", "stop", bot, ButtonStyle.DANGER, "policy=flatten")
    if stop is None:
        return bot_button(f"Edit {bot.name}", "edit", bot)
    if stop.gap is GuardGap.LET_GO and bot.status is BotStatus.STOPPED:
        return bot_button(f"Run {bot.name}", "run", bot, ButtonStyle.SUCCESS)
    return bot_button(f"Close {bot.name}", "close", bot, ButtonStyle.DANGER)
