"""Commands that let others see a bot: subscriptions of chats, and shares with operators."""

from typing import Annotated

from bot.commands.catalog.fields import BotArguments, BotName, keyword_spec
from bot.commands.reply.blocks import (
    ButtonStyle,
    KeyValues,
    Reply,
    Text,
    Tone,
    build_reply,
    button_row,
    button_rows,
    sentence_reply,
)
from bot.commands.spec.request import CommandContext
from bot.commands.spec.spec import Arguments, ArgumentSpec, ChoiceSource, Privacy, command
from bot.commands.text.labels import DONE, bot_button, bot_headline
from bot.domain.destination import Destination
from bot.domain.errors import InvalidInput, Refused, WordFix
from bot.domain.instance import Bot
from bot.domain.people import Role
from bot.engine.people.chats import Chat, Chats
from bot.engine.people.operators import Operators
from bot.engine.people.sharing import Sharing
from bot.engine.people.topics import Topics
from bot.engine.reports.queries import ID_PREFIX, Queries

SHOW_AMOUNTS, HIDE_AMOUNTS = "show", "hide"
NO_ROLE = "none"
NEW_TOPIC = "new"


class SubscribeArguments(Arguments):
    name: BotName
    amounts: Annotated[str | None, keyword_spec("show or hide", "show")] = None
    topic: Annotated[str | None, keyword_spec("new, for a topic or thread of its own", "new")] = None


class ShareArguments(Arguments):
    name: BotName
    operator: Annotated[str | None, ArgumentSpec("somebody aboard", "jonas", choice_source=ChoiceSource.PEOPLE)] = None
    role: Annotated[str | None, ArgumentSpec("viewer, trader or none", "viewer")] = None


@command("subscribe", Role.TRADER, "/subscribe alpha", "/subscribe alpha amounts=show", "/subscribe alpha topic=new")
async def subscribe(
    args: SubscribeArguments, ctx: CommandContext, queries: Queries, chats: Chats, topics: Topics
) -> Reply:
    """Let this group, channel or thread be told of a bot.

    Groups see per cent instead of amounts, unless you send amounts=show.
    topic=new makes a topic for it in a group of Telegram that has topics, a thread in a channel at Discord.
    """
    bot = await queries.find_bot(ctx.requester, args.name)
    if args.amounts not in (None, SHOW_AMOUNTS, HIDE_AMOUNTS):
        raise InvalidInput("amounts-choice", WordFix((("amounts", "show"),)))
    if args.topic not in (None, NEW_TOPIC):
        raise InvalidInput("topic-choice", WordFix((("topic", "new"),)), bot=bot.name)
    chat = _request_chat(ctx)
    place = await (topics.open_topic if args.topic else chats.subscribe_chat)(chat, bot, ctx.operator)
    if args.amounts is not None:
        place = await chats.set_amounts_visible(place.key, is_visible=args.amounts == SHOW_AMOUNTS)
    if args.topic:
        return _topic_reply(bot, place)
    can_have_topic = topics.can_make_topic(chat) and await topics.find_bot_topic(chat, bot) is None
    return _subscribed_reply(bot, place, can_have_topic=can_have_topic)


@command("unsubscribe", Role.TRADER, "/unsubscribe alpha")
async def unsubscribe(args: BotArguments, ctx: CommandContext, queries: Queries, chats: Chats) -> Reply:
    """Tell this chat nothing more of a bot."""
    bot = await queries.find_bot(ctx.requester, args.name)
    await chats.unsubscribe_chat(_request_chat(ctx), bot)
    line = bot_headline(bot, "this chat is told of it no more", DONE)
    return sentence_reply(line, bot_button("Subscribe again", "subscribe", bot), tone=Tone.NEUTRAL)


@command(
    "share",
    Role.TRADER,
    "/share alpha jonas viewer",
    "/share alpha jonas none",
    "/share alpha",
    privacy=Privacy.PRIVATE_ANSWER,
)
async def share(
    args: ShareArguments, ctx: CommandContext, queries: Queries, operators: Operators, sharing: Sharing
) -> Reply:
    """Let somebody look at a bot, or command it.

    viewer looks, trader commands it too, none takes it back. Only the bot's owner and owners share it.
    """
    bot = await queries.find_bot(ctx.requester, args.name)
    if bot.owner != ctx.operator.operator_id and ctx.operator.role is not Role.OWNER:
        raise Refused("share-not-owner", bot=bot.name, mode=bot.mode)
    if args.operator is None:
        return await _shares_reply(bot, operators, sharing)
    other = await operators.find_operator(args.operator)
    word = (args.role or Role.VIEWER).casefold()
    buttons = [bot_button("Who sees it", "share", bot, ButtonStyle.PRIMARY)]
    if word == NO_ROLE:
        await sharing.withdraw_share(bot, other)
        text = f"no longer shared with {other.name}"
    elif word in (Role.VIEWER, Role.TRADER):
        await sharing.share_bot(bot, other, Role(word), ctx.operator)
        text = f"shared with {other.name}, who may {'look' if word == Role.VIEWER else 'command it'}"
        taken = f"{ID_PREFIX}{other.operator_id} {NO_ROLE}"
        buttons.append(bot_button("Take it back", "share", bot, ButtonStyle.DANGER, arguments=taken))
    else:
        raise InvalidInput("share-role", WordFix((("role", "viewer"),)), typed=(args.role or "")[:40])
    return sentence_reply(bot_headline(bot, text, DONE), *buttons, tone=Tone.SUCCESS)


def _subscribed_reply(bot: Bot, destination: Destination, *, can_have_topic: bool) -> Reply:
    other = HIDE_AMOUNTS if destination.shows_amounts else SHOW_AMOUNTS
    topic = (bot_button("Make a topic", "subscribe", bot, arguments=f"topic={NEW_TOPIC}"),) if can_have_topic else ()
    return build_reply(
        bot_headline(bot, f"this chat is told of it now; {_amounts_text(destination)} here", DONE),
        button_rows(
            (
                bot_button("Card", "bot", bot, ButtonStyle.PRIMARY),
                bot_button(f"{other.capitalize()} amounts", "subscribe", bot, arguments=f"amounts={other}"),
                bot_button("Unsubscribe", "unsubscribe", bot, ButtonStyle.DANGER),
            ),
            topic,
        ),
        tone=Tone.SUCCESS,
    )


def _topic_reply(bot: Bot, destination: Destination) -> Reply:
    return build_reply(
        bot_headline(bot, f"has a topic of its own, which is told of it now; {_amounts_text(destination)} there", DONE),
        Text(f"In that topic /unsubscribe {bot.name} ends it."),
        button_row(bot_button("Card", "bot", bot, ButtonStyle.PRIMARY)),
        tone=Tone.SUCCESS,
    )


def _amounts_text(destination: Destination) -> str:
    return "amounts are shown" if destination.shows_amounts else "per cent instead of amounts"


async def _shares_reply(bot: Bot, operators: Operators, sharing: Sharing) -> Reply:
    shares = {share.operator_id: share.role for share in await sharing.bot_shares(bot)}
    people = [member.operator for member in await operators.members()]
    rows = tuple((one.name, shares[one.operator_id].value) for one in people if one.operator_id in shares)
    others = [one for one in people if one.operator_id not in shares and one.operator_id != bot.owner]
    buttons = [
        bot_button(f"Share with {one.name}", "share", bot, arguments=f"{ID_PREFIX}{one.operator_id} viewer")
        for one in others
        if one.role is not Role.OWNER
    ]
    return build_reply(
        bot_headline(bot, "who sees it", ""),
        KeyValues(rows) if rows else Text("Only you and owners see it."),
        button_rows(*((button,) for button in buttons[:7])),
        subject_key=f"list:share:{bot.bot_id}",
    )


def _request_chat(ctx: CommandContext) -> Chat:
    request = ctx.request
    return Chat(
        platform=request.platform, address=request.chat, title=request.chat_title, parent_address=request.topic_parent
    )
