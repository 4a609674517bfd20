"""Permissions of buttons: in private an operator sees only the buttons they may press (UX.md, 2)."""

from collections.abc import Iterable
from dataclasses import replace

from bot.commands.reply.blocks import Actions, Button, Reply, button_rows
from bot.commands.spec.parse import split_command
from bot.commands.spec.registry import CommandRegistry
from bot.domain.ids import BotId
from bot.domain.people import Operator, Role
from bot.engine.reports.queries import ID_PREFIX, Queries


class ButtonPermissions:
    """Decides which buttons would be refused."""

    def __init__(self, registry: CommandRegistry, queries: Queries) -> None:
        self._registry = registry
        self._queries = queries

    async def filter_buttons(self, answer: Reply, reader: Operator) -> Reply:
        """Return a reply without the buttons that its reader's role, or their right to a bot, forbids."""
        if reader.role is Role.OWNER:
            return answer
        roles = {button: self._required_role(button) for button in answer.buttons}
        commands = {button: set(_bots(button)) for button, role in roles.items() if role is not Role.VIEWER}
        asked = set().union(*commands.values())
        strange = asked - await self._queries.commandable_bot_ids(reader, asked) if asked else set()
        allowed = {
            button
            for button, role in roles.items()
            if reader.role.is_at_least(role) and strange.isdisjoint(commands.get(button, ()))
        }
        blocks = (
            button_rows(*(tuple(button for button in row if button in allowed) for row in block.rows))
            if isinstance(block, Actions)
            else block
            for block in answer.blocks
        )
        return replace(answer, blocks=tuple(block for block in blocks if block is not None))

    def _required_role(self, button: Button) -> Role:
        named = self._registry.find_command(split_command(button.command).name) if button.command else None
        return Role.VIEWER if named is None else named.spec.role


def _bots(button: Button) -> Iterable[BotId]:
    """Return the bots that a button commands."""
    return (BotId(word.removeprefix(ID_PREFIX)) for word in button.command.split() if word.startswith(ID_PREFIX))
