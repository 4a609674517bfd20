"""Inviting, joining, linking, roles and removal, as people type them."""

from datetime import timedelta

from bot.domain.people import Role
from bot.ports.storage import Page
from tests.builders.chat_harness import ChatHarness, ScriptedPerson


async def invited(bench: ChatHarness, role: str = "trader") -> str:
    """Return the code of a fresh invitation."""
    answer = await bench.mia.ask(f"/invite {role}")
    return answer.buttons[0].copy_text.rpartition(" ")[2].rpartition("join_")[2]


async def answered_yes(person: ScriptedPerson, line: str) -> str:
    """Send a dangerous line and confirm it."""
    question = await person.say(line)
    return await person.say(f"yes {question.replace('send yes ', '@').partition('@')[2][:4]}")


async def test_an_invitation_says_how_long_it_works_and_how_it_is_used(bench: ChatHarness) -> None:
    bench.command_bus.deep_links.register_platform("telegram", lambda payload: f"https://t.me/DeskBot?start={payload}")
    bench.command_bus.platform_health.register_platform("telegram")
    bench.command_bus.platform_health.register_platform("discord")
    answer = await bench.mia.ask("/invite trader")
    assert answer.headline.startswith("✅ Invitation for a trader: works once, until ")
    assert answer.is_private
    copy, withdraw = answer.buttons
    assert copy.copy_text.startswith("https://t.me/DeskBot?start=join_")
    assert (copy.label, withdraw.label) == ("Copy link", "Withdraw")
    text = await bench.mia.say("/invite viewer")
    assert "Telegram: https://t.me/DeskBot?start=join_" in text
    assert "Discord: /join " in text


async def test_whoever_joins_has_the_role_of_the_invitation_and_a_practice_account(bench: ChatHarness) -> None:
    jonas = ScriptedPerson(bench.command_bus, "77", platform="telegram")
    assert await jonas.say(f"/join {await invited(bench)}") == (
        "✅ Welcome, you are linked as trader; mia invited you.\n"
        "You can create bots of your own and see those that are shared with you; none is yet."
    )
    assert "10,000" in (await jonas.say("/balance")).replace("10000", "10,000")
    assert (await jonas.say("/audit")).startswith("Refused:")


async def test_a_deep_link_joins_links_and_opens_a_card_and_does_nothing_else(bench: ChatHarness) -> None:
    await bench.made()
    bot = await bench.engine.database.reader.bot_by_name("alpha")
    assert bot is not None
    jonas = ScriptedPerson(bench.command_bus, "77", platform="telegram")
    assert (await jonas.say(f"/start join_{await invited(bench)}")).startswith("✅ Welcome, you are linked as trader")
    assert "alpha · PRACTICE" in await bench.mia.say(f"/start bot_{bot.bot_id}")
    assert (await bench.mia.say("/start run_alpha")).startswith("Invalid: /start does not understand run_alpha.")
    assert (await bench.engine.database.reader.bot_by_name("alpha")) == bot


async def test_an_invitation_works_once_and_ends_after_a_day(bench: ChatHarness) -> None:
    code = await invited(bench)
    await ScriptedPerson(bench.command_bus, "77", platform="telegram").say(f"/join {code}")
    assert (await ScriptedPerson(bench.command_bus, "78", platform="telegram").say(f"/join {code}")).startswith(
        "Invalid: that code is wrong, 4 tries left."
    )
    later = await invited(bench)
    bench.clock.advance(timedelta(hours=25))
    assert (await ScriptedPerson(bench.command_bus, "78", platform="telegram").say(f"/join {later}")).startswith(
        "Invalid:"
    )


async def test_a_withdrawn_invitation_brings_nobody_aboard(bench: ChatHarness) -> None:
    code = await invited(bench)
    assert (await bench.mia.press("Withdraw")).startswith("✅ The invitation is withdrawn")
    assert (await ScriptedPerson(bench.command_bus, "77", platform="telegram").say(f"/join {code}")).startswith(
        "Invalid:"
    )


async def test_guessing_codes_is_stopped_and_told_to_the_owner(bench: ChatHarness) -> None:
    guesser = ScriptedPerson(bench.command_bus, "666", platform="telegram")
    code = await invited(bench)
    for _ in range(5):
        assert (await guesser.say("/join AAAA-AAAA")).startswith("Invalid: that code is wrong")
    assert (await guesser.say(f"/join {code}")).startswith("Refused: too many wrong codes. Wait 15 min")
    events = await bench.engine.database.reader.events_after(0, 100)
    assert any("Too many wrong codes came from telegram 666" in str(item.event.payload) for item in events)


async def test_a_code_is_in_no_audit_row_and_the_message_that_held_it_is_to_go(bench: ChatHarness) -> None:
    code = await invited(bench)
    jonas = ScriptedPerson(bench.command_bus, "77", platform="telegram")
    assert (await jonas.ask(f"/start join_{code}")).is_request_secret
    rows = await bench.engine.database.reader.audit_entries(Page(limit=50))
    assert not any(code in f"{row.arguments} {row.result}" for row in rows)


async def test_an_owner_is_invited_only_after_a_question(bench: ChatHarness) -> None:
    assert (await bench.mia.say("/invite owner")).startswith("⚠️ Invite an owner?")
    assert (await answered_yes(bench.mia, "/invite owner")).startswith("✅ Invitation for an owner")


async def test_codes_are_taken_in_private_only(bench: ChatHarness) -> None:
    code = await invited(bench)
    group = ScriptedPerson(bench.command_bus, "77", platform="telegram", is_private=False)
    assert await group.say("/join AAAA-AAAA") == ""
    assert (await group.say(f"/join {code}")).startswith("Refused: codes and keys are taken in private only.")
    mia = ScriptedPerson(bench.command_bus, "1000", is_private=False)
    assert (await mia.say("/link")).startswith("Refused: codes and keys are taken in private only.")


async def test_two_platforms_are_linked_to_one_person_and_taken_apart_again(bench: ChatHarness) -> None:
    await bench.made()
    code = (await bench.mia.ask("/link")).buttons[0].copy_text.removeprefix("/link ")
    there = ScriptedPerson(bench.command_bus, "500", platform="discord")
    assert await there.say(f"/link {code}") == (
        "✅ Discord account linked: it is you, mia, owner.\nAlerts go to Console, and to Discord while Console is down."
    )
    assert "alpha" in await there.say("/bots")
    assert (await there.say("/unlink discord")).startswith("✅ Discord account unlinked.")
    assert (await there.say("/bots")).startswith("This desk is private")
    assert (await bench.mia.say("/unlink console")).startswith("Refused: console is your only account here.")


async def test_somebody_known_cannot_be_linked_or_joined_again(bench: ChatHarness) -> None:
    jonas = await bench.somebody("jonas", Role.TRADER)
    assert (await jonas.say(f"/join {await invited(bench)}")).startswith("Refused: this account is aboard already")


async def test_the_list_of_people_shows_roles_bots_and_platforms(bench: ChatHarness) -> None:
    await bench.somebody("jonas", Role.TRADER)
    await bench.made()
    text = await bench.mia.say("/users")
    assert text.startswith("Aboard · 2 people")
    for word in ("mia", "owner", "jonas", "Console"):
        assert word in text
    assert bench.mia.replies[-1].is_private


async def test_a_role_changes_after_a_question_and_the_last_owner_stays_one(bench: ChatHarness) -> None:
    jonas = await bench.somebody("jonas", Role.VIEWER)
    assert (await jonas.say("/new")).startswith("Refused: viewers cannot use /new.")
    assert await answered_yes(bench.mia, "/role jonas trader") == "✅ jonas is a trader now."
    assert (await jonas.say("/new")).startswith("New bot · 1 of 5 · strategy")
    assert (await bench.mia.say("/role jonas trader")).startswith("Refused: jonas is a trader already.")
    assert (await bench.mia.say("/role mia trader")).startswith("Refused: mia is the only owner.")
    assert (await bench.mia.say("/role nobody trader")).startswith("Invalid: nobody is called nobody. Expected one of")


async def test_whoever_is_removed_is_a_stranger_again(bench: ChatHarness) -> None:
    jonas = await bench.somebody("jonas", Role.TRADER)
    assert await answered_yes(bench.mia, "/remove jonas") == "✅ jonas is removed. Bots and books stay."
    assert (await jonas.say("/bots")).startswith("This desk is private")
    assert "jonas" not in await bench.mia.say("/users")


async def test_somebody_with_running_bots_is_not_removed(bench: ChatHarness) -> None:
    jonas = ScriptedPerson(bench.command_bus, "77", platform="telegram")
    await jonas.say(f"/join {await invited(bench)}")
    await jonas.say("/new theirs ema-cross BTC/USDT 1h capital=1000")
    await jonas.say("create and run")
    assert (await bench.mia.say("/remove mia2")).startswith("Refused: mia2 has 1 active bot (theirs).")


async def test_a_missing_word_is_asked_for_with_the_people_there_are(bench: ChatHarness) -> None:
    await bench.somebody("jonas", Role.VIEWER)
    answer = await bench.mia.ask("/role")
    assert [button.label for button in answer.buttons] == ["mia", "jonas", "Cancel"]
    assert [button.label for button in (await bench.mia.ask("/invite")).buttons] == [
        "owner",
        "trader",
        "viewer",
        "Cancel",
    ]
