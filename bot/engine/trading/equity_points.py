"""Equity points: one when a trade closes, one at each market day's end while something is held."""

from datetime import datetime

from bot.domain.equity import EquityPoint
from bot.domain.facts import Saved
from bot.domain.money import ZERO
from bot.engine.trading.change_set import ChangeSet
from bot.engine.trading.session import Session


def equity_point(session: Session, market_time: datetime) -> EquityPoint:
    position = session.ledger.position
    price = session.last_price
    held = not session.is_flat and price is not None
    open_profit = position.open_profit(price) if held and price is not None else ZERO
    realised = session.ledger.realised_profit
    return EquityPoint(
        bot_id=session.bot.bot_id,
        market_time=market_time,
        equity=session.bot.config.capital + realised + open_profit,
        closed_profit=realised,
        open_profit=open_profit,
        exposure=abs(position.quantity) * price if price is not None else ZERO,
    )


def save_equity(changes: ChangeSet) -> None:
    changes.add_fact(Saved(equity_point(changes.session, changes.context.moment.market)))


def save_day_equity(changes: ChangeSet, opened: datetime, closed: datetime) -> None:
    """Store the equity when a candle from `opened` to `closed` ended a market day with an open position."""
    if not changes.session.is_flat and opened.date() != closed.date():
        changes.add_fact(Saved(equity_point(changes.session, closed)))
