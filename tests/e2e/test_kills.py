"""Real SIGKILLs of the real process, at seeded moments: it ends where an undisturbed one ends.

The person types again what was not answered. Once the market stands still this changes nothing: what was done before
the kill is refused, or done again without a difference. So the market either has not begun, or it has halted at a time
that is the same in every run, whenever something is typed that matters to trading.
"""

import random
import re
from collections import Counter
from pathlib import Path

import pytest

from adapters.clock import SystemClock
from adapters.venue.recorded.market import open_recorded_market
from bot.assembly.engine import DATABASE_NAME, RECORDED_MARKET_NAME
from bot.commands.notify.event_messages import SENT_AGAIN_MARK
from bot.domain.events import Event, NotificationKind
from storage.database import open_database
from tests.builders.ledger_snapshot import EVERYTHING, LedgerSnapshot, Sources, check_venue_state, ledger_snapshot
from tests.builders.replies import event_text
from tests.e2e.console_story import (
    CODE,
    After,
    Console,
    Kill,
    Step,
    confirmed,
    created,
    halted,
    heard_in_any_life,
    resumed,
    told_through,
    typed,
)

NAMES = ("alpha", "beta", "gamma")
PRODUCT = ("-m", "bot", "run", "--console")
HALTING = ("-m", "tests.e2e.halting_desk")
RUN_ALL = r"3 bots running|Refused: none of 3|running.*\nNot changed"


def beginning(speed: str) -> tuple[Step, ...]:
    """Create and run three bots before the market moves, then send it on."""
    return (
        typed(f"/claim {CODE}", "You are the owner|has an owner"),
        created("alpha ema-cross BTC/USDT 1h capital=1000 stop_loss=3% take_profit=4%"),
        created("beta rsi-reversion ETH/USDT 1h capital=1000 length=7 stop_loss=5%"),
        created("gamma grid SOL/USDT 1h capital=2000 lower=110 upper=180 levels=9"),
        typed("/run all", RUN_ALL),
        typed(f"/market speed={speed}", "Recorded market"),
    )


END = tuple(heard_in_any_life(f"{name} · PRACTICE · stopped: the recording has ended") for name in NAMES)
HALTS = (
    "2024-07-20T00:00:00+00:00",
    "2024-08-02T12:00:00+00:00",
    "2024-08-12T00:00:00+00:00",
    "2024-08-12T02:00:00+00:00",
)
MIDDLE: tuple[Step, ...] = (
    halted(HALTS[0]),
    typed("/pause beta", "beta · PRACTICE · paused|Refused: beta .* is paused"),
    typed("/edit alpha fast=10", "fast 12 -> 10|Refused: |Invalid: "),
    typed("/stop gamma policy=cancel", "gamma · PRACTICE · stopp|Refused: gamma .* is stopp"),
    resumed,
    halted(HALTS[1]),
    typed("/resume beta", "beta · PRACTICE · running|Refused: beta .* is running"),
    typed("/run gamma", "gamma · PRACTICE · running|Refused: gamma .* is running"),
    confirmed("/close alpha"),
    resumed,
    halted(HALTS[2]),
    confirmed("/panic scope=all policy=flatten"),
    resumed,
    halted(HALTS[3]),
    typed("/unlock", "Panic lifted|Refused: no panic"),
    typed("/run all", RUN_ALL),
    resumed,
)

LATEST = 1.2
"""The latest kill after a line, as a share of the time of its answer: some come when it was answered."""


def standing_kills(dice: random.Random) -> tuple[Kill, ...]:
    """Kill at the start, while the bots are made, and while the market plays."""
    lines = ((0, 1), (1, 2), (3, 1), (4, 1), (5, 1))
    return (
        Kill(After.START, dice.uniform(0, 1.2)),
        *(Kill(After.LINE, dice.uniform(0, LATEST), step, line) for step, line in lines),
        Kill(After.START, dice.uniform(0.3, 1.5)),
        *(Kill(After.PLAYING, dice.uniform(0, 2.5), 6) for _ in range(5)),
        Kill(After.START, dice.uniform(0.3, 1.5)),
    )


def halting_kills(dice: random.Random) -> tuple[Kill, ...]:
    """Kill shortly after the commands of the middle, and while the market plays between them."""

    def after(step: int, line: int = 1) -> Kill:
        return Kill(After.LINE, dice.uniform(0, LATEST), step, line)

    def into(step: int) -> Kill:
        return Kill(After.PLAYING, dice.uniform(0, 2), step)

    pause_to_resume = (after(7), after(8), after(9), after(10))
    run_to_resume = (after(12), after(13), after(14), after(15))
    return (
        *(after(2, 2), into(6), *pause_to_resume, into(11), *run_to_resume, into(16)),
        *(after(17), after(17, 2), after(18), after(20), after(21), Kill(After.START, 1), into(23)),
    )


def a_console(folder: Path, arguments: tuple[str, ...]) -> Console:
    return Console(folder, arguments, {"REPLAY_SPEED": "0.001x", "HALTS": ",".join(HALTS), "LOG_LEVEL": "INFO"})


async def told(console: Console, story: tuple[Step, ...]) -> LedgerSnapshot:
    """Go through a story; return the ledger, after comparing it with the book and with what was heard."""
    await told_through(console, story)
    folder = console.folder
    async with (
        open_database(folder / DATABASE_NAME, SystemClock()) as database,
        open_recorded_market(folder / RECORDED_MARKET_NAME, clock=SystemClock(), wait_until_idle=_at_once) as market,
    ):
        (account,) = await database.reader.accounts()
        sources = Sources(database.reader, market.venue, account.account_id)
        await check_venue_state(sources)
        events = await database.reader.events_after(0, EVERYTHING.limit)
        check_heard(console.heard, [item.event for item in events if item.event.topic is NotificationKind.FILLS])
        return await ledger_snapshot(sources)


_DIGEST_TIME = re.compile(r"\d{2} \w{3} \d{2}:\d{2}  ")
"""Stands before each line of a digest."""


async def _at_once() -> None:
    pass


def check_heard(heard: list[str], events: list[Event]) -> None:
    """Prove that every event was told, and none twice without saying so."""
    expected = Counter(map(event_text, events))
    plain, marked, of_digest = Counter[str](), Counter[str](), 0
    is_again = False
    for line in heard:
        digest = re.search(r"(\d+) events?, one message instead of", line)
        if digest:
            of_digest, is_again = int(digest[1]), SENT_AGAIN_MARK in line
            continue
        if not of_digest:
            is_again = line.startswith(SENT_AGAIN_MARK)
        text = _DIGEST_TIME.sub("", line) if of_digest else line.removeprefix(SENT_AGAIN_MARK).strip()
        of_digest = max(of_digest - 1, 0)
        (marked if is_again else plain)[text] += 1
    assert not {text: count for text, count in expected.items() if plain[text] + marked[text] < count}
    assert not {text: count for text, count in expected.items() if plain[text] > count}


async def check_kills(
    folder: Path, arguments: tuple[str, ...], story: tuple[Step, ...], kills: tuple[Kill, ...]
) -> None:
    """Compare a run that is killed with one that is not."""
    calm = a_console(folder / "undisturbed", arguments)
    undisturbed = await told(calm, (*beginning("max"), *story))
    assert len(undisturbed["fills"]) > 60
    console = a_console(folder / "killed", arguments)
    console.kills.extend(kills)
    console.paces.update(calm.paces)
    found = await told(console, (*beginning("600000x"), *story))
    assert console.killed == len(kills)
    for subject, value in undisturbed.items():
        assert found[subject] == value, subject


@pytest.mark.fault
@pytest.mark.timeout(900)
async def test_the_product_killed_a_dozen_times_ends_like_an_undisturbed_one(tmp_path: Path) -> None:
    kills = standing_kills(random.Random(1))
    assert len(kills) > 12
    await check_kills(tmp_path, PRODUCT, END, kills)


@pytest.mark.fault
@pytest.mark.timeout(900)
async def test_commands_crossed_by_kills_are_done_once(tmp_path: Path) -> None:
    kills = halting_kills(random.Random(2))
    assert len(kills) > 18
    await check_kills(tmp_path, HALTING, (*MIDDLE, *END), kills)
