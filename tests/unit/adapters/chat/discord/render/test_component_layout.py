import pytest

from adapters.chat.discord.render.components import MAX_PAYLOAD, ActionSelect, DiscordButton, FieldSelect
from bot.commands.forms.form import answer_button
from bot.commands.reply.blocks import Actions, Button, ButtonStyle, FormChoices, Headline, Reply, Tone, build_reply
from bot.commands.reply.sheet import FormField, FormSheet
from tests.builders.discord_messages import drawn, rows, wire
from tests.fakes.discord_rules import refusals


def asked(*shelves: tuple[Button, ...]) -> Reply:
    return Reply(blocks=(Headline("which?"), FormChoices(shelves)), subject_key="form:2b3c4")


def buttons(count: int, label: str = "bot", meaning: ButtonStyle = ButtonStyle.NONE) -> tuple[Button, ...]:
    return tuple(Button(f"{label}-{number}", f"/bot #{number}", meaning) for number in range(count))


async def test_buttons_have_the_colour_of_their_meaning() -> None:
    row = tuple(Button(meaning.name.title(), f"/{meaning}", meaning) for meaning in ButtonStyle)
    message = await drawn(build_reply(Headline("x"), Actions((row[:2], row[2:]))))
    assert rows(message) == "[Primary]p [Success]s / [Danger]d [None]"


@pytest.mark.parametrize(
    ("count", "shape"), [(1, [1]), (3, [3]), (4, [2, 2]), (5, [3, 2]), (7, [3, 2, 2]), (12, [3, 3, 3, 3])]
)
async def test_at_most_three_stand_in_a_row(count: int, shape: list[int]) -> None:
    message = await drawn(build_reply(Headline("x"), Actions((buttons(count),))))
    assert [len(row) for row in message.component_rows if isinstance(row, tuple)] == shape


async def test_numbers_stand_five_in_a_row() -> None:
    digits = tuple(Button(str(number), f"/bot #{number}") for number in range(8))
    pages = (Button("\u2039", "/bots page=1"), Button("1/5", "/bots page=2"), Button("\u203a", "/bots page=3"))
    message = await drawn(build_reply(Headline("x"), Actions((digits, pages))))
    assert rows(message) == "[0] [1] [2] [3] / [4] [5] [6] [7] / [\u2039] [1/5] [\u203a]"


async def test_many_choices_become_a_list_and_the_way_out_stays_a_button() -> None:
    navigation = (answer_button("2b3c4", "\u2039 Back", "<"), answer_button("2b3c4", "Cancel"))
    message = await drawn(asked(*(buttons(24)[index : index + 3] for index in range(0, 24, 3)), navigation))
    (first, *_) = message.component_rows
    assert isinstance(first, ActionSelect)
    assert [option.label for option in first.options] == [f"bot-{number}" for number in range(24)]
    assert rows(message).endswith("[Answer…] [\u2039 Back] [Cancel]")
    assert not refusals(wire(message))


async def test_more_than_a_list_holds_are_several_lists() -> None:
    message = await drawn(build_reply(Headline("x"), Actions((buttons(60), (Button("New", "/new"),)))))
    assert [len(row.options) for row in message.component_rows if isinstance(row, ActionSelect)] == [25, 25, 10]
    assert rows(message).endswith("[New]")


async def test_dangerous_acts_never_hide_in_a_list() -> None:
    panic = Button("Panic", "/panic", ButtonStyle.DANGER)
    message = await drawn(build_reply(Headline("x"), Actions((buttons(30), (panic,), (Button("New", "/new"),)))))
    assert rows(message).endswith("[Panic]d / [New]")
    assert not any(
        option.label == "Panic"
        for row in message.component_rows
        if isinstance(row, ActionSelect)
        for option in row.options
    )


async def test_a_list_offers_everything_once() -> None:
    twice = tuple(Button("again", "/bot #1") for _ in range(20))
    message = await drawn(build_reply(Headline("x"), Actions((twice, (Button("New", "/new"),)))))
    assert not refusals(wire(message))


async def test_two_buttons_may_do_the_same() -> None:
    same = (Button("Back", "/bots"), Button("Fleet", "/bots"))
    assert not refusals(wire(await drawn(build_reply(Headline("x"), Actions((same,))))))


async def test_a_form_can_be_answered_in_words() -> None:
    assert rows(await drawn(asked())) == "[Answer…]"
    assert rows(await drawn(asked((answer_button("2b3c4", "Cancel"),)))) == "[Answer…] [Cancel]"


async def test_a_link_opens_and_a_copy_has_no_button() -> None:
    row = (Button("Open", "", url="t.me/Desk"), Button("Copy", "", copy_text="/new alpha"))
    message = await drawn(build_reply(Headline("x"), Actions((row,))))
    assert message.component_rows == ((DiscordButton(label="Open", url="https://t.me/Desk"),),)


async def test_a_command_that_is_too_long_is_kept_elsewhere() -> None:
    message = await drawn(build_reply(Headline("x"), Actions(((Button("Do", f"/new {'x' * 500}"),),))))
    (press,) = message.component_rows[0] if isinstance(message.component_rows[0], tuple) else ()
    assert press.payload
    assert len(press.payload.encode()) <= MAX_PAYLOAD
    assert not refusals(wire(message))


async def test_labels_are_cut_to_what_discord_takes() -> None:
    long = (Button("l" * 300, "/bots"), Button("", "/bots"), Button("\u202e", "/bot x"))
    assert not refusals(wire(await drawn(build_reply(Headline("x"), Actions((long,))))))


def a_page(*lists: FormField, tone: Tone = Tone.INFORMATION, above: tuple[Button, ...] = ()) -> Reply:
    ways = (answer_button("2b3c4", "Next"),), (answer_button("2b3c4", "Cancel"),)
    fields = tuple(FormField(name=f"f{number}", label="l") for number in range(7))
    sheet = FormSheet(form_id="2b3c4", title="t", fields=fields, select_fields=lists, label="Amount")
    return Reply(blocks=(Headline("x"), FormChoices((above, *ways))), tone=tone, subject_key="form:2b3c4", sheet=sheet)


def a_list(name: str, count: int, value: str = "") -> FormField:
    return FormField(name=name, label=name, value=value, choices=tuple(f"c{number}" for number in range(count)))


async def test_lists_of_a_form_stand_above_one_row_of_buttons() -> None:
    message = await drawn(a_page(a_list("a", 3), a_list("b", 1, "c0"), a_list("c", 0)))
    assert [row.label for row in message.component_rows if isinstance(row, FieldSelect)] == ["a", "b"], (
        "an empty list is none"
    )
    assert rows(message).endswith("[Amount…]p [Next] [Cancel]")
    assert not refusals(wire(message))


async def test_what_mends_an_error_stands_first_as_far_as_there_is_room() -> None:
    mends = tuple(answer_button("2b3c4", label) for label in ("1500", "1.5", "15"))
    message = await drawn(a_page(a_list("a", 3, "c1"), tone=Tone.ERROR, above=mends))
    assert rows(message).endswith("[1500] [1.5] [Fix…]p [Next] [Cancel]")
    unchosen = await drawn(a_page(a_list("a", 3), tone=Tone.ERROR))
    assert rows(unchosen).endswith("[Amount…]p [Next] [Cancel]"), "nothing that was typed is wrong"


@pytest.mark.parametrize(
    ("count", "value", "last", "rest"), [(25, "", "c24", 0), (26, "", "c23", 2), (40, "c39", "c22", 16)]
)
async def test_a_list_shows_the_likeliest_and_what_was_chosen(count: int, value: str, last: str, rest: int) -> None:
    (shown, *_) = (await drawn(a_page(a_list("a", count, value)))).component_rows
    assert isinstance(shown, FieldSelect)
    assert (shown.choices[-1], shown.hidden_count) == (last, rest)
    assert not value or shown.choices[0] == value
    assert len(shown.choices) + bool(shown.hidden_count) <= 25
