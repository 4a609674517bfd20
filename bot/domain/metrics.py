"""Performance metrics of closed trades and daily equity (docs: `/help metrics`), each defined once.

A metric that cannot be computed is a `NotAvailable` with its reason, never infinite or a stand-in number.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import fmean

from bot.domain.drawdown import Drawdown
from bot.domain.money import ZERO
from bot.domain.order import OrderSide, OrderType
from bot.domain.student import two_sided_p_value

DAYS_A_YEAR = 365
MIN_DAYS = 30
MIN_TRADES = 20
MIN_FOR_DEVIATION = 2


@dataclass(frozen=True, slots=True)
class NotAvailable:
    """Reason why a metric is missing: "n/a" for a zero denominator, or too little data."""

    reason: str

    def __str__(self) -> str:
        return self.reason


NOT_APPLICABLE = NotAvailable("n/a")
Ratio = float | NotAvailable


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeMetrics:
    """Metrics of closed trades; amounts in quote, fees included."""

    trades: int
    wins: int
    losses: int
    best: Decimal
    worst: Decimal
    win_rate: Ratio
    profit_factor: Ratio
    expectancy: Decimal | NotAvailable
    expectancy_ratio: Ratio
    payoff_ratio: Ratio
    sqn: Ratio
    p_value: Ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class EquityMetrics:
    """Metrics of equity over time."""

    total_return: Ratio
    cagr: Ratio
    sharpe: Ratio
    sortino: Ratio
    calmar: Ratio
    max_drawdown: Drawdown
    current_drawdown: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """Every figure of a bot or a backtest: of its closed trades, of its equity, and of both together.

    `open_profit` is what selling the position now would bring, less the fees of its entry; `closed_profit` is all
    else that was earned, partial exits of the open trade included.
    """

    trades: TradeMetrics
    equity: EquityMetrics
    fees: Decimal
    closed_profit: Decimal
    open_profit: Decimal
    time_in_market: Ratio
    average_exposure: Ratio
    turnover: Ratio
    slippage: Ratio
    benchmark: Ratio

    @property
    def net_profit(self) -> Decimal:
        """Return the profit after fees: closed and open."""
        return self.closed_profit + self.open_profit


def trade_metrics(profits: Sequence[Decimal]) -> TradeMetrics:
    """Compute the metrics of closed trades from their profits in quote."""
    wins = [float(profit) for profit in profits if profit > 0]
    losses = [float(profit) for profit in profits if profit < 0]
    count = len(profits)
    win_rate = _ratio(len(wins), count)
    payoff = _ratio(fmean(wins), -fmean(losses)) if wins and losses else NOT_APPLICABLE
    sqn = _quality(profits)
    return TradeMetrics(
        trades=count,
        wins=len(wins),
        losses=len(losses),
        best=max(profits, default=ZERO),
        worst=min(profits, default=ZERO),
        win_rate=win_rate,
        profit_factor=_ratio(math.fsum(wins), -math.fsum(losses)),
        expectancy=sum(profits, ZERO) / count if count else NOT_APPLICABLE,
        expectancy_ratio=_expectancy_ratio(payoff, win_rate),
        payoff_ratio=payoff,
        sqn=sqn,
        # The t statistic of "the mean is zero" is the SQN itself.
        p_value=sqn if isinstance(sqn, NotAvailable) else two_sided_p_value(sqn, count - 1),
    )


def annual_shortage(days: float, trades: int) -> NotAvailable | None:
    """Return why annualised metrics are withheld, None if there is enough history."""
    if days < MIN_DAYS:
        return NotAvailable(f"not enough history yet ({math.floor(days)} of {MIN_DAYS} days)")
    if trades < MIN_TRADES:
        return NotAvailable(f"not enough history yet ({trades} of {MIN_TRADES} trades)")
    return None


def annual_growth(growth: Ratio, days: float) -> Ratio:
    """Return the compound annual growth (CAGR) of a total return over `days`."""
    if isinstance(growth, NotAvailable) or days <= 0 or growth <= -1:
        return NOT_APPLICABLE
    try:
        return float((1 + growth) ** (DAYS_A_YEAR / days) - 1)
    except OverflowError:
        return NOT_APPLICABLE


def equity_metrics(
    growth: Ratio, returns: Sequence[float], *, days: float, trades: int, deepest: Drawdown, current: float
) -> EquityMetrics:
    """Compute the metrics of a curve that lasted `days`, from its whole growth and the returns of its UTC days.

    Annualised metrics are withheld when `days` or the number of closed `trades` is too small.
    """
    shortage = annual_shortage(days, trades)
    cagr = shortage or annual_growth(growth, days)
    return EquityMetrics(
        total_return=growth,
        cagr=cagr,
        sharpe=shortage or sharpe_ratio(returns),
        sortino=shortage or sortino_ratio(returns),
        calmar=calmar_ratio(cagr, deepest),
        max_drawdown=deepest,
        current_drawdown=current,
    )


def sharpe_ratio(returns: Sequence[float]) -> Ratio:
    """Return mean / standard deviation (ddof 1) of daily returns, annualised with 365 days."""
    if len(returns) < MIN_FOR_DEVIATION or min(returns) == max(returns):
        return NOT_APPLICABLE
    return _ratio(fmean(returns) * math.sqrt(DAYS_A_YEAR), _deviation(returns))


def sortino_ratio(returns: Sequence[float]) -> Ratio:
    """Return mean / downside deviation over all days of daily returns, annualised with 365 days."""
    if not returns:
        return NOT_APPLICABLE
    downside = math.sqrt(math.fsum(min(value, 0.0) ** 2 for value in returns) / len(returns))
    return _ratio(fmean(returns) * math.sqrt(DAYS_A_YEAR), downside)


def calmar_ratio(cagr: Ratio, drawdown: Drawdown) -> Ratio:
    """Return CAGR / deepest relative drawdown."""
    return cagr if isinstance(cagr, NotAvailable) else _ratio(cagr, drawdown.relative)


def slippage_reference(order_type: OrderType, *, price: Decimal | None, reference_price: Decimal) -> Decimal | None:
    """Return the price from which a fill of such an order may slip: a stop's trigger, or a market order's at decision.

    Limits and targets fill at their price or better, which is no slippage: None.
    """
    match order_type:
        case OrderType.STOP:
            return price
        case OrderType.MARKET:
            return reference_price
        case _:
            return None


def average_slippage(fills: Iterable[tuple[OrderSide, Decimal, Decimal | None]]) -> Ratio:
    """Return the mean of (fill - reference) / reference over fills that have a reference; positive is worse."""
    found = [side.sign * float(price / reference - 1) for side, price, reference in fills if reference]
    return fmean(found) if found else NOT_APPLICABLE


def time_in_market(spans: Sequence[tuple[datetime, datetime]], start: datetime, end: datetime) -> float:
    """Return the share of the time from start to end with an open position; spans do not overlap."""
    inside = sum(((closed - opened) for opened, closed in spans), timedelta())
    return inside / (end - start) if end > start else 0.0


def turnover(notional: Decimal, average_equity: float) -> Ratio:
    """Return the traded value as a multiple of the average equity."""
    return _ratio(float(notional), average_equity) if average_equity > 0 else NOT_APPLICABLE


def buy_and_hold_return(first: float, last: float, fee_rate: float) -> Ratio:
    """Return the growth of buying at the first price and selling at the last, fees paid."""
    return last * (1 - fee_rate) / (first * (1 + fee_rate)) - 1 if first > 0 else NOT_APPLICABLE


def _ratio(above: float, below: float) -> Ratio:
    if not below or not math.isfinite(above / below):
        return NOT_APPLICABLE
    return above / below


def _expectancy_ratio(payoff: Ratio, win_rate: Ratio) -> Ratio:
    if isinstance(payoff, NotAvailable) or isinstance(win_rate, NotAvailable):
        return NOT_APPLICABLE
    return (1 + payoff) * win_rate - 1


def _quality(profits: Sequence[Decimal]) -> Ratio:
    if len(profits) < MIN_FOR_DEVIATION:
        return NOT_APPLICABLE
    values = [float(profit) for profit in profits]
    # Equal profits deviate by rounding only.
    if min(values) == max(values):
        return NOT_APPLICABLE
    return _ratio(math.sqrt(len(values)) * fmean(values), _deviation(values))


def _deviation(values: Sequence[float]) -> float:
    mean = fmean(values)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))
