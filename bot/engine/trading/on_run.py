"""Handlers of a run's start and failure, and of touched barriers."""

from dataclasses import replace
from decimal import Decimal

from bot.domain.barrier import barrier_by_tag
from bot.domain.events import BotFailed, BotStarted
from bot.domain.instance import ACTIVE_STATUSES, BotStatus, Operation
from bot.domain.money import to_decimal
from bot.engine.trading.change_set import ChangeSet
from bot.engine.trading.guards import guarded_since
from bot.engine.trading.messages import BarrierTriggered, FailBot, RunStarted
from bot.engine.trading.on_command import own_level
from bot.engine.trading.order_alignment import align_orders
from bot.engine.trading.plan_refresh import refresh_plan
from bot.engine.trading.session import Session
from bot.strategy.candles import Candles, to_milliseconds


def on_run_started(changes: ChangeSet, message: RunStarted) -> None:
    """Start a run, or continue it after a restart."""
    bot = changes.session.bot
    if message.is_new_run and bot.status is not BotStatus.STARTING:
        # A retry of a start that was given up meanwhile.
        return
    if bot.status is BotStatus.STARTING:
        bot = bot.advance(Operation.STARTED, changes.context.moment.wall)
    _apply_candles(changes, message)
    if message.is_new_run:
        moment = changes.context.moment
        bot = replace(
            bot,
            run_number=bot.run_number + 1,
            run_started_market=moment.market,
            run_started_wall=moment.wall,
            pass_started_market=bot.pass_started_market or moment.market,
            stop_policy=None,
            exit_wish=None if changes.session.is_flat else bot.exit_wish,
            status_remark="",
        )
        changes.session = replace(
            changes.session, refused_orders=frozenset(), tripped_controls=frozenset(), last_fills={}
        )
    changes.replace_bot(bot)
    if message.is_new_run:
        changes.raise_event(BotStarted(by=bot.status_by), level=own_level(changes, bot.status_by))
    refresh_plan(changes)
    align_orders(changes)


def _apply_candles(changes: ChangeSet, message: RunStarted) -> None:
    candles = message.candles
    if candles is None or not len(candles):
        return
    # Orders at the start are checked against the newest close, like those placed on a close.
    session = changes.session
    changes.session = replace(
        session,
        last_price=to_decimal(float(candles.close[-1])),
        best_price=_best_price(session, candles),
        candles=session.candles if changes.context.planner is None else candles,
    )


def _best_price(session: Session, candles: Candles) -> Decimal | None:
    """Return the most favourable price since the open position was entered, as far back as there are candles."""
    if session.ledger.trade is None:
        return None
    first = int(candles.time.searchsorted(to_milliseconds(session.ledger.trade.opened_at.market)))
    since = candles.slice_rows(first, len(candles))
    if not len(since):
        return None
    return to_decimal(since.high.max() if session.ledger.position.sign > 0 else since.low.min())


def on_fail_bot(changes: ChangeSet, message: FailBot) -> None:
    """Fail a bot; the barriers of its position go on."""
    bot = changes.session.bot
    if bot.status in ACTIVE_STATUSES:
        bot = bot.advance(Operation.FAIL, changes.context.moment.wall)
    # A bot that does not run keeps its status, but its owner must know that a message was not handled.
    changes.replace_bot(replace(bot, status_remark=f"{message.error} (ref {message.reference})"))
    changes.raise_event(BotFailed(error=message.error, reference=message.reference, tries=message.tries))
    align_orders(changes)


def on_barrier_triggered(changes: ChangeSet, message: BarrierTriggered) -> None:
    """Exit the position because a watched barrier was touched, at a price newer than what it guards."""
    session = changes.session
    if not session.is_guarded or message.at < guarded_since(session, changes.context):
        return
    barrier, sign = barrier_by_tag(message.tag), session.ledger.position.sign
    # An edit may have moved the barrier meanwhile.
    level = session.active_levels.price_of(message.tag)
    if level is None or not barrier.is_touched(message.price, level, sign):
        return
    changes.session = replace(session, last_price=message.price)
    changes.want_exit(barrier.reason, barrier.label, message.price)
    align_orders(changes)
