"""Audit: one entry per command, without secrets."""

from datetime import datetime, timedelta

from bot.commands.reply.blocks import Reply
from bot.commands.spec.registry import CommandRegistry
from bot.commands.spec.request import CommandCall
from bot.commands.spec.spec import CommandSpec
from bot.domain.ids import new_id
from bot.domain.people import AuditEntry
from bot.strategy.field_value import nearest_name

MAX_KEPT = 200
REDACTED = "***"


def audit_entry(
    call: CommandCall, answer: Reply, registry: CommandRegistry, started: datetime, took: timedelta
) -> AuditEntry:
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
        return call.spec.name, _kept_arguments(call.spec, call, rest)
    secret_commands = [spec.name for spec in registry.specs if spec.has_secret]
    may_hold_secret = call.operator is None or nearest_name(name, secret_commands, cutoff=0.5) is not None
    return name[:24], REDACTED if may_hold_secret and rest else rest


def _kept_arguments(spec: CommandSpec, call: CommandCall, arguments: str) -> str:
    if not arguments:
        return ""
    if spec.has_secret:
        return REDACTED
    if call.operator is None:
        return ""
    return arguments
