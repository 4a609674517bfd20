"""Views of sessions for readers outside the engine."""

from datetime import UTC, datetime

from bot.domain.instance import BotStatus
from bot.domain.market import Timeframe
from bot.domain.money import to_decimal
from bot.domain.signal import SignalRow
from bot.engine.execution.venue_context import VenueContext
from bot.engine.trading.guards import position_guards
from bot.engine.trading.session import Session
from bot.ports.host import BotView
from bot.strategy.base import PlanStrategy, StrategyParameters


def bot_view(
    session: Session, venue_context: VenueContext, plan_strategy: PlanStrategy[StrategyParameters] | None
) -> BotView:
    bot = session.bot
    can_rest = venue_context.venue.capabilities.can_rest_barriers(is_plan=plan_strategy is not None)
    watched = venue_context.price_watch.watched_tags(bot.bot_id)
    row, row_close = _row(session, venue_context)
    price = venue_context.feed.last_price(bot.config.symbol)
    return BotView(
        bot=bot,
        ledger=session.ledger,
        working_orders=tuple(session.orders.values()),
        guards=position_guards(session, can_rest=can_rest, watched=watched),
        best_price=session.best_price,
        last_price=session.last_price if price is None else to_decimal(price),
        last_row=row,
        last_row_close=row_close,
        next_close=next_close(venue_context.venue.clock.now(), bot.config.timeframe) if session.is_deciding else None,
        remark=_remark(session, venue_context),
        plan_rounds=None if plan_strategy is None else plan_strategy.group_rounds(session.trade_fills),
    )


def next_close(now: datetime, timeframe: Timeframe) -> datetime:
    """Return the close time of a timeframe's present candle."""
    return now - (now - datetime(1970, 1, 1, tzinfo=UTC)) % timeframe.duration + timeframe.duration


def _row(session: Session, venue_context: VenueContext) -> tuple[SignalRow | None, datetime | None]:
    if session.last_row is not None or not session.is_deciding:
        return session.last_row, session.last_row_close
    row = venue_context.hub.newest_signal(session.bot.bot_id)
    if row is None:
        return None, None
    timeframe = session.bot.config.timeframe
    return row, next_close(venue_context.venue.clock.now(), timeframe) - timeframe.duration


def _remark(session: Session, venue_context: VenueContext) -> str:
    bot = session.bot
    if bot.status not in (BotStatus.RUNNING, BotStatus.PAUSED):
        return bot.status_remark
    if session.plan is not None:
        return session.plan.remark
    return venue_context.hub.outlook(bot.bot_id, is_flat=session.is_flat)
