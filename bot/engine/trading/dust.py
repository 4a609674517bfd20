"""Dust: a rest too small to be sold ends its trade and is carried into the next entry, so that it blocks nothing."""

from dataclasses import replace

from bot.domain.order import Order, OrderSide
from bot.domain.trade import ExitReason, close_as_dust
from bot.engine.trading.change_set import ChangeSet
from bot.engine.trading.equity_points import save_equity


def drop_dust(changes: ChangeSet, reason: ExitReason) -> None:
    """Close the open trade with what it realised; its rest stays in the ledger as dust."""
    booking = close_as_dust(changes.session.ledger, changes.context.moment, reason)
    changes.save_booking(booking)
    changes.replace_session(replace(changes.session, trade_fills={}))
    save_equity(changes)


def drop_dust_after_order(changes: ChangeSet, ended: Order, reason: ExitReason) -> None:
    """Close the trade if an order that ended unfinished left dust, and no other order can change that."""
    session = changes.session
    position = session.ledger.position
    price = session.last_price or position.average_entry
    if session.is_flat or session.orders or not position.is_flat(session.market, price):
        return
    drop_dust(changes, ExitReason.PARTIAL if ended.intent.side is OrderSide.BUY else reason)
