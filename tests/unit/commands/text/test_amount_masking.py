"""Taking amounts out of replies: parts of sentences, cells, columns, never more than they belong to."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.reply.blocks import Actions, Button, Column, Headline, KeyValues, Reply, Table, Text, build_reply
from bot.commands.reply.input_text import clean_text
from bot.commands.text import numbers
from bot.commands.text.amount_masking import MONEY_MARK, QUANTITY_MARK, mask_amounts, mask_reply

CURRENCIES = frozenset({"USDT", "BTC"})


def shown(text: str) -> str:
    """Return what a group sees of a line."""
    (block,) = mask_reply(build_reply(Headline(text)), CURRENCIES).blocks
    assert isinstance(block, Headline)
    return block.text


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        (f"bought {QUANTITY_MARK} at 60,726.17", "bought at 60,726.17"),
        (f"bought {QUANTITY_MARK} of {QUANTITY_MARK} (49%) at 60,726.17", "bought (49%) at 60,726.17"),
        (f"Cost {MONEY_MARK}, fee {MONEY_MARK} · stop 58,904.38", "stop 58,904.38"),
        (f"BTC/USDT 1h · ema-cross 12/26 · capital {MONEY_MARK}", "BTC/USDT 1h · ema-cross 12/26"),
        (f"sell {QUANTITY_MARK} at market, about {MONEY_MARK}?", "sell at market?"),
        (f"How much may it use? practice has {MONEY_MARK} free.", "How much may it use?"),
        (f"Kept: long {QUANTITY_MARK}, guarded by its stop at 1.00; signals no longer sell it.", None),
        ("needs 12.50 USDT in all, may use 3 USDT", "needs … in all, may use …"),
        ("2 LIVE bots, 60,726.17 and BTC/USDT 1h stay", "2 LIVE bots, 60,726.17 and BTC/USDT 1h stay"),
        (f"{MONEY_MARK}", ""),
    ],
)
def test_a_line_loses_what_says_an_amount(line: str, seen: str | None) -> None:
    expected = "Kept: long, guarded by its stop at 1.00; signals no longer sell it." if seen is None else seen
    assert shown(line) == expected


def test_rows_and_columns_of_amounts_go_and_per_cent_stays() -> None:
    with mask_amounts(is_masked=True):
        pairs = KeyValues(
            (
                ("Open PnL", numbers.signed_amount(Decimal("51.32"), "USDT"), "+5.17%"),
                ("Capital", f"{numbers.table_amount(Decimal(1000), 'USDT')} USDT"),
                ("Position", f"long {numbers.quantity(Decimal('0.01636'), Decimal('0.00001'), 'BTC')}"),
            )
        )
        table = Table(
            (Column("bot"), Column("total"), Column("%")),
            (("alpha", numbers.signed_rounded_amount(Decimal(5)), "+1%"),),
        )
    seen_pairs, seen_table = mask_reply(build_reply(pairs, table), CURRENCIES).blocks
    assert seen_pairs == KeyValues((("Open PnL", "+5.17%"), ("Position", "long")))
    assert seen_table == Table((Column("bot"), Column("%")), (("alpha", "+1%"),))


def test_a_text_that_was_all_amounts_is_gone() -> None:
    assert mask_reply(build_reply(Headline("alpha"), Text(f"Worth {MONEY_MARK}")), CURRENCIES).blocks == (
        Headline("alpha"),
    )


def test_what_could_be_copied_is_not_offered() -> None:
    buttons = Actions(((Button("Copy /new", "", copy_text="/new a capital=1000"), Button("Card", "/bot a")),))
    (left,) = mask_reply(build_reply(buttons), CURRENCIES).blocks
    assert left == Actions(((Button("Card", "/bot a"),),))


def test_outside_of_hiding_figures_are_written() -> None:
    assert numbers.money(Decimal("993.48"), "USDT") == "993.48 USDT"
    with mask_amounts(is_masked=False):
        assert numbers.profit(Decimal("51.32"), "USDT", Decimal(1000)) == "+51.32 USDT (+5.13%)"
    with mask_amounts(is_masked=True):
        assert numbers.profit(Decimal("51.32"), "USDT", Decimal(1000)) == "+5.13%"


@given(st.text())
def test_nobody_can_type_a_mark(text: str) -> None:
    assert MONEY_MARK not in clean_text(text + MONEY_MARK)
    assert QUANTITY_MARK not in clean_text(QUANTITY_MARK + text)


@given(
    st.lists(
        st.sampled_from([MONEY_MARK, QUANTITY_MARK, "a", " · ", ", ", ". ", " of ", "7", " USDT", "\n"]), max_size=30
    )
)
def test_no_mark_and_no_figure_of_a_currency_ever_stays(pieces: list[str]) -> None:
    seen = mask_reply(Reply(blocks=(Headline("".join(pieces)), Text("".join(pieces)))), CURRENCIES)
    for block in seen.blocks:
        assert isinstance(block, Headline | Text)
        assert not {MONEY_MARK, QUANTITY_MARK} & set(block.text)
        assert "7 USDT" not in block.text
