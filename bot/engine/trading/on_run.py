"""Handle the beginning and failing of runs, and prices that reach a watched barrier."""

from dataclasses import replace

from bot.domain.events import BotFailed, BotStarted, Level, Topic
from bot.domain.instance import ACTIVE_STATUSES, BotStatus, ExitWish, Operation, advance
from bot.domain.money import decimal_of
from bot.domain.trade import ExitReason
from bot.engine.trading.change_set import Step
from bot.engine.trading.messages import BarrierTouched, BotBroke, RunBegan
from bot.engine.trading.on_command import own_level
from bot.engine.trading.order_alignment import settle
from bot.engine.trading.plan_refresh import replan
from bot.engine.trading.planning import STOP_TAG
from bot.engine.trading.session import Session


def on_run_began(step: Step, message: RunBegan) -> None:
    """Begin a run, or go on with one after a restart."""
    bot = step.session.bot
    if message.is_new_run and bot.status is not BotStatus.STARTING:
        # A retry of a start that has been given up meanwhile.
        return
    if bot.status is BotStatus.STARTING:
        bot = replace(bot, status=advance(bot.status, Operation.STARTED), status_changed_wall=step.around.moment.wall)
    _take_candles(step, message)
    if message.is_new_run:
        moment = step.around.moment
        bot = replace(
            bot,
            run_number=bot.run_number + 1,
            run_started_market=moment.market,
            run_started_wall=moment.wall,
            stop_policy=None,
            exit_wish=None if step.session.is_flat else bot.exit_wish,
            status_remark="",
        )
        step.change(replace(step.session, refused=frozenset(), tripped=frozenset(), last_fills={}))
    step.change_bot(bot)
    if message.is_new_run:
        step.tell(BotStarted(by=bot.status_by), Topic.LIFE_CYCLE, own_level(step, bot.status_by))
    replan(step)
    settle(step)


def _take_candles(step: Step, message: RunBegan) -> None:
    candles = message.candles
    if candles is None or not len(candles):
        return
    # Orders placed at the start are checked against the newest close, as those placed on a close are.
    step.change(replace(step.session, last_price=decimal_of(float(candles.close[-1]))))
    if step.around.planner is not None:
        step.change(replace(step.session, candles=candles))


def on_broke(step: Step, message: BotBroke) -> None:
    """Take a broken bot out of trading; the barriers of its position go on."""
    bot = step.session.bot
    remark = f"{message.error} (ref {message.reference})"
    if bot.status in ACTIVE_STATUSES:
        status, wall = advance(bot.status, Operation.FAIL), step.around.moment.wall
        bot = replace(bot, status=status, desired=BotStatus.STOPPED, status_changed_wall=wall)
    # One that does not run stays what it is, but its owner must know that something of it was not handled.
    step.change_bot(replace(bot, status_remark=remark))
    payload = BotFailed(error=message.error, reference=message.reference, tries=message.tries)
    step.tell(payload, Topic.ERRORS, Level.LOUD)
    settle(step)


def on_touched(step: Step, message: BarrierTouched) -> None:
    """Leave the position because a watched barrier was reached."""
    session = step.session
    if not session.is_guarded or not _is_beyond(session, message):
        return
    reason = ExitReason.STOP_LOSS if message.tag == STOP_TAG else ExitReason.TAKE_PROFIT
    wish = ExitWish(reason=reason, text=message.tag.replace("_", " "), reference_price=message.price)
    step.change_bot(replace(session.bot, exit_wish=wish))
    step.change(replace(step.session, last_price=message.price))
    settle(step)


def _is_beyond(session: Session, message: BarrierTouched) -> bool:
    """Tell whether the price is still beyond the barrier, which an edit may have moved meanwhile."""
    levels, sign = session.guards, session.book.position.sign
    level, side = (levels.stop, sign) if message.tag == STOP_TAG else (levels.target, -sign)
    return level is not None and (message.price - level) * side <= 0
