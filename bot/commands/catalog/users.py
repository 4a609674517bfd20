"""The people of the desk: inviting them, who they are, their roles, letting them go."""

from typing import Annotated

from bot.commands.catalog.linking import shown
from bot.commands.reply.blocks import (
    Align,
    Button,
    Column,
    Headline,
    Meaning,
    Reply,
    Table,
    Text,
    Tone,
    reply,
    row_of,
    rows_of,
)
from bot.commands.reply.deep_links import JOIN, DeepLinks
from bot.commands.reply.inline_time import Instant, worded
from bot.commands.reply.input_text import counted
from bot.commands.spec.request import Context
from bot.commands.spec.spec import (
    Act,
    Arguments,
    Completion,
    Privacy,
    Question,
    Topic,
    Traits,
    Word,
    command,
)
from bot.commands.text.labels import DONE, LOOK
from bot.domain.errors import Refused
from bot.domain.people import Operator, Role
from bot.engine.health.platforms import PlatformBoard
from bot.engine.people.invitations import Invitations, Issued
from bot.engine.people.operators import Crew, Member
from bot.engine.reports.queries import BY_ID

_ROLES = "owner, trader or viewer"
Person = Annotated[str, Word("the name of somebody aboard", "jonas", completion=Completion.PEOPLE)]
GivenRole = Annotated[Role, Word(_ROLES, "trader")]
IN_PRIVATE = Traits(privacy=Privacy.PRIVATE_ANSWER)


class InviteArguments(Arguments):
    """The role that the invitation gives."""

    role: GivenRole


class WithdrawArguments(Arguments):
    """Which invitation."""

    invitation: Annotated[str, Word("the id of an invitation", "b7k2m9qd")]


class RoleArguments(Arguments):
    """Who, and their new role."""

    operator: Person
    role: GivenRole


class RemoveArguments(Arguments):
    """Who."""

    operator: Person


async def ask_invite(args: InviteArguments, ctx: Context) -> Question | None:
    """Ask before somebody is made an owner."""
    del ctx
    if args.role is not Role.OWNER:
        return None
    text = "Invite an owner? Whoever uses the code sees and commands everything, people and money included."
    return Question(reply=reply(Headline(text, LOOK), tone=Tone.LOOK), acts=(Act("Invite an owner", args),))


@command(
    "invite",
    summary="Make a one-time code that brings somebody aboard",
    role=Role.OWNER,
    topic=Topic.PEOPLE,
    examples=("/invite trader", "/invite viewer"),
    traits=Traits(privacy=Privacy.PRIVATE_ANSWER, confirm=ask_invite),
)
async def invite(
    args: InviteArguments, ctx: Context, invitations: Invitations, links: DeepLinks, board: PlatformBoard
) -> Reply:
    """Make an invitation."""
    issued = await invitations.invite(args.role, ctx.operator)
    found = dict(links.every(f"{JOIN}{issued.code.replace('-', '')}"))
    return reply(
        Headline(worded(f"Invitation for {_article(args.role)}: works once, until ", _until(issued, ctx), "."), DONE),
        Text("\n".join(_ways(issued.code, found, board))),
        row_of(
            Button("Copy link", "", Meaning.PRIMARY, copied=next(iter(found.values()), f"/join {issued.code}")),
            Button("Withdraw", f"/withdraw {issued.kept.code_id}", Meaning.DANGER),
        ),
        tone=Tone.GOOD,
    )


@command(
    "withdraw",
    summary="Take an invitation back",
    role=Role.VIEWER,
    topic=Topic.PEOPLE,
    examples=("/withdraw b7k2m9qd",),
    traits=Traits(privacy=Privacy.PRIVATE_ANSWER, is_hidden=True),
)
async def withdraw(args: WithdrawArguments, ctx: Context, invitations: Invitations) -> Reply:
    """Withdraw an invitation."""
    await invitations.withdraw(args.invitation, ctx.operator)
    return reply(Headline("The invitation is withdrawn; its code brings nobody aboard.", DONE), tone=Tone.NEUTRAL)


@command(
    "users",
    summary="Who is aboard",
    role=Role.OWNER,
    topic=Topic.PEOPLE,
    examples=("/users",),
    traits=IN_PRIVATE,
)
async def users(crew: Crew) -> Reply:
    """Show everybody with role, platforms and bots."""
    members = await crew.members()
    columns = (
        Column("name"),
        Column("role"),
        Column("bots", Align.RIGHT, priority=2),
        Column("where", priority=1),
    )
    return reply(
        Headline(f"{counted(len(members), 'person', 'people')}", name="Aboard"),
        Table(columns, tuple(_row(member) for member in members)),
        rows_of(
            (Button("Invite a trader", "/invite trader", Meaning.PRIMARY), Button("Invite a viewer", "/invite viewer")),
            (Button("Change a role", "/role"), Button("Remove somebody", "/remove", Meaning.DANGER)),
        ),
        about="list:users",
    )


async def ask_role(args: RoleArguments, ctx: Context, crew: Crew) -> Question | None:
    """Ask before somebody's role changes."""
    del ctx
    one = await crew.find(args.operator)
    if one.role is args.role:
        raise Refused(f"{one.name} is {_article(one.role)} already.")
    await crew.check_role(one.operator_id, args.role)
    gains = {
        Role.OWNER: "They will see and command everything, people and money included.",
        Role.TRADER: "They will command their own bots and those shared with them to trade.",
        Role.VIEWER: "They will only look, at what is shared with them.",
    }
    asked = reply(
        Headline(f"Make {one.name} {_article(args.role)}? Now: {one.role}.", LOOK),
        Text(gains[args.role]),
        tone=Tone.LOOK,
    )
    act = Act(f"Make {_article(args.role)}", args.model_copy(update={"operator": _by_id(one)}))
    return Question(reply=asked, acts=(act,), subject=one.name)


@command(
    "role",
    summary="Give somebody another role",
    role=Role.OWNER,
    topic=Topic.PEOPLE,
    examples=("/role jonas trader",),
    traits=Traits(privacy=Privacy.PRIVATE_ANSWER, confirm=ask_role),
)
async def role(args: RoleArguments, ctx: Context, crew: Crew) -> Reply:
    """Change a role."""
    one = await crew.find(args.operator)
    changed = await crew.change_role(one.operator_id, args.role, ctx.operator)
    return reply(
        Headline(f"{changed.name} is {_article(changed.role)} now.", DONE),
        row_of(Button("People", "/users", Meaning.PRIMARY)),
        tone=Tone.GOOD,
    )


async def ask_remove(args: RemoveArguments, ctx: Context, crew: Crew) -> Question:
    """Ask before somebody is removed; refuse at once what cannot be."""
    one = await crew.check_removal((await crew.find(args.operator)).operator_id)
    is_self = one.operator_id == ctx.operator.operator_id
    who = f"{one.name}, yourself" if is_self else one.name
    asked = reply(
        Headline(f"Remove {who} ({one.role})?", LOOK),
        Text("Their accounts here become strangers, shares and subscriptions end. Bots and books stay, for owners."),
        tone=Tone.BAD,
    )
    act = Act("Remove", args.model_copy(update={"operator": _by_id(one)}))
    return Question(reply=asked, acts=(act,), subject=one.name)


@command(
    "remove",
    summary="Take somebody's access",
    role=Role.OWNER,
    topic=Topic.PEOPLE,
    examples=("/remove jonas",),
    traits=Traits(privacy=Privacy.PRIVATE_ANSWER, confirm=ask_remove),
)
async def remove(args: RemoveArguments, ctx: Context, crew: Crew) -> Reply:
    """Remove somebody."""
    one = await crew.find(args.operator)
    removed = await crew.remove(one.operator_id, ctx.operator)
    return reply(
        Headline(f"{removed.name} is removed. Bots and books stay.", DONE),
        row_of(Button("People", "/users", Meaning.PRIMARY)),
        tone=Tone.NEUTRAL,
    )


def _row(member: Member) -> tuple[str, ...]:
    one = member.operator
    return one.name, one.role.value, str(member.bots), ", ".join(map(shown, member.platforms))


def _by_id(operator: Operator) -> str:
    return f"{BY_ID}{operator.operator_id}"


def _article(role: Role) -> str:
    return f"an {role}" if role is Role.OWNER else f"a {role}"


def _until(issued: Issued, ctx: Context) -> Instant:
    return ctx.times.instant(issued.kept.expires_at)


def _ways(code: str, found: dict[str, str], board: PlatformBoard) -> list[str]:
    """Return how a code is used on each platform there is: by a link, or by typing it in private."""
    ways = [f"{shown(part.name)}: {found.get(part.name, f'/join {code}')}" for part in board.parts()]
    return ways or [f"They send /join {code} to me in private."]
