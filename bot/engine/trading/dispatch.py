"""Dispatch of one message to its handler: a pure function from (session, message) to (session, facts, commands)."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import assert_never

from bot.engine.trading.accounting import on_fill, on_order_report, on_router_answer
from bot.engine.trading.change_set import ChangeSet, Outcome
from bot.engine.trading.messages import (
    AlignOrders,
    AnswerLost,
    BarrierTriggered,
    CandleClosed,
    CommandReceived,
    FailBot,
    FillReported,
    MarketEnded,
    Message,
    OrderGone,
    OrderReported,
    RunStarted,
    SubmitExpired,
    SubmitRefused,
)
from bot.engine.trading.on_candle import on_candle
from bot.engine.trading.on_command import on_command
from bot.engine.trading.on_market_end import on_market_ended
from bot.engine.trading.on_run import on_barrier_triggered, on_fail_bot, on_run_started
from bot.engine.trading.order_alignment import align_orders
from bot.engine.trading.session import HandlerContext, Session

Handler = Callable[[ChangeSet], None]


def handle_message(session: Session, message: Message, context: HandlerContext) -> Outcome:
    """Handle a message; raise UserError for a command the state does not allow, StrategyError for a broken plan."""
    cause, handler = _route_message(message, session, context.moment.wall)
    changes = ChangeSet(session, context, cause)
    handler(changes)
    return changes.outcome()


def _route_message(message: Message, session: Session, now: datetime) -> tuple[str, Handler]:  # noqa: C901, PLR0912 - one flat arm per message
    """Return a message's handler, and the cause of its decisions.

    The same message, handled again after a crash, has the same cause and so makes the same decision keys.
    """
    handler: Handler
    match message:
        case CandleClosed():
            cause, handler = f"candle-{int(message.close_time.timestamp())}", partial(on_candle, message=message)
        case FillReported():
            cause, handler = f"fill-{message.report.fill.trade_id}", partial(on_fill, message=message)
        case OrderReported():
            report = message.report
            cause, handler = f"{report.status}-{report.client_order_id}", partial(on_order_report, report=report)
        case SubmitRefused() | SubmitExpired() | OrderGone() | AnswerLost():
            name = type(message).__name__
            cause, handler = f"{name}-{message.client_order_id}", partial(on_router_answer, message=message)
        case CommandReceived():
            command = message.command
            cause, handler = f"command-{command.command_id}", partial(on_command, command=command)
        case RunStarted():
            cause = f"run-{session.bot.run_number + 1}" if message.is_new_run else f"again-{session.bot.epoch}"
            handler = partial(on_run_started, message=message)
        case AlignOrders():
            cause, handler = message.cause, align_orders
        case BarrierTriggered():
            cause, handler = _timed_cause(message, now), partial(on_barrier_triggered, message=message)
        case MarketEnded():
            cause, handler = _timed_cause(message, now), partial(on_market_ended, remark=message.remark)
        case FailBot():
            cause, handler = _timed_cause(message, now), partial(on_fail_bot, message=message)
        case _:
            assert_never(message)
    return cause, handler


def _timed_cause(message: Message, now: datetime) -> str:
    return f"{type(message).__name__}-{int(now.timestamp() * 1000)}"
