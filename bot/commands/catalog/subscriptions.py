"""Who else sees a bot: chats that follow it, people it is shared with."""

from typing import Annotated

from bot.commands.catalog.fields import BotName
from bot.commands.reply.blocks import Button, KeyValues, Meaning, Reply, Text, Tone, reply, row_of, rows_of
from bot.commands.spec.request import Context
from bot.commands.spec.spec import Arguments, Completion, Place, Privacy, Topic, Traits, Word, command
from bot.commands.text.labels import DONE, bot_button, bot_line, named
from bot.domain.destination import Destination
from bot.domain.errors import InvalidInput, Refused
from bot.domain.instance import Bot
from bot.domain.people import Role
from bot.engine.people.chats import Chat, Chats
from bot.engine.people.operators import Crew
from bot.engine.people.sharing import Sharing
from bot.engine.people.topics import Topics
from bot.engine.reports.queries import BY_ID, Queries

SHOW, HIDE = "show", "hide"
END = "none"
NEW = "new"


class SubscribeArguments(Arguments):
    """Which bot, whether this chat sees amounts of money, and whether the bot gets a topic of its own."""

    name: BotName
    amounts: Annotated[str | None, Word("show or hide", "show", place=Place.KEY)] = None
    topic: Annotated[str | None, Word("new, for a topic or thread of its own", "new", place=Place.KEY)] = None


class UnsubscribeArguments(Arguments):
    """Which bot."""

    name: BotName


class ShareArguments(Arguments):
    """Which bot, with whom, and what they may do."""

    name: BotName
    operator: Annotated[str | None, Word("somebody aboard", "jonas", completion=Completion.PEOPLE)] = None
    role: Annotated[str | None, Word("viewer, trader or none", "viewer")] = None


@command(
    "subscribe",
    summary="Let this group, channel or thread be told of a bot",
    role=Role.TRADER,
    topic=Topic.ALERTS,
    examples=("/subscribe alpha", "/subscribe alpha amounts=show", "/subscribe alpha topic=new"),
    traits=Traits(
        notes=(
            "Groups see per cent instead of amounts, unless you send amounts=show.",
            "topic=new makes a topic for it in a group of Telegram that has topics, a thread in a channel at Discord.",
        )
    ),
)
async def subscribe(args: SubscribeArguments, ctx: Context, queries: Queries, chats: Chats, topics: Topics) -> Reply:
    """Subscribe this chat, or a new topic in it, to a bot."""
    bot = await queries.find(ctx.asker, args.name)
    if args.amounts not in (None, SHOW, HIDE):
        raise InvalidInput("amounts are shown or hidden. Expected show or hide, for example amounts=show")
    if args.topic not in (None, NEW):
        raise InvalidInput(f"a topic can only be new. Expected /subscribe {bot.name}, for example topic=new")
    chat = _chat(ctx)
    place = await (topics.open if args.topic else chats.follow)(chat, bot, ctx.operator)
    if args.amounts is not None:
        place = await chats.show_amounts(place.key, is_shown=args.amounts == SHOW)
    if args.topic:
        return _in_topic(bot, place)
    can_have_topic = topics.can_be_made(chat) and await topics.of(chat, bot) is None
    return _here(bot, place, can_have_topic=can_have_topic)


@command(
    "unsubscribe",
    summary="Tell this chat nothing more of a bot",
    role=Role.TRADER,
    topic=Topic.ALERTS,
    examples=("/unsubscribe alpha",),
)
async def unsubscribe(args: UnsubscribeArguments, ctx: Context, queries: Queries, chats: Chats) -> Reply:
    """End a subscription of this chat."""
    bot = await queries.find(ctx.asker, args.name)
    await chats.unfollow(_chat(ctx), bot)
    return reply(
        bot_line(bot, "this chat is told of it no more", DONE),
        row_of(bot_button("Subscribe again", "subscribe", bot)),
        tone=Tone.NEUTRAL,
    )


@command(
    "share",
    summary="Let somebody look at a bot, or command it",
    role=Role.TRADER,
    topic=Topic.PEOPLE,
    examples=("/share alpha jonas viewer", "/share alpha jonas none", "/share alpha"),
    traits=Traits(
        privacy=Privacy.PRIVATE_ANSWER,
        notes=("viewer looks, trader commands it too, none takes it back. Only the bot's owner and owners share it.",),
    ),
)
async def share(args: ShareArguments, ctx: Context, queries: Queries, crew: Crew, sharing: Sharing) -> Reply:
    """Share a bot, take a share back, or show with whom it is shared."""
    bot = await queries.find(ctx.asker, args.name)
    if bot.owner != ctx.operator.operator_id and ctx.operator.role is not Role.OWNER:
        raise Refused(f"{named(bot)} is shared with you; only its owner shares it on.")
    if args.operator is None:
        return await _shares(bot, crew, sharing)
    other = await crew.find(args.operator)
    given = _given(args.role or Role.VIEWER.value)
    if given is None:
        await sharing.withdraw(bot, other)
        text = f"no longer shared with {other.name}"
    else:
        await sharing.share(bot, other, given, ctx.operator)
        text = f"shared with {other.name}, who may {'look' if given is Role.VIEWER else 'command it'}"
    return reply(
        bot_line(bot, text, DONE),
        row_of(
            bot_button("Who sees it", "share", bot, Meaning.PRIMARY),
            *(() if given is None else (_end_button(bot, f"{BY_ID}{other.operator_id}"),)),
        ),
        tone=Tone.GOOD,
    )


def _here(bot: Bot, place: Destination, *, can_have_topic: bool) -> Reply:
    other = HIDE if place.shows_amounts else SHOW
    topic = (bot_button("Make a topic", "subscribe", bot, rest=f"topic={NEW}"),) if can_have_topic else ()
    return reply(
        bot_line(bot, f"this chat is told of it now; {_seen(place)} here", DONE),
        rows_of(
            (
                bot_button("Card", "bot", bot, Meaning.PRIMARY),
                bot_button(f"{other.capitalize()} amounts", "subscribe", bot, rest=f"amounts={other}"),
                bot_button("Unsubscribe", "unsubscribe", bot, Meaning.DANGER),
            ),
            topic,
        ),
        tone=Tone.GOOD,
    )


def _in_topic(bot: Bot, place: Destination) -> Reply:
    return reply(
        bot_line(bot, f"has a topic of its own, which is told of it now; {_seen(place)} there", DONE),
        Text(f"In that topic /unsubscribe {bot.name} ends it."),
        row_of(bot_button("Card", "bot", bot, Meaning.PRIMARY)),
        tone=Tone.GOOD,
    )


def _seen(place: Destination) -> str:
    return "amounts are shown" if place.shows_amounts else "per cent instead of amounts"


async def _shares(bot: Bot, crew: Crew, sharing: Sharing) -> Reply:
    shares = {share.operator_id: share.role for share in await sharing.of(bot)}
    people = [member.operator for member in await crew.members()]
    rows = tuple((one.name, shares[one.operator_id].value) for one in people if one.operator_id in shares)
    others = [one for one in people if one.operator_id not in shares and one.operator_id != bot.owner]
    buttons = [
        bot_button(f"Share with {one.name}", "share", bot, rest=f"{BY_ID}{one.operator_id} viewer")
        for one in others
        if one.role is not Role.OWNER
    ]
    return reply(
        bot_line(bot, "who sees it", ""),
        KeyValues(rows) if rows else Text("Only you and owners see it."),
        rows_of(*((button,) for button in buttons[:7])),
        about=f"list:share:{bot.bot_id}",
    )


def _given(text: str) -> Role | None:
    word = text.casefold()
    if word == END:
        return None
    if word not in (Role.VIEWER, Role.TRADER):
        raise InvalidInput(f"role cannot be {text[:40]}. Expected viewer, trader or none, for example role=viewer")
    return Role(word)


def _end_button(bot: Bot, person: str) -> Button:
    return bot_button("Take it back", "share", bot, Meaning.DANGER, rest=f"{person} {END}")


def _chat(ctx: Context) -> Chat:
    request = ctx.request
    return Chat(platform=request.platform, address=request.chat, title=request.chat_title, home=request.topic_home)
