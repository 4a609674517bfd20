"""Which message a reply takes the place of."""

import pytest

from bot.commands.reply.blocks import Button, FormChoices, Headline, Image, Reply, build_reply
from bot.commands.reply.replacement import MessageKind, can_replace, message_kind, message_tag, parse_tag

CARD = build_reply(Headline("alpha"), subject_key="bot:b1")
OTHER_CARD = build_reply(Headline("beta"), subject_key="bot:b2")
FORM = build_reply(Headline("New bot"), FormChoices(((Button("a", "/form f1 a"),),)), subject_key="form:f1")
QUESTION = build_reply(Headline("Delete alpha?"), subject_key="ask:K7QM")
LIST = build_reply(Headline("Trades"), subject_key="list:trades")
CHART = build_reply(Headline("alpha"), Image(b"", "c", "f.png"), subject_key="chart:b1")
TEXT = build_reply(Headline("Canceled."))
FILL = build_reply(Headline("bought"), Image(b"", "c", "f.png"), subject_key="order:o1")


@pytest.mark.parametrize(
    ("message", "surface"),
    [
        (CARD, MessageKind.CARD),
        (FORM, MessageKind.FORM),
        (QUESTION, MessageKind.QUESTION),
        (LIST, MessageKind.LIST),
        (CHART, MessageKind.IMAGE),
        (FILL, MessageKind.IMAGE),
        (TEXT, MessageKind.TEXT),
    ],
)
def test_a_reply_is_the_kind_of_message_it_is_drawn_as(message: Reply, surface: MessageKind) -> None:
    assert message_kind(message) is surface


@pytest.mark.parametrize(
    ("tapped", "answer", "expected"),
    [
        (CARD, CARD, True),
        (CARD, OTHER_CARD, False),
        (CARD, QUESTION, False),
        (FORM, FORM, True),
        (FORM, CARD, True),
        (FORM, TEXT, True),
        (FORM, CHART, False),
        (QUESTION, TEXT, True),
        (QUESTION, CARD, True),
        (LIST, LIST, True),
        (LIST, CARD, False),
        (CHART, CHART, True),
        (CHART, CARD, False),
        (FILL, CARD, False),
        (FILL, CHART, False),
        (TEXT, TEXT, False),
    ],
)
def test_a_reply_takes_the_place_of_its_own_thing_alone(tapped: Reply, answer: Reply, expected: bool) -> None:
    assert can_replace(parse_tag(str(message_tag(tapped))), answer) is expected


@pytest.mark.parametrize("text", ["", "x", "zzz", "c1", "cabc"])
def test_what_is_no_tag_replaces_nothing(text: str) -> None:
    assert parse_tag(text) is None
    assert not can_replace(parse_tag(text), CARD)
