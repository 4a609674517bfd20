"""What each figure means, in words: `/help metrics`."""

METRIC_TEXTS: tuple[tuple[str, str], ...] = (
    ("trade", "from flat to flat again; partial exits belong to it"),
    ("win rate", "wins / all closed trades, break-even ones counted below"),
    ("profit factor", "sum of wins / sum of losses"),
    ("expectancy", "mean profit of a closed trade, after fees"),
    ("expectancy ratio", "(1 + payoff ratio) x win rate - 1"),
    ("payoff ratio", "average win / average loss"),
    ("SQN", "root of n x mean profit / its standard deviation"),
    ("p-value", "t-test that the mean profit is zero"),
    ("total return", "equity at the end / at the start - 1"),
    ("CAGR", "total return a year, compounded over 365 days"),
    ("Sharpe", "mean / deviation of daily returns x root of 365"),
    ("Sortino", "as Sharpe, with losing days alone in the deviation"),
    ("Calmar", "CAGR / max drawdown"),
    ("max drawdown", "deepest fall of the equity from its peak"),
    ("exposure", "share of the time with a position open"),
    ("turnover", "value of all fills / average equity"),
    ("slippage", "(fill - price at decision) / price at decision"),
    ("buy and hold", "the same market over the same time, same fees"),
    ("closed PnL", "profit of closed trades, fees included"),
    ("open PnL", "(last - entry) x quantity - fees paid so far"),
)
