"""Pages of a sheet, and what of them is sent."""

from adapters.chat.discord.render.sheet_page import build_page, changed_values
from bot.commands.reply.sheet import FormField, FormSheet


def a_sheet(**values: str) -> FormSheet:
    fields = tuple(FormField(name=name, label=name, value=value) for name, value in values.items())
    return FormSheet(form_id="2b3c4", title="edit", fields=fields)


def test_only_what_differs_is_sent() -> None:
    sheet = a_sheet(fast="12", slow="26", stake="")
    assert changed_values(sheet, {"fast": "12", "slow": " 30 ", "stake": ""}) == {"slow": "30"}
    assert changed_values(sheet, {"fast": ""}) == {"fast": ""}, "emptied is answered no more"
    assert changed_values(sheet, {"strange": "1"}) == {}


def test_what_was_drafted_stands_in_the_inputs() -> None:
    page = build_page(a_sheet(a="1", b="2", c="3", d="4", e="5", f="6"), 1, {"f": "7"})
    assert [(item.name, item.value) for item in page.fields] == [("f", "7")]
    assert page.title == "2 of 2 · edit"
