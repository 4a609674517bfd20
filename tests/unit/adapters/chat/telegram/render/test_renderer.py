from datetime import UTC, datetime

from bot.commands.reply.blocks import (
    Actions,
    Button,
    ButtonStyle,
    Document,
    Footer,
    FormChoices,
    Headline,
    Image,
    KeyValues,
    Reply,
    Text,
    WarningText,
    build_reply,
)
from bot.commands.reply.inline_time import InlineTime, TimeStyle
from bot.domain.market import Mode
from tests.builders.telegram_messages import drawn, rows, text_of

AT = InlineTime(datetime(2024, 8, 23, 12, 12, tzinfo=UTC), "14:12", TimeStyle.TIME)
MARKED = '<tg-time unix="1724415120" format="t">14:12</tg-time>'


async def text(message: Reply) -> str:
    (post,) = (await drawn(message)).messages
    return text_of(post)


async def keys(*labels: str) -> str:
    buttons = tuple(Button(label, "/do") for label in labels)
    return rows((await drawn(build_reply(Headline("x"), Actions((buttons,))))).single_message)


async def test_line_1_has_the_name_in_bold_and_then_the_mode() -> None:
    assert (
        await text(build_reply(Headline("running", "🟢", "alpha", Mode.PAPER))) == "🟢 <b>alpha</b> · PAPER · running"
    )


async def test_what_people_wrote_is_text_and_never_markup() -> None:
    message = build_reply(Headline("<b>&x", name="<i>"), Text("a < b > c & d"), KeyValues((("<pre>", "1"),)))
    assert (
        await text(message) == "<b>&lt;i&gt;</b> · &lt;b&gt;&amp;x\na &lt; b &gt; c &amp; d\n<pre>&lt;pre&gt;  1</pre>"
    )


async def test_a_time_stands_on_the_clock_of_each_reader_and_its_text_says_that_of_the_one_who_asked() -> None:
    line = Headline(("paused by <mia> ", AT, ", flat"), "⏸️", "alpha", Mode.PAPER)
    assert await text(build_reply(line, Text(("holds since ", AT, "\nend")), WarningText(("since ", AT)))) == (
        f"⏸️ <b>alpha</b> · PAPER · paused by &lt;mia&gt; {MARKED}, flat\nholds since {MARKED}\nend\n⚠️ since {MARKED}"
    )


async def test_nobodys_words_become_a_time() -> None:
    name = '<tg-time unix="1" format="t">now</tg-time>'
    shown = await text(build_reply(Headline(name, name=name), Text(f"{name}\ue100"), WarningText(("since ", AT, name))))
    assert shown.count("<tg-time") == 1


async def test_the_footer_is_the_last_line_and_in_italics() -> None:
    message = build_reply(Headline("Fleet"), Footer("page 1", "15:00:05", is_live=True), Text("more"))
    assert await text(message) == "Fleet\nmore\n<i>page 1 · live, 15:00:05</i>"


async def test_a_warning_carries_its_sign() -> None:
    assert await text(build_reply(WarningText("no stop"))) == "⚠️ no stop"


async def test_a_long_list_is_folded_up() -> None:
    assert (await text(build_reply(Text("line\n" * 12)))).startswith("<blockquote expandable>line\nline")


async def test_a_picture_has_its_figures_below_it() -> None:
    (post,) = (
        await drawn(build_reply(Headline("chart", name="alpha"), Image(b"png", "last 63,924.00", "a.png")))
    ).messages
    assert post.upload is not None
    assert post.upload.is_picture
    assert text_of(post) == "<b>alpha</b> · chart\nlast 63,924.00"


async def test_a_picture_with_words_needs_no_others() -> None:
    assert (
        await text(build_reply(Headline("closed"), Text("+47.08"), Image(b"png", "last 1", "a.png")))
        == "closed\n+47.08"
    )


async def test_words_that_have_no_room_below_a_picture_answer_it() -> None:
    message = build_reply(
        Headline("closed"), Text("x" * 1100), Image(b"png", "", "a.png"), Actions(((Button("a", "/a"),),))
    )
    picture, words = (await drawn(message)).messages
    assert text_of(picture) == "closed"
    assert rows(picture) == "[a]"
    assert text_of(words) == "x" * 1100
    assert not words.button_rows


async def test_a_long_answer_takes_several_messages_and_loses_nothing() -> None:
    lines = [f"{number} {'x' * 100}" for number in range(90)]
    message = build_reply(Headline("logs"), Text("\n".join(lines)), Actions(((Button("More", "/more"),),)))
    posts = (await drawn(message)).messages
    told = "\n".join(text_of(post) for post in posts)
    assert len(posts) == 3
    assert [line for line in lines if line not in told] == []
    assert [rows(post) for post in posts] == ["", "", "[More]"]


async def test_what_is_changed_in_place_later_stays_one_message_and_counts_what_has_no_room() -> None:
    message = build_reply(Headline("list"), Text("\n".join("x" * 100 for _ in range(90))), subject_key="list:logs")
    (post,) = (await drawn(message)).messages
    assert text_of(post).endswith("\n… 50 more")


async def test_a_file_keeps_a_name_that_is_safe() -> None:
    (post,) = (
        await drawn(build_reply(Headline("trades"), Document(b"a,b", "../alpha PAPER.csv", "8 trades")))
    ).messages
    assert post.upload is not None
    assert post.upload.filename == "..-alpha-PAPER.csv"
    assert not post.upload.is_picture


async def test_nothing_that_can_be_seen_still_is_a_message() -> None:
    assert await text(build_reply(Text("\u200b \u2800"))) == "…"


async def test_rows_are_as_wide_as_their_labels_allow() -> None:
    assert await keys("1", "2", "3", "4", "5") == "[1] [2] [3] [4] [5]"
    assert await keys("Pause", "Chart", "Why", "Trades") == "[Pause] [Chart] / [Why] [Trades]"
    assert await keys("BTC/USDT perpetual", "b", "c") == "[BTC/USDT perpetual] [b] / [c]"
    assert await keys("the market of the recording", "b") == "[the market of the recording] / [b]"


async def test_more_than_eight_rows_close_up_and_keep_the_way_back() -> None:
    shelves = tuple((Button(f"market {number}", f"/do {number}"),) for number in range(12))
    message = build_reply(Headline("x"), FormChoices((*shelves, (Button("Cancel", "/cancel"),))))
    drawing = rows((await drawn(message)).single_message)
    assert drawing.count(" / ") == 4
    assert drawing.endswith("/ [Cancel]")
    assert all(f"[market {number}]" in drawing for number in range(12))


async def test_buttons_have_the_colour_of_what_they_mean() -> None:
    row = tuple(Button(meaning.value[:4], f"/{meaning}", meaning) for meaning in ButtonStyle)
    assert (
        rows((await drawn(build_reply(Headline("x"), Actions((row,))))).single_message)
        == "[prim]p [succ]s [dang]d [none]"
    )


async def test_a_button_opens_a_link_or_copies_a_text() -> None:
    row = (Button("Open", "", url="t.me/desk?start=x"), Button("Copy", "", copy_text="/new alpha"), Button("no", ""))
    (line,) = (await drawn(build_reply(Headline("x"), Actions((row,))))).single_message.button_rows
    opens, copies = line
    assert opens.url == "https://t.me/desk?start=x"
    assert copies.copy_text
    assert copies.copy_text.text == "/new alpha"
