"""What a newcomer has to guess otherwise: how practice trades, what amounts mean, and how to end or start over."""

from bot.domain.instance import RiskLimits

_LIMITS = RiskLimits()

PRACTICE_LINES = (
    ("Market", "real candles of summer 2024, spot and long only: a bot buys, holds and sells, it never sells short."),
    (
        "Candles",
        "5m from July, 1h from January 2024; the clock starts on 8 July, what is before it warms bots up. It ends on "
        "6 September; then bots stop, and /market action=restart sets the clock back.",
    ),
    (
        "Clock",
        "the market runs while nobody trades and stands still while the process is down. /market shows it; "
        "/market speed=600x, /market action=pause.",
    ),
    (
        "Fills",
        "a market order fills at the next candle's open, a limit order at its price or better; no slippage. Each fill "
        "costs 0.1% of its value.",
    ),
    (
        "Capital",
        "what a bot may use of its account. It is reserved from the start, whether the bot runs or not, until "
        "/edit NAME capital= or /delete NAME frees it.",
    ),
    (
        "Stake",
        "what an entry spends: your stake, else the capital less fee and 0.5%. It shrinks with what is lost and does "
        "not grow with what is won.",
    ),
    (
        "Limits",
        f"of each bot: {_LIMITS.max_open_orders} open orders, {_LIMITS.max_orders_per_minute} orders a minute, no "
        f"price more than {_LIMITS.price_collar:.0%} beyond the last one (max_open_orders, max_orders_per_minute, "
        "price_collar).",
    ),
    (
        "Pictures",
        "on the console they are files in DATA_DIR/charts, the newest 500. Over SSH copy one: "
        "scp HOST:PATH . and open it.",
    ),
    (
        "Ending",
        "/quit, Ctrl-C twice or Ctrl-D leaves the console and ends the process; the next start goes on. Elsewhere "
        "stop the process (Ctrl-C, SIGTERM).",
    ),
    (
        "Starting over",
        "/account reset practice gives the account its money back and closes the books of its bots; "
        "/market action=restart sets the clock back. For nothing at all end the process and delete DATA_DIR (./data).",
    ),
)
