"""Handler of a closed candle: from the strategy's events to an entry, an exit or nothing."""

from dataclasses import replace
from decimal import Decimal

from bot.domain.candle import Candle
from bot.domain.events import SignalRaised
from bot.domain.facts import Saved
from bot.domain.instance import BotStatus
from bot.domain.money import to_decimal
from bot.domain.order import OrderPurpose
from bot.domain.signal import BUY_OUTCOME, NOT_SOLD, NOT_TAKEN, SELL_OUTCOME, SignalRecord, SignalRow
from bot.domain.trade import ExitReason
from bot.engine.trading.change_set import ChangeSet
from bot.engine.trading.guards import touched_barrier
from bot.engine.trading.messages import CandleClosed
from bot.engine.trading.order_alignment import align_orders, draft_pending_exit
from bot.engine.trading.plan_refresh import refresh_plan
from bot.engine.trading.planning import OrderDraft, draft_entry, entry_stake
from bot.engine.trading.session import Session


def on_candle(changes: ChangeSet, message: CandleClosed) -> None:
    """Decide on a closed candle; one that was decided before only aligns orders."""
    close = to_decimal(message.candle.close)
    session = changes.session
    if session.last_row_close is not None and message.close_time < session.last_row_close:
        _decide_late(changes, message)
        return
    # Asked before the candle counts: a level that follows the price follows that of earlier candles.
    touched = touched_barrier(session, message.candle, changes.context)
    changes.session = replace(
        session,
        last_price=close,
        best_price=_best_price(session, message.candle),
        last_row=message.row or session.last_row,
        last_row_close=message.close_time,
        candles=message.candles,
    )
    if touched is not None:
        # Sold at the next open, or written off at this close if it is worth too little.
        changes.want_exit(touched.reason, touched.label, close)
        align_orders(changes)
    if not session.is_deciding:
        # A stop may be able to sell now what it could not sell before.
        align_orders(changes)
        return
    decided = session.bot.last_decision
    if decided is None or message.close_time > decided:
        _decide(changes, message, close)
    refresh_plan(changes)
    align_orders(changes)


def _best_price(session: Session, candle: Candle) -> Decimal | None:
    """Return the most favourable price since the open position was entered."""
    if session.ledger.trade is None or not session.bot.config.barriers.is_any_set:
        return None
    pick, reached = (max, candle.high) if session.ledger.position.sign > 0 else (min, candle.low)
    price = to_decimal(reached)
    return price if session.best_price is None else pick(session.best_price, price)


def _decide_late(changes: ChangeSet, message: CandleClosed) -> None:
    """Act on a candle that is retried after newer ones: on exits only."""
    leaving = message.missed_exit or (message.row if message.row and message.row.exit else None)
    if leaving is not None and changes.session.is_deciding and _is_in(changes):
        _leave(changes, message, leaving, changes.session.last_price or to_decimal(message.candle.close))
        align_orders(changes)


def _decide(changes: ChangeSet, message: CandleClosed, close: Decimal) -> None:
    row = message.row
    if row is None:
        return
    leaving = message.missed_exit or (row if row.exit else None)
    if leaving is not None and _is_in(changes):
        _leave(changes, message, leaving, close)
    elif row.entry and not row.exit:
        _enter(changes, message, row, close)


def _is_in(changes: ChangeSet) -> bool:
    return not changes.session.is_flat or bool(changes.session.working_orders(OrderPurpose.ENTRY))


def _leave(changes: ChangeSet, message: CandleClosed, row: SignalRow, close: Decimal) -> None:
    if changes.session.bot.exit_wish is None:
        changes.want_exit(ExitReason.SIGNAL, row.reason, close)
    _save_signal(changes, message, row, _exit_refusal(changes) or SELL_OUTCOME)


def _exit_refusal(changes: ChangeSet) -> str:
    """Say why what is held cannot be sold now, if it cannot."""
    wish = changes.session.bot.exit_wish
    if wish is None or changes.session.is_flat:
        return ""
    _, refusal = draft_pending_exit(changes, wish)
    return f"{NOT_SOLD}{refusal.text}" if refusal else ""


def _enter(changes: ChangeSet, message: CandleClosed, row: SignalRow, close: Decimal) -> None:
    session = changes.session
    if not session.is_flat or session.working_quantity or session.bot.exit_wish:
        return
    refusal = _entry_refusal(changes, row)
    draft = None if refusal else _draft_allowed_entry(changes, row, close)
    if isinstance(draft, OrderDraft):
        _save_signal(changes, message, row, BUY_OUTCOME)
        changes.place_order(draft, valid_for=session.bot.config.timeframe.duration)
    else:
        _save_signal(changes, message, row, refusal or draft or "")


def _entry_refusal(changes: ChangeSet, row: SignalRow) -> str:
    if row.entry < 0:
        return f"{NOT_TAKEN}this market cannot be sold short"
    if changes.session.bot.status is BotStatus.PAUSED:
        return f"{NOT_TAKEN}paused"
    return ""


def _draft_allowed_entry(changes: ChangeSet, row: SignalRow, close: Decimal) -> OrderDraft | str:
    """Return the order of an entry signal, or why there is none."""
    session = changes.session
    if not close.is_finite() or close <= 0:
        return f"{NOT_TAKEN}the price is {close}, expected more than 0"
    stake = entry_stake(session.bot.config, session.market.fee_rate, session.ledger.usable_profit)
    draft = draft_entry(stake, close, session.market, row.reason)
    if draft is None:
        return f"{NOT_TAKEN}the stake buys less than one step"
    refusal = changes.check_draft(draft)
    if refusal:
        changes.trip_control(refusal)
        return f"{NOT_TAKEN}{refusal.text}"
    if session.tripped_controls:
        changes.session = replace(session, tripped_controls=frozenset())
    return draft


def _save_signal(changes: ChangeSet, message: CandleClosed, row: SignalRow, outcome: str) -> None:
    bot = changes.session.bot
    record = SignalRecord(
        bot_id=bot.bot_id,
        candle_close=message.close_time,
        close_price=message.candle.close,
        row=row,
        outcome=outcome,
        moment=changes.context.moment,
    )
    changes.add_fact(Saved(record))
    changes.replace_bot(replace(bot, last_decision=message.close_time))
    changes.raise_event(SignalRaised(action=outcome, reason=row.reason, close_price=message.candle.close))
