"""Replies of any shape, length and script, for tests that search for one that breaks a platform's rules."""

from typing import TypeVar

from hypothesis import strategies as st

from bot.commands.notify.event_messages import event_headline
from bot.commands.reply.amount_visibility import make_visible, show_amounts
from bot.commands.reply.blocks import (
    Actions,
    Block,
    Button,
    ButtonStyle,
    Column,
    Document,
    Footer,
    FormChoices,
    Headline,
    Image,
    KeyValues,
    Reply,
    Table,
    Text,
    Tone,
    WarningText,
    build_reply,
)
from bot.commands.reply.inline_time import RichText, plain_text
from bot.commands.reply.sheet import FormField, FormSheet
from bot.domain.events import Event
from bot.domain.market import Mode

_Block = TypeVar("_Block", bound=Block)
HOSTILE = (
    *(
        "@everyone",
        "@here",
        "<@1>",
        "<@&2>",
        "<#3>",
        "</run:4>",
        "<t:1:f>",
        "<:a:5>",
        ":smile:",
        "[x](https://y.example)",
    ),
    *("```", "``", "**", "__", "||", "~~", "# ", "> ", "- ", "1. ", "\\", "\n", "https://a.example/@here"),
    *("\u05e9\u05dc\u05d5\u05dd", "\u0645\u0631\u062d\u0628\u0627", "\u202e", "\u2068", "\u2069", "\u200b", "\u200d"),
    *(
        "สวัสดี",
        "你好世界",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "e\u0301\u0335",
        "\ufeff",
        "\x1b[2J",
        "\ud800",
        " ",
    ),
)
texts = st.one_of(
    st.text(max_size=40),
    st.lists(st.sampled_from(HOSTILE) | st.text(max_size=5), max_size=12).map("".join),
    st.tuples(st.sampled_from(HOSTILE) | st.text(max_size=3), st.sampled_from([1, 30, 2500])).map(
        lambda pair: pair[0] * pair[1]
    ),
)
cells = st.lists(texts, min_size=3, max_size=3).map(tuple)
buttons = st.builds(
    Button,
    texts,
    st.just("") | st.builds("/do {}".format, st.text(max_size=150)),
    st.sampled_from(ButtonStyle),
    url=st.sampled_from(["", "https://t.me/desk?start=x", "t.me/desk", "https://x.example/" + "y" * 600]),
)
shelves = st.lists(st.lists(buttons, max_size=8).map(tuple), max_size=14).map(tuple)
blocks: st.SearchStrategy[Block] = st.one_of(
    st.builds(Headline, texts, texts, texts, st.none() | st.sampled_from(Mode)),
    st.builds(Text, texts),
    st.builds(WarningText, texts),
    st.builds(KeyValues, st.lists(st.lists(texts, min_size=1, max_size=3).map(tuple), max_size=6).map(tuple)),
    st.builds(
        Table,
        st.tuples(*(st.builds(Column, texts, priority=st.integers(0, 2), is_prose=st.booleans()) for _ in range(3))),
        st.lists(cells, max_size=20).map(tuple),
    ),
    st.builds(Image, st.just(b"png"), texts, texts),
    st.builds(Document, st.just(b"csv"), texts, texts),
    st.builds(Actions, shelves),
    st.builds(FormChoices, shelves),
    st.builds(Footer, texts, st.sampled_from(["", "15:00:05"]), st.booleans()),
)
# Short enough for all of it to be shown when one is found that breaks a rule.
words = st.text(max_size=40) | st.sampled_from(HOSTILE) | st.sampled_from(["", "y" * 300])
names = st.from_regex(r"[a-z][a-z_]{0,15}", fullmatch=True)
sheet_fields = st.builds(
    FormField,
    name=names,
    label=words,
    hint=words,
    value=words | st.just("z" * 1600),
    choices=st.lists(st.text(max_size=5) | st.just("c" * 101), max_size=30).map(tuple),
    is_required=st.booleans(),
)
sheets = st.builds(
    FormSheet,
    form_id=st.just("2b3c4"),
    title=words,
    fields=st.lists(sheet_fields, min_size=1, max_size=7, unique_by=lambda item: item.name).map(tuple),
)
pages = st.builds(
    FormSheet,
    form_id=st.just("2b3c4"),
    title=words,
    fields=st.lists(sheet_fields, max_size=7, unique_by=lambda item: item.name).map(tuple),
    select_fields=st.lists(sheet_fields, max_size=6, unique_by=lambda item: item.name).map(tuple),
    label=words,
)
bare_sheets = st.integers(1, 40).map(
    lambda count: FormSheet(
        form_id="2b3c4",
        title="t",
        fields=tuple(FormField(name=f"f{number}", label="l") for number in range(count)),
    )
)
replies = st.builds(
    Reply,
    blocks=st.lists(blocks, max_size=12).map(tuple),
    tone=st.sampled_from(Tone),
    subject_key=st.sampled_from(["", "bot:b7k2m9qd", "form:2b3c4", "ask:AB3D", "list:bots"]),
    sheet=st.none() | bare_sheets | pages,
)


def shown(text: RichText) -> str:
    """Return a text as somebody reads it who may see amounts."""
    return plain_text(show_amounts(text))


def visible(reply: Reply) -> Reply:
    """Return a reply as somebody reads it who may see amounts."""
    return make_visible(reply, is_hiding_amounts=False)


def visible_block(block: _Block) -> _Block:
    """Return a block as somebody reads it who may see amounts."""
    (shown_block,) = visible(build_reply(block)).blocks
    assert isinstance(shown_block, type(block))
    return shown_block


def event_text(event: Event) -> str:
    """Return line 1 of the message about an event, as its operator reads it."""
    return shown(event_headline(event).line)
