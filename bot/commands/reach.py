"""Buttons within reach: in private only those are shown that the reader may use (UX.md, 2)."""

from dataclasses import replace

from bot.commands.call import Call
from bot.commands.parse import head_of
from bot.commands.registry import Registry
from bot.commands.reply import Actions, Block, Button, Reply, rows_of
from bot.domain.people import Role


def within_reach(answer: Reply, call: Call, registry: Registry) -> Reply:
    """Return an answer without buttons that would be refused; in a group everybody sees all of them."""
    is_private = call.request.is_private or answer.is_private
    return answer if call.operator is None or not is_private else for_role(answer, call.operator.role, registry)


def for_role(answer: Reply, role: Role, registry: Registry) -> Reply:
    """Return an answer without the buttons of commands that take more than a role."""
    blocks = (_kept(block, role, registry) if isinstance(block, Actions) else block for block in answer.blocks)
    return replace(answer, blocks=tuple(block for block in blocks if block is not None))


def _kept(actions: Actions, role: Role, registry: Registry) -> Block | None:
    rows = (tuple(button for button in row if _may_press(button, role, registry)) for row in actions.rows)
    return rows_of(*rows)


def _may_press(button: Button, role: Role, registry: Registry) -> bool:
    named = registry.get(head_of(button.command).name) if button.command else None
    return named is None or role.covers(named.spec.role)
