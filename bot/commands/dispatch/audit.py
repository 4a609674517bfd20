"""Audit: one entry per command, without secrets."""

from datetime import datetime, timedelta

from bot.commands.reply.blocks import Reply
from bot.commands.spec.parse import argument_specs
from bot.commands.spec.pipeline_context import CommandCall
from bot.commands.spec.registry import CommandRegistry
from bot.domain.ids import new_id
from bot.domain.people import AuditEntry
from bot.strategy.field_value import nearest_name

MAX_KEPT = 200
REDACTED = "***"


def audit_entry(
    call: CommandCall, answer: Reply, registry: CommandRegistry, started: datetime, took: timedelta
) -> AuditEntry:
    """Build the audit entry of an answered call."""
    command, arguments = _command_and_arguments(call, registry)
    return AuditEntry(
        audit_id=new_id(length=12),
        platform=call.request.platform,
        platform_id=call.request.platform_id,
        operator_id=call.operator.operator_id if call.operator else None,
        chat=call.request.chat,
        command=command,
        arguments=arguments[:MAX_KEPT],
        result=answer.headline[:MAX_KEPT],
        duration_ms=int(took / timedelta(milliseconds=1)),
        trace_id=call.trace_id,
        at=started,
    )


def _command_and_arguments(call: CommandCall, registry: CommandRegistry) -> tuple[str, str]:
    head, _, rest = call.line.partition(" ")
    name = head.lstrip("/").partition("@")[0].casefold()
    if call.spec is not None:
        return call.spec.name, _audited_arguments(call, rest)
    shown = name[:24]
    may_hold_secret = call.operator is None or nearest_name(name, _secret_commands(registry), cutoff=0.5) is not None
    return shown, REDACTED if may_hold_secret and rest else rest


def _audited_arguments(call: CommandCall, rest: str) -> str:
    if call.spec is not None and any(word.is_secret for word in argument_specs(call.spec).values()):
        return REDACTED if rest else ""
    return rest if call.operator else ""


def _secret_commands(registry: CommandRegistry) -> list[str]:
    return [spec.name for spec in registry.specs if any(word.is_secret for word in argument_specs(spec).values())]
