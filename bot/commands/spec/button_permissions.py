"""Permissions of buttons: in private an operator sees only the buttons they may press (UX.md, 2)."""

from collections.abc import Iterable
from dataclasses import replace

from bot.commands.reply.blocks import Actions, Block, Button, Reply, button_rows
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
        asked = {bot_id for button in answer.buttons if self._is_bot_command(button) for bot_id in _bots(button)}
        strange = asked - await self._queries.commandable_bot_ids(reader, asked) if asked else set()
        blocks = (
            self._filter_actions(block, reader.role, strange) if isinstance(block, Actions) else block
            for block in answer.blocks
        )
        return replace(answer, blocks=tuple(block for block in blocks if block is not None))

    def _filter_actions(self, actions: Actions, role: Role, strange: set[BotId]) -> Block | None:
        rows = (tuple(button for button in row if self._may_press(button, role, strange)) for row in actions.rows)
        return button_rows(*rows)

    def _may_press(self, button: Button, role: Role, strange: set[BotId]) -> bool:
        if not role.is_at_least(self._required_role(button)):
            return False
        return not self._is_bot_command(button) or strange.isdisjoint(_bots(button))

    def _is_bot_command(self, button: Button) -> bool:
        return self._required_role(button) is not Role.VIEWER

    def _required_role(self, button: Button) -> Role:
        named = self._registry.find_command(split_command(button.command).name) if button.command else None
        return Role.VIEWER if named is None else named.spec.role


def _bots(button: Button) -> Iterable[BotId]:
    """Return the bots that a button commands."""
    return (BotId(word.removeprefix(ID_PREFIX)) for word in button.command.split() if word.startswith(ID_PREFIX))
