"""Commands that join an installation by invitation, and link an operator's platforms."""

from typing import Annotated

from bot.commands.catalog.onboarding import CREATE_BUTTON, HELP_BUTTON
from bot.commands.guards.code_checker import INVITATION, LINK_CODE, CodeChecker
from bot.commands.reply.blocks import (
    Button,
    ButtonStyle,
    Headline,
    Reply,
    Text,
    Tone,
    build_reply,
    button_row,
    sentence_reply,
)
from bot.commands.reply.deep_links import LINK, DeepLinks
from bot.commands.reply.inline_time import join_text
from bot.commands.spec.request import CommandContext
from bot.commands.spec.spec import Arguments, ArgumentSpec, CommandAudience, Effect, Privacy, command
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
    args: JoinArguments, ctx: CommandContext, invitations: Invitations, code_checker: CodeChecker, queries: Queries
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
    links = deep_links.all_links(f"{LINK}{issued.code.replace('-', '')}")
    ways = [f"{platform.capitalize()}: {url}" for platform, url in links]
    return build_reply(
        # The audit stores the first line, so the code is below it.
        Headline(join_text("Code to link another account: works once, until ", until, "."), DONE),
        Text("\n".join((f"On your other platform send /link {issued.code} to me in private.", *ways))),
        button_row(Button("Copy", "", ButtonStyle.PRIMARY, copy_text=f"/link {issued.code}")),
        tone=Tone.SUCCESS,
    )


@command(
    "unlink", Role.VIEWER, "/unlink discord", "/unlink", privacy=Privacy.PRIVATE_ANSWER, effect=Effect.CHANGES_IF_GIVEN
)
async def unlink(args: UnlinkArguments, ctx: CommandContext, operators: Operators) -> Reply:
    """Take one of your platform accounts off."""
    if args.platform is not None:
        gone = await operators.unlink_identity(ctx.operator, args.platform.strip().casefold())
        text = f"{gone.platform.capitalize()} account unlinked. It is a stranger now; /link brings it back."
        return sentence_reply(Headline(text, DONE), Button("Settings", "/settings", ButtonStyle.PRIMARY))
    own = await operators.identities(ctx.operator.operator_id)
    if len(own) == 1:
        raise Refused("only-identity", platform=own[0].platform.capitalize())
    names = ", ".join(one.platform.capitalize() for one in own)
    buttons = (
        Button(f"Unlink {one.platform.capitalize()}", f"/unlink {one.platform}", ButtonStyle.DANGER) for one in own
    )
    back = Button("Back", "/settings", ButtonStyle.PRIMARY)
    return sentence_reply(f"You are linked on {names}. Which one shall go?", back, *buttons)


async def _linked_reply(operator: Operator, ctx: CommandContext, operators: Operators) -> Reply:
    platform = ctx.request.platform
    own = [one.platform for one in await operators.identities(operator.operator_id)]
    first = operator.preferences.prefers if operator.preferences.prefers in own else own[0]
    others = " or ".join(one.capitalize() for one in own if one != first)
    return build_reply(
        Headline(f"{platform.capitalize()} account linked: it is you, {operator.name}, {operator.role}.", DONE),
        Text(f"Alerts go to {first.capitalize()}, and to {others} while {first.capitalize()} is down."),
        button_row(
            Button(f"Prefer {platform.capitalize()}", f"/settings prefer={platform}"),
            Button("Unlink", f"/unlink {platform}", ButtonStyle.DANGER),
        ),
        tone=Tone.SUCCESS,
    )
