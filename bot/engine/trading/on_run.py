"""Handle the beginning and failing of runs, and prices that reach a watched barrier."""

from dataclasses import replace

from bot.domain.events import BotFailed, BotStarted, NotificationKind, NotificationLevel
from bot.domain.instance import ACTIVE_STATUSES, BotStatus, Operation, PendingExit, advance_bot_status
from bot.domain.money import to_decimal
from bot.domain.trade import ExitReason
from bot.engine.trading.change_set import ChangeSet
from bot.engine.trading.messages import BarrierTriggered, FailBot, RunStarted
from bot.engine.trading.on_command import own_level
from bot.engine.trading.order_alignment import align_orders
from bot.engine.trading.plan_refresh import refresh_plan
from bot.engine.trading.planning import STOP_TAG
from bot.engine.trading.session import Session


def on_run_started(changes: ChangeSet, message: RunStarted) -> None:
    """Begin a run, or go on with one after a restart."""
    bot = changes.session.bot
    if message.is_new_run and bot.status is not BotStatus.STARTING:
        # A retry of a start that has been given up meanwhile.
        return
    if bot.status is BotStatus.STARTING:
        bot = replace(
            bot,
            status=advance_bot_status(bot.status, Operation.STARTED),
            status_changed_wall=changes.context.moment.wall,
        )
    _apply_candles(changes, message)
    if message.is_new_run:
        moment = changes.context.moment
        bot = replace(
            bot,
            run_number=bot.run_number + 1,
            run_started_market=moment.market,
            run_started_wall=moment.wall,
            stop_policy=None,
            exit_wish=None if changes.session.is_flat else bot.exit_wish,
            status_remark="",
        )
        changes.replace_session(
            replace(changes.session, refused_orders=frozenset(), tripped_controls=frozenset(), last_fills={})
        )
    changes.replace_bot(bot)
    if message.is_new_run:
        changes.raise_event(
            BotStarted(by=bot.status_by), NotificationKind.LIFE_CYCLE, own_level(changes, bot.status_by)
        )
    refresh_plan(changes)
    align_orders(changes)


def _apply_candles(changes: ChangeSet, message: RunStarted) -> None:
    candles = message.candles
    if candles is None or not len(candles):
        return
    # Orders placed at the start are checked against the newest close, as those placed on a close are.
    changes.replace_session(replace(changes.session, last_price=to_decimal(float(candles.close[-1]))))
    if changes.context.planner is not None:
        changes.replace_session(replace(changes.session, candles=candles))


def on_fail_bot(changes: ChangeSet, message: FailBot) -> None:
    """Take a broken bot out of trading; the barriers of its position go on."""
    bot = changes.session.bot
    remark = f"{message.error} (ref {message.reference})"
    if bot.status in ACTIVE_STATUSES:
        status, wall = advance_bot_status(bot.status, Operation.FAIL), changes.context.moment.wall
        bot = replace(bot, status=status, desired=BotStatus.STOPPED, status_changed_wall=wall)
    # One that does not run stays what it is, but its owner must know that something of it was not handled.
    changes.replace_bot(replace(bot, status_remark=remark))
    payload = BotFailed(error=message.error, reference=message.reference, tries=message.tries)
    changes.raise_event(payload, NotificationKind.ERRORS, NotificationLevel.LOUD)
    align_orders(changes)


def on_barrier_triggered(changes: ChangeSet, message: BarrierTriggered) -> None:
    """Leave the position because a watched barrier was reached."""
    session = changes.session
    if not session.is_guarded or not _is_beyond(session, message):
        return
    reason = ExitReason.STOP_LOSS if message.tag == STOP_TAG else ExitReason.TAKE_PROFIT
    pending_exit = PendingExit(reason=reason, text=message.tag.replace("_", " "), reference_price=message.price)
    changes.replace_bot(replace(session.bot, exit_wish=pending_exit))
    changes.replace_session(replace(changes.session, last_price=message.price))
    align_orders(changes)


def _is_beyond(session: Session, message: BarrierTriggered) -> bool:
    """Tell whether the price is still beyond the barrier, which an edit may have moved meanwhile."""
    levels, sign = session.active_levels, session.ledger.position.sign
    level, side = (levels.stop, sign) if message.tag == STOP_TAG else (levels.target, -sign)
    return level is not None and (message.price - level) * side <= 0
