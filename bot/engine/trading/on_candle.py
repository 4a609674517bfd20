"""Handle a closed candle: from the strategy's events to an entry, an exit or nothing."""

from dataclasses import replace
from decimal import Decimal

from bot.domain.events import Level, SignalRaised, Topic
from bot.domain.facts import SignalSaved
from bot.domain.instance import BotStatus, ExitWish
from bot.domain.money import decimal_of
from bot.domain.order import OrderPurpose
from bot.domain.signal import SignalRecord, SignalRow
from bot.domain.trade import ExitReason
from bot.engine.trading.change_set import Step
from bot.engine.trading.equity_points import keep_day_equity
from bot.engine.trading.messages import CandleClosed
from bot.engine.trading.order_alignment import settle
from bot.engine.trading.plan_refresh import replan
from bot.engine.trading.planning import draft_entry, entry_stake


def on_candle(step: Step, message: CandleClosed) -> None:
    """Decide on a closed candle; one that was decided before only settles."""
    close = decimal_of(message.candle.close)
    session = step.session
    if session.last_row_close is not None and message.close_time < session.last_row_close:
        _decide_late(step, message)
        return
    step.change(
        replace(
            session,
            last_price=close,
            last_row=message.row or session.last_row,
            last_row_close=message.close_time,
            candles=message.candles,
        )
    )
    if not session.is_deciding:
        # What a stop could not sell so far may be sold now.
        settle(step)
        return
    keep_day_equity(step, message.candle.open_time, message.close_time)
    decided = session.bot.last_decision
    if decided is None or message.close_time > decided:
        _decide(step, message, close)
    replan(step)
    settle(step)


def _decide_late(step: Step, message: CandleClosed) -> None:
    """Act on a candle that is tried again after newer ones: on exits only."""
    leaving = message.missed_exit or (message.row if message.row and message.row.exit else None)
    if leaving is not None and step.session.is_deciding and _is_in(step):
        _leave(step, message, leaving, step.session.last_price or decimal_of(message.candle.close))
        settle(step)


def _decide(step: Step, message: CandleClosed, close: Decimal) -> None:
    row = message.row
    if row is None:
        return
    leaving = message.missed_exit or (row if row.exit else None)
    if leaving is not None and _is_in(step):
        _leave(step, message, leaving, close)
    elif row.entry and not row.exit:
        _enter(step, message, row, close)


def _is_in(step: Step) -> bool:
    return not step.session.is_flat or bool(step.session.working(OrderPurpose.ENTRY))


def _leave(step: Step, message: CandleClosed, row: SignalRow, close: Decimal) -> None:
    session = step.session
    if session.bot.exit_wish is None:
        wish = ExitWish(reason=ExitReason.SIGNAL, text=row.reason, reference_price=close)
        step.change_bot(replace(session.bot, exit_wish=wish))
    _keep_signal(step, message, row, "sell")


def _enter(step: Step, message: CandleClosed, row: SignalRow, close: Decimal) -> None:
    session = step.session
    if not session.is_flat or session.exposure.working or session.bot.exit_wish:
        return
    outcome = _refusal_of_entry(step, row) or _send_entry(step, row, close)
    _keep_signal(step, message, row, outcome)


def _refusal_of_entry(step: Step, row: SignalRow) -> str:
    if row.entry < 0:
        return "not taken: this market cannot be sold short"
    if step.session.bot.status is BotStatus.PAUSED:
        return "not taken: paused"
    return ""


def _send_entry(step: Step, row: SignalRow, close: Decimal) -> str:
    session = step.session
    if not close.is_finite() or close <= 0:
        return f"not taken: the price is {close}, expected more than 0"
    stake = entry_stake(session.bot.config, session.market.fee_rate, session.book.realised)
    draft = draft_entry(stake, close, session.market, row.reason)
    if draft is None:
        return "not taken: the stake buys less than one step"
    refusal = step.check(draft)
    if refusal:
        step.trip(refusal)
        return f"not taken: {refusal.text}"
    if session.tripped:
        step.change(replace(session, tripped=frozenset()))
    step.decide(draft, valid_for=session.bot.config.timeframe.duration)
    return "buy"


def _keep_signal(step: Step, message: CandleClosed, row: SignalRow, outcome: str) -> None:
    bot = step.session.bot
    record = SignalRecord(
        bot_id=bot.bot_id,
        candle_close=message.close_time,
        close_price=message.candle.close,
        row=row,
        outcome=outcome,
        moment=step.around.moment,
    )
    step.store(SignalSaved(record))
    step.change_bot(replace(bot, last_decision=message.close_time))
    payload = SignalRaised(action=outcome, reason=row.reason, close_price=message.candle.close)
    step.tell(payload, Topic.SIGNALS, Level.OFF)
