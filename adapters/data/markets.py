"""Rules of the markets whose candles are bundled: Binance Spot as of 2024."""

from decimal import Decimal

from bot.domain.ids import Symbol
from bot.domain.market import Market

FEE_RATE = Decimal("0.001")
MIN_NOTIONAL = Decimal(5)
FINEST_STEP = Decimal("0.00000001")


def market_for(symbol: Symbol, tick: Decimal = FINEST_STEP, step: Decimal = FINEST_STEP) -> Market:
    """Return the known market of a symbol, else one with the given tick and step and no minimum notional."""
    known = _KNOWN.get(symbol)
    if known is not None:
        return known
    return _market(symbol, tick, step, min_notional=Decimal(0))


def _market(symbol: str, tick: Decimal, step: Decimal, min_notional: Decimal = MIN_NOTIONAL) -> Market:
    base, _, quote = symbol.partition("/")
    return Market(
        symbol=Symbol(symbol),
        base=base,
        quote=quote,
        tick=tick,
        step=step,
        min_quantity=step,
        min_notional=min_notional,
        fee_rate=FEE_RATE,
    )


RECORDED_MARKETS = (
    _market("BTC/USDT", Decimal("0.01"), Decimal("0.00001")),
    _market("ETH/USDT", Decimal("0.01"), Decimal("0.0001")),
    _market("SOL/USDT", Decimal("0.01"), Decimal("0.001")),
    _market("XRP/USDT", Decimal("0.0001"), Decimal(1)),
    _market("DOGE/USDT", Decimal("0.00001"), Decimal(1)),
)
"""Every bundled price lies on these ticks."""

_KNOWN = {market.symbol: market for market in RECORDED_MARKETS}
