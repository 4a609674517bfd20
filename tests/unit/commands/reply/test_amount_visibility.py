"""Amounts are typed parts: no text holds a figure before somebody says that its reader may see it."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.reply.amount import HIDDEN, Amount, AmountKind
from bot.commands.reply.amount_visibility import amount_button, make_visible
from bot.commands.reply.blocks import (
    Actions,
    Button,
    Column,
    Document,
    Footer,
    Headline,
    Image,
    KeyValues,
    Reply,
    Table,
    Text,
    build_reply,
)
from bot.commands.reply.inline_time import RichText, join_text, join_with, plain_text, safe_text_line

FIGURE = "1,234.56 USDT"
MONEY = Amount(AmountKind.MONEY, FIGURE)
PROFIT = Amount(AmountKind.MONEY, f"+{FIGURE} (+5.17%)", "+5.17%")
HELD = Amount(AmountKind.QUANTITY, "0.777 BTC")
CAPITAL = Amount(AmountKind.SETTING, "1234")
ROOT = Path(__file__).parents[4]


def seen(text: RichText, *, is_hiding: bool = True) -> str:
    """Return what a reader sees of a line."""
    (block,) = make_visible(build_reply(Headline(text)), is_hiding_amounts=is_hiding).blocks
    assert isinstance(block, Headline)
    return block.text


@pytest.mark.parametrize("amount", [MONEY, PROFIT, HELD, CAPITAL])
def test_an_amount_cannot_become_plain_text_by_accident(amount: Amount) -> None:
    with pytest.raises(TypeError):
        str(amount)
    with pytest.raises(TypeError):
        f"closed {amount}"
    with pytest.raises(TypeError):
        f"closed {join_text('with ', amount)}"
    assert amount.figure not in f"{amount!r} {[amount]} {(amount,)!r}"


def test_an_amount_that_nobody_made_visible_stays_hidden() -> None:
    text = join_text("capital ", CAPITAL, ", ", HELD)
    assert plain_text(text) == f"capital {HIDDEN}, {HIDDEN}"
    assert "".join(map(str, safe_text_line(text))) == f"capital {HIDDEN}, {HIDDEN}"
    assert FIGURE not in str(build_reply(Headline(join_text("has ", MONEY)), Footer(join_text(MONEY, " free"))))


@pytest.mark.parametrize(
    ("line", "hidden"),
    [
        (join_text("bought ", HELD, " at 60,726.17"), "bought at 60,726.17"),
        (join_text("bought ", HELD, " of ", HELD, " (49%) at 60,726.17"), "bought (49%) at 60,726.17"),
        (join_text("Cost ", MONEY, ", fee ", MONEY, " · stop 58,904.38"), "stop 58,904.38"),
        (join_text("BTC/USDT 1h · ema-cross 12/26 · capital ", MONEY), "BTC/USDT 1h · ema-cross 12/26"),
        (join_text("sell ", HELD, " at market, about ", MONEY, "?"), "sell at market?"),
        (join_text("How much may it use? practice has ", MONEY, " free."), "How much may it use?"),
        (
            join_text("Kept: long ", HELD, ", guarded by its stop; signals no longer sell it."),
            "Kept: long, guarded by its stop; signals no longer sell it.",
        ),
        (join_text("trade 1 closed ", PROFIT, ", ", MONEY), "trade 1 closed +5.17%"),
        (join_text("v2: capital ", CAPITAL, " -> ", CAPITAL), "v2: capital … -> …"),
        (join_text(MONEY), ""),
    ],
)
def test_a_line_loses_what_says_an_amount(line: RichText, hidden: str) -> None:
    assert seen(line) == hidden
    assert HIDDEN not in seen(line, is_hiding=False)


def test_whoever_may_see_amounts_sees_their_figures() -> None:
    line = join_with(" · ", (join_text("cost ", MONEY), PROFIT, HELD))
    assert seen(line, is_hiding=False) == "cost 1,234.56 USDT · +1,234.56 USDT (+5.17%) · 0.777 BTC"


def test_rows_and_columns_of_amounts_go_and_per_cent_stays() -> None:
    pairs = KeyValues(
        (("Open PnL", (MONEY,), "+5.17%"), ("Capital", (MONEY, " USDT")), ("Position", join_text("long ", HELD)))
    )
    table = Table((Column("bot"), Column("total"), Column("%")), (("alpha", (MONEY,), "+1%"),))
    assert make_visible(build_reply(pairs, table), is_hiding_amounts=True).blocks == (
        KeyValues((("Open PnL", "+5.17%"), ("Position", "long"))),
        Table((Column("bot"), Column("%")), (("alpha", "+1%"),)),
    )
    shown, _ = make_visible(build_reply(pairs, table), is_hiding_amounts=False).blocks
    assert isinstance(shown, KeyValues)
    assert shown.rows[1] == ("Capital", "1,234.56 USDT USDT")


def test_a_text_that_was_all_amounts_is_gone() -> None:
    reply = build_reply(Headline("alpha"), Text(join_text("Worth ", MONEY)))
    assert make_visible(reply, is_hiding_amounts=True).blocks == (Headline("alpha"),)


def test_a_button_that_carries_an_amount_is_not_offered_where_they_are_hidden() -> None:
    card = Button("Card", "/bot a")
    copy = amount_button("Copy /new", "", copy_text=join_text("/new a capital=", CAPITAL))
    undo = amount_button("Undo", join_text("/edit #1 capital=", CAPITAL))
    offer = amount_button(CAPITAL, "/form 1")
    reply = build_reply(Actions(((copy, undo), (offer, card))))
    assert make_visible(reply, is_hiding_amounts=True).blocks == (Actions(((card,),)),)
    assert make_visible(reply, is_hiding_amounts=False).blocks == reply.blocks
    assert (copy.copy_text, undo.command, offer.label) == ("/new a capital=1234", "/edit #1 capital=1234", "1234")


def test_pictures_and_files_stay_only_where_they_are_said_to_show_no_amounts() -> None:
    percent = Image(b"png", join_text("alpha, last ", PROFIT), "a.png", shows_amounts=False)
    reply = build_reply(Headline("alpha"), Image(b"png", "alpha", "b.png"), Document(b"csv", "c.csv"), percent)
    assert make_visible(reply, is_hiding_amounts=True).blocks == (
        Headline("alpha"),
        Image(b"png", "alpha, last +5.17%", "a.png", shows_amounts=False),
    )


@given(st.lists(st.sampled_from([MONEY, HELD, CAPITAL, "a", " · ", ", ", ". ", " of ", "\n"]), max_size=30))
def test_no_figure_ever_stays(pieces: list[str | Amount]) -> None:
    text = join_text(*pieces)
    reply = make_visible(Reply(blocks=(Headline(text), Text(text), Footer(text))), is_hiding_amounts=True)
    assert not re.search(r"\d", str(reply.blocks))


def test_figures_are_read_in_one_place() -> None:
    files = [path for folder in ("bot", "adapters/chat") for path in (ROOT / folder).rglob("*.py")]
    readers = {path.name for path in files if re.search(r"\.figure\b", path.read_text())}
    assert readers == {"amount_visibility.py"}
