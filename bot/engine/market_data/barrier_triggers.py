"""Price triggers of barriers that do not rest at the venue."""

from bot.domain.barrier import BarrierLevel
from bot.domain.ids import BotId, Symbol
from bot.domain.order import OrderType
from bot.engine.market_data.price_watch import Direction, PriceTrigger
from bot.engine.trading.session import Session


def barrier_triggers(session: Session) -> tuple[Symbol, tuple[PriceTrigger, ...]]:
    """Return the triggers of an open position: a long's stop waits for the price to fall, its target to rise."""
    bot, is_long = session.bot, session.ledger.position.sign > 0
    levels = session.active_levels.rows
    return bot.config.symbol, tuple(_trigger(level, bot.bot_id, is_long=is_long) for level in levels)


def _trigger(level: BarrierLevel, bot_id: BotId, *, is_long: bool) -> PriceTrigger:
    falls = (level.barrier.order_type is OrderType.STOP) == is_long
    return PriceTrigger(level.price, bot_id, level.barrier.tag, Direction.FALLS if falls else Direction.RISES)
