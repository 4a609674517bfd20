"""A person who sends commands at fixed market times, and sends again what was not answered before a crash."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.domain.errors import UserError
from bot.domain.ids import BotId
from bot.domain.instance import StopPolicy
from bot.engine.bots.lifecycle import Lifecycle
from bot.engine.concurrency.in_flight import InFlight
from bot.ports.feed import WaitUntilIdle
from tests.builders.engine import MIA, EngineHarness
from tests.builders.refusals import refusal_text
from tests.fakes.clock import FakeClock
from tests.fakes.crash_point_recorder import CrashPointRecorder
from tests.fakes.received_messages import ReceivedMessages

DONE = "done"
STEP = timedelta(seconds=30)
"""How far the wall's clock goes with each step of the market, so that what people are told is no burst."""
EngineAction = Callable[[EngineHarness, str], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class ScriptedAction:
    """What the person does when the market's clock shows a time; the time and the place name the command."""

    at: time
    action: EngineAction


class ScriptedOperator:
    """Mia: does one thing after the other, each once it is quiet and before the market moves on."""

    def __init__(
        self,
        script: tuple[ScriptedAction, ...],
        outside: ReceivedMessages,
        camera: CrashPointRecorder,
        clock: FakeClock,
    ) -> None:
        self._clock = clock
        self._script = script
        self._outside = outside
        self._camera = camera
        self.engine: EngineHarness | None = None

    def quiet(self, in_flight: InFlight) -> WaitUntilIdle:
        """Return what the market waits for before each step."""

        async def until_done() -> None:
            await in_flight.wait_until_idle()
            self._clock.advance(STEP)
            for number, pending_exit in enumerate(self._script):
                if self.engine is None or not self._is_due(self.engine.market.venue.clock.now(), number, pending_exit):
                    continue
                self._camera.record_point("before a command")
                await self._send(self.engine, f"c-{number}", pending_exit.action)
                self._camera.record_point("after a command")
                await in_flight.wait_until_idle()

        return until_done

    def _is_due(self, now: datetime, number: int, wish: ScriptedAction) -> bool:
        return wish.at <= now.time() and f"c-{number}" not in self._outside.answers

    async def _send(self, engine: EngineHarness, command_id: str, action: EngineAction) -> None:
        try:
            await action(engine, command_id)
        except UserError as error:
            self._outside.answer(command_id, refusal_text(error))
        else:
            self._outside.answer(command_id, DONE)


def start(name: str) -> EngineAction:
    """Start a bot."""
    return _of(name, lambda life, bot_id, command_id: life.start_bot(bot_id, MIA, command_id))


def pause(name: str) -> EngineAction:
    """Pause a bot."""
    return _of(name, lambda life, bot_id, command_id: life.pause_bot(bot_id, MIA, command_id))


def resume(name: str) -> EngineAction:
    """Resume a bot."""
    return _of(name, lambda life, bot_id, command_id: life.resume_bot(bot_id, MIA, command_id))


def edit(name: str, **changes: str) -> EngineAction:
    """Change a bot."""
    return _of(name, lambda life, bot_id, command_id: life.edit_bot(bot_id, changes, MIA, command_id))


def close(name: str) -> EngineAction:
    """Sell what a bot holds."""
    return _of(name, lambda life, bot_id, command_id: life.close_position(bot_id, MIA, command_id))


def stop(name: str, policy: StopPolicy) -> EngineAction:
    """Stop a bot."""
    return _of(name, lambda life, bot_id, command_id: life.stop_bot(bot_id, policy, MIA, command_id))


def delete(name: str) -> EngineAction:
    """Delete a bot."""
    return _of(name, lambda life, bot_id, command_id: life.delete_bot(bot_id, MIA, command_id))


def panic(policy: str) -> EngineAction:
    """Stop everything."""

    async def act(engine: EngineHarness, command_id: str) -> object:
        return await engine.panic.engage_panic("all", policy, MIA, command_id)

    return act


def unlock() -> EngineAction:
    """Lift the kill switch."""

    async def act(engine: EngineHarness, command_id: str) -> None:
        del command_id
        await engine.panic.lift_panic("all", MIA)

    return act


def _of(name: str, do: Callable[[Lifecycle, BotId, str], Awaitable[object]]) -> EngineAction:
    async def act(engine: EngineHarness, command_id: str) -> object:
        bot = await engine.database.reader.bot_by_name(name)
        assert bot is not None
        return await do(engine.lifecycle, bot.bot_id, command_id)

    return act
