"""A command on its way through the pipeline."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.commands.reply.blocks import Reply
from bot.commands.spec.parse import ParsedCommand
from bot.commands.spec.request import CommandContext, Request
from bot.commands.spec.spec import CommandSpec
from bot.domain.people import Operator


@dataclass(slots=True, kw_only=True)
class CommandCall:
    """A request with what the stages have found out; `line` is cleaned. Only the stages change it."""

    request: Request
    line: str
    trace_id: str
    operator: Operator | None = None
    spec: CommandSpec | None = None
    context: CommandContext | None = None
    parsed: ParsedCommand | None = None
    is_hiding_amounts: bool = False
    is_silent: bool = False


CallHandler = Callable[[CommandCall], Awaitable[Reply]]
Middleware = Callable[[CommandCall, CallHandler], Awaitable[Reply]]


def chain_middleware(middleware: tuple[Middleware, ...], last: CallHandler) -> CallHandler:
    """Wrap the last handler in the stages, the first stage outermost."""
    handler = last
    for stage in reversed(middleware):
        handler = _wrap_handler(stage, handler)
    return handler


def _wrap_handler(middleware: Middleware, inner: CallHandler) -> CallHandler:
    async def run(call: CommandCall) -> Reply:
        return await middleware(call, inner)

    return run
