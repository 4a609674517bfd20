"""Price triggers of barriers that do not rest at the venue."""

from bot.domain.ids import Symbol
from bot.engine.market_data.price_watch import Direction, PriceTrigger
from bot.engine.trading.planning import STOP_TAG, TARGET_TAG
from bot.engine.trading.session import Session


def barrier_triggers(session: Session) -> tuple[Symbol, tuple[PriceTrigger, ...]]:
    """Return the triggers of a session's position: a long's stop waits for falling, its target for rising prices."""
    bot = session.bot
    symbol = bot.config.symbol
    levels, is_long = session.active_levels, session.ledger.position.sign > 0
    down, up = (Direction.FALLS, Direction.RISES) if is_long else (Direction.RISES, Direction.FALLS)
    triggers = []
    if levels.stop is not None:
        triggers.append(PriceTrigger(levels.stop, bot.bot_id, STOP_TAG, down))
    if levels.target is not None:
        triggers.append(PriceTrigger(levels.target, bot.bot_id, TARGET_TAG, up))
    return symbol, tuple(triggers)
