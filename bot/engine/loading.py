"""Build sessions from stored facts."""

from bot.domain.fill import Fill
from bot.domain.ids import ClientOrderId
from bot.domain.instance import Bot
from bot.domain.market import Market
from bot.domain.order import Order, OrderPurpose
from bot.domain.trade import Book
from bot.engine.session import Session, working_orders
from bot.ports.storage import LedgerReader, Page

RUN_FILLS = Page(limit=5000)
"""How far back a plan strategy remembers the fills of its run."""


async def load_session(reader: LedgerReader, bot: Bot, market: Market, *, is_plan: bool) -> Session:
    """Load one bot's session."""
    book = await reader.book(bot.bot_id)
    orders = await reader.working_orders(bot.bot_id)
    session = build_session(bot, market, book, orders)
    return await with_fills(reader, session) if is_plan else session


def build_session(bot: Bot, market: Market, book: Book, orders: tuple[Order, ...]) -> Session:
    """Build a session from what is stored."""
    return Session(bot=bot, market=market, book=book, orders=working_orders(orders))


async def with_fills(reader: LedgerReader, session: Session) -> Session:
    """Add what a plan strategy remembers: the fills of its run by tag, and those of the open trade."""
    bot = session.bot
    stored = await reader.orders(bot.bot_id, RUN_FILLS)
    tags: dict[ClientOrderId, str] = {
        order.intent.client_order_id: order.intent.tag
        for order in stored
        if order.intent.run_number == bot.run_number and order.intent.purpose is OrderPurpose.PLAN
    }
    last_fills: dict[str, Fill] = {}
    trade_fills: dict[str, tuple[Fill, ...]] = {}
    trade = session.book.trade
    for fill in reversed(await reader.fills(bot.bot_id, RUN_FILLS)):
        tag = tags.get(fill.client_order_id)
        if tag is None:
            continue
        last_fills[tag] = fill
        if trade is not None and fill.moment.market >= trade.opened_at.market:
            trade_fills[tag] = (*trade_fills.get(tag, ()), fill)
    return Session(
        bot=bot,
        market=session.market,
        book=session.book,
        orders=session.orders,
        last_fills=last_fills,
        trade_fills=trade_fills,
    )
