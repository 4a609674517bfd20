"""Handler of a market's end (ADR 0013): resting orders cannot fill any more, and nothing is left to decide."""

from dataclasses import replace

from bot.domain.instance import ACTIVE_STATUSES, Bot, BotStatus, Operation, StopPolicy
from bot.domain.order import RESTING_STATUSES, OrderPurpose
from bot.domain.trade import ExitReason
from bot.engine.trading.change_set import ChangeSet
from bot.engine.trading.order_alignment import align_orders
from bot.engine.trading.session import Session

_STILL_WANTED = frozenset({ExitReason.MANUAL, ExitReason.FLATTEN, ExitReason.RISK})


def is_affected_by_market_end(session: Session) -> bool:
    """Return whether the end of its market changes a bot: it decides, or waits for its exit to fill."""
    return _is_to_stop(session.bot) or any(
        not order.is_cancel_wanted and order.status in RESTING_STATUSES
        for order in session.working_orders(OrderPurpose.EXIT)
    )


def on_market_ended(changes: ChangeSet, remark: str) -> None:
    """Stop deciding and cancel resting orders; a position the strategy wanted to sell is kept, as in a backtest.

    A sale that an operator asked for stays wanted: once its order is canceled it is sent again, and a market that has
    ended fills it at its last price.
    """
    session, bot = changes.session, changes.session.bot
    if not is_affected_by_market_end(session):
        return
    if bot.exit_wish is not None and bot.exit_wish.reason not in _STILL_WANTED:
        bot = replace(bot, exit_wish=None)
    if _is_to_stop(bot):
        bot = bot.advance(Operation.STOP, changes.context.moment.wall)
        bot = replace(bot, status_by=None, status_remark=remark, stop_policy=StopPolicy.CANCEL)
        changes.session = replace(session, stop_cancels=len(session.orders))
    changes.replace_bot(bot)
    for order in session.orders.values():
        if bot.stop_policy is StopPolicy.CANCEL or order.intent.purpose is OrderPurpose.EXIT:
            changes.request_cancel(order)
    align_orders(changes)


def _is_to_stop(bot: Bot) -> bool:
    return bot.status in ACTIVE_STATUSES and bot.status is not BotStatus.STOPPING
