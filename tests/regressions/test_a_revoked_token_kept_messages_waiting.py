"""A platform that had refused us for good still counted as open: what was owed waited for it."""

from pathlib import Path

from tests.builders.chat_harness import a_chat_harness
from tests.fakes.gateway import FakeGateway


async def test_a_platform_that_refuses_us_is_not_open_until_it_is_well_again(tmp_path: Path) -> None:
    async with a_chat_harness(tmp_path) as bench:
        board = bench.command_bus.platform_health
        board.register_platform("telegram")
        notifier = bench.command_bus.build_notifier((FakeGateway("telegram"), FakeGateway("console")))
        assert notifier.open_platforms == {"telegram", "console"}
        board.mark_down("telegram", "the token was revoked", is_final=True)
        assert notifier.open_platforms == {"console"}
        board.mark_up("telegram")
        assert notifier.open_platforms == {"telegram", "console"}
