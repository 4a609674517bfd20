"""On Discord a few short pairs became fields, which stand below all words: figures came after what was below them.

`/pnl` in a channel told of LIVE and PAPER bots in turned order, and of two blocks of figures under their own sentences
the first stood under the sentence of the second.
"""

from bot.commands.reply.blocks import Actions, Button, Footer, Headline, KeyValues, Text, WarningText, build_reply
from tests.builders.discord_messages import drawn

PAIRS = KeyValues((("RSI", "28.10"), ("signal", "yes -> buy")))


async def test_pairs_with_words_below_them_stay_where_they_are() -> None:
    message = await drawn(build_reply(Headline("why"), PAIRS, Text("RSI was below 30."), Text("Now: RSI is 41.00.")))
    (embed,) = message.embeds
    assert embed.fields == []
    shown = str(embed.description)
    assert shown.index("28.10") < shown.index("RSI was below 30.") < shown.index("41.00")


async def test_of_several_only_the_last_stand_below_all_words() -> None:
    message = await drawn(build_reply(Headline("why"), PAIRS, Text("Now:"), KeyValues((("Close", "63.10"),))))
    assert [(field.name, field.value) for field in message.embeds[0].fields] == [("Close", "63.10")]
    assert "28.10" in str(message.embeds[0].description)


async def test_what_stands_apart_anyway_leaves_pairs_the_last() -> None:
    button = Actions(((Button("Card", "/bot a"),),))
    message = await drawn(
        build_reply(Headline("why"), Text("x"), PAIRS, WarningText("no stop"), Footer("page 1"), button)
    )
    assert len(message.embeds[0].fields) == 2
