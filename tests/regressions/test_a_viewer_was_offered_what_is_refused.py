"""A viewer's card had Pause, Edit and Stop on it, and an empty fleet offered to create a bot: each was refused."""

from pathlib import Path

import pytest

from bot.domain.destination import Destination, DestinationKind
from bot.domain.events import NotificationLevel, OrderFilled
from bot.domain.ids import OperatorId
from bot.domain.people import Role
from tests.builders.chat_driver import market
from tests.builders.chat_harness import NOON, ChatHarness, ScriptedPerson, a_chat_harness
from tests.fakes.gateway import FakeGateway


async def a_viewer(bench: ChatHarness) -> ScriptedPerson:
    viewer = await bench.somebody("vi", Role.VIEWER)
    await bench.made()
    await bench.mia.say("/run alpha")
    await bench.mia.say("/share alpha vi viewer")
    return viewer


def labels(person: ScriptedPerson) -> list[str]:
    return [button.label for button in person.replies[-1].buttons]


async def test_in_private_a_card_has_the_buttons_its_reader_may_use(tmp_path: Path) -> None:
    async with a_chat_harness(tmp_path) as bench:
        viewer = await a_viewer(bench)
        await viewer.say("/bot alpha")
        assert labels(viewer) == ["Chart", "Why", "Trades", "More"]
        await bench.mia.say("/bot alpha")
        assert labels(bench.mia) == ["Pause", "Chart", "Why", "Trades", "Edit", "Backtest", "More", "Stop"]


async def test_a_card_that_is_kept_true_stays_without_them(tmp_path: Path) -> None:
    async with a_chat_harness(tmp_path) as bench:
        viewer = await a_viewer(bench)
        looked = await bench.command_bus.pipeline.refresh_reply(viewer.request("/bot alpha"))
        assert looked is not None
        assert [button.label for button in looked.buttons] == ["Chart", "Why", "Trades", "More"]


async def test_in_a_group_everybody_sees_all_buttons(tmp_path: Path) -> None:
    async with a_chat_harness(tmp_path) as bench:
        await a_viewer(bench)
        here = ScriptedPerson(bench.command_bus, "vi", is_private=False)
        await here.say("/bot alpha")
        assert "Pause" in labels(here)


async def test_nobody_is_offered_to_create_what_they_may_not(tmp_path: Path) -> None:
    async with a_chat_harness(tmp_path) as bench:
        viewer = await bench.somebody("vi", Role.VIEWER)
        for line in ("/start", "/bots", "/bot alpha"):
            await viewer.say(line)
            assert not [button for button in viewer.replies[-1].buttons if button.command == "/new"]


async def test_a_trader_who_may_only_look_at_a_bot_sees_no_buttons_that_command_it(tmp_path: Path) -> None:
    async with a_chat_harness(tmp_path) as bench:
        await bench.made()
        await bench.mia.say("/run alpha")
        jonas = await bench.somebody("jonas", Role.TRADER)
        await bench.mia.say("/share alpha jonas viewer")
        await jonas.say("/bot alpha")
        assert labels(jonas) == ["Chart", "Why", "Trades", "More"]
        await jonas.say("/more alpha")
        assert labels(jonas) == ["Orders", "Signals", "PnL", "Stats", "Card", "Copy /new"]
        await bench.mia.say("/share alpha jonas trader")
        await jonas.say("/bot alpha")
        assert labels(jonas) == ["Pause", "Chart", "Why", "Trades", "Edit", "Backtest", "More", "Stop"]


@pytest.mark.parametrize(
    ("role", "share", "offered"),
    [
        (Role.VIEWER, "viewer", ["Card", "Why"]),
        (Role.TRADER, "viewer", ["Card", "Why"]),
        (Role.TRADER, "trader", ["Card", "Why", "Close"]),
    ],
)
async def test_news_in_private_have_the_buttons_their_reader_may_use(
    tmp_path: Path, role: Role, share: str, offered: list[str]
) -> None:
    async with a_chat_harness(tmp_path, market()) as bench:
        reader = await bench.somebody("vi", role)
        await bench.made()
        await bench.mia.say(f"/share alpha vi {share}")
        await bench.mia.say("/run alpha")
        await bench.engine.play_to_end()
        assert await told_of_a_fill(bench, reader.platform_id, is_private=True) == offered
        assert await told_of_a_fill(bench, reader.platform_id, is_private=False) == ["Card", "Why", "Close"]


async def told_of_a_fill(bench: ChatHarness, operator: str, *, is_private: bool) -> list[str]:
    """Tell somebody of the first fill; return the labels of the message."""
    gateway = FakeGateway(platform="telegram")
    chat = Destination(
        key="telegram:7",
        operator_id=OperatorId(operator),
        platform="telegram",
        address="7",
        created_at=NOON,
        kind=DestinationKind.PRIVATE if is_private else DestinationKind.GROUP,
    )
    events = await bench.engine.database.reader.events_after(0, 100)
    fill = next(item for item in events if isinstance(item.event.payload, OrderFilled))
    await bench.command_bus.build_notifier((gateway,)).deliver_events(
        chat, (fill,), level=NotificationLevel.SILENT, is_repeat=False
    )
    return [button.label for button in gateway.sent[-1].reply.buttons]
