"""Which message a reply takes the place of."""

import pytest

from bot.commands.reply.blocks import Button, Choices, Headline, Image, Reply, reply
from bot.commands.reply.replacement import Surface, may_replace, read_tag, surface_of, tag_of

CARD = reply(Headline("alpha"), about="bot:b1")
OTHER_CARD = reply(Headline("beta"), about="bot:b2")
FORM = reply(Headline("New bot"), Choices(((Button("a", "/form f1 a"),),)), about="form:f1")
QUESTION = reply(Headline("Delete alpha?"), about="ask:K7QM")
LIST = reply(Headline("Trades"), about="list:trades")
CHART = reply(Headline("alpha"), Image(b"", "c", "f.png"), about="chart:b1")
TEXT = reply(Headline("Canceled."))
FILL = reply(Headline("bought"), Image(b"", "c", "f.png"), about="order:o1")


@pytest.mark.parametrize(
    ("message", "surface"),
    [
        (CARD, Surface.CARD),
        (FORM, Surface.FORM),
        (QUESTION, Surface.QUESTION),
        (LIST, Surface.LIST),
        (CHART, Surface.PICTURE),
        (FILL, Surface.PICTURE),
        (TEXT, Surface.TEXT),
    ],
)
def test_a_reply_is_the_kind_of_message_it_is_drawn_as(message: Reply, surface: Surface) -> None:
    assert surface_of(message) is surface


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
    assert may_replace(read_tag(str(tag_of(tapped))), answer) is expected


@pytest.mark.parametrize("text", ["", "x", "zzz", "c1", "cabc"])
def test_what_is_no_tag_replaces_nothing(text: str) -> None:
    assert read_tag(text) is None
    assert not may_replace(read_tag(text), CARD)
