"""Every story in `stories/` is played through the real engine; what it tells must be what is written there."""

import asyncio
import shutil
from pathlib import Path

import pytest

from storage.database import open_database
from tests.fakes.clock import FakeClock
from tests.scenarios.stage import play
from tests.scenarios.story import Story, all_stories

STORIES = list(all_stories(Path(__file__).parent / "stories"))
DATABASE = "quarterdeck.sqlite3"


@pytest.fixture(scope="module")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the tables once; every story begins with a copy of them."""
    path = tmp_path_factory.mktemp("empty") / DATABASE

    async def make() -> None:
        async with open_database(path, FakeClock()):
            pass

    asyncio.run(make())
    return path


@pytest.mark.parametrize("story", STORIES, ids=[story.name for story in STORIES])
async def test_a_story_ends_as_it_is_told(story: Story, tmp_path: Path, empty_database: Path) -> None:
    shutil.copy(empty_database, tmp_path / DATABASE)
    assert await play(story, tmp_path) == story.told, story.title


def test_every_story_has_a_sentence_candles_and_an_end() -> None:
    assert len(STORIES) >= 20
    for story in STORIES:
        assert story.title.endswith(".")
        assert len(story.candles) > 3
        assert story.told[-1].startswith("in the end ")
