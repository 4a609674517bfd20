"""The fleet in a message that is pinned and stays true for good."""

from dataclasses import replace
from typing import Annotated, Literal

from bot.commands.catalog.bots import ABOUT, LIVE, BotsArguments, fleet_reply, keep_button
from bot.commands.reply.blocks import Button, Keeping, Reply
from bot.commands.spec.request import Context
from bot.commands.spec.spec import Topic, Traits, Word, command
from bot.domain.errors import Refused
from bot.domain.people import Role
from bot.engine.health.platforms import PlatformBoard
from bot.engine.reports.fleet import fleet_page
from bot.engine.reports.queries import Queries

STOP = Button("Stop live", f"{LIVE} off")


class LiveArguments(BotsArguments):
    """Which bots, or the end of it."""

    off: Annotated[Literal["off"] | None, Word("off, to end it", "off")] = None


@command(
    "live",
    summary="Pin the fleet here and keep it true for good, or end that",
    role=Role.VIEWER,
    topic=Topic.BOTS,
    examples=("/live", "/live off"),
    traits=Traits(is_hidden=True),
)
async def keep_live(args: LiveArguments, ctx: Context, queries: Queries, board: PlatformBoard) -> Reply:
    """Show the fleet in a message that stays true for good, or in one that does so no longer."""
    if ctx.request.platform not in board.open_platforms:
        raise Refused("a message is kept live on Telegram and Discord only. Here send /bots again.", fix="/bots")
    page = await fleet_page(queries, ctx.asker, args.wanted)
    if args.off is not None:
        answer = fleet_reply(page, args, ctx, keep_button(args, ctx, board))
        return replace(answer, keeping=Keeping.ENDED, about=ABOUT)
    return replace(fleet_reply(page, args, ctx, (STOP,), LIVE), keeping=Keeping.FOR_GOOD, about=ABOUT)
