"""Assembly of the command ring: the composition root passes ports and use cases and gets a pipeline."""

from collections.abc import Awaitable, Callable

from bot.commands.dispatch.gateway_context import GatewayContext
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


class CommandBus:
    """The command ring of the process: services, pipeline and live messages."""

    def __init__(self, dependencies: CommandBusDependencies) -> None:
        self._ports = ports = dependencies
        self.last_chats = LastChats()
        self.services = services = Services(ports)
        self.registry, self.platform_health = services.registry, services.platform_health
        self._line_completer = LineCompleter(self.registry, services.queries, services.operators, services.strategies)
        self.pipeline = Pipeline(services, ports, self.last_chats)
        self.live_messages = LiveMessages(self.pipeline.refresh_reply, self._key_value_store("live"), ports.clock)

    def build_notifier(self, gateways: tuple[Gateway, ...]) -> ChatNotifier:
        """Build the notifier through which the relay delivers events."""
        services = self.services
        return ChatNotifier(
            gateways={gateway.platform: gateway for gateway in gateways},
            reader=self._ports.reader,
            queries=services.queries,
            chart_specs=services.chart_specs,
            charts=services.charts,
            platform_health=self.platform_health,
            button_permissions=ButtonPermissions(self.registry, services.queries),
        )

    def build_gateway_context(self, platform: str) -> GatewayContext:
        """Return what the gateway of a platform works with."""
        ports, services = self._ports, self.services
        return GatewayContext(
            pipeline=self.pipeline,
            registry=self.registry,
            ownership=services.ownership,
            chats=services.chats,
            button_codec=ButtonCodec(ports.reader, ports.writer, ports.clock),
            live_messages=self.live_messages,
            deep_links=services.deep_links,
            platform_health=self.platform_health,
            line_completer=self._line_completer,
            key_value_store=self._key_value_store(platform),
            clock=ports.clock,
        )

    def build_completer(self, platform: str, platform_id: str) -> Callable[[str], Awaitable[tuple[str, ...]]]:
        """Build the function that completes the command lines of one sender."""

        async def complete(line: str) -> tuple[str, ...]:
            return await self._line_completer.complete_line(
                line, await self.services.ownership.operator_by_identity(platform, platform_id)
            )

        return complete

    def _key_value_store(self, namespace: str) -> KeyValueStore:
        return KeyValueStore(self._ports.reader, self._ports.writer, namespace)
