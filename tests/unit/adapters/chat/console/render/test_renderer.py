import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.chat.console.render.renderer import ActionFormat, drawing_width, render_lines
from adapters.chat.console.render.screen import Accent, plain_text
from bot.commands.reply.blocks import (
    Actions,
    Align,
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
    button_row,
)
from bot.commands.reply.safe_text import safe_line, safe_lines
from bot.commands.reply.text_width import cell_width, wrap_text
from bot.domain.market import Mode

RUN, EDIT = Button("Run", "/run #b7"), Button("Edit", "/edit #b7")


def drawn(message: Reply, width: int = 80, offer: ActionFormat = ActionFormat.NUMBERS) -> list[str]:
    return plain_text(render_lines(message, width, {}, offer)).splitlines()


def test_a_card_reads_like_its_example() -> None:
    card = build_reply(
        Headline("running for 20 d 4 h", "🟢", "alpha", Mode.PAPER),
        Text("BTC/USDT 1h · ema-cross 12/26 · capital 1,000.00 USDT"),
        KeyValues((("Position", "long 0.01636 BTC"), ("Entry", "60726.17"), ("Open PnL", "+51.32", "+5.17%"))),
        Text("Now: holds since 23 Aug 03:00."),
        Footer("live, 15:00:05"),
        Actions(((Button("Pause", ""), Button("Chart", "")), (Button("PnL", ""), Button("Run LIVE", "")))),
    )
    assert drawn(card) == [
        "🟢 alpha · PAPER · running for 20 d 4 h",
        "BTC/USDT 1h · ema-cross 12/26 · capital 1,000.00 USDT",
        "Position  long 0.01636 BTC",
        "Entry             60726.17",
        "Open PnL    +51.32  +5.17%",
        "Now: holds since 23 Aug 03:00.",
        "live, 15:00:05",
        "next: 1 pause  2 chart  3 pnl  4 run LIVE",
    ]


def test_a_table_keeps_figures_whole_and_drops_what_matters_least() -> None:
    columns = (Column("bot"), Column("state", priority=1), Column("remark", priority=9), Column("total", Align.RIGHT))
    fleet = build_reply(Table(columns, (("alpha", "running", "x" * 50, "+61.81"), ("eth-grid", "paused", "", "-0.43"))))
    assert drawn(fleet, width=60) == [
        "bot       state     total",
        "alpha     running  +61.81",
        "eth-grid  paused    -0.43",
    ]


def test_wide_characters_line_up() -> None:
    table = Table((Column("a"), Column("b"), Column("c")), (("中文", "x", "1"), ("ab", "y", "2")))
    lines = drawn(build_reply(table))
    assert lines == ["a     b  c", "中文  x  1", "ab    y  2"]


def test_news_offers_commands_because_its_numbers_would_move_under_the_hand() -> None:
    news = build_reply(Headline("filled"), button_row(RUN, EDIT))
    assert drawn(news, offer=ActionFormat.COMMANDS) == ["filled", "next: /run #b7  /edit #b7"]


def test_numbers_go_on_over_several_blocks_of_actions() -> None:
    assert drawn(build_reply(button_row(RUN), button_row(EDIT))) == ["next: 1 run", "next: 2 edit"]


def test_a_form_offers_words_because_a_number_may_be_an_answer() -> None:
    form = build_reply(
        Headline("fast is 12"),
        FormChoices(((Button("8", "/form f 8"), Button("12", "/form f 12")), (Button("‹ Back", "/form f <"),))),  # noqa: RUF001 - other scripts on purpose
        button_row(RUN),
    )
    assert drawn(form) == ["fast is 12", "answer: 8  12  < back", "next: /run #b7"]


def test_a_long_list_of_actions_breaks_between_them() -> None:
    many = button_row(*(Button(f"Bot number {index}", "") for index in range(1, 9)))
    lines = drawn(build_reply(many), width=60)
    assert lines[0].startswith("next: 1 bot number 1  2 bot number 2")
    assert all(line.startswith("      ") for line in lines[1:])
    assert "".join(lines).count("bot number") == 8
    assert max(map(cell_width, lines)) <= 60


def test_sentences_wrap_at_blanks_and_keep_their_indent() -> None:
    assert wrap_text("  aaa bbb ccc", 9) == ["  aaa bbb", "  ccc"]


def test_a_word_longer_than_the_line_stays_whole_but_chinese_breaks_anywhere() -> None:
    assert wrap_text("see " + "x" * 20, 10) == ["see", "x" * 20]
    assert wrap_text("中" * 8, 6) == ["中中中", "中中中", "中中"]


def test_pairs_with_sentences_stand_left_and_wrap_beside_their_label() -> None:
    text = "from flat to flat again; partial exits belong to it and so does everything in between"
    lines = drawn(build_reply(KeyValues((("trade", text), ("win rate", "wins / all")))), width=60)
    assert lines[0].startswith("trade     from flat to flat again")
    assert lines[1].startswith(" " * 10)
    assert lines[-1] == "win rate  wins / all"
    assert max(map(cell_width, lines)) <= 60


def test_a_warning_has_its_symbol_and_lines_stay_lines() -> None:
    assert drawn(build_reply(WarningText("no stop"), Text("a\n  b"))) == ["⚠️ no stop", "a", "  b"]


def test_pictures_and_files_show_where_they_are() -> None:
    message = build_reply(Image(b"", "equity 993.48 USDT", "e.png"), Document(b"", "trades.csv"))
    lines = plain_text(render_lines(message, 80, {0: "/d/e-k3.png", 1: "/d/trades-x.csv"}, ActionFormat.NUMBERS))
    assert lines == "equity 993.48 USDT\npicture: /d/e-k3.png\nfile: /d/trades-x.csv\n"


def test_the_name_is_strong_and_the_rest_has_the_tone() -> None:
    message = build_reply(Headline("failed", "❌", "alpha", Mode.LIVE), tone=Tone.ERROR)
    (line,) = render_lines(message, 80, {}, ActionFormat.NUMBERS)
    assert [(span.text, span.accent) for span in line] == [
        ("❌ ", Accent.PLAIN),
        ("alpha", Accent.STRONG),
        (" · LIVE · failed", Accent.ERROR),
    ]


@pytest.mark.parametrize(("columns", "width"), [(20, 60), (60, 60), (77, 77), (100, 100), (300, 100)])
def test_the_width_follows_the_terminal_within_bounds(columns: int, width: int) -> None:
    assert drawing_width(columns) == width


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[2J\x1b]0;owned\x07bye", "[2J]0;ownedbye"),
        ("a\x9b31mb", "a31mb"),
        ("pay \u202e001\u202c now", "pay 001 now"),
        ("a\u200bb\u2060c\ufeffd\u00ade", "abcde"),
        ("\u2066x\u2068y", "xy"),
        ("\u2068שלום\u2069 3", "\u2068שלום\u2069 3"),  # noqa: RUF001 - other scripts on purpose
        ("\u2069\u2068", ""),
        ("a\rb\x00c", "a bc"),
        ("tab\there", "tab  here"),
        ("\ud800x\U000e0041", "x"),
        ("\u3164\u115fok", "ok"),
    ],
)
def test_nobodys_words_steer_the_terminal(hostile: str, shown: str) -> None:
    assert safe_line(hostile) == shown


def test_every_kind_of_line_end_ends_a_line() -> None:
    assert safe_lines("a\r\nb\u2028c\x85d\ve") == ["a", "b", "c", "d", "e"]


texts = st.text(max_size=60) | st.text(alphabet="ab \n\t\x1b[2J\u202e\u200b中é\u0301🟢️\u2068\u2069", max_size=80)
buttons = st.builds(Button, texts, texts, st.sampled_from(ButtonStyle))
button_rows = st.lists(st.lists(buttons, max_size=4).map(tuple), max_size=3).map(tuple)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    width = draw(st.integers(1, 7))
    columns = [Column(draw(texts), draw(st.sampled_from(Align)), draw(st.integers(0, 3))) for _ in range(width)]
    rows = st.lists(st.tuples(*[texts] * width), max_size=5)
    return Table(tuple(columns), tuple(draw(rows)))


@st.composite
def pairs(draw: st.DrawFn) -> KeyValues:
    most = draw(st.integers(1, 3))
    row = st.one_of(st.tuples(texts, texts), st.tuples(texts, *[texts] * most))
    return KeyValues(tuple(draw(st.lists(row, max_size=5))))


blocks: st.SearchStrategy[Block] = st.one_of(
    st.builds(Headline, texts, texts, texts, st.none() | st.sampled_from(Mode)),
    st.builds(Text, texts),
    st.builds(WarningText, texts),
    pairs(),
    tables(),
    st.builds(Image, st.just(b""), texts, texts),
    st.builds(Document, st.just(b""), texts, texts),
    st.builds(Actions, button_rows),
    st.builds(FormChoices, button_rows),
    st.builds(Footer, texts),
)


@given(
    st.lists(blocks, max_size=6),
    st.integers(60, 100),
    st.sampled_from(ActionFormat),
    st.dictionaries(st.integers(0, 5), texts, max_size=6),
)
def test_whatever_a_reply_says_no_line_carries_a_control_character(
    some: list[Block], width: int, offer: ActionFormat, paths: dict[int, str]
) -> None:
    for line in render_lines(Reply(blocks=tuple(some)), width, paths, offer):
        for char in "".join(span.text for span in line):
            assert char in "\u2068\u2069" or unicodedata.category(char) not in {
                "Cc",
                "Cf",
                "Cs",
                "Co",
                "Cn",
                "Zl",
                "Zp",
            }


@given(tables(), st.integers(60, 100))
def test_a_tables_line_fits_unless_a_single_cell_does_not(table: Table, width: int) -> None:
    whole = {safe_line(text) for row in table.cell_texts for text in row}
    for line in drawn(build_reply(table), width):
        assert cell_width(line) <= width or line.strip() in whole


@given(tables(), st.integers(60, 100))
def test_no_cell_of_a_column_that_never_goes_is_cut(table: Table, width: int) -> None:
    text = "\n".join(drawn(build_reply(table), width))
    for row in table.cell_texts:
        for column, cell in zip(table.columns, row, strict=True):
            if not column.priority:
                assert safe_line(cell) in text


@given(st.text(alphabet="abc 中文", max_size=300), st.integers(20, 100))
def test_prose_fits_unless_a_word_does_not_and_loses_no_letter(text: str, width: int) -> None:
    lines = wrap_text(text, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(cell_width(line) <= width or len(line.split()) == 1 for line in lines)
