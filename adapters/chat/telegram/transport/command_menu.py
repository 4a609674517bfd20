"""Command menus behind `/`: by role in private chats; in groups without private-only commands."""

import hashlib
import json
import logging
from collections.abc import Iterable

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)

from adapters.chat.telegram.render import limits
from adapters.chat.telegram.transport.errors import LIBRARY_ERRORS
from bot.commands.spec.registry import CommandRegistry
from bot.commands.spec.spec import CommandAudience, CommandSpec, Privacy
from bot.domain.people import Role
from bot.engine.people.key_values import KeyValueStore

logger = logging.getLogger(__name__)

MENU_KEY = "menu"


class CommandMenu:
    """Keeps Telegram's menus in step with the registry and the operators' roles."""

    def __init__(self, bot: Bot, registry: CommandRegistry, key_value_store: KeyValueStore) -> None:
        self._bot = bot
        self._registry = registry
        self._key_value_store = key_value_store
        self._roles: dict[str, Role] = {}

    async def sync_menus(self) -> None:
        """Set the menus of strangers and of groups."""
        await self._set_menu(BotCommandScopeDefault(), "strangers", self._commands_for(None))
        everywhere = (spec for spec in self._registry.specs if spec.privacy is not Privacy.PRIVATE_ONLY)
        await self._set_menu(BotCommandScopeAllGroupChats(), "groups", everywhere)

    async def set_chat_menu(self, address: str, role: Role | None) -> None:
        """Set the menu of a private chat to the commands of its operator's role, None for a stranger."""
        if role is not None and self._roles.get(address) is role:
            return
        was_known = bool(await self._key_value_store.read_value(f"{MENU_KEY}:{address}"))
        if role is not None or was_known:
            # Strangers have the common menu; a removed operator gets it back.
            await self._set_menu(BotCommandScopeChat(int(address)), address, self._commands_for(role))
        if role is None:
            self._roles.pop(address, None)
        else:
            self._roles[address] = role

    def _commands_for(self, role: Role | None) -> Iterable[CommandSpec]:
        if role is None:
            return (spec for spec in self._registry.specs if spec.audience is not CommandAudience.OPERATORS)
        return (
            spec for spec in self._registry.specs if role.is_at_least(spec.role) and not spec.is_hidden_from_operators
        )

    async def _set_menu(self, scope: BotCommandScope, name: str, specs: Iterable[CommandSpec]) -> None:
        commands = [
            BotCommand(spec.name.replace("-", "_")[: limits.COMMAND_NAME], spec.summary[: limits.COMMAND_DESCRIPTION])
            for spec in specs
        ][: limits.COMMANDS]
        record = json.dumps([(one.command, one.description) for one in commands])
        digest = hashlib.blake2b(f"{self._bot.id} {record}".encode(), digest_size=16).hexdigest()
        if await self._key_value_store.read_value(f"{MENU_KEY}:{name}") == digest:
            return
        try:
            await self._bot.set_my_commands(commands, scope=scope)
        except LIBRARY_ERRORS as error:
            logger.warning("command menu not set", extra={"scope": scope.type, "error": type(error).__name__})
            return
        await self._key_value_store.save_value(f"{MENU_KEY}:{name}", digest)
