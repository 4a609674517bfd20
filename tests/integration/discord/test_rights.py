"""Who may do what on Discord: other people's buttons, strangers, guests, mentions, secrets, what is too long."""

from datetime import timedelta

import pytest
import simcord

from bot.domain.people import Role
from bot.ports.storage import Page
from tests.builders.discord_harness import CODE, DiscordHarness, aside, content, labels


async def test_only_who_was_asked_can_confirm(desk: DiscordHarness) -> None:
    await desk.chat.engine.create("ema-cross", "BTC/USDT", "1h", name="alpha")
    jonas = await desk.somebody("jonas", Role.TRADER)
    question = await desk.mia_there.slash(desk.channel, "delete", name="alpha")
    assert question.response is not None
    assert "Delete" in labels(question.response)
    desk.chat.clock.advance(timedelta(seconds=2))
    pressed = await jonas.click(question.response, label="Delete")
    assert aside(pressed).startswith("Refused: only mia can answer")
    done = await desk.mia_there.click(question.response, label="Delete")
    assert "deleted" in content(done)


async def test_a_confirmation_works_once_and_not_for_ever(desk: DiscordHarness) -> None:
    await desk.chat.engine.create("ema-cross", "BTC/USDT", "1h", name="alpha")
    question = await desk.mia.slash("delete", name="alpha")
    assert question.response is not None
    desk.chat.clock.advance(timedelta(seconds=61))
    late = await desk.mia.click(question.response, label="Delete")
    assert "expired" in aside(late)
    assert await desk.chat.engine.database.reader.bot_by_name("alpha") is not None


async def test_strangers_are_told_once_in_private_and_nothing_in_a_server(desk: DiscordHarness) -> None:
    eve = desk.env.create_user("eve")
    await eve.send_dm("hello")
    assert content(await eve.slash("bots")).startswith("This desk is private")
    assert (await eve.slash("bots")).response is None
    eve_there = desk.guild.add_member(eve)
    assert (await eve_there.slash(desk.channel, "panic")).response is None
    assert desk.channel.last_message is None, "not even that something was thought about"


async def test_a_stranger_presses_in_vain(desk: DiscordHarness) -> None:
    await desk.chat.engine.create("ema-cross", "BTC/USDT", "1h", name="alpha")
    card = await desk.mia_there.slash(desk.channel, "bot", name="alpha")
    eve = await desk.somebody("eve", None)
    assert card.response is not None
    pressed = await eve.click(card.response, label="Run")
    assert not pressed.followups
    assert "created" in card.response.content


async def test_a_form_belongs_to_who_opened_it(desk: DiscordHarness) -> None:
    await desk.chat.engine.create("ema-cross", "BTC/USDT", "1h", name="alpha")
    jonas = await desk.somebody("jonas", Role.TRADER)
    form = await desk.mia_there.slash(desk.channel, "edit", name="alpha")
    assert form.response is not None
    refused = await jonas.click(form.response, label=fill_label(form.response))
    assert refused.modal is None
    assert content(refused).startswith("Refused: this form is over")
    assert refused.ephemeral
    assert aside(await jonas.click(form.response, label="Cancel")).startswith("Refused: this form is over")


def fill_label(message: simcord.ResponseMessage) -> str:
    return next(label for label in labels(message) if label.startswith("Fill in"))


HOSTILE = "@everyone @here <@1> <@&2> [x](https://y.example) **b** ```"


async def test_what_people_type_mentions_nobody_and_is_no_markup(desk: DiscordHarness) -> None:
    answer = await desk.mia_there.slash(desk.channel, "bot", name=HOSTILE)
    assert answer.response is not None
    message = answer.response.message
    assert not message.mention_everyone
    assert not message.mentions
    assert not message.role_mentions
    assert "@everyone" not in message.content
    assert "<@1>" not in message.content.replace("\\<@1>", "")


@pytest.mark.parametrize("text", ["a" * 6000, "@everyone" * 600, "\U0001f468\u200d\U0001f469" * 900, "\u202e" * 3000])
async def test_what_is_too_long_is_answered_within_the_limits(desk: DiscordHarness, text: str) -> None:
    for command, option in (("bot", "name"), ("new", "settings"), ("start", "payload")):
        options = {option: text} if option != "payload" else {}
        answer = await desk.mia.slash(command, **options)
        assert 0 < len(content(answer)) <= 2000


async def test_a_code_is_kept_nowhere(desk: DiscordHarness) -> None:
    await desk.mia_there.slash(desk.channel, "claim", code=CODE)
    await desk.mia.slash("claim", code=CODE)
    entries = await desk.chat.engine.database.reader.audit_entries(Page(limit=10, offset=0))
    assert len(entries) == 2
    assert CODE not in repr(entries)


async def test_amounts_are_hidden_where_others_read(desk: DiscordHarness) -> None:
    await desk.chat.engine.create("ema-cross", "BTC/USDT", "1h", name="alpha")
    here = await desk.mia_there.slash(desk.channel, "bot", name="alpha")
    private = await desk.mia.slash("bot", name="alpha")
    assert here.response is not None
    assert private.response is not None
    assert "1,000.00 USDT" not in str(here.response.embeds[0].description)
    assert "1,000.00 USDT" in str(private.response.embeds[0].description)
