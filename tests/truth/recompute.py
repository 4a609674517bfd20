"""The independent script: figures of bots from exported fills, capital changes and candles.

It imports nothing of the product. What a figure means it takes from the definitions (`/help metrics`), not from the
code.
"""

import csv
import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.truth.booking import ZERO, Booked, FillRow, Round, Rules
from tests.truth.prices import Prices

YEAR_DAYS = 365


@dataclass
class BotBooks:
    """One bot of one pass: its start, the changes of its capital, its fills in order, and its prices."""

    name: str
    start: datetime
    capital: list[tuple[datetime, Decimal]]
    fills: list[FillRow]
    prices: Prices
    finest: Prices
    rules: Rules
    given_up: list[datetime] = field(default_factory=list)
    earlier_trades: int = 0

    # --- money at a time -------------------------------------------------------------------------------------------

    def profit_before(self, moment: datetime) -> Decimal:
        """Profit at a midnight: a fill at 00:00:00 belongs to the new day."""
        return self._profit([fill for fill in self.fills if fill.at < moment], self.prices.at(moment))

    def profit(self, now: datetime) -> Decimal:
        return self._profit([fill for fill in self.fills if fill.at <= now], self.finest.newest(now))

    def _profit(self, fills: Sequence[FillRow], price: float) -> Decimal:
        if not fills:
            return ZERO
        cash = sum((-fill.sign * fill.value - fill.fee for fill in fills), ZERO)
        held = sum((fill.sign * fill.quantity for fill in fills), ZERO)
        return cash + held * _decimal(price)

    def capital_at(self, moment: datetime) -> Decimal:
        return [amount for at, amount in self.capital if at <= moment or at == self.capital[0][0]][-1]

    def held(self, now: datetime) -> Decimal:
        return sum((fill.sign * fill.quantity for fill in self.fills if fill.at <= now), ZERO)

    # --- trades ----------------------------------------------------------------------------------------------------

    def book(self, now: datetime) -> Booked:
        """Book the fills, and what was given up as dust, in their order."""
        booked = Booked()
        events: list[FillRow | datetime] = [*self.fills, *self.given_up]
        for event in sorted(events, key=lambda one: one if isinstance(one, datetime) else one.at):
            if (event if isinstance(event, datetime) else event.at) > now:
                break
            if isinstance(event, datetime):
                booked.give_up(event, _decimal(self.finest.newest(event)))
            else:
                booked.fill(event, self.rules.step)
        return booked

    def rounds(self, now: datetime) -> list[Round]:
        """The trades, oldest first; the last may be open."""
        return self.book(now).rounds

    def closed_rounds(self, now: datetime) -> list[Round]:
        return [trade for trade in self.rounds(now) if trade.closed_at is not None]

    def is_flat(self, now: datetime) -> bool:
        return self.book(now).trade is None

    def entry(self, now: datetime) -> Decimal:
        """The average entry price of what is held."""
        booked = self.book(now)
        return booked.cost / booked.held if booked.held else ZERO

    def open_fees(self, now: datetime) -> Decimal:
        """The fees paid for what is still held: those of its purchases, shrunk with each partial sale."""
        return self.book(now).fees_of_held

    # --- the curve -------------------------------------------------------------------------------------------------

    def curve(self, now: datetime) -> list[tuple[datetime, float]]:
        """Profit at the start, at each closed candle and now."""
        times = [fill.at for fill in self.fills]
        cash, held = [0.0], [0.0]
        for fill in self.fills:
            cash.append(cash[-1] - fill.sign * float(fill.value) - float(fill.fee))
            held.append(held[-1] + fill.sign * float(fill.quantity))
        points = [(self.start, 0.0)]
        for at, close in self.prices.between(self.start, now):
            index = bisect_left(times, at)
            points.append((at, cash[index] + held[index] * close))
        index = bisect_right(times, now)
        return [*points, (now, cash[index] + held[index] * self.finest.newest(now))]

    def growth(self, now: datetime) -> list[tuple[datetime, float, float]]:
        """The curve with its time-weighted index: 1 at the start, unmoved by changes of the capital."""
        found: list[tuple[datetime, float, float]] = []
        changes = [(at, float(amount)) for at, amount in self.capital[1:]]
        capital, base_profit, index_at_base = float(self.capital[0][1]), 0.0, 1.0
        equity_at_base = capital
        for at, profit in self.curve(now):
            while changes and changes[0][0] < at:
                changed_at, new_capital = changes.pop(0)
                before = float(self._profit_float(changed_at))
                index_at_base *= (capital + before) / equity_at_base
                capital, base_profit = new_capital, before
                equity_at_base = capital + base_profit
            found.append((at, profit, index_at_base * (capital + profit) / equity_at_base))
        return found

    def _profit_float(self, moment: datetime) -> float:
        return float(self.profit(moment))

    def drawdown(self, now: datetime) -> tuple[float, float, float]:
        """The deepest fall as a share and as an amount, and the present one as a share."""
        peak = peak_profit = deepest = amount = 0.0
        top = 0.0
        for _, profit, index in self.growth(now):
            if index > top:
                top, peak_profit = index, profit
            fall = (top - index) / top
            if fall > deepest:
                deepest, amount = fall, peak_profit - profit
            peak = fall
        return deepest, amount, peak

    # --- statistics ------------------------------------------------------------------------------------------------

    def daily_returns(self, now: datetime) -> list[float]:
        """Growth of whole UTC days; the cut first and last day only if they are half a day or longer."""
        points = self.growth(now)
        times = [at for at, _, _ in points]
        ends = [self.start]
        midnight = datetime.combine(self.start.date() + timedelta(days=1), time(), UTC)
        while midnight < now:
            ends.append(midnight)
            midnight += timedelta(days=1)
        ends.append(now)
        half = timedelta(hours=12)
        values = [points[max(bisect_right(times, end) - 1, 0)][2] for end in ends]
        # Of two points at one time the first is the closed candle's: a fill at midnight belongs to the new day.
        values = [
            points[bisect_left(times, end)][2] if end in (times[bisect_left(times, end)],) and end != now else value
            for end, value in zip(ends, values, strict=True)
        ]
        found: list[float] = []
        for index in range(1, len(ends)):
            if ends[index] - ends[index - 1] < half:
                continue
            found.append(values[index] / values[index - 1] - 1)
        return found

    def statistics(self, now: datetime) -> dict[str, float | None]:
        """The figures of `/stats` by the names of METRICS.md; None where a ratio has no denominator."""
        closed = self.closed_rounds(now)
        profits = [float(trade.profit) for trade in closed]
        wins = [profit for profit in profits if profit > 0]
        losses = [profit for profit in profits if profit < 0]
        deepest, amount, present = self.drawdown(now)
        days = (now - self.start) / timedelta(days=1)
        end = self.growth(now)[-1][2]
        returns = self.daily_returns(now)
        cagr = end ** (YEAR_DAYS / days) - 1 if days > 0 else None
        spans = [((trade.closed_at or now) - trade.opened_at) for trade in self.rounds(now)]
        return {
            "profit_factor": _divide(sum(wins), -sum(losses)),
            "expectancy": _divide(sum(profits), len(profits)),
            "payoff": _divide(_divide(sum(wins), len(wins)), _negative(_divide(sum(losses), len(losses)))),
            "best": max(profits, default=None),
            "worst": min(profits, default=None),
            "max_drawdown_amount": amount,
            "max_drawdown": deepest,
            "current_drawdown": present,
            "time_in_market": sum(spans, timedelta()) / (now - self.start),
            "buy_and_hold": self.buy_and_hold(now),
            "sqn": _divide(math.sqrt(len(profits)) * _mean(profits), _deviation(profits)) if profits else None,
            "fees": float(sum((fill.fee for fill in self.fills if fill.at <= now), ZERO)),
            "total_return": end - 1,
            "cagr": cagr,
            "sharpe": _divide(_mean(returns) * math.sqrt(YEAR_DAYS), _deviation(returns)),
            "sortino": _divide(
                _mean(returns) * math.sqrt(YEAR_DAYS),
                math.sqrt(sum(min(value, 0) ** 2 for value in returns) / len(returns)) if returns else None,
            ),
            "calmar": _divide(cagr, deepest),
        }

    def buy_and_hold(self, now: datetime) -> float:
        fee = float(self.rules.fee)
        first, last = self.prices.at(self.start), self.finest.newest(now)
        return last * (1 - fee) / (first * (1 + fee)) - 1


def period_start(period: str, now: datetime, zone: ZoneInfo) -> datetime:
    """Return the first moment of the present day, week or month of a reader."""
    today = now.astimezone(zone).date()
    days = {"day": today, "week": today - timedelta(days=today.weekday()), "month": today.replace(day=1)}
    return local_midnight(days[period], zone)


def local_midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def read_fills(path: Path) -> dict[str, list[tuple[int, FillRow]]]:
    """Read the exported fills by bot, each with its number."""
    found: dict[str, list[tuple[int, FillRow]]] = {}
    with path.open(newline="") as lines:
        for row in csv.DictReader(lines):
            fill = FillRow(
                datetime.fromisoformat(row["market_time"]),
                1 if row["side"] == "buy" else -1,
                Decimal(row["price"]),
                Decimal(row["quantity"]),
                Decimal(row["fee"]),
            )
            found.setdefault(row["bot"], []).append((int(row["number"]), fill))
    return found


def _decimal(price: float) -> Decimal:
    return Decimal(repr(price))


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if values else 0.0


def _deviation(values: Sequence[float]) -> float | None:
    if len(values) < 2 or min(values) == max(values):
        return None
    mean = _mean(values)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))


def _divide(above: float | None, below: float | None) -> float | None:
    return above / below if above is not None and below else None


def _negative(value: float | None) -> float | None:
    return None if value is None else -value
