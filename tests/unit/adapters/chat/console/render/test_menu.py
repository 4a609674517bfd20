import pytest

from adapters.chat.console.render.menu import (
    ReplyMenu,
    answer_label,
    command_lines,
    form_answers,
    label_words,
    number_lines,
    numbered_actions,
    runnable_buttons,
)
from bot.commands.reply.blocks import Actions, Button, FormChoices, Headline, build_reply, button_row
from bot.commands.reply.paging import AFTER, BEFORE
from bot.commands.reply.text_width import cell_width
from bot.domain.errors import InvalidInput
from tests.builders.refusals import raises_refusal

RUN, EDIT = Button("Run", "/run #b7", typed_command="/run alpha"), Button("Edit", "/edit #b7")
CARD = build_reply(Headline("alpha"), button_row(RUN), button_row(EDIT))
FORM = build_reply(
    Headline("fast?"),
    FormChoices(((Button("12", "/form f 12"), Button("Create and run", "/form f create and run")),)),
    Actions(((Button("\u2039 Back", "/form f <"),),)),
)


def test_numbers_count_over_all_rows_of_actions() -> None:
    menu = ReplyMenu()
    menu.remember_reply(CARD)
    assert [menu.resolve_line(number) for number in ("1", "2", " 2 ")] == ["/run #b7", "/edit #b7", "/edit #b7"]


@pytest.mark.parametrize("line", ["", "1a", "-1", "1.0", "12345", "\u0661", "\u00b2", "/1", "run"])
def test_what_is_no_plain_number_stays_a_line(line: str) -> None:
    menu = ReplyMenu()
    menu.remember_reply(CARD)
    assert menu.resolve_line(line) == line


@pytest.mark.parametrize("number", ["0", "3", "9999"])
def test_a_number_out_of_reach_teaches(number: str) -> None:
    menu = ReplyMenu()
    menu.remember_reply(CARD)
    with raises_refusal(InvalidInput, match=rf"Invalid: {number} is none of the numbers offered\. Expected 1 to 2"):
        menu.resolve_line(number)


def test_without_an_offer_a_number_is_a_line() -> None:
    assert ReplyMenu().resolve_line("1") == "1"


def test_a_form_takes_offered_words_in_any_case_and_everything_else_as_typed() -> None:
    menu = ReplyMenu()
    menu.remember_reply(FORM)
    assert menu.resolve_line("CREATE and run") == "/form f create and run"
    assert menu.resolve_line("12") == "/form f 12"
    assert menu.resolve_line("13") == "13"
    assert menu.answers == ("12", "create and run")
    assert numbered_actions(FORM) == ()


def test_an_offered_word_that_is_a_command_is_left_to_the_form() -> None:
    menu = ReplyMenu()
    menu.remember_reply(build_reply(Headline("which bot?"), FormChoices(((Button("alpha", "/run names=#b7"),),))))
    assert menu.resolve_line("alpha") == "alpha"


def test_the_next_answer_replaces_the_offer() -> None:
    menu = ReplyMenu()
    menu.remember_reply(FORM)
    menu.remember_reply(CARD)
    assert (menu.answers, menu.resolve_line("1")) == ((), "/run #b7")


def test_what_opens_or_copies_something_has_no_number() -> None:
    mixed = build_reply(button_row(Button("Site", "", url="x"), RUN, Button("Copy", "", copy_text="/new"), EDIT))
    assert numbered_actions(mixed) == (RUN, EDIT)
    menu = ReplyMenu()
    menu.remember_reply(mixed)
    assert menu.resolve_line("2") == "/edit #b7"


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("Run LIVE", "run LIVE"),
        ("PnL", "pnl"),
        ("600x", "600x"),
        ("Order o-9A1C", "order o-9A1C"),
        (BEFORE, "previous"),
    ],
)
def test_labels_are_spoken_like_words(label: str, said: str) -> None:
    assert label_words(label) == said


def test_a_label_that_is_its_number_is_not_said_twice() -> None:
    page = [Button("1", "/bot #a"), Button("2", "/bot #b"), Button("1/5", "/bots"), Button(AFTER, "/bots page=2")]
    assert number_lines(runnable_buttons(page), 1, 80) == ["next: 1  2  3 next"], "which page this is says the text"


def test_a_label_that_is_another_number_is_not_taken_for_the_one_to_type() -> None:
    trades = [Button("72", "/trades #a number=72"), Button("71", "/trades #a number=71"), Button("Life-cycle", "/help")]
    assert number_lines(trades, 1, 80) == ["next: 1 no. 72  2 no. 71  3 life-cycle"]


def test_the_way_back_is_typed_with_its_sign() -> None:
    assert answer_label(Button("\u2039 Back", "/form f <")) == "< back"
    assert form_answers(FORM)[0].label == "12"


def test_commands_are_shown_as_people_type_them() -> None:
    assert command_lines([RUN, EDIT, Button("Copy", "", copy_text="x")], 80) == ["next: /run alpha  /edit #b7"]
    assert command_lines([], 80) == []


def test_long_offers_break_between_items_only() -> None:
    lines = number_lines([Button(f"avax-breakout-4h-bigcap{number}", "") for number in range(9)], 1, 60)
    assert max(map(cell_width, lines)) <= 60
    assert all("avax-breakout-4h-bigcap" in line for line in lines)


def test_the_pages_of_a_list_are_turned_by_their_words_too() -> None:
    menu = ReplyMenu()
    pages = (Button(BEFORE, "/bots page=1"), Button("2/3", "/bots page=2"), Button(AFTER, "/bots page=3"))
    menu.remember_reply(build_reply(button_row(*pages)))
    assert menu.resolve_line("next") == "/bots page=3"
    assert menu.resolve_line("Previous") == "/bots page=1"
    menu.remember_reply(build_reply())
    assert menu.resolve_line("next") == "next"
