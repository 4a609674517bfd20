"""Coming aboard and what people choose for themselves: UX.md, sections 3.1 and the end of 3.8."""

from tests.builders.chat_harness import ChatHarness, ScriptedPerson
from tests.golden.page import Page

PAGE = Page("3.1-coming-aboard")
CODE = "K7QM-2XVP"


async def test_a_stranger_hears_one_sentence(bench: ChatHarness) -> None:
    stranger = ScriptedPerson(bench.command_bus, "666", platform="telegram")
    await PAGE.holds("a stranger", await stranger.ask("hello"))
    assert await stranger.say("hello?") == ""


async def test_a_desk_without_an_owner_welcomes_anybody(unowned: ChatHarness) -> None:
    welcome = await unowned.mia.ask("/start")
    await PAGE.holds("/start, no owner yet", welcome)
    assert await unowned.mia.ask("/help") == welcome


async def test_the_claim(unowned: ChatHarness) -> None:
    await unowned.people.prepare_setup_code(CODE)
    await PAGE.holds("/claim WRONG", await unowned.mia.ask("/claim WRONG"))
    claimed = await unowned.mia.ask(f"/claim {CODE}")
    await PAGE.holds("/claim K7QM-2XVP", claimed)
    assert claimed.is_request_secret


async def test_an_invitation_and_the_welcome_of_whom_it_brings(bench: ChatHarness) -> None:
    bench.command_bus.deep_links.register_platform(
        "telegram", lambda payload: f"https://t.me/YourDeskBot?start={payload}"
    )
    bench.command_bus.platform_health.register_platform("telegram")
    bench.command_bus.platform_health.register_platform("discord")
    invitation = await bench.mia.ask("/invite trader")
    code = invitation.buttons[0].copy_text.rpartition("join_")[2]
    names = {code: "9TQ4ZK7M", f"{code[:4]}-{code[4:]}": "9TQ4-ZK7M"}
    await PAGE.holds("/invite trader", invitation, names)
    assert invitation.is_private
    jonas = ScriptedPerson(bench.command_bus, "77", platform="telegram")
    await PAGE.holds("/join 9TQ4ZK7M", await jonas.ask(f"/join {code}"))


async def test_the_same_person_on_another_platform(bench: ChatHarness) -> None:
    issued = await bench.mia.ask("/link")
    code = issued.buttons[0].copy_text.rpartition(" ")[2]
    await PAGE.holds("/link", issued, {code: "4H7P-2XVP"})
    there = ScriptedPerson(bench.command_bus, "500", platform="discord")
    await PAGE.holds("/link 4H7P-2XVP", await there.ask(f"/link {code}"))


async def test_settings_and_alerts(bench: ChatHarness) -> None:
    await PAGE.holds("/settings", await bench.mia.ask("/settings timezone=Europe/Berlin"))
    await PAGE.holds("/notify", await bench.mia.ask("/notify"))
    await PAGE.holds("/quiet 23-7", await bench.mia.ask("/quiet 23-7"))
