"""Compares pages as people see them with the recomputed figures, and collects every difference."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from tests.truth.booking import ZERO
from tests.truth.recompute import BotBooks, local_midnight, period_start
from tests.truth.shown import line_of, numbers_of, rows_of

PERCENT = 100
Value = Decimal | float | None


@dataclass
class Comparison:
    """The differences between what was shown and what is true, and the number of figures compared."""

    differences: list[str] = field(default_factory=list)
    compared: int = 0

    def check(self, where: str, text: str | None, *values: Value) -> None:
        """Compare the numbers of a text with the values they should be; None is shown without a number."""
        shown, wanted = numbers_of(text or ""), [value for value in values if value is not None]
        self.compared += len(wanted)
        is_same = len(shown) >= len(wanted) and all(
            found.is_near(value) for found, value in zip(shown, wanted, strict=False)
        )
        if text is None or not is_same:
            self.differences.append(f"{where}: shown {text!r}, true {', '.join(map(_short, wanted)) or 'none'}")

    def check_word(self, where: str, text: str | None, word: str) -> None:
        self.compared += 1
        if text is None or word not in text:
            self.differences.append(f"{where}: shown {text!r}, true {word!r}")


def _short(value: Value) -> str:
    return "n/a" if value is None else f"{float(value):.6g}"


def check_card(found: Comparison, page: str, bot: BotBooks, now: datetime) -> None:
    """Check `/bot name`."""
    total, opened = bot.profit(now), open_profit(bot, now)
    where = f"/bot {bot.name}"
    growth = bot.growth(now)[-1][2] - 1
    if not bot.is_flat(now):
        found.check(f"{where} position", line_of(page, "Position"), bot.held(now))
        found.check(f"{where} open", line_of(page, "Open PnL"), opened)
    found.check(f"{where} closed", line_of(page, "Closed PnL"), total - opened)
    found.check(f"{where} total", line_of(page, "Total PnL"), total, growth * PERCENT)
    closed = bot.closed_rounds(now)
    if closed:
        won = sum(trade.profit > 0 for trade in closed)
        found.check(f"{where} trades", line_of(page, "Trades"), len(closed), won)


def check_statistics(found: Comparison, page: str, bot: BotBooks, now: datetime) -> None:
    """Check `/stats name`."""
    where, figures = f"/stats {bot.name}", bot.statistics(now)
    total, opened = bot.profit(now), open_profit(bot, now)
    found.check(f"{where} total", line_of(page, "Total PnL"), total, _percent(figures["total_return"]))
    found.check(f"{where} closed", line_of(page, "Closed PnL"), total - opened)
    found.check(f"{where} open", line_of(page, "Open PnL"), opened)
    rows: tuple[tuple[str, tuple[Value, ...]], ...] = (
        ("Profit factor", (figures["profit_factor"],)),
        ("Per trade", (figures["expectancy"],)),
        ("Payoff ratio", (figures["payoff"],)),
        ("Best, worst", (figures["best"], figures["worst"])),
        ("Max drawdown", (figures["max_drawdown_amount"], _percent(figures["max_drawdown"]))),
        ("Now below peak", (_percent(figures["current_drawdown"]),)),
        ("In the market", (_percent(figures["time_in_market"]),)),
        ("Buy and hold", (_percent(figures["buy_and_hold"]),)),
        ("SQN, p-value", (figures["sqn"],)),
        ("Fees", (figures["fees"],)),
    )
    for title, values in rows:
        found.check(f"{where} {title}", line_of(page, title), *values)
    closed = bot.closed_rounds(now)
    is_long_enough = now - bot.start >= timedelta(days=30) and len(closed) >= 20
    if not is_long_enough:
        found.check_word(f"{where} annual figures", page, "not enough history yet")
        return
    found.check(f"{where} Sharpe, Sortino", line_of(page, "Sharpe, Sortino"), figures["sharpe"], figures["sortino"])
    cagr = _percent(figures["cagr"])
    found.check(f"{where} CAGR, Calmar", line_of(page, "CAGR, Calmar"), cagr, figures["calmar"])


def check_trades(found: Comparison, page: str, bot: BotBooks, now: datetime) -> None:
    """Check the newest page of `/trades name`; numbers go on where the earlier pass ended."""
    rounds = {bot.earlier_trades + trade.number: trade for trade in bot.rounds(now)}
    for row in rows_of(page, "no "):
        number = int(numbers_of(row["no"])[0].value)
        where = f"/trades {bot.name} {number}"
        if number <= bot.earlier_trades:
            continue
        trade = rounds.get(number)
        if trade is None:
            found.differences.append(f"{where}: no such trade")
            continue
        found.check(f"{where} entry", row["entry"], trade.paid / trade.bought)
        if trade.closed_at is not None:
            found.check(f"{where} exit", row["exit"], trade.received / trade.sold)
            found.check(f"{where} profit", row["profit"], trade.profit)
            found.check(f"{where} %", row["%"], trade.profit / trade.paid * PERCENT)


def check_profit(
    found: Comparison, page: str, bots: Sequence[BotBooks], now: datetime, period: str, zone: ZoneInfo
) -> None:
    """Check `/pnl period=…`: the total, each bot's row, and the periods before."""
    start = None if period == "all" else period_start(period, now, zone)
    profits = {
        bot.name: cents(bot.profit(now)) - (ZERO if start is None else cents(bot.profit_before(start))) for bot in bots
    }
    where = f"/pnl period={period} {zone}"
    title = f"PRACTICE {'USDT'}"
    found.check(f"{where} total", line_of(page, title), sum(profits.values(), ZERO))
    for name, profit in profits.items():
        line = line_of(page, f"{name} ")
        if line is not None:
            found.check(f"{where} {name}", line, profit)
    _check_lines(found, page, bots, period, zone, where)


def _check_lines(
    found: Comparison, page: str, bots: Sequence[BotBooks], period: str, zone: ZoneInfo, where: str
) -> None:
    for row in rows_of(page, "before "):
        text = row["before"].removeprefix("week from ")
        if period == "month":
            first = datetime.strptime(text, "%B %Y").date()  # noqa: DTZ007 - a day of the reader's calendar
            next_month = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
            ends = (first, next_month)
        else:
            first = datetime.strptime(re.sub(r"^\w+ ", "", text), "%d %b %Y").date()  # noqa: DTZ007 - as above
            ends = (first, first + timedelta(days={"day": 1, "week": 7}[period]))
        begin, end = (local_midnight(day, zone) for day in ends)
        profit = sum((cents(bot.profit_before(end)) - cents(bot.profit_before(begin)) for bot in bots), ZERO)
        found.check(f"{where} {text}", row["profit"], profit)


def check_fleet(
    found: Comparison, pages: Sequence[str], bots: Mapping[str, BotBooks], every: Mapping[str, BotBooks], now: datetime
) -> None:
    """Check `/bots`: `bots` have a row, `every` bot, deleted ones too, is in the total."""
    seen: set[str] = set()
    for page in pages:
        for row in (*rows_of(page, "no "), *rows_of(page, "bot ")):
            bot = bots.get(row["bot"])
            if bot is None:
                found.differences.append(f"/bots: unknown bot {row['bot']}")
                continue
            seen.add(bot.name)
            opened, total = open_profit(bot, now), bot.profit(now)
            found.check(f"/bots {bot.name} open", row["open"], opened)
            found.check(f"/bots {bot.name} closed", row["closed"], total - opened)
            found.check(f"/bots {bot.name} total", row["total"], total)
            found.check(f"/bots {bot.name} %", row["%"], (bot.growth(now)[-1][2] - 1) * PERCENT)
            if not bot.is_flat(now):
                found.check(f"/bots {bot.name} position", row["position"], bot.held(now))
    if seen != set(bots):
        found.differences.append(f"/bots: not shown {sorted(set(bots) - seen)}")
    totals = (line_of(pages[0], "totals") or "").removeprefix("PRACTICE")
    found.check("/bots totals", totals, sum((cents(bot.profit(now)) for bot in every.values()), ZERO))


def check_positions(found: Comparison, page: str, bots: Mapping[str, BotBooks], now: datetime) -> None:
    """Check `/positions`."""
    for row in rows_of(page, "bot "):
        bot = bots[row["bot"]]
        where = f"/positions {bot.name}"
        found.check(f"{where} quantity", row["position"], bot.held(now))
        found.check(f"{where} entry", row["entry"], bot.entry(now))
        found.check(f"{where} last", row["last"], bot.finest.newest(now))
        found.check(f"{where} open", row["open PnL"], open_profit(bot, now))
        cost = bot.entry(now) * bot.held(now)
        found.check(f"{where} %", row["%"], open_profit(bot, now) / cost * PERCENT)


def check_statement(
    found: Comparison, page: str, deposit: Decimal, bots: Sequence[tuple[str, BotBooks]], now: datetime
) -> None:
    """Check `/statement`: `bots` are pairs of base coin and the books of all passes, deleted ones too."""
    cash, coins = account_holdings(deposit, bots)
    prices = {coin: Decimal(repr(bot.finest.newest(now))) for coin, bot in bots}
    worth = cash + sum((held * prices[coin] for coin, held in coins.items()), ZERO)
    fees = sum((fill.fee for _, bot in bots for fill in bot.fills), ZERO)
    found.check("/statement deposit", line_of(page, "Deposit"), deposit)
    found.check("/statement fees", line_of(page, "Fees"), -fees)
    found.check("/statement books", line_of(page, "= Books"), worth)
    found.check("/statement venue", line_of(page, "= Venue"), worth)
    found.check("/statement USDT", line_of(page, "USDT"), cash)
    found.check_word("/statement difference", line_of(page, "Difference"), "0.00")
    parts = [line_of(page, title) for title in ("Bots, closed", "Bots, open", "Deleted bots", "Earlier passes")]
    told = sum((numbers_of(part)[0].value for part in parts if part is not None), ZERO)
    found.check("/statement parts", f"{told}", worth + fees - deposit)


def account_holdings(deposit: Decimal, bots: Sequence[tuple[str, BotBooks]]) -> tuple[Decimal, dict[str, Decimal]]:
    """Return money and coins that the fills of all passes leave in an account."""
    cash, coins = deposit, dict[str, Decimal]()
    for coin, bot in bots:
        for fill in bot.fills:
            cash += -fill.sign * fill.value - fill.fee
            coins[coin] = coins.get(coin, ZERO) + fill.sign * fill.quantity
    return cash, coins


def check_balance(found: Comparison, page: str, deposit: Decimal, bots: Sequence[tuple[str, BotBooks]]) -> None:
    """Check `/balance`: `bots` are pairs of base coin and the books of all passes, deleted ones too."""
    cash, coins = account_holdings(deposit, bots)
    rows = {row["coin"]: row["total"] for row in rows_of(page, "coin ")}
    found.check("/balance USDT", rows.get("USDT"), cash)
    for coin, held in coins.items():
        if held:
            found.check(f"/balance {coin}", rows.get(coin), held)


def cents(amount: Decimal) -> Decimal:
    """An amount as it is printed: what is added up on a page are printed amounts."""
    return amount.quantize(Decimal("0.01"))


def open_profit(bot: BotBooks, now: datetime) -> Decimal:
    """(last - average entry) x quantity - fees of the open position."""
    held = bot.held(now)
    if not held:
        return ZERO
    last = Decimal(repr(bot.finest.newest(now)))
    return (last - bot.entry(now)) * held - bot.open_fees(now)


def _percent(value: Value) -> Value:
    return None if value is None else float(value) * PERCENT
