"""One message to one bot: a pure function from (session, message) to (new session, facts, commands)."""

from datetime import datetime
from typing import assert_never

from bot.engine.trading.accounting import on_expired, on_fill, on_gone, on_lost, on_refused, on_report
from bot.engine.trading.change_set import Outcome, Step
from bot.engine.trading.messages import (
    AnswerLost,
    BarrierTouched,
    BotBroke,
    CandleClosed,
    Commanded,
    FillReported,
    MarketEnded,
    Message,
    OrderGone,
    OrderReported,
    RunBegan,
    Settle,
    SubmitExpired,
    SubmitRefused,
)
from bot.engine.trading.on_candle import on_candle
from bot.engine.trading.on_command import on_control
from bot.engine.trading.on_market_end import on_market_ended
from bot.engine.trading.on_run import on_broke, on_run_began, on_touched
from bot.engine.trading.order_alignment import settle
from bot.engine.trading.session import Session, Surroundings


def handle(session: Session, message: Message, around: Surroundings) -> Outcome:
    """Handle one message; raise UserError for a command the state does not allow, StrategyError for a broken plan."""
    step = Step(session, around, cause_of(message, session, around.moment.wall))
    _dispatch(step, message)
    return step.outcome()


def cause_of(message: Message, session: Session, now: datetime) -> str:  # noqa: C901, PLR0912 - one flat arm per message
    """Name a message so that the same one, handled again after a crash, makes the same decision keys."""
    match message:
        case CandleClosed():
            return f"candle-{int(message.close_time.timestamp())}"
        case FillReported():
            return f"fill-{message.report.fill.trade_id}"
        case OrderReported():
            return f"{message.report.status}-{message.report.client_order_id}"
        case SubmitRefused() | SubmitExpired() | OrderGone() | AnswerLost():
            return f"{type(message).__name__}-{message.client_order_id}"
        case Commanded():
            return f"command-{message.command.command_id}"
        case RunBegan():
            number = session.bot.run_number + message.is_new_run
            return f"run-{number}" if message.is_new_run else f"again-{session.bot.epoch}"
        case Settle():
            return message.cause
        case BarrierTouched() | MarketEnded() | BotBroke():
            return f"{type(message).__name__}-{int(now.timestamp() * 1000)}"
        case _:
            assert_never(message)


def _dispatch(step: Step, message: Message) -> None:  # noqa: C901, PLR0912 - one flat arm per message
    match message:
        case CandleClosed():
            on_candle(step, message)
        case FillReported():
            on_fill(step, message)
        case OrderReported():
            on_report(step, message)
        case SubmitRefused():
            on_refused(step, message)
        case SubmitExpired():
            on_expired(step, message)
        case OrderGone():
            on_gone(step, message)
        case AnswerLost():
            on_lost(step, message)
        case BarrierTouched():
            on_touched(step, message)
        case Commanded():
            on_control(step, message.command)
        case RunBegan():
            on_run_began(step, message)
        case MarketEnded():
            on_market_ended(step, message)
        case BotBroke():
            on_broke(step, message)
        case Settle():
            settle(step)
        case _:
            assert_never(message)
