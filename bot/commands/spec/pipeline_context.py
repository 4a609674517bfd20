"""One command on its way through the pipeline."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.commands.reply.blocks import Reply
from bot.commands.spec.parse import Parsed
from bot.commands.spec.request import Context, Request
from bot.commands.spec.spec import CommandSpec
from bot.domain.people import Operator


@dataclass(slots=True, kw_only=True)
class Call:
    """What the stages have found out so far; `line` is cleaned. Only the stages change it."""

    request: Request
    line: str
    trace_id: str
    operator: Operator | None = None
    spec: CommandSpec | None = None
    context: Context | None = None
    parsed: Parsed | None = None
    is_confirmed: bool = False
    is_silent: bool = False


Handler = Callable[[Call], Awaitable[Reply]]
Stage = Callable[[Call, Handler], Awaitable[Reply]]


def folded(stages: tuple[Stage, ...], last: Handler) -> Handler:
    """Wrap the last handler into the stages, the first stage outermost."""
    handler = last
    for stage in reversed(stages):
        handler = _wrapped(stage, handler)
    return handler


def _wrapped(stage: Stage, inner: Handler) -> Handler:
    async def run(call: Call) -> Reply:
        return await stage(call, inner)

    return run
