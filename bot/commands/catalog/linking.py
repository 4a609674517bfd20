"""Coming aboard an owned desk, and being the same person on several platforms."""

from typing import Annotated

from bot.commands.catalog.onboarding import CREATE, HELP
from bot.commands.guards.code_checks import INVITATION, LINK_CODE, Codes
from bot.commands.reply.blocks import Button, Headline, Meaning, Reply, Text, Tone, reply, row_of
from bot.commands.reply.deep_links import LINK, DeepLinks
from bot.commands.reply.inline_time import worded
from bot.commands.spec.request import Context
from bot.commands.spec.spec import Arguments, Audience, Privacy, Topic, Traits, Word, command
from bot.commands.text.labels import DONE
from bot.domain.errors import Refused
from bot.domain.people import Operator, Role
from bot.engine.people.invitations import Invitations
from bot.engine.people.operators import Crew
from bot.engine.people.permissions import Asker
from bot.engine.reports.queries import Queries

MOST_NAMED = 3


class JoinArguments(Arguments):
    """The code of an invitation."""

    code: Annotated[str, Word("the code of your invitation", "9TQ4-ZK7M", is_secret=True)]


class LinkArguments(Arguments):
    """Nothing to get a code, or the code that the other platform gave."""

    code: Annotated[str | None, Word("the code /link gave you there", "4H7P-2XVP", is_secret=True)] = None


class UnlinkArguments(Arguments):
    """Which platform."""

    platform: Annotated[str | None, Word("a platform you are linked on", "discord")] = None


@command(
    "join",
    summary="Come aboard with an invitation",
    role=Role.VIEWER,
    topic=Topic.PEOPLE,
    examples=("/join 9TQ4-ZK7M",),
    traits=Traits(audience=Audience.NEWCOMERS, privacy=Privacy.PRIVATE_ONLY, is_for_outsiders=True),
)
async def join(
    args: JoinArguments,
    ctx: Context,
    invitations: Invitations,
    codes: Codes,
    queries: Queries,
) -> Reply:
    """Make the sender an operator."""
    operator, inviter = await codes.tried(lambda: invitations.join(args.code, ctx.sender), INVITATION, ctx)
    bots = await queries.visible(Asker(operator=operator, needs=Role.VIEWER, place=""))
    names = ", ".join(bot.name for bot in bots[:MOST_NAMED])
    shared = f"shared with you ({len(bots)}: {names})" if bots else "that are shared with you; none is yet"
    own = operator.role is not Role.VIEWER
    may = f"You can create bots of your own and see those {shared}." if own else f"You can see bots {shared}."
    return reply(
        Headline(f"Welcome, you are linked as {operator.role}; {inviter.name} invited you.", DONE),
        Text(may),
        row_of(*((CREATE,) if own else ()), Button("Bots", "/bots"), HELP),
        tone=Tone.GOOD,
    )


@command(
    "link",
    summary="Be the same person on another platform",
    role=Role.VIEWER,
    topic=Topic.PEOPLE,
    examples=("/link", "/link 4H7P-2XVP"),
    traits=Traits(
        audience=Audience.NEWCOMERS,
        privacy=Privacy.PRIVATE_ONLY,
        notes=("Send /link where you are known; send /link CODE with what it answers on the other platform.",),
    ),
)
async def link(
    args: LinkArguments,
    ctx: Context,
    invitations: Invitations,
    codes: Codes,
    crew: Crew,
    links: DeepLinks,
) -> Reply:
    """Give a code, or take one."""
    code = args.code
    if code is not None:
        operator = await codes.tried(lambda: invitations.link(code, ctx.sender), LINK_CODE, ctx)
        return await _linked(operator, ctx, crew)
    if ctx.known is None:
        raise Refused(f"nobody knows you here. Expected {LINK_CODE}")
    issued = await invitations.link_code(ctx.known)
    until = ctx.times.since(issued.kept.expires_at)
    ways = [f"{shown(platform)}: {url}" for platform, url in links.every(f"{LINK}{_bare(issued.code)}")]
    return reply(
        # The first line is kept in the audit, so the code stands below it.
        Headline(worded("Code to link another account: works once, until ", until, "."), DONE),
        Text("\n".join((f"On your other platform send /link {issued.code} to me in private.", *ways))),
        row_of(Button("Copy", "", Meaning.PRIMARY, copied=f"/link {issued.code}")),
        tone=Tone.GOOD,
    )


@command(
    "unlink",
    summary="Take one of your platform accounts off",
    role=Role.VIEWER,
    topic=Topic.PEOPLE,
    examples=("/unlink discord", "/unlink"),
    traits=Traits(privacy=Privacy.PRIVATE_ANSWER),
)
async def unlink(args: UnlinkArguments, ctx: Context, crew: Crew) -> Reply:
    """Forget a platform account, or show which there are."""
    if args.platform is not None:
        gone = await crew.unlink(ctx.operator, args.platform.strip().casefold())
        text = f"{shown(gone.platform)} account unlinked. It is a stranger now; /link brings it back."
        return reply(Headline(text, DONE), row_of(Button("Settings", "/settings", Meaning.PRIMARY)))
    own = await crew.identities(ctx.operator.operator_id)
    if len(own) == 1:
        raise Refused(f"{shown(own[0].platform)} is your only account here. Link another one first: /link")
    names = ", ".join(shown(one.platform) for one in own)
    buttons = [Button(f"Unlink {shown(one.platform)}", f"/unlink {one.platform}", Meaning.DANGER) for one in own]
    back = Button("Back", "/settings", Meaning.PRIMARY)
    return reply(
        Headline(f"You are linked on {names}. Which one shall go?"),
        row_of(back, *buttons),
    )


def shown(platform: str) -> str:
    """Return the name of a platform as people write it."""
    return platform.capitalize()


async def _linked(operator: Operator, ctx: Context, crew: Crew) -> Reply:
    platform = ctx.request.platform
    own = [one.platform for one in await crew.identities(operator.operator_id)]
    first = operator.preferences.prefers if operator.preferences.prefers in own else own[0]
    others = [shown(one) for one in own if one != first]
    alerts = f"Alerts go to {shown(first)}, and to {' or '.join(others)} while {shown(first)} is down."
    return reply(
        Headline(f"{shown(platform)} account linked: it is you, {operator.name}, {operator.role}.", DONE),
        Text(alerts),
        row_of(
            Button(f"Prefer {shown(platform)}", f"/settings prefer={platform}"),
            Button("Unlink", f"/unlink {platform}", Meaning.DANGER),
        ),
        tone=Tone.GOOD,
    )


def _bare(code: str) -> str:
    return code.replace("-", "")
