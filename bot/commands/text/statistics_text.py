"""The figures of METRICS.md as rows of a table."""

from decimal import Decimal

from bot.commands.text import numbers
from bot.domain.metrics import NotAvailable, Ratio
from bot.domain.money import to_decimal
from bot.engine.reports.statistics import Statistics


def statistics_rows(statistics: Statistics) -> tuple[tuple[str, ...], ...]:
    """Return the rows of `/stats`; what is withheld is left to `withheld_text`."""
    trades, row = statistics.trades, statistics.figures
    quote = row.market.quote
    deepest = statistics.equity.max_drawdown
    (opened, closed), total = numbers.round_parts_to_total((row.open_profit, row.closed_profit), quote)
    capital = row.bot.config.capital
    rows: list[tuple[str, ...]] = [
        _profit_row("Total PnL", total, row.total, capital),
        _profit_row("Closed PnL", closed, row.closed_profit, capital),
        _profit_row("Open PnL", opened, row.open_profit, capital),
        ("Won", numbers.count_share(trades.wins, trades.trades)),
        ("Profit factor", ratio_text(trades.profit_factor)),
        ("Per trade", _amount(trades.expectancy, quote)),
        ("Payoff ratio", ratio_text(trades.payoff_ratio)),
        ("Best, worst", _extremes(statistics)),
        ("Max drawdown", numbers.table_amount(to_decimal(deepest.absolute), quote), percent_text(deepest.relative)),
        ("Now below peak", percent_text(statistics.equity.current_drawdown)),
        ("In the market", numbers.NOT_AVAILABLE if statistics.exposure is None else percent_text(statistics.exposure)),
        (
            "Buy and hold",
            numbers.NOT_AVAILABLE if statistics.benchmark is None else signed_percent_text(statistics.benchmark),
        ),
        ("SQN, p-value", f"{ratio_text(trades.sqn)}, {ratio_text(trades.p_value)}"),
        ("Fees", f"{numbers.table_amount(row.view.ledger.totals.fees, quote)} {quote}"),
    ]
    if not isinstance(statistics.equity.sharpe, NotAvailable):
        rows.append(
            ("Sharpe, Sortino", f"{ratio_text(statistics.equity.sharpe)}, {ratio_text(statistics.equity.sortino)}")
        )
    if not isinstance(statistics.equity.cagr, NotAvailable):
        rows.append(("CAGR, Calmar", f"{percent_text(statistics.equity.cagr)}, {ratio_text(statistics.equity.calmar)}"))
    return tuple(rows)


def _profit_row(title: str, printed: Decimal, profit: Decimal, capital: Decimal) -> tuple[str, ...]:
    share = numbers.signed_percent(numbers.ratio_or_none(profit, capital))
    return (title, numbers.signed_rounded_amount(printed), share)


def not_available_text(statistics: Statistics) -> str:
    """Say which figures are not given and why, and where all are explained."""
    cagr = statistics.equity.cagr
    reason = f"Sharpe, Sortino, Calmar, CAGR: {cagr}. " if isinstance(cagr, NotAvailable) else ""
    return f"{reason}What is what: /help metrics"


def ratio_text(value: Ratio) -> str:
    """Write a dimensionless figure, or why there is none."""
    return str(value) if isinstance(value, NotAvailable) else numbers.ratio(value)


def percent_text(value: Ratio) -> str:
    """Write a share as per cent, or why there is none."""
    return str(value) if isinstance(value, NotAvailable) else numbers.percent(to_decimal(value))


def signed_percent_text(value: Ratio) -> str:
    """Write a gain as per cent, or why there is none."""
    return str(value) if isinstance(value, NotAvailable) else numbers.signed_percent(to_decimal(value))


def _amount(value: Decimal | NotAvailable, quote: str) -> str:
    return str(value) if isinstance(value, NotAvailable) else numbers.signed_money(value, quote)


def _extremes(statistics: Statistics) -> str:
    if not statistics.trades.trades:
        return numbers.NOT_AVAILABLE
    quote = statistics.figures.market.quote
    best, worst = statistics.trades.best, statistics.trades.worst
    return f"{numbers.signed_amount(best, quote)}, {numbers.signed_amount(worst, quote)}"
