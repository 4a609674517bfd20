"""A viewer's card had Pause, Edit and Stop on it, and an empty fleet offered to create a bot: each was refused."""

from pathlib import Path

from bot.domain.people import Role
from tests.builders.chat import Bench, Person, a_bench


async def a_viewer(bench: Bench) -> Person:
    viewer = await bench.somebody("vi", Role.VIEWER)
    await bench.made()
    await bench.mia.say("/run alpha")
    await bench.mia.say("/share alpha vi viewer")
    return viewer


def labels(person: Person) -> list[str]:
    return [button.label for button in person.replies[-1].buttons]


async def test_in_private_a_card_has_the_buttons_its_reader_may_use(tmp_path: Path) -> None:
    async with a_bench(tmp_path) as bench:
        viewer = await a_viewer(bench)
        await viewer.say("/bot alpha")
        assert labels(viewer) == ["Chart", "Why", "Trades", "More"]
        await bench.mia.say("/bot alpha")
        assert labels(bench.mia) == ["Pause", "Chart", "Why", "Trades", "Edit", "More", "Stop"]


async def test_a_card_that_is_kept_true_stays_without_them(tmp_path: Path) -> None:
    async with a_bench(tmp_path) as bench:
        viewer = await a_viewer(bench)
        looked = await bench.desk.pipeline.look(viewer.request("/bot alpha"))
        assert looked is not None
        assert [button.label for button in looked.buttons] == ["Chart", "Why", "Trades", "More"]


async def test_in_a_group_everybody_sees_all_buttons(tmp_path: Path) -> None:
    async with a_bench(tmp_path) as bench:
        await a_viewer(bench)
        here = Person(bench.desk, "vi", is_private=False)
        await here.say("/bot alpha")
        assert "Pause" in labels(here)


async def test_nobody_is_offered_to_create_what_they_may_not(tmp_path: Path) -> None:
    async with a_bench(tmp_path) as bench:
        viewer = await bench.somebody("vi", Role.VIEWER)
        for line in ("/start", "/bots", "/bot alpha"):
            await viewer.say(line)
            assert not [button for button in viewer.replies[-1].buttons if button.command == "/new"]
