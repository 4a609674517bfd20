"""Loading of sessions from stored facts."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from bot.domain.errors import Refused
from bot.domain.fill import Fill
from bot.domain.ids import BotId, VenueId
from bot.domain.instance import Bot
from bot.domain.market import Market
from bot.domain.money import Decimal, to_decimal
from bot.domain.order import Order
from bot.domain.trade import Ledger
from bot.engine.execution.venue_context import VenueContext
from bot.engine.runtime.strategy_instances import StrategyInstances
from bot.engine.trading.session import Session
from bot.ports.storage import LedgerReader, Page, Reader

PLAN_HISTORY = Page(limit=5000)
"""Orders and fills that are read to restore what a plan strategy remembers."""


class SessionLoader:
    """Loads sessions; who holds `lock` decides alone which bots have one."""

    def __init__(
        self, reader: Reader, venue_contexts: Mapping[VenueId, VenueContext], strategy_instances: StrategyInstances
    ) -> None:
        self._reader = reader
        self._venue_contexts = venue_contexts
        self._strategy_instances = strategy_instances
        self.lock = asyncio.Lock()

    async def load_bot(self, bot_id: BotId) -> Session:
        """Return the session of a stored bot; raise Refused without one."""
        bot = await self._reader.bot(bot_id)
        if bot is None:
            raise Refused("no-such-bot")
        market = self._venue_contexts[bot.venue].market(bot.config.symbol)
        is_plan = self._strategy_instances.plan_strategy(bot.config) is not None
        return await load_session(self._reader, bot, market, is_plan=is_plan)


def with_last_price(session: Session, venue_context: VenueContext) -> Session:
    """Return the session with the market's last price if its bot hears of no candles."""
    price = None if session.is_deciding else venue_context.feed.last_price(session.bot.config.symbol)
    return session if price is None else replace(session, last_price=to_decimal(price))


async def load_session(reader: LedgerReader, bot: Bot, market: Market, *, is_plan: bool) -> Session:
    ledger = await reader.ledger(bot.bot_id)
    orders = await reader.working_orders(bot.bot_id)
    session = build_session(bot, market, ledger, orders)
    return await load_plan_fills(reader, session) if is_plan else session


def build_session(bot: Bot, market: Market, ledger: Ledger, orders: tuple[Order, ...]) -> Session:
    working = {order.intent.client_order_id: order for order in orders if order.is_working}
    return Session(bot=bot, market=market, ledger=ledger, orders=working)


async def load_plan_fills(reader: LedgerReader, session: Session) -> Session:
    """Add a plan strategy's fills to a session: the newest of its run by tag, and all of the open trade."""
    bot = session.bot
    intents = {order.intent.client_order_id: order.intent for order in await reader.orders(bot.bot_id, PLAN_HISTORY)}
    fills = [fill for fill in await reader.fills(bot.bot_id, PLAN_HISTORY) if fill.client_order_id in intents]
    last_fills: dict[str, Fill] = {}
    for fill in reversed(fills):
        intent = intents[fill.client_order_id]
        if intent.run_number == bot.run_number:
            last_fills[intent.tag] = fill
    trade_fills: dict[str, tuple[Fill, ...]] = {}
    for fill in _open_trade_fills(session, fills):
        tag = intents[fill.client_order_id].tag
        trade_fills[tag] = (*trade_fills.get(tag, ()), fill)
    return replace(session, last_fills=last_fills, trade_fills=trade_fills)


def _open_trade_fills(session: Session, newest_first: list[Fill]) -> list[Fill]:
    """Return the fills of the open trade, oldest first, back to the one that opened it.

    Times do not separate them from those of the trade before, which may have closed in the same candle. For a trade
    stored without `opened_by` quantities do: the fill that closed the trade before is more than this one has sold.
    """
    trade = session.ledger.trade
    if trade is None:
        return []
    found: list[Fill] = []
    left = trade.exit_quantity
    for fill in newest_first:
        if fill.side.sign != trade.sign:
            left -= _moved(fill, session.market)
            if left < 0:
                break
        elif fill.moment.market < trade.opened_at.market:
            break
        found.append(fill)
        if fill.trade_id == trade.opened_by:
            break
    return found[::-1]


def _moved(fill: Fill, market: Market) -> Decimal:
    signed = fill.quantity * fill.side.sign
    return abs(signed - fill.fee) if fill.fee_currency == market.base else fill.quantity
