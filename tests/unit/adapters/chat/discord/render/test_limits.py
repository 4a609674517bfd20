import asyncio
import json
from itertools import chain

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.chat.discord.interactions.modals import answer_modal, command_modal, page_modal
from adapters.chat.discord.render.sheet_page import build_page, command_modal_fields, page_count
from bot.commands.catalog.all_commands import COMMANDS_BY_SECTION
from bot.commands.reply.blocks import Reply
from bot.commands.reply.sheet import FormSheet
from bot.commands.spec.spec import CommandSpec, Privacy
from tests.builders.discord_messages import drawn, wire
from tests.builders.replies import replies, sheets
from tests.fakes.discord_rules import mentions, modal_refusals, refusals


async def sent(reply: Reply) -> dict[str, object]:
    return wire(await drawn(reply))


def keeps_the_rules(reply: Reply) -> None:
    message = asyncio.run(sent(reply))
    assert not refusals(message)
    assert not mentions(message)
    json.dumps(message, ensure_ascii=False).encode()


def fits_into_modals(sheet: FormSheet) -> None:
    count = page_count(sheet)
    pages = [build_page(sheet, number, {}) for number in range(count)]
    assert [item.name for page in pages for item in page.fields] == [item.name for item in sheet.fields]
    for page in pages:
        assert not modal_refusals(asyncio.run(opened(page)))
    assert build_page(sheet, 99, {}) == pages[-1]


async def opened(page: FormSheet) -> dict[str, object]:
    return page_modal("fnu", page, 0).to_dict()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(sheets)
def test_every_sheet_fits_into_modals(sheet: FormSheet) -> None:
    fits_into_modals(sheet)


@pytest.mark.fuzz
@pytest.mark.timeout(900)
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(sheets)
def test_every_sheet_of_a_long_search_fits(sheet: FormSheet) -> None:
    fits_into_modals(sheet)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=3000))
def test_any_question_fits_into_the_modal_of_its_answer(question: str) -> None:
    async def shown() -> dict[str, object]:
        return answer_modal("fnu", "2b3c4", question).to_dict()

    assert not modal_refusals(asyncio.run(shown()))


@pytest.mark.parametrize("spec", [*chain.from_iterable(COMMANDS_BY_SECTION.values())], ids=lambda spec: spec.name)
async def test_every_command_that_asks_at_once_fits_into_one_modal(spec: CommandSpec) -> None:
    fields = command_modal_fields(spec, {}, is_private=True)
    is_asked = spec.name in ("claim", "join")
    assert bool(fields) == is_asked
    if fields:
        assert not modal_refusals(command_modal(spec.name, fields).to_dict())
        required = {name for name, info in spec.arguments.model_fields.items() if info.is_required()}
        assert required <= {item.name for item in fields}
    assert command_modal_fields(spec, {}, is_private=False) == () or spec.privacy is not Privacy.PRIVATE_ONLY


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(replies)
def test_no_message_that_discord_refuses_or_that_calls_somebody_leaves(reply: Reply) -> None:
    keeps_the_rules(reply)


@pytest.mark.fuzz
@pytest.mark.timeout(900)
@settings(max_examples=4000, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(replies)
def test_none_leaves_in_a_long_search(reply: Reply) -> None:
    keeps_the_rules(reply)
