"""The kill switch: blocks first, then cancels, then sells if asked; outlives a restart; lifted by an owner only."""

from bot.domain.errors import InvalidInput, Refused, Unavailable
from bot.domain.events import NotificationLevel, PanicEngaged, PanicLifted
from bot.domain.facts import IntentDecided, UnitOfWork
from bot.domain.ids import BotId
from bot.domain.instance import BotStatus
from bot.domain.order import Order, OrderPurpose, OrderStatus
from bot.domain.people import PanicState, Role
from bot.engine.bots.kill_switch import ALL_SCOPE, KillSwitch
from tests.builders.engine import MIA
from tests.builders.facts import a_bot, a_panic, an_operator, saved_records
from tests.builders.refusals import raises_refusal
from tests.builders.small_engine import ACCOUNT, SmallEngine, a_small_engine, a_world
from tests.fakes.scripted_strategies import ENTER

BO = an_operator("bo", Role.TRADER)
NAME = "told-abc"


async def a_holding_bot(engine: SmallEngine, **words: str) -> BotId:
    bot_id = await engine.running(**words)
    await engine.candle(100, ENTER)
    await engine.fill("100")
    return bot_id


async def test_panic_blocks_before_it_cancels_and_cancels_before_it_sells() -> None:
    async with a_small_engine() as engine:
        bot_id = await a_holding_bot(engine, stop_loss="5%")
        steps: list[str] = []
        engine.world.storage.observers.after_commit.append(lambda units: steps.extend(named(units[0])))
        await engine.panic.engage_panic(ALL_SCOPE, "flatten", MIA, "panic")
        await engine.quiet()
        await engine.fill("99")
        assert [step for index, step in enumerate(steps) if step not in steps[:index]] == ["block", "cancel", "sell"]
        assert (await engine.bot(bot_id)).status is BotStatus.STOPPED
        assert (await engine.ledger(bot_id)).trade is None


def named(unit: UnitOfWork) -> list[str]:
    found: list[str] = []
    for fact in unit:
        if saved_records([fact], PanicState):
            found.append("block")
        elif any(order.is_cancel_wanted for order in saved_records([fact], Order)):
            found.append("cancel")
        elif isinstance(fact, IntentDecided) and fact.intent.purpose is OrderPurpose.EXIT:
            found.append("sell")
    return found


async def test_panic_with_cancel_keeps_positions_with_their_stops() -> None:
    async with a_small_engine() as engine:
        bot_id = await a_holding_bot(engine, stop_loss="5%")
        report = await engine.panic.engage_panic(ALL_SCOPE, "cancel", MIA, "panic")
        assert (report.blocked_bots, report.closed_positions, report.closing_positions, report.remaining_bots) == (
            (NAME,),
            0,
            0,
            (NAME,),
        )
        assert (await engine.bot(bot_id)).status is BotStatus.STOPPED
        session = engine.session(bot_id)
        assert session is not None
        assert [order.intent.tag for order in session.orders.values()] == ["stop_loss"]


async def test_panic_cancels_own_entries_and_counts_them() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.running()
        await engine.candle(100, ENTER)
        preview = await engine.panic.preview_panic(ALL_SCOPE, MIA)
        assert (preview.orders_to_cancel, preview.closing_positions, preview.blocked_bots) == (1, 0, (NAME,))
        report = await engine.panic.engage_panic(ALL_SCOPE, "cancel", MIA, "panic")
        await engine.quiet()
        assert report.orders_to_cancel == 1
        assert (await engine.orders(bot_id))[0].status is OrderStatus.CANCELED
        (told,) = await engine.told(PanicEngaged)
        assert isinstance(told, PanicEngaged)
        assert (told.scope, told.policy, told.bots, told.canceled_orders) == (ALL_SCOPE, "cancel", 1, 1)
        assert [event.level for event in await engine.events() if event.payload == told] == [NotificationLevel.CRITICAL]


async def test_a_blocked_bot_neither_starts_nor_resumes() -> None:
    async with a_small_engine() as engine:
        created, paused = await engine.create(), await engine.running(number="2")
        await engine.lifecycle.pause_bot(paused, MIA, "pause")
        engine.engine.kill_switch.set_state(a_panic(ALL_SCOPE))
        for act in (engine.lifecycle.start_bot(created, MIA, "s"), engine.lifecycle.resume_bot(paused, MIA, "r")):
            with raises_refusal(Refused, match="blocked by panic"):
                await act


async def test_the_kill_switch_outlives_a_restart() -> None:
    world = a_world()
    async with a_small_engine(world) as engine:
        await engine.running()
        await engine.panic.engage_panic(ALL_SCOPE, "cancel", MIA, "panic")
    async with a_small_engine(world) as engine:
        assert [state.scope for state in engine.panic.states()] == [ALL_SCOPE]
        bot_id = await engine.create(number="2")
        with raises_refusal(Refused, match="blocked by panic"):
            await engine.lifecycle.start_bot(bot_id, MIA, "start")
        await engine.panic.lift_panic(ALL_SCOPE, MIA)
        await engine.lifecycle.start_bot(bot_id, MIA, "start")
    async with a_small_engine(world) as engine:
        assert engine.panic.states() == ()


async def test_only_an_owner_stops_everything_and_only_an_owner_unlocks() -> None:
    async with a_small_engine() as engine:
        with raises_refusal(Refused, match="scope=mine"):
            await engine.panic.engage_panic(ALL_SCOPE, "cancel", BO, "panic")
        await engine.panic.engage_panic("mine", "cancel", BO, "panic")
        with raises_refusal(Refused, match="only an owner can unlock"):
            await engine.panic.lift_panic("mine", BO)
        await engine.panic.lift_panic(ALL_SCOPE, MIA)
        assert engine.panic.states() == ()
        assert len(await engine.told(PanicLifted)) == 1


async def test_lifting_nothing_is_refused() -> None:
    async with a_small_engine() as engine:
        with raises_refusal(Refused, match="no panic is in force"):
            await engine.panic.lift_panic(ALL_SCOPE, MIA)


async def test_panic_concerns_its_scope_only() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.running()
        report = await engine.panic.engage_panic("mine", "cancel", BO, "bos")
        assert report.blocked_bots == ()
        assert (await engine.bot(bot_id)).status is BotStatus.RUNNING
        report = await engine.panic.engage_panic(ACCOUNT.label, "cancel", MIA, "account")
        assert report.blocked_bots == (NAME,)
        assert (await engine.bot(bot_id)).status is BotStatus.STOPPED


async def test_words_that_mean_nothing_are_answered_with_those_that_do() -> None:
    async with a_small_engine() as engine:
        with raises_refusal(InvalidInput, match=r"Expected all, mine or an account \(practice\)"):
            await engine.panic.engage_panic("nonsense", "cancel", MIA, "panic")
        with raises_refusal(InvalidInput, match="Expected cancel or flatten"):
            await engine.panic.engage_panic(ALL_SCOPE, "nonsense", MIA, "panic")


async def test_panic_again_carries_on_with_what_is_left() -> None:
    async with a_small_engine() as engine:
        bot_id = await a_holding_bot(engine)
        await engine.panic.engage_panic(ALL_SCOPE, "cancel", MIA, "first")
        report = await engine.panic.engage_panic(ALL_SCOPE, "flatten", MIA, "second")
        assert (report.closing_positions, report.remaining_bots) == (1, (NAME,))
        await engine.fill("99")
        assert (await engine.ledger(bot_id)).trade is None


async def test_the_same_panic_command_twice_is_done_once() -> None:
    async with a_small_engine() as engine:
        await a_holding_bot(engine)
        first = await engine.panic.engage_panic(ALL_SCOPE, "flatten", MIA, "panic")
        again = await engine.panic.engage_panic(ALL_SCOPE, "flatten", MIA, "panic")
        await engine.quiet()
        assert (first.closing_positions, again.closing_positions) == (1, 1)
        assert sum(sent.purpose is OrderPurpose.EXIT for sent in engine.world.venue.submitted) == 1
        assert len(await engine.told(PanicEngaged)) == 1


async def test_a_bot_that_does_not_follow_is_reported_as_left() -> None:
    async with a_small_engine() as engine:
        await a_holding_bot(engine)
        engine.world.storage.answers += [None, Unavailable("disk full")]
        report = await engine.panic.engage_panic(ALL_SCOPE, "cancel", MIA, "panic")
        assert report.remaining_bots == (NAME,)


def test_a_bot_is_blocked_by_everything_its_owner_and_its_account() -> None:
    bot = a_bot()
    for scope, is_blocked in [(ALL_SCOPE, True), ("mia", True), ("acc", True), ("bo", False), ("other", False)]:
        switch = KillSwitch()
        assert not switch.is_blocked(bot)
        switch.set_state(a_panic(scope))
        assert switch.is_blocked(bot) is is_blocked
        assert switch.find_blocking_scope(bot) == (scope if is_blocked else None)
        switch.clear_state(scope)
        assert not switch.is_blocked(bot)
