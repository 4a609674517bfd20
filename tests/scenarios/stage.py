"""Plays a story through the real engine on the recorded market, and tells what came of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from adapters.venue.recorded.market import RecordedMarketOptions
from bot.domain.events import (
    BotFailed,
    BotPaused,
    BotResumed,
    BotStarted,
    BotStopped,
    OrderFilled,
    OrderRejected,
    PanicEngaged,
    Payload,
    RiskTripped,
    TradeClosed,
)
from bot.domain.fill import Fill
from bot.domain.ids import AccountId, BotId, ClientOrderId
from bot.domain.instance import StopPolicy
from bot.domain.order import OrderIntent
from bot.engine.bots.kill_switch import ALL_SCOPE
from bot.engine.concurrency.in_flight import InFlight
from bot.engine.simulation.simulation_options import Fault
from tests.builders.engine import MIA, EngineHarness, Seams, an_engine
from tests.fakes.clock import HastyClock
from tests.fakes.scripted_strategies import scripted_and_builtin_strategies
from tests.scenarios.story import Act, Story

NOBODY = BotId("")


@dataclass(slots=True)
class StoryFaults:
    """The faults of a story: by purpose of the order, and of cancels."""

    planned: dict[str, list[Fault]]

    def on_submit(self, intent: OrderIntent) -> Fault:
        return self._next(intent.purpose)

    def on_cancel(self, account_id: AccountId, client_order_id: ClientOrderId) -> Fault:
        return self._next("cancel")

    def on_lookup(self, account_id: AccountId) -> Fault:
        return self._next("look-up")

    def _next(self, name: str) -> Fault:
        planned = self.planned.get(name)
        return planned.pop(0) if planned else Fault.NONE


@dataclass(slots=True)
class Stage:
    """An engine that is being played to; commands are sent when their candle has closed and all is quiet."""

    story: Story
    engine: EngineHarness | None = None
    bot_id: BotId = NOBODY
    due: list[Act] = field(default_factory=list)

    def quiet(self, activity: InFlight) -> Callable[[], Awaitable[None]]:
        """Return the market's quiet: whatever is due is done before the market goes on."""

        async def wait() -> None:
            await activity.wait_until_idle()
            while self.engine is not None and self.due and self.due[0].at <= self.engine.market.venue.clock.now():
                await self._do(self.engine, self.due.pop(0).words)
                await activity.wait_until_idle()

        return wait

    async def _do(self, engine: EngineHarness, words: tuple[str, ...]) -> None:
        name, rest, command_id = words[0], words[1:], engine.command_id()
        match name:
            case "run":
                await engine.lifecycle.start_bot(self.bot_id, MIA, command_id)
            case "stop":
                await engine.lifecycle.stop_bot(self.bot_id, StopPolicy(rest[0]), MIA, command_id)
            case "pause":
                await engine.lifecycle.pause_bot(self.bot_id, MIA, command_id)
            case "resume":
                await engine.lifecycle.resume_bot(self.bot_id, MIA, command_id)
            case "close":
                await engine.lifecycle.close_position(self.bot_id, MIA, command_id)
            case "edit":
                changes = dict(word.split("=", 1) for word in rest)
                await engine.lifecycle.edit_bot(self.bot_id, changes, MIA, command_id)
            case "panic":
                await engine.panic.engage_panic(ALL_SCOPE, rest[0], MIA, command_id)
            case _:
                raise ValueError(f"nobody knows the command {name}")


async def play(story: Story, folder: Path) -> list[str]:
    """Play a story to its end and return what was told, and what is left."""
    stage = Stage(story, due=list(story.acts))
    options = RecordedMarketOptions(
        speed=None,
        simulation=story.simulation,
        fault_injector=StoryFaults({name: list(faults) for name, faults in story.faults.items()}),
    )
    async with an_engine(
        folder,
        story.recording,
        options,
        clock=HastyClock(),
        strategies=scripted_and_builtin_strategies(),
        seams=Seams(quiet=stage.quiet),
    ) as engine:
        words = dict(story.bot)
        stage.bot_id = await engine.create(words.pop("strategy", "told"), "ABC/USDT", "5m", name="alpha", **words)
        await engine.run(stage.bot_id)
        stage.engine = engine
        await engine.play_to_end()
        events = await engine.database.reader.events_after(0, 10_000)
        return [line for item in events if (line := told(item.event.payload))] + [await _left(engine, stage.bot_id)]


async def _left(engine: EngineHarness, bot_id: BotId) -> str:
    bot = await engine.database.reader.bot(bot_id)
    assert bot is not None
    book = await engine.database.reader.ledger(bot_id)
    orders = await engine.database.reader.working_orders(bot_id)
    resting = " ".join(sorted(f"{order.intent.tag}@{order.intent.price}" for order in orders)) or "nothing"
    return (
        f"in the end {bot.status}: earned {book.realised_profit.normalize():f} with {book.totals.trades} trades, "
        f"holds {book.position.quantity.normalize():f}, {resting} rests"
    )


def told(payload: Payload) -> str:  # noqa: C901, PLR0911, PLR0912 - one flat arm per kind
    """Say an event in a line."""
    match payload:
        case OrderFilled(intent=intent, fill=fill):
            return f"{intent.tag}: {_deal(fill)}"
        case TradeClosed(intent=intent, fill=fill, trade=trade):
            profit = f"{trade.profit.normalize():f}"
            return f"{intent.tag}: {_deal(fill)}, trade {trade.number} closed by {trade.exit_reason} with {profit}"
        case OrderRejected(intent=intent, error=error):
            return f"{intent.tag}: refused, {error}"
        case RiskTripped(control=control, text=text):
            return f"risk: {control}, {text}"
        case BotStopped(policy=policy, kept_quantity=kept, remark=remark):
            return f"stopped: {policy}, keeps {kept.normalize():f}{f', {remark}' if remark else ''}"
        case BotFailed(tries=tries):
            return f"failed after {tries} tries"
        case PanicEngaged(policy=policy, canceled_orders=canceled, closing_positions=closing):
            return f"panic: {policy}, {canceled} orders, {closing} positions"
        case BotStarted() | BotPaused() | BotResumed():
            return type(payload).__name__.removeprefix("Bot").lower()
        case _:
            return ""


def _deal(fill: Fill) -> str:
    return f"{fill.side} {fill.quantity.normalize():f} at {fill.price.normalize():f}"
