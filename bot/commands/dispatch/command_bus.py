"""Command bus: the command ring of the process, on an engine."""

from bot.commands.dispatch.pipeline import Pipeline
from bot.commands.dispatch.services import Services
from bot.commands.notify.gateway import Gateway
from bot.commands.notify.live_messages import LiveMessages
from bot.commands.notify.notifier import ChatNotifier
from bot.commands.reply.buttons import ButtonCodec
from bot.commands.spec.button_permissions import ButtonPermissions
from bot.commands.spec.completion import LineCompleter
from bot.engine.backtest.job import BacktestRunner
from bot.engine.health.figures import HealthProvider
from bot.engine.notifications.level import LastChats
from bot.engine.people.key_values import KeyValueStore
from bot.engine.people.onboarding import PeopleDependencies
from bot.engine.runtime.engine import Engine
from bot.ports.charts import ChartRenderer


class CommandBus(Services):
    """The command ring of the process, as gateways use it: services, pipeline, completion and live messages."""

    def __init__(
        self,
        engine: Engine,
        charts: ChartRenderer,
        people: PeopleDependencies,
        health: HealthProvider,
        backtest_runner: BacktestRunner,
    ) -> None:
        super().__init__(engine, charts, people, health, backtest_runner)
        self._reader, self._writer, self.clock = engine.reader, engine.writer, engine.clock
        self.last_chats = LastChats()
        self.pipeline = Pipeline(self, engine, self.last_chats)
        self.button_codec = ButtonCodec(engine.reader, engine.writer, engine.clock)
        self.line_completer = LineCompleter(self.registry, self.queries, self.operators, self.strategies)
        self.live_messages = LiveMessages(self.pipeline.refresh_reply, self.key_value_store("live"), engine.clock)

    def key_value_store(self, prefix: str) -> KeyValueStore:
        """Return the stored values of a platform, or of another part."""
        return KeyValueStore(self._reader, self._writer, prefix)

    def build_notifier(self, gateways: tuple[Gateway, ...]) -> ChatNotifier:
        """Build the notifier through which the relay delivers events."""
        return ChatNotifier(
            gateways={gateway.platform: gateway for gateway in gateways},
            reader=self._reader,
            queries=self.queries,
            candle_charts=self.candle_charts,
            charts=self.charts,
            platform_health=self.platform_health,
            button_permissions=ButtonPermissions(self.registry, self.queries),
        )

    async def complete_line(self, platform: str, platform_id: str, line: str) -> tuple[str, ...]:
        """Complete a command line of one sender."""
        operator = await self.ownership.operator_by_identity(platform, platform_id)
        return await self.line_completer.complete_line(line, operator)
