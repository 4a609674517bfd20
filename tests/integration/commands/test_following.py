"""Chats that follow bots, and bots that are shared."""

from bot.domain.people import Role
from tests.builders.chat_harness import ChatHarness, ScriptedPerson


def group_of(bench: ChatHarness, platform_id: str = "1000") -> ScriptedPerson:
    """Return a person writing in a group."""
    return ScriptedPerson(bench.command_bus, platform_id, is_private=False)


async def test_a_group_follows_a_bot_and_stops_doing_so(bench: ChatHarness) -> None:
    await bench.made()
    mia = group_of(bench)
    assert await mia.say("/subscribe alpha") == (
        "✅ alpha · PRACTICE · this chat is told of it now; per cent instead of amounts here"
    )
    (place,) = [one for one in await bench.engine.database.reader.destinations() if not one.is_private]
    assert not place.shows_amounts
    assert "amounts are shown here" in await mia.press("Show amounts")
    assert (await mia.say("/subscribe alpha amounts=maybe")).startswith("Invalid: amounts are shown or hidden.")
    assert await mia.say("/unsubscribe alpha") == "✅ alpha · PRACTICE · this chat is told of it no more"
    assert (await mia.say("/unsubscribe alpha")).startswith("Refused: this chat does not follow alpha")
    assert await bench.engine.database.reader.subscriptions() == ()


async def test_a_private_chat_hears_of_its_bots_anyway(bench: ChatHarness) -> None:
    await bench.made()
    await bench.mia.say("/bots")
    assert (await bench.mia.say("/subscribe alpha")).startswith("Refused: this chat is yours alone")


async def test_nobody_subscribes_a_chat_to_a_bot_of_others(bench: ChatHarness) -> None:
    await bench.made()
    await bench.somebody("jonas", Role.TRADER)
    assert await group_of(bench, "jonas").say("/subscribe alpha") == "Refused: you have no bot alpha."


async def test_a_viewer_in_a_following_chat_sees_that_bot_there_and_nowhere_else(bench: ChatHarness) -> None:
    await bench.made()
    await bench.somebody("vera", Role.VIEWER)
    await group_of(bench).say("/subscribe alpha")
    assert "alpha · PRACTICE" in await group_of(bench, "vera").say("/bot alpha")
    assert await ScriptedPerson(bench.command_bus, "vera").say("/bot alpha") == "Refused: you have no bot alpha."
    elsewhere = ScriptedPerson(bench.command_bus, "vera", is_private=False, group="-200")
    assert await elsewhere.say("/bot alpha") == "Refused: you have no bot alpha."


async def test_a_bot_is_shared_to_look_at_then_to_command_and_taken_back(bench: ChatHarness) -> None:
    await bench.made()
    jonas = await bench.somebody("jonas", Role.TRADER)
    assert await bench.mia.say("/share alpha jonas viewer") == ("✅ alpha · PRACTICE · shared with jonas, who may look")
    assert "alpha · PRACTICE" in await jonas.say("/bot alpha")
    assert (await jonas.say("/run alpha")).startswith("Refused:")
    await bench.mia.say("/share alpha jonas trader")
    assert "alpha · PRACTICE · running" in await jonas.say("/run alpha")
    assert (await jonas.say("/share alpha jonas trader")).startswith("Refused: alpha (PRACTICE) is shared with you")
    assert await bench.mia.say("/share alpha jonas none") == "✅ alpha · PRACTICE · no longer shared with jonas"
    assert await jonas.say("/bot alpha") == "Refused: you have no bot alpha."


async def test_who_sees_a_bot_is_shown_with_a_button_for_everybody_else(bench: ChatHarness) -> None:
    await bench.made()
    await bench.somebody("jonas", Role.TRADER)
    await bench.somebody("vera", Role.VIEWER)
    answer = await bench.mia.ask("/share alpha")
    assert [button.label for button in answer.buttons] == ["Share with jonas", "Share with vera"]
    await bench.mia.press("Share with vera")
    text = await bench.mia.say("/share alpha")
    assert "vera" in text
    assert "viewer" in text


async def test_a_share_never_gives_more_than_the_role(bench: ChatHarness) -> None:
    await bench.made()
    await bench.somebody("vera", Role.VIEWER)
    assert (await bench.mia.say("/share alpha vera trader")).startswith("Refused: vera is viewer")
    assert (await bench.mia.say("/share alpha vera captain")).startswith("Invalid: role cannot be captain.")
    assert (await bench.mia.say("/share alpha mia viewer")).startswith("Refused: alpha (PRACTICE) is mia's own.")
