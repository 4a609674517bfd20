"""What people are told and asked about the stops of their positions."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from decimal import Decimal
from pathlib import Path

import pytest

from bot.domain.events import NotificationLevel, PanicEngaged, PanicLifted
from bot.domain.people import Role
from bot.engine.trading.session import Session
from bot.ports.storage import Page
from tests.builders.chat_harness import ChatHarness, a_chat_harness
from tests.builders.stretches import a_stretch
from tests.integration.commands.test_confirming import code_in

NEW = "/new alpha ema-cross BTC/USDT 1h capital=1000"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[ChatHarness]:
    """Give a desk with a market that ends after a while, and no bot."""
    async with a_chat_harness(tmp_path, a_stretch("BTC/USDT", "1h", first=2000, warm_up=300, length=4000)) as opened:
        yield opened


async def playing_until(desk: ChatHarness, is_reached: Callable[[], bool]) -> None:
    """Let the market run until something is so, and stand still then."""
    replay = desk.engine.market.replay
    await replay.resume_clock()
    while not is_reached():
        assert not desk.engine.market.feed.has_ended, "the market ended before"
        await asyncio.sleep(0)
    await replay.pause_clock()
    await desk.engine.supervisor.wait_until_idle()


async def holding(desk: ChatHarness, *settings: str) -> None:
    """Let bots run until all of them hold something; the market stands still then."""
    names = ("alpha", "beta")[: len(settings)]
    for name, words in zip(names, settings, strict=True):
        await desk.made(f"/new {name} ema-cross BTC/USDT 1h capital=1000 {words}".rstrip())
        await desk.mia.say(f"/run {name}")
    desk.engine.play()
    await playing_until(desk, lambda: all(not session(desk, name).is_flat for name in names))


def session(desk: ChatHarness, name: str) -> Session:
    return next(one for one in desk.engine.supervisor.mailboxes.sessions() if one.bot.name == name)


async def last_price(desk: ChatHarness) -> Decimal:
    card = await desk.mia.say("/bot alpha")
    found = re.search(r"^Last +([0-9.]+)$", card, re.MULTILINE)
    assert found, card
    return Decimal(found[1])


async def test_naked_says_that_nothing_is_open_or_that_all_is_guarded(desk: ChatHarness) -> None:
    assert await desk.mia.say("/naked") == "Naked · nothing is open"
    await holding(desk, "stop_loss=3%")
    assert await desk.mia.say("/naked") == "Naked · every stop works: 1 position guarded"


async def test_naked_lists_what_a_stop_let_go_and_what_has_no_stop_set(desk: ChatHarness) -> None:
    await holding(desk, "stop_loss=3%", "")
    await desk.mia.say("/stop alpha policy=cancel")
    shown = await desk.mia.say("/naked")
    assert shown.startswith("Naked · 1 stop does not work at the venue, 1 position has no stop set")
    assert re.search(
        r"alpha \(PRACTICE\) long 0\.0\d+ BTC: the stop at [0-9,.]+ was canceled when the bot stopped", shown
    )
    assert re.search(r"beta \(PRACTICE\) long 0\.0\d+ BTC: no stop set", shown)
    labels = [button.label for button in desk.mia.replies[-1].buttons]
    assert labels[:2] == ["Run alpha", "Edit beta"]


async def test_a_viewer_may_ask_what_is_naked(desk: ChatHarness) -> None:
    tom = await desk.somebody("tom", Role.VIEWER)
    assert await tom.say("/naked") == "Naked · nothing is open"


async def test_taking_a_stop_away_asks_and_says_that_nothing_guards_the_position(desk: ChatHarness) -> None:
    await holding(desk, "stop_loss=3%")
    asked = await desk.mia.say("/edit alpha stop_loss=none")
    assert "stop_loss 3% -> none" in asked
    assert re.search(r"Nothing guards long 0\.0\d+ BTC from then on: its stop at [0-9,.]+ goes\.", asked)
    assert "Stop " in await desk.mia.say("/bot alpha")
    done = await desk.mia.say(f"yes {code_in(asked)}")
    assert re.search(r"No stop guards long 0\.0\d+ BTC now\.", done)
    assert re.search(r"^Stop +none$", await desk.mia.say("/bot alpha"), re.MULTILINE)


async def test_a_wider_stop_asks_and_a_tighter_one_applies_at_once(desk: ChatHarness) -> None:
    await holding(desk, "stop_loss=10%")
    tighter = await desk.mia.say("/edit alpha stop_loss=9%")
    assert "Applied" in tighter
    asked = await desk.mia.say("/edit alpha stop_loss=20%")
    assert "moves away from the price" in asked
    assert "Applied" not in asked
    undone = await desk.mia.say("/edit alpha stop_loss=10%")
    assert "moves away from the price" in undone, "the undo of a tightening loosens"


async def test_a_stop_above_the_price_asks_and_says_that_it_sells_at_once(desk: ChatHarness) -> None:
    # It buys what falls, and does not sell it while it falls on.
    await desk.made("/new alpha rsi-reversion BTC/USDT 1h capital=1000 stop_loss=10%")
    await desk.mia.say("/run alpha")
    desk.engine.play()

    def is_under_water() -> bool:
        held = session(desk, "alpha")
        price = desk.engine.market.feed.last_price(held.bot.config.symbol)
        entry = held.ledger.position.average_entry
        if held.is_flat or held.bot.exit_wish is not None or price is None:
            return False
        return Decimal(str(price)) < entry * Decimal("0.992")

    await playing_until(desk, is_under_water)
    entry = session(desk, "alpha").ledger.position.average_entry
    last = await last_price(desk)
    stop = (entry * Decimal("0.995")).quantize(Decimal("0.01"))
    assert last < stop, "the story needs a price below a stop of half a percent"
    asked = await desk.mia.say("/edit alpha stop_loss=0.5%")
    at_once = rf"It sells 0\.0\d+ BTC at about {last:,} at once: the stop loss would be at [0-9,.]+"
    assert re.search(rf"{at_once}, the last price is {last:,}\.", asked)


async def test_an_edit_of_a_flat_bot_does_not_ask(desk: ChatHarness) -> None:
    await desk.made(f"{NEW} stop_loss=3%")
    assert "Applied" in await desk.mia.say("/edit alpha stop_loss=none")


async def test_stop_all_names_what_stays_unguarded(desk: ChatHarness) -> None:
    await holding(desk, "stop_loss=3%", "")
    done = await desk.mia.say("/stop all")
    assert done.startswith("⏹️ 2 bots stopped: alpha (PRACTICE), beta (PRACTICE)")
    assert re.search(r"No stop works for beta \(PRACTICE\) long 0\.0\d+ BTC\.", done)
    assert "No stop works for beta" not in await desk.mia.say("/naked")


async def test_pause_all_names_what_stays_unguarded(desk: ChatHarness) -> None:
    await holding(desk, "")
    await desk.made("/new beta ema-cross BTC/USDT 1h capital=100")
    await desk.mia.say("/run beta")
    assert "No stop works for alpha (PRACTICE)" in await desk.mia.say("/pause all")


async def test_a_stop_cannot_be_canceled_as_an_order_and_the_way_is_said(desk: ChatHarness) -> None:
    await holding(desk, "stop_loss=3%")
    resting = r"^o-\w+ +stop +stop +[0-9.]+"
    assert re.search(resting, await desk.mia.say("/orders alpha"), re.MULTILINE)
    await desk.mia.say("/cancel alpha")
    label = next(b.label for b in desk.mia.replies[-1].buttons if b.label.startswith("stop loss at "))
    answer = await desk.mia.press(label)
    assert answer == (
        "Refused: that is the stop loss of alpha (PRACTICE): canceled, it would be placed again."
        " Without it: /edit alpha stop_loss=none"
    )
    assert re.search(resting, await desk.mia.say("/orders alpha"), re.MULTILINE)


async def test_cancel_orders_is_offered_only_while_there_are_some(desk: ChatHarness) -> None:
    await holding(desk, "stop_loss=3%")
    await desk.mia.say("/stop alpha")
    assert "Cancel orders" in [button.label for button in desk.mia.replies[-1].buttons]
    await desk.mia.say("/stop alpha policy=cancel")
    await desk.mia.say("/bot alpha")
    assert "Cancel orders" not in [button.label for button in desk.mia.replies[-1].buttons]


@pytest.mark.parametrize(
    ("line", "fix"),
    [
        # 5.5 x (1 - 0.2) = 4.40 < 5; 5 / (1 - 0.2 - 0.001) = 6.26, a tenth more for the step, rounded up: 7.
        ("capital=100 stake=5.5 stop_loss=20%", "stake=7"),
        # 20 x (1 - 0.8) = 4.00 < 5; 5 / (1 - 0.8 - 0.001) = 25.13, with the tenth 27.64, rounded up: 28.
        ("capital=100 stake=20 stop_loss=80%", "stake=28"),
    ],
)
async def test_a_stop_below_the_venues_minimum_is_refused_with_the_stake_that_works(
    desk: ChatHarness, line: str, fix: str
) -> None:
    refused = await desk.mia.say(f"/new alpha ema-cross BTC/USDT 1h {line}")
    assert refused.startswith("Invalid: with stop_loss=")
    assert "no order below 5 USDT is taken" in refused
    assert f"for example {fix}" in refused
    await desk.mia.press(f"Use {fix.partition('=')[2]}")
    assert (await desk.mia.say("create")).startswith("⏹️ alpha · PRACTICE · created")


async def test_a_panic_blocks_at_once_and_only_selling_is_asked(desk: ChatHarness) -> None:
    await holding(desk, "stop_loss=3%")
    asked = await desk.mia.say("/panic")
    assert asked.startswith("🚨 Panic, everything: entries are blocked, 1 bot stopped. And the positions?")
    assert [state.scope for state in desk.engine.panic.states()] == ["all"]
    assert (await desk.mia.say("/run alpha")).startswith("Refused: alpha (PRACTICE) is blocked by panic")
    fleet = await desk.mia.say("/bots")
    assert "Panic in force: everything. Nothing is bought until the owner sends /unlock." in fleet
    assert "Unlock" in [button.label for button in desk.mia.replies[-1].buttons]
    done = await desk.mia.say(f"yes {code_in(asked)}")
    assert done.startswith("🚨 Panic · all stopped")
    await desk.engine.market.replay.resume_clock()
    await desk.engine.market.feed.wait_until_ended()
    bot = await desk.engine.database.reader.bot_by_name("alpha")
    assert bot is not None
    assert (await desk.engine.database.reader.ledger(bot.bot_id)).trade is None


async def test_who_says_no_to_selling_hears_what_was_done_all_the_same(desk: ChatHarness) -> None:
    await holding(desk, "")
    asked = await desk.mia.say("/panic")
    kept = await desk.mia.say(f"no {code_in(asked)}")
    assert kept.startswith("🚨 Panic · all stopped")
    assert "No stop works for alpha (PRACTICE)" in kept


async def test_a_panic_counts_positions_and_no_grid_that_only_had_orders(desk: ChatHarness) -> None:
    await holding(desk, "stop_loss=3%")
    price = await last_price(desk)
    low, high = int(price * Decimal("0.5")), int(price * Decimal("0.9"))
    await desk.made(f"/new gridy grid BTC/USDT 1h capital=500 lower={low} upper={high} levels=5")
    await desk.mia.say("/run gridy")
    asked = await desk.mia.say("/panic policy=flatten")
    assert "Sell 1 open position at market?" in asked
    done = await desk.mia.say(f"yes {code_in(asked)}")
    assert re.search(r"3 positions closed +[01] of 1", done), done


async def test_everybody_concerned_hears_of_a_panic_once_and_loudly(desk: ChatHarness) -> None:
    jonas = await desk.trader("jonas")
    await jonas.say("/new bobs ema-cross BTC/USDT 1h capital=100")
    await jonas.say("create")
    await jonas.say("/run bobs")
    await desk.mia.say("/panic scope=all policy=cancel")
    await desk.mia.say("/unlock")
    events = [item.event for item in await desk.engine.database.reader.recent_events(None, Page(limit=50))]
    told = {(type(event.payload), event.operator_id): event.level for event in events}
    for kind in (PanicEngaged, PanicLifted):
        people = [person for payload, person in told if payload is kind]
        assert sorted(people) == ["jonas", "mia"]
        assert all(told[kind, person] is NotificationLevel.CRITICAL for person in people)


async def test_a_panic_offers_no_account_where_nothing_runs(desk: ChatHarness) -> None:
    await desk.trader("jonas")
    await desk.made()
    await desk.mia.say("/run alpha")
    answer = await desk.mia.say("/panic")
    assert answer.startswith("🚨 Panic · all stopped"), "there is nothing to choose, so it acts"
