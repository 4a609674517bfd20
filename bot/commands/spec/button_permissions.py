"""Buttons within reach: in private only those are shown that the reader may use (UX.md, 2)."""

from collections.abc import Iterable
from dataclasses import replace

from bot.commands.reply.blocks import Actions, Block, Button, Reply, rows_of
from bot.commands.spec.parse import head_of
from bot.commands.spec.registry import Registry
from bot.domain.ids import BotId
from bot.domain.people import Operator, Role
from bot.engine.reports.queries import BY_ID, Queries


class Reach:
    """Knows which buttons would be refused to somebody."""

    def __init__(self, registry: Registry, queries: Queries) -> None:
        self._registry = registry
        self._queries = queries

    async def of(self, answer: Reply, reader: Operator) -> Reply:
        """Return an answer without the buttons that its reader may not use: by their role, or with that bot."""
        if reader.role is Role.OWNER:
            return answer
        asked = {bot_id for button in answer.buttons if self._commands(button) for bot_id in _bots(button)}
        strange = asked - await self._queries.commanded(reader, asked) if asked else set()
        blocks = (
            self._kept(block, reader.role, strange) if isinstance(block, Actions) else block for block in answer.blocks
        )
        return replace(answer, blocks=tuple(block for block in blocks if block is not None))

    def _kept(self, actions: Actions, role: Role, strange: set[BotId]) -> Block | None:
        rows = (tuple(button for button in row if self._may_press(button, role, strange)) for row in actions.rows)
        return rows_of(*rows)

    def _may_press(self, button: Button, role: Role, strange: set[BotId]) -> bool:
        if not role.covers(self._role(button)):
            return False
        return not self._commands(button) or strange.isdisjoint(_bots(button))

    def _commands(self, button: Button) -> bool:
        return self._role(button) is not Role.VIEWER

    def _role(self, button: Button) -> Role:
        named = self._registry.get(head_of(button.command).name) if button.command else None
        return Role.VIEWER if named is None else named.spec.role


def _bots(button: Button) -> Iterable[BotId]:
    """Return the bots that a button does something with."""
    return (BotId(word.removeprefix(BY_ID)) for word in button.command.split() if word.startswith(BY_ID))
