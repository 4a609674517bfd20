"""A person who sends commands at fixed market times, and sends again what was not answered before a crash."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.domain.errors import UserError
from bot.domain.ids import BotId
from bot.domain.instance import StopPolicy
from bot.engine.bots.lifecycle import Lifecycle
from bot.engine.concurrency.in_flight import Activity
from bot.ports.feed import Quiet
from tests.builders.engine import MIA, Engine
from tests.fakes.clock import FakeClock
from tests.fakes.crash_point_recorder import Camera
from tests.fakes.received_messages import Outside

DONE = "done"
STEP = timedelta(seconds=30)
"""How far the wall's clock goes with each step of the market, so that what people are told is no burst."""
Act = Callable[[Engine, str], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person does when the market's clock shows a time; the time and the place name the command."""

    at: time
    act: Act


class Person:
    """Mia: does one thing after the other, each once it is quiet and before the market moves on."""

    def __init__(self, script: tuple[Wish, ...], outside: Outside, camera: Camera, clock: FakeClock) -> None:
        self._clock = clock
        self._script = script
        self._outside = outside
        self._camera = camera
        self.engine: Engine | None = None

    def quiet(self, activity: Activity) -> Quiet:
        """Return what the market waits for before each step."""

        async def until_done() -> None:
            await activity.wait_idle()
            self._clock.advance(STEP)
            for number, wish in enumerate(self._script):
                if self.engine is None or not self._is_due(self.engine.market.venue.clock.now(), number, wish):
                    continue
                self._camera.shoot("before a command")
                await self._send(self.engine, f"c-{number}", wish.act)
                self._camera.shoot("after a command")
                await activity.wait_idle()

        return until_done

    def _is_due(self, now: datetime, number: int, wish: Wish) -> bool:
        return wish.at <= now.time() and f"c-{number}" not in self._outside.answers

    async def _send(self, engine: Engine, command_id: str, act: Act) -> None:
        try:
            await act(engine, command_id)
        except UserError as error:
            self._outside.answer(command_id, error.user_text)
        else:
            self._outside.answer(command_id, DONE)


def start(name: str) -> Act:
    """Start a bot."""
    return _of(name, lambda life, bot_id, command_id: life.start(bot_id, MIA, command_id))


def pause(name: str) -> Act:
    """Pause a bot."""
    return _of(name, lambda life, bot_id, command_id: life.pause(bot_id, MIA, command_id))


def resume(name: str) -> Act:
    """Resume a bot."""
    return _of(name, lambda life, bot_id, command_id: life.resume(bot_id, MIA, command_id))


def edit(name: str, **changes: str) -> Act:
    """Change a bot."""
    return _of(name, lambda life, bot_id, command_id: life.edit(bot_id, changes, MIA, command_id))


def close(name: str) -> Act:
    """Sell what a bot holds."""
    return _of(name, lambda life, bot_id, command_id: life.close(bot_id, MIA, command_id))


def stop(name: str, policy: StopPolicy) -> Act:
    """Stop a bot."""
    return _of(name, lambda life, bot_id, command_id: life.stop(bot_id, policy, MIA, command_id))


def delete(name: str) -> Act:
    """Delete a bot."""
    return _of(name, lambda life, bot_id, command_id: life.delete(bot_id, MIA, command_id))


def panic(policy: str) -> Act:
    """Stop everything."""

    async def act(engine: Engine, command_id: str) -> object:
        return await engine.panic.engage("all", policy, MIA, command_id)

    return act


def unlock() -> Act:
    """Lift the kill switch."""

    async def act(engine: Engine, command_id: str) -> None:
        del command_id
        await engine.panic.lift("all", MIA)

    return act


def _of(name: str, do: Callable[[Lifecycle, BotId, str], Awaitable[object]]) -> Act:
    async def act(engine: Engine, command_id: str) -> object:
        bot = await engine.database.reader.bot_named(name)
        assert bot is not None
        return await do(engine.lifecycle, bot.bot_id, command_id)

    return act
