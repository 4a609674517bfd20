"""Commands that join an installation by invitation, and link an operator's platforms."""

from typing import Annotated

from bot.commands.catalog.onboarding import CREATE_BUTTON, HELP_BUTTON
from bot.commands.guards.code_checker import INVITATION, LINK_CODE, CodeChecker
from bot.commands.reply.blocks import Button, ButtonStyle, Headline, Reply, Text, Tone, build_reply, button_row
from bot.commands.reply.deep_links import LINK, DeepLinks
from bot.commands.reply.inline_time import join_text
from bot.commands.spec.request import CommandContext
from bot.commands.spec.spec import Arguments, ArgumentSpec, CommandAudience, Privacy, command
from bot.commands.text.labels import DONE
from bot.domain.errors import Refused
from bot.domain.people import Operator, Role
from bot.engine.people.invitations import Invitations
from bot.engine.people.operators import Operators
from bot.engine.people.permissions import Requester
from bot.engine.reports.queries import Queries

MAX_NAMED = 3


class JoinArguments(Arguments):
    code: Annotated[str, ArgumentSpec("the code of your invitation", "9TQ4-ZK7M", is_secret=True)]


class LinkArguments(Arguments):
    """Arguments of `/link`: none to get a code, or the code of the other platform."""

    code: Annotated[str | None, ArgumentSpec("the code /link gave you there", "4H7P-2XVP", is_secret=True)] = None


class UnlinkArguments(Arguments):
    platform: Annotated[str | None, ArgumentSpec("a platform you are linked on", "discord")] = None


@command(
    "join",
    Role.VIEWER,
    "/join 9TQ4-ZK7M",
    audience=CommandAudience.NEWCOMERS,
    privacy=Privacy.PRIVATE_ONLY,
    is_hidden_from_operators=True,
)
async def join(
    args: JoinArguments,
    ctx: CommandContext,
    invitations: Invitations,
    code_checker: CodeChecker,
    queries: Queries,
) -> Reply:
    """Come aboard with an invitation."""
    operator, inviter = await code_checker.check_code(
        lambda: invitations.accept_invitation(args.code, ctx.chat_user), INVITATION, ctx
    )
    bots = await queries.visible_bots(Requester(operator=operator, required_role=Role.VIEWER, chat_key=""))
    names = ", ".join(bot.name for bot in bots[:MAX_NAMED])
    shared = f"shared with you ({len(bots)}: {names})" if bots else "that are shared with you; none is yet"
    own = operator.role is not Role.VIEWER
    may = f"You can create bots of your own and see those {shared}." if own else f"You can see bots {shared}."
    return build_reply(
        Headline(f"Welcome, you are linked as {operator.role}; {inviter.name} invited you.", DONE),
        Text(may),
        button_row(*((CREATE_BUTTON,) if own else ()), Button("Bots", "/bots"), HELP_BUTTON),
        tone=Tone.SUCCESS,
    )


@command(
    "link", Role.VIEWER, "/link", "/link 4H7P-2XVP", audience=CommandAudience.NEWCOMERS, privacy=Privacy.PRIVATE_ONLY
)
async def link(
    args: LinkArguments,
    ctx: CommandContext,
    invitations: Invitations,
    code_checker: CodeChecker,
    operators: Operators,
    deep_links: DeepLinks,
) -> Reply:
    """Be the same person on another platform.

    Send /link where you are known; send /link CODE with what it answers on the other platform.
    """
    code = args.code
    if code is not None:
        operator = await code_checker.check_code(lambda: invitations.link_identity(code, ctx.chat_user), LINK_CODE, ctx)
        return await _linked_reply(operator, ctx, operators)
    if ctx.known_operator is None:
        raise Refused("link-unknown")
    issued = await invitations.create_link_code(ctx.known_operator)
    until = ctx.times.state_time(issued.access_code.expires_at)
    ways = [
        f"{platform_label(platform)}: {url}"
        for platform, url in deep_links.all_links(f"{LINK}{_without_dashes(issued.code)}")
    ]
    return build_reply(
        # The audit stores the first line, so the code is below it.
        Headline(join_text("Code to link another account: works once, until ", until, "."), DONE),
        Text("\n".join((f"On your other platform send /link {issued.code} to me in private.", *ways))),
        button_row(Button("Copy", "", ButtonStyle.PRIMARY, copy_text=f"/link {issued.code}")),
        tone=Tone.SUCCESS,
    )


@command("unlink", Role.VIEWER, "/unlink discord", "/unlink", privacy=Privacy.PRIVATE_ANSWER)
async def unlink(args: UnlinkArguments, ctx: CommandContext, operators: Operators) -> Reply:
    """Take one of your platform accounts off."""
    if args.platform is not None:
        gone = await operators.unlink_identity(ctx.operator, args.platform.strip().casefold())
        text = f"{platform_label(gone.platform)} account unlinked. It is a stranger now; /link brings it back."
        return build_reply(Headline(text, DONE), button_row(Button("Settings", "/settings", ButtonStyle.PRIMARY)))
    own = await operators.identities(ctx.operator.operator_id)
    if len(own) == 1:
        raise Refused("only-identity", platform=platform_label(own[0].platform))
    names = ", ".join(platform_label(one.platform) for one in own)
    buttons = [
        Button(f"Unlink {platform_label(one.platform)}", f"/unlink {one.platform}", ButtonStyle.DANGER) for one in own
    ]
    back = Button("Back", "/settings", ButtonStyle.PRIMARY)
    return build_reply(
        Headline(f"You are linked on {names}. Which one shall go?"),
        button_row(back, *buttons),
    )


def platform_label(platform: str) -> str:
    """Return the name of a platform as people write it."""
    return platform.capitalize()


async def _linked_reply(operator: Operator, ctx: CommandContext, operators: Operators) -> Reply:
    platform = ctx.request.platform
    own = [one.platform for one in await operators.identities(operator.operator_id)]
    first = operator.preferences.prefers if operator.preferences.prefers in own else own[0]
    others = [platform_label(one) for one in own if one != first]
    alerts = (
        f"Alerts go to {platform_label(first)}, and to {' or '.join(others)} while {platform_label(first)} is down."
    )
    return build_reply(
        Headline(f"{platform_label(platform)} account linked: it is you, {operator.name}, {operator.role}.", DONE),
        Text(alerts),
        button_row(
            Button(f"Prefer {platform_label(platform)}", f"/settings prefer={platform}"),
            Button("Unlink", f"/unlink {platform}", ButtonStyle.DANGER),
        ),
        tone=Tone.SUCCESS,
    )


def _without_dashes(code: str) -> str:
    return code.replace("-", "")
