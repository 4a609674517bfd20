"""Dispatch of one message to its handler: a pure function from (session, message) to (session, facts, commands)."""

from datetime import datetime
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


def handle_message(session: Session, message: Message, context: HandlerContext) -> Outcome:
    """Handle a message; raise UserError for a command the state does not allow, StrategyError for a broken plan."""
    changes = ChangeSet(session, context, _message_cause(message, session, context.moment.wall))
    _dispatch(changes, message)
    return changes.outcome()


def _message_cause(message: Message, session: Session, now: datetime) -> str:  # noqa: C901, PLR0912 - one flat arm per message
    """Return the cause of a message's decisions: the same message, handled again after a crash, makes the same keys."""
    match message:
        case CandleClosed():
            return f"candle-{int(message.close_time.timestamp())}"
        case FillReported():
            return f"fill-{message.report.fill.trade_id}"
        case OrderReported():
            return f"{message.report.status}-{message.report.client_order_id}"
        case SubmitRefused() | SubmitExpired() | OrderGone() | AnswerLost():
            return f"{type(message).__name__}-{message.client_order_id}"
        case CommandReceived():
            return f"command-{message.command.command_id}"
        case RunStarted():
            return f"run-{session.bot.run_number + 1}" if message.is_new_run else f"again-{session.bot.epoch}"
        case AlignOrders():
            return message.cause
        case BarrierTriggered() | MarketEnded() | FailBot():
            return f"{type(message).__name__}-{int(now.timestamp() * 1000)}"
        case _:
            assert_never(message)


def _dispatch(changes: ChangeSet, message: Message) -> None:  # noqa: C901, PLR0912 - one flat arm per message
    match message:
        case CandleClosed():
            on_candle(changes, message)
        case FillReported():
            on_fill(changes, message)
        case OrderReported():
            on_order_report(changes, message.report)
        case SubmitRefused() | SubmitExpired() | OrderGone() | AnswerLost():
            on_router_answer(changes, message)
        case CommandReceived():
            on_command(changes, message.command)
        case RunStarted():
            on_run_started(changes, message)
        case AlignOrders():
            align_orders(changes)
        case BarrierTriggered():
            on_barrier_triggered(changes, message)
        case MarketEnded():
            on_market_ended(changes, message.remark)
        case FailBot():
            on_fail_bot(changes, message)
        case _:
            assert_never(message)
