"""What is too little to be sold: it ends its trade and is carried into the next entry, so that it blocks nothing."""

from dataclasses import replace

from bot.domain.order import Order, OrderSide
from bot.domain.trade import ExitReason, close_as_dust
from bot.engine.trading.change_set import Step
from bot.engine.trading.equity_points import keep_equity


def drop_dust(step: Step, reason: ExitReason) -> None:
    """Close the open trade with what it realised; its rest stays in the book as dust."""
    booked = close_as_dust(step.session.book, step.around.moment, reason)
    step.keep_booked(booked)
    step.change(replace(step.session, trade_fills={}))
    keep_equity(step)


def drop_dust_of(step: Step, ended: Order, reason: ExitReason) -> None:
    """Close the trade if an order that ended unfinished left too little, and no other order can change that."""
    session = step.session
    position = session.book.position
    price = session.last_price or position.average_entry
    if session.is_flat or session.orders or not position.is_flat(session.market, price):
        return
    drop_dust(step, ExitReason.PARTIAL if ended.intent.side is OrderSide.BUY else reason)
