"""Command bus: the command ring of the process, which the composition root gives its ports."""

from bot.commands.dispatch.pipeline import Pipeline
from bot.commands.dispatch.services import CommandBusDependencies, Services
from bot.commands.notify.gateway import Gateway
from bot.commands.notify.live_messages import LiveMessages
from bot.commands.notify.notifier import ChatNotifier
from bot.commands.reply.buttons import ButtonCodec
from bot.commands.spec.button_permissions import ButtonPermissions
from bot.commands.spec.completion import LineCompleter
from bot.engine.notifications.level import LastChats
from bot.engine.people.key_values import KeyValueStore


class CommandBus(Services):
    """The command ring of the process, as gateways use it: services, pipeline, completion and live messages."""

    def __init__(self, ports: CommandBusDependencies) -> None:
        super().__init__(ports)
        self._ports = ports
        self.clock = ports.clock
        self.last_chats = LastChats()
        self.pipeline = Pipeline(self, ports, self.last_chats)
        self.button_codec = ButtonCodec(ports.reader, ports.writer, ports.clock)
        self.line_completer = LineCompleter(self.registry, self.queries, self.operators, self.strategies)
        self.live_messages = LiveMessages(self.pipeline.refresh_reply, self.key_value_store("live"), ports.clock)

    def key_value_store(self, prefix: str) -> KeyValueStore:
        """Return the stored values of a platform, or of another part."""
        return KeyValueStore(self._ports.reader, self._ports.writer, prefix)

    def build_notifier(self, gateways: tuple[Gateway, ...]) -> ChatNotifier:
        """Build the notifier through which the relay delivers events."""
        return ChatNotifier(
            gateways={gateway.platform: gateway for gateway in gateways},
            reader=self._ports.reader,
            queries=self.queries,
            chart_specs=self.chart_specs,
            charts=self.charts,
            platform_health=self.platform_health,
            button_permissions=ButtonPermissions(self.registry, self.queries),
        )

    async def complete_line(self, platform: str, platform_id: str, line: str) -> tuple[str, ...]:
        """Complete a command line of one sender."""
        operator = await self.ownership.operator_by_identity(platform, platform_id)
        return await self.line_completer.complete_line(line, operator)
