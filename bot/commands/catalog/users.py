"""Commands about operators: invitations, list, roles, removal."""

from typing import Annotated

from bot.commands.reply.blocks import (
    Align,
    Button,
    ButtonStyle,
    Column,
    Columns,
    Headline,
    Reply,
    Text,
    Tone,
    build_reply,
    build_table,
    button_row,
    button_rows,
    sentence_reply,
)
from bot.commands.reply.deep_links import JOIN, DeepLinks
from bot.commands.reply.inline_time import join_text
from bot.commands.reply.input_text import count_text
from bot.commands.spec.request import CommandContext
from bot.commands.spec.spec import Arguments, ArgumentSpec, Choice, ChoiceSource, Effect, Privacy, Question, command
from bot.commands.text.labels import DONE, WARNING
from bot.domain.errors import Refused
from bot.domain.people import Operator, Role
from bot.engine.health.platforms import PlatformHealth
from bot.engine.people.invitations import Invitations
from bot.engine.people.operators import Member, Operators
from bot.engine.reports.queries import ID_PREFIX

PEOPLE_BUTTON = Button("People", "/users", ButtonStyle.PRIMARY)
PersonName = Annotated[str, ArgumentSpec("the name of somebody aboard", "jonas", choice_source=ChoiceSource.PEOPLE)]
RoleArgument = Annotated[Role, ArgumentSpec("owner, trader or viewer", "trader")]


class InviteArguments(Arguments):
    role: RoleArgument


class WithdrawArguments(Arguments):
    invitation: Annotated[str, ArgumentSpec("the id of an invitation", "b7k2m9qd")]


class RoleArguments(Arguments):
    operator: PersonName
    role: RoleArgument


class RemoveArguments(Arguments):
    operator: PersonName


async def ask_invite(args: InviteArguments) -> Question | None:
    """Ask before an owner is invited."""
    if args.role is not Role.OWNER:
        return None
    text = "Invite an owner? Whoever uses the code sees and commands everything, people and money included."
    return Question(
        reply=build_reply(Headline(text, WARNING), tone=Tone.WARNING), choices=(Choice("Invite an owner", args),)
    )


@command("invite", Role.OWNER, "/invite trader", "/invite viewer", privacy=Privacy.PRIVATE_ANSWER, confirm=ask_invite)
async def invite(
    args: InviteArguments,
    ctx: CommandContext,
    invitations: Invitations,
    deep_links: DeepLinks,
    platform_health: PlatformHealth,
) -> Reply:
    """Make a one-time code that brings somebody aboard."""
    issued = await invitations.create_invitation(args.role, ctx.operator)
    until = ctx.times.inline_time(issued.access_code.expires_at)
    found = dict(deep_links.all_links(f"{JOIN}{issued.code.replace('-', '')}"))
    return build_reply(
        Headline(join_text(f"Invitation for {_role_with_article(args.role)}: works once, until ", until, "."), DONE),
        Text("\n".join(_join_instructions(issued.code, found, platform_health))),
        button_row(
            Button("Copy link", "", ButtonStyle.PRIMARY, copy_text=next(iter(found.values()), f"/join {issued.code}")),
            Button("Withdraw", f"/withdraw {issued.access_code.code_id}", ButtonStyle.DANGER),
        ),
        tone=Tone.SUCCESS,
    )


@command("withdraw", Role.VIEWER, "/withdraw b7k2m9qd", privacy=Privacy.PRIVATE_ANSWER, is_hidden=True)
async def withdraw(args: WithdrawArguments, ctx: CommandContext, invitations: Invitations) -> Reply:
    """Take an invitation back."""
    await invitations.withdraw_invitation(args.invitation, ctx.operator)
    return build_reply(Headline("The invitation is withdrawn; its code brings nobody aboard.", DONE), tone=Tone.NEUTRAL)


@command("users", Role.OWNER, "/users", privacy=Privacy.PRIVATE_ANSWER, effect=Effect.READS)
async def users(operators: Operators) -> Reply:
    """Who is aboard."""
    members = await operators.members()
    columns: Columns[Member] = (
        (Column("name"), lambda member: member.operator.name),
        (Column("role"), lambda member: member.operator.role.value),
        (Column("bots", Align.RIGHT, priority=2), lambda member: str(member.bots)),
        (Column("where", priority=1), lambda member: ", ".join(map(str.capitalize, member.platforms))),
    )
    return build_reply(
        Headline(f"{count_text(len(members), 'person', 'people')}", name="Aboard"),
        build_table(columns, members),
        button_rows(
            (
                Button("Invite a trader", "/invite trader", ButtonStyle.PRIMARY),
                Button("Invite a viewer", "/invite viewer"),
            ),
            (Button("Change a role", "/role"), Button("Remove somebody", "/remove", ButtonStyle.DANGER)),
        ),
        subject_key="list:users",
    )


async def ask_role(args: RoleArguments, operators: Operators) -> Question | None:
    one = await operators.find_operator(args.operator)
    if one.role is args.role:
        raise Refused("role-held", person=one.name, role=one.role)
    await operators.check_role(one.operator_id, args.role)
    gains = {
        Role.OWNER: "They will see and command everything, people and money included.",
        Role.TRADER: "They will command their own bots and those shared with them to trade.",
        Role.VIEWER: "They will only look, at what is shared with them.",
    }
    wanted = _role_with_article(args.role)
    line = Headline(f"Make {one.name} {wanted}? Now: {one.role}.", WARNING)
    return _person_question(line, gains[args.role], f"Make {wanted}", args, one, Tone.WARNING)


@command("role", Role.OWNER, "/role jonas trader", privacy=Privacy.PRIVATE_ANSWER, confirm=ask_role)
async def role(args: RoleArguments, ctx: CommandContext, operators: Operators) -> Reply:
    """Give somebody another role."""
    one = await operators.find_operator(args.operator)
    changed = await operators.change_role(one.operator_id, args.role, ctx.operator)
    line = Headline(f"{changed.name} is {_role_with_article(changed.role)} now.", DONE)
    return sentence_reply(line, PEOPLE_BUTTON, tone=Tone.SUCCESS)


async def ask_remove(args: RemoveArguments, ctx: CommandContext, operators: Operators) -> Question:
    """Ask before an operator is removed; raise Refused if they cannot be."""
    one = await operators.check_removal((await operators.find_operator(args.operator)).operator_id)
    is_self = one.operator_id == ctx.operator.operator_id
    who = f"{one.name}, yourself" if is_self else one.name
    text = "Their accounts here become strangers, shares and subscriptions end. Bots and books stay, for owners."
    return _person_question(Headline(f"Remove {who} ({one.role})?", WARNING), text, "Remove", args, one, Tone.ERROR)


@command("remove", Role.OWNER, "/remove jonas", privacy=Privacy.PRIVATE_ANSWER, confirm=ask_remove)
async def remove(args: RemoveArguments, ctx: CommandContext, operators: Operators) -> Reply:
    """Take somebody's access."""
    one = await operators.find_operator(args.operator)
    removed = await operators.remove_operator(one.operator_id, ctx.operator)
    line = Headline(f"{removed.name} is removed. Bots and books stay.", DONE)
    return sentence_reply(line, PEOPLE_BUTTON, tone=Tone.NEUTRAL)


def _person_question(
    line: Headline, text: str, label: str, args: RoleArguments | RemoveArguments, one: Operator, tone: Tone
) -> Question:
    by_id = args.model_copy(update={"operator": f"{ID_PREFIX}{one.operator_id}"})
    return Question(reply=build_reply(line, Text(text), tone=tone), choices=(Choice(label, by_id),), subject=one.name)


def _role_with_article(role: Role) -> str:
    return f"an {role}" if role is Role.OWNER else f"a {role}"


def _join_instructions(code: str, links: dict[str, str], platform_health: PlatformHealth) -> list[str]:
    """Return how the code is used on each platform: by a link, or by typing it in private."""
    ways = [
        f"{part.name.capitalize()}: {links.get(part.name, f'/join {code}')}" for part in platform_health.components()
    ]
    return ways or [f"They send /join {code} to me in private."]
