"""Command for a live list of bots, pinned and permanent."""

from dataclasses import replace
from typing import Annotated, Literal

from bot.commands.catalog.bots import FLEET_SUBJECT, LIVE_COMMAND, BotsArguments, fleet_reply, keep_live_buttons
from bot.commands.reply.blocks import Button, LiveMode, Reply
from bot.commands.spec.request import CommandContext
from bot.commands.spec.spec import ArgumentSpec, command
from bot.domain.errors import CommandFix, Refused
from bot.domain.people import Role
from bot.engine.health.platforms import PlatformHealth
from bot.engine.reports.fleet import fleet_page
from bot.engine.reports.queries import Queries

STOP_LIVE_BUTTON = Button("Stop live", f"{LIVE_COMMAND} off")


class LiveArguments(BotsArguments):
    """Arguments of `/live`: filter, order and page, or `off`."""

    off: Annotated[Literal["off"] | None, ArgumentSpec("off, to end it", "off")] = None


@command("live", Role.VIEWER, "/live", "/live off", is_hidden=True)
async def live(args: LiveArguments, ctx: CommandContext, queries: Queries, platform_health: PlatformHealth) -> Reply:
    """Pin the fleet here and keep it true for good, or end that."""
    if ctx.request.platform not in platform_health.open_platforms:
        raise Refused("not-live-here", CommandFix("bots"))
    page = await fleet_page(queries, ctx.requester, args.fleet_query)
    if args.off is not None:
        answer = fleet_reply(page, args, ctx, keep_live_buttons(args, ctx, platform_health))
        return replace(answer, live_mode=LiveMode.UNPINNED, subject_key=FLEET_SUBJECT)
    return replace(
        fleet_reply(page, args, ctx, (STOP_LIVE_BUTTON,), LIVE_COMMAND),
        live_mode=LiveMode.PINNED,
        subject_key=FLEET_SUBJECT,
    )
