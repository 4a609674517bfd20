"""Who may do what: claims, strangers, roles, throttles, audit."""

from datetime import timedelta

from bot.domain.people import Role
from bot.ports.storage import Page
from tests.builders.chat_harness import ChatHarness, ScriptedPerson


async def test_strangers_hear_one_sentence_an_hour_in_private_and_nothing_in_groups(bench: ChatHarness) -> None:
    stranger = ScriptedPerson(bench.command_bus, "666")
    assert await stranger.say("/bots") == "This desk is private; with an invitation, send /join CODE."
    assert await stranger.say("/start") == ""
    bench.clock.advance(timedelta(hours=1, seconds=1))
    assert await stranger.say("/help") != ""
    assert await ScriptedPerson(bench.command_bus, "667", is_private=False).say("/bots") == ""


async def test_a_message_without_a_personal_sender_is_never_answered(bench: ChatHarness) -> None:
    assert await ScriptedPerson(bench.command_bus, "").say("/bots") == ""


async def test_what_strangers_try_is_audited_without_its_words_and_capped(bench: ChatHarness) -> None:
    stranger = ScriptedPerson(bench.command_bus, "666")
    for _ in range(30):
        await stranger.say("/claim SECRET-CODE")
    rows = [
        row for row in await bench.engine.database.reader.audit_entries(Page(limit=100)) if row.platform_id == "666"
    ]
    assert len(rows) == 10
    assert all(row.arguments == "***" and "SECRET" not in row.result for row in rows)


async def test_a_viewer_cannot_run_and_a_trader_cannot_read_the_audit(bench: ChatHarness) -> None:
    viewer, trader = await bench.somebody("vera", Role.VIEWER), await bench.somebody("tom", Role.TRADER)
    assert await viewer.say("/run alpha") == (
        "Refused: viewers cannot use /run. An owner can make you a trader: /role vera trader"
    )
    assert (await trader.say("/audit")).startswith("Refused: traders cannot use /audit.")
    assert (await viewer.say("/bots")).startswith("Fleet · no bots yet")


async def test_a_trader_does_not_learn_of_other_peoples_bots(bench: ChatHarness) -> None:
    await bench.made()
    trader = await bench.somebody("tom", Role.TRADER)
    assert await trader.say("/bot alpha") == "Refused: you have no bot alpha."
    assert await trader.say("/bot omega") == "Refused: you have no bot omega."
    assert (await trader.say("/bots")).startswith("Fleet · no bots yet")


async def test_an_owner_is_shown_the_nearest_name(bench: ChatHarness) -> None:
    await bench.made()
    answer = await bench.mia.ask("/bot alhpa")
    assert answer.headline == "Invalid: no bot alhpa. Expected your only bot, for example /bot alpha"
    assert [(button.label, button.command) for button in answer.buttons] == [("alpha", "/bot alpha")]


async def test_chat_platforms_are_throttled_but_reducing_risk_never_waits(bench: ChatHarness) -> None:
    await bench.made()
    mia = ScriptedPerson(bench.command_bus, "1000", is_slash_optional=False)
    for _ in range(40):
        await mia.say("/version")
    bench.clock.advance(timedelta(seconds=19.7))
    assert await mia.say("/bots") == "Refused: that is too fast. Wait 1 s, then send it again.", "never 0 s"
    assert not (await mia.say("/pause alpha")).startswith("Refused: that is too fast")
    bench.clock.advance(timedelta(seconds=1))
    assert (await mia.say("/bots")).startswith("Fleet")


async def test_every_command_is_audited_with_its_result(bench: ChatHarness) -> None:
    await bench.mia.say("/bot nothing")
    row = (await bench.engine.database.reader.audit_entries(Page(limit=1)))[0]
    assert (row.command, row.arguments, row.operator_id) == ("bot", "nothing", "mia")
    assert row.result.startswith("Invalid: no bot nothing")


async def test_a_repeated_update_is_answered_once(bench: ChatHarness) -> None:
    assert await bench.mia.say("/version", update_id="7") != ""
    assert await bench.mia.say("/version", update_id="7") == ""
    assert await bench.mia.say("/version", update_id="8") != ""


async def test_an_unclaimed_desk_says_how_to_claim_it(unowned: ChatHarness) -> None:
    person = ScriptedPerson(unowned.command_bus, "1000")
    assert await person.say("/start") == (
        "Welcome to Quarterdeck. It has no owner yet: send /claim CODE with the setup code the server printed at its "
        "start."
    )
    assert (await person.say("/bots")).startswith("Refused: this desk has no owner yet.")


async def test_claiming_in_a_chat_makes_the_sender_known(unowned: ChatHarness) -> None:
    code = await unowned.people.prepare_setup_code(None)
    person = ScriptedPerson(unowned.command_bus, "1000")
    assert (await person.say("/claim WRONG")).startswith("Invalid: that code is wrong, 4 tries left.")
    assert (await person.say(f"/claim {code}")).startswith("✅ You are the owner, linked to this account.")
    assert (await person.say("/bots")).startswith("Fleet · no bots yet")


async def test_codes_are_taken_in_private_only(unowned: ChatHarness) -> None:
    group = ScriptedPerson(unowned.command_bus, "1000", is_private=False)
    assert await group.say("/claim CODE") == ""
