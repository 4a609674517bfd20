import pytest

from adapters.chat.discord.render.renderer import TONE_COLOURS
from bot.commands.reply.blocks import (
    Column,
    Document,
    Footer,
    Headline,
    Image,
    KeyValues,
    Reply,
    Table,
    Text,
    Tone,
    WarningText,
    build_reply,
    sentence_reply,
)
from bot.domain.market import Mode
from tests.builders.discord_messages import NOW, drawn, wire
from tests.fakes.discord_rules import refusals

HEAD = Headline("running", "🟢", "alpha", Mode.PAPER)


async def test_line_1_is_the_content_with_the_name_in_bold() -> None:
    message = await drawn(build_reply(HEAD, Text("more")))
    assert message.content == "🟢 **alpha** · PAPER · running"
    assert [embed.description for embed in message.embeds] == ["more"]


async def test_a_sentence_alone_needs_no_embed() -> None:
    message = await drawn(sentence_reply("Canceled, nothing was changed."))
    assert (message.content, message.embeds) == ("Canceled, nothing was changed.", ())


@pytest.mark.parametrize("tone", Tone)
async def test_the_bar_has_the_colour_of_the_tone(tone: Tone) -> None:
    message = await drawn(build_reply(HEAD, Text("more"), tone=tone))
    assert [embed.colour.value for embed in message.embeds if embed.colour] == [TONE_COLOURS[tone]]
    assert len(set(TONE_COLOURS.values())) == len(Tone)


async def test_warnings_come_first() -> None:
    message = await drawn(build_reply(HEAD, Text("text"), WarningText("look")))
    assert message.embeds[0].description == "⚠️ look\ntext"


async def test_an_error_stands_above_the_question_it_is_about() -> None:
    message = await drawn(build_reply(Headline("Invalid: no market"), Headline("New bot · 2 of 5"), Text("Which?")))
    assert message.content == "Invalid: no market"
    assert message.embeds[0].description == "New bot · 2 of 5\nWhich?"


async def test_a_few_short_pairs_are_fields() -> None:
    message = await drawn(build_reply(HEAD, KeyValues((("Free", "12.00 USDT"), ("Held", "3.00 USDT")))))
    assert [(field.name, field.value, field.inline) for field in message.embeds[0].fields] == [
        ("Free", "12.00 USDT", True),
        ("Held", "3.00 USDT", True),
    ]
    assert message.embeds[0].description is None


@pytest.mark.parametrize(
    "rows",
    [
        (("a", "1"), ("b", "2"), ("c", "3"), ("d", "4")),
        (("Open PnL", "+51.32", "+5.17%"),),
        (("Position", "long 123456789.01636 BTC"),),
    ],
)
async def test_more_or_longer_pairs_are_a_code_block(rows: tuple[tuple[str, ...], ...]) -> None:
    message = await drawn(build_reply(HEAD, KeyValues(rows)))
    assert message.embeds[0].fields == []
    assert (message.embeds[0].description or "").startswith("```\n")


async def test_tables_are_as_wide_as_a_phone() -> None:
    rows = tuple((f"row {number}", "60726.17", "+1204.33", "long 0.01636 BTC") for number in range(3))
    table = Table((Column("a"), Column("b"), Column("c"), Column("d", priority=1)), rows)
    text = (await drawn(build_reply(HEAD, table))).embeds[0].description or ""
    assert text.startswith("```\n")
    assert max(len(line) for line in text.split("\n")) <= 32


async def test_the_footer_says_live_and_the_embed_tells_the_time() -> None:
    live = await drawn(build_reply(HEAD, Footer("v4", as_of="15:00:05", is_live=True)))
    assert (live.embeds[0].footer.text, live.embeds[0].timestamp) == ("v4 · live", NOW)
    page = await drawn(build_reply(HEAD, Footer("page 1 of 2")))
    assert (page.embeds[0].footer.text, page.embeds[0].timestamp) == ("page 1 of 2", None)


async def test_a_time_alone_is_no_embed() -> None:
    assert (await drawn(build_reply(HEAD, Footer("", as_of="15:00:05")))).embeds == ()


async def test_a_picture_stands_in_the_embed_and_says_its_figures() -> None:
    image = Image(b"png", "alpha, PAPER: last 63,924.00\nup", "alpha paper.png")
    message = await drawn(build_reply(HEAD, image))
    assert [(one.filename, one.content, one.alt) for one in message.uploads] == [
        ("alpha-paper.png", b"png", "alpha, PAPER: last 63,924.00 up")
    ]
    assert message.embeds[0].image.url == "attachment://alpha-paper.png"


async def test_several_pictures_stand_below_each_other() -> None:
    message = await drawn(build_reply(HEAD, *(Image(b"png", "x", "chart.png") for _ in range(3))))
    assert [embed.image.url for embed in message.embeds] == [
        "attachment://chart.png",
        "attachment://chart-2.png",
        "attachment://chart-3.png",
    ]


async def test_a_document_is_a_file_with_its_words() -> None:
    message = await drawn(build_reply(HEAD, Document(b"a,b", "alpha trades.csv", "8 trades")))
    assert [one.filename for one in message.uploads] == ["alpha-trades.csv"]
    assert message.embeds[0].description == "8 trades"
    assert message.embeds[0].image.url is None


@pytest.mark.parametrize("name", ["", "...", "../../etc/passwd", "\u202egnp.exe", "x" * 500 + ".csv", "ümlaut.csv"])
async def test_file_names_are_plain(name: str) -> None:
    (upload,) = (await drawn(build_reply(HEAD, Document(b"", name)))).uploads
    assert upload.filename.isascii()
    assert len(upload.filename) < 100
    assert not set(upload.filename) & set("/\\ ")
    assert upload.filename.strip(".")


async def test_a_text_without_a_headline_begins_with_its_first_line() -> None:
    message = await drawn(build_reply(Text("first\nsecond")))
    assert (message.content, message.embeds[0].description) == ("first", "second")


async def test_even_a_reply_of_nothing_is_a_message() -> None:
    for empty in (
        build_reply(Text(""), Text(" ")),
        Reply(blocks=()),
        build_reply(Headline("")),
        build_reply(Text("  ")),
        build_reply(Text("\n\n"), Footer("")),
    ):
        assert not refusals(wire(await drawn(empty)))


async def test_everything_too_long_is_cut_to_what_discord_takes() -> None:
    long = "a*" * 5000
    message = await drawn(
        build_reply(
            Headline(long, name=long),
            WarningText(long),
            Text("\n".join(["b"] * 5000)),
            KeyValues((("c", "d"),)),
            Footer(long),
            Image(b"", long, long),
        )
    )
    assert not refusals(wire(message))
    assert (message.embeds[0].description or "").endswith(" more")
