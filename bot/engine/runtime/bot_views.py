"""What can be seen of a bot from outside."""

from datetime import UTC, datetime
from decimal import Decimal

from bot.domain.instance import BotStatus
from bot.domain.market import Timeframe
from bot.domain.money import decimal_of
from bot.domain.signal import SignalRow
from bot.engine.execution.venue_context import Place
from bot.engine.trading.session import Session
from bot.ports.host import BotView


def bot_view(session: Session, place: Place, *, is_plan: bool) -> BotView:
    """Freeze what is known of a bot now; `is_plan` tells whether its strategy keeps resting orders."""
    bot = session.bot
    guards = session.guards
    row, row_close = _row(session, place)
    is_deciding = session.is_deciding
    return BotView(
        bot=bot,
        book=session.book,
        working_orders=tuple(session.orders.values()),
        stop_price=guards.stop,
        target_price=guards.target,
        last_price=_last_price(session, place),
        last_row=row,
        last_row_close=row_close,
        next_close=next_close(place.venue.clock.now(), bot.config.timeframe) if is_deciding else None,
        remark=_remark(session, place),
        is_plan=is_plan,
        plan_fills=tuple(session.trade_fills.items()),
    )


def next_close(now: datetime, timeframe: Timeframe) -> datetime:
    """Return when the running candle of a timeframe closes."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return now - (now - epoch) % timeframe.duration + timeframe.duration


def _last_price(session: Session, place: Place) -> Decimal | None:
    price = place.feed.last_price(session.bot.config.symbol)
    return decimal_of(price) if price is not None else session.last_price


def _row(session: Session, place: Place) -> tuple[SignalRow | None, datetime | None]:
    if session.last_row is not None or not session.is_deciding:
        return session.last_row, session.last_row_close
    row = place.hub.evaluate(session.bot.bot_id)
    if row is None:
        return None, None
    duration = session.bot.config.timeframe.duration
    return row, next_close(place.venue.clock.now(), session.bot.config.timeframe) - duration


def _remark(session: Session, place: Place) -> str:
    bot = session.bot
    if bot.status not in (BotStatus.RUNNING, BotStatus.PAUSED):
        return bot.status_remark
    if session.plan is not None:
        return session.plan.remark
    return place.hub.outlook(bot.bot_id, is_flat=session.is_flat)
