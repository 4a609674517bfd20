"""The figures of METRICS.md as rows of a table."""

from decimal import Decimal

from bot.commands.text import numbers
from bot.domain.metrics import Ratio, Withheld
from bot.domain.money import decimal_of
from bot.engine.reports.statistics import Statistics


def statistics_rows(found: Statistics) -> tuple[tuple[str, ...], ...]:
    """Return the rows of `/stats`; what is withheld is left to `withheld_text`."""
    trades, row = found.trades, found.figures
    quote = row.market.quote
    deepest = found.equity.max_drawdown
    (opened, closed), total = numbers.as_printed((row.open_profit, row.closed_profit), quote)
    capital = row.bot.config.capital
    rows: list[tuple[str, ...]] = [
        ("Total PnL", numbers.printed(total), numbers.signed_percent(numbers.ratio_of(row.total, capital))),
        ("Closed PnL", numbers.printed(closed), numbers.signed_percent(numbers.ratio_of(row.closed_profit, capital))),
        ("Open PnL", numbers.printed(opened), numbers.signed_percent(numbers.ratio_of(row.open_profit, capital))),
        ("Won", numbers.rate(trades.wins, trades.trades)),
        ("Profit factor", ratio(trades.profit_factor)),
        ("Per trade", _amount(trades.expectancy, quote)),
        ("Payoff ratio", ratio(trades.payoff_ratio)),
        ("Best, worst", _extremes(found)),
        ("Max drawdown", numbers.table_amount(decimal_of(deepest.absolute), quote), percent(deepest.relative)),
        ("Now below peak", percent(found.equity.current_drawdown)),
        ("In the market", numbers.NOT_KNOWN if found.exposure is None else percent(found.exposure)),
        ("Buy and hold", numbers.NOT_KNOWN if found.benchmark is None else signed_percent(found.benchmark)),
        ("SQN, p-value", f"{ratio(trades.sqn)}, {ratio(trades.p_value)}"),
        ("Fees", f"{numbers.table_amount(row.view.book.totals.fees, quote)} {quote}"),
    ]
    if not isinstance(found.equity.sharpe, Withheld):
        rows.append(("Sharpe, Sortino", f"{ratio(found.equity.sharpe)}, {ratio(found.equity.sortino)}"))
    if not isinstance(found.equity.cagr, Withheld):
        rows.append(("CAGR, Calmar", f"{percent(found.equity.cagr)}, {ratio(found.equity.calmar)}"))
    return tuple(rows)


def withheld_text(found: Statistics) -> str:
    """Say which figures are not given and why, and where all are explained."""
    cagr = found.equity.cagr
    reason = f"Sharpe, Sortino, Calmar, CAGR: {cagr}. " if isinstance(cagr, Withheld) else ""
    return f"{reason}What is what: /help metrics"


def ratio(value: Ratio) -> str:
    """Write a dimensionless figure, or why there is none."""
    return str(value) if isinstance(value, Withheld) else numbers.ratio(value)


def percent(value: Ratio) -> str:
    """Write a share as per cent, or why there is none."""
    return str(value) if isinstance(value, Withheld) else numbers.percent(decimal_of(value))


def signed_percent(value: Ratio) -> str:
    """Write a gain as per cent, or why there is none."""
    return str(value) if isinstance(value, Withheld) else numbers.signed_percent(decimal_of(value))


def _amount(value: Decimal | Withheld, quote: str) -> str:
    return str(value) if isinstance(value, Withheld) else numbers.signed_money(value, quote)


def _extremes(found: Statistics) -> str:
    if not found.trades.trades:
        return numbers.NOT_KNOWN
    quote = found.figures.market.quote
    return f"{numbers.signed_amount(found.trades.best, quote)}, {numbers.signed_amount(found.trades.worst, quote)}"
