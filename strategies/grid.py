"""Harvest swings in a range: buy at every level on the way down, sell each purchase one level higher.

Idea: a price that swings inside a range crosses the same levels many times; each pair of a buy and the sell one level
above earns the step less two fees.
Loses: when the price leaves the range downwards, the grid holds everything it bought on the way; when it leaves
upwards, the grid has sold out and watches.
Parameters: `levels` prices from `lower` to `upper`, in equal steps (arithmetic) or equal shares (geometric);
`quote_amount` is spent at each level (unset: the capital shared out); at or below `stop_low` everything is sold and
the grid waits for a new run; at or above `stop_high` it buys nothing.

Level i has the tags `buy-i` and `sell-i`, counted from 1 at `lower`; what it holds is read from the fills of the open
trade, so a restart or another process continues where the last one was.
"""

from dataclasses import replace
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field
from typing_extensions import override

from bot.domain.errors import InvalidInput
from bot.domain.instance import BotConfig
from bot.domain.market import Market
from bot.domain.money import ONE, ZERO, to_decimal
from bot.domain.plan import DesiredOrder, OrderPlan
from bot.engine.trading.planning import EXIT_TAG
from bot.strategy.base import PlanPreview, PlanStrategy, PlanView, StrategyParameters
from bot.strategy.field_spec import FieldMark, UnsetMeaning
from strategies.grid_level import GridSpacing, level_prices, shared_amount
from strategies.grid_preview import preview_grid
from strategies.grid_problem import find_grid_problem, stop_problem
from strategies.grid_slot import level_number
from strategies.grid_wishes import GridState, grid_wishes

Price = Annotated[Decimal, Field(gt=0), FieldMark.PRICE]
Amount = Annotated[Decimal, Field(gt=0), FieldMark.AMOUNT]


class GridParameters(StrategyParameters):
    """Parameters of grid."""

    ascending_fields: ClassVar[tuple[tuple[str, str], ...]] = (
        ("lower", "upper"),
        ("stop_low", "lower"),
        ("upper", "stop_high"),
    )

    lower: Price = Field(title="Lower", description="Price of the lowest level.", examples=["50000"])
    upper: Price = Field(title="Upper", description="Price of the highest level.", examples=["70000"])
    levels: int = Field(default=10, ge=2, le=200, title="Levels", description="How many prices, both ends included.")
    spacing: Literal["arithmetic", "geometric"] = Field(
        default="arithmetic", title="Spacing", description="Equal steps (arithmetic) or equal shares (geometric)."
    )
    quote_amount: Annotated[Amount | None, UnsetMeaning("the capital shared out")] = Field(
        default=None, title="Amount a level", description="Spent at each level, in quote; none shares the capital out."
    )
    stop_low: Price | None = Field(
        default=None, title="Stop low", description="At or below this close everything is sold until a new run."
    )
    stop_high: Price | None = Field(
        default=None, title="Stop high", description="At or above this close nothing is bought."
    )


class Grid(PlanStrategy[GridParameters]):
    """Buys on every level below the price and sells each purchase one level higher."""

    name = "grid"
    summary = "Buys on every level below the price and sells each purchase one level higher."
    pitfalls = (
        "Holds everything it bought when the price falls out of the range; set stop_low or a stop loss. "
        "After a stop loss it goes on buying on the levels below at once; after stop_low it waits for a new run."
    )
    Parameters = GridParameters
    rounds_title = "grid"
    range_fields = ("lower", "upper")

    @override
    def round_key(self, tag: str) -> str | None:
        return str(level_number(tag)) if level_number(tag) else None

    @override
    def warm_up(self, parameters: GridParameters) -> int:
        return 1

    @override
    def find_problem(self, parameters: GridParameters, market: Market, config: BotConfig) -> InvalidInput | None:
        spacing, stop = grid_spacing(parameters), config.barriers.stop_loss
        problem = find_grid_problem(spacing, parameters.quote_amount, market, config.capital)
        if problem is not None or stop is None or stop + market.fee_rate >= ONE:
            return problem
        # What one level buys must be worth the venue's minimum at the stop, too.
        guarded = replace(market, min_notional=market.min_notional / (ONE - stop - market.fee_rate))
        small = find_grid_problem(spacing, parameters.quote_amount, guarded, config.capital)
        return None if small is None else stop_problem(small, stop, market)

    @override
    def preview(
        self, parameters: GridParameters, market: Market, config: BotConfig, last_price: Decimal | None
    ) -> PlanPreview:
        spacing = grid_spacing(parameters)
        return preview_grid(spacing, parameters.quote_amount, market, config.capital, last_price)

    @override
    def plan(self, view: PlanView[GridParameters]) -> OrderPlan:
        if not len(view.candles):
            return OrderPlan((), "waits for the first closed candle")
        close = to_decimal(float(view.candles.close[-1]))
        stop_high = view.parameters.stop_high
        stopped = _stop_plan(view, close)
        if stopped is not None:
            return stopped
        wishes = grid_wishes(grid_state(view, close))
        buys, sells = view.placeable(wishes.buys), view.placeable(wishes.sells)
        if stop_high is not None and close >= stop_high:
            buys = ()
        return OrderPlan((*buys, *sells), _remark(view, close, buys, sells))


def grid_state(view: PlanView[GridParameters], close: Decimal) -> GridState:
    """Return what the orders of a grid follow from."""
    prices, amount = level_prices(grid_spacing(view.parameters), view.market), view.parameters.quote_amount
    return GridState(
        prices=prices,
        market=view.market,
        fills=view.trade_fills,
        orders=view.open_orders,
        held=view.market.floor_quantity(max(view.position.quantity, ZERO)),
        close=close,
        amount=shared_amount(view.capital, len(prices), view.market) if amount is None else amount,
        follows_capital=amount is None,
    )


def grid_spacing(parameters: GridParameters) -> GridSpacing:
    """Return the parameters that determine the prices."""
    return GridSpacing(parameters.lower, parameters.upper, parameters.levels, parameters.spacing == "geometric")


def _stop_plan(view: PlanView[GridParameters], close: Decimal) -> OrderPlan | None:
    stop_low = view.parameters.stop_low
    if stop_low is None:
        return None
    text = f"stopped at stop_low {stop_low}"
    if not view.position.is_flat(view.market, close) and close <= stop_low:
        return OrderPlan((), f"{text}, sells everything", exit_text=f"close {close} is at or below stop_low {stop_low}")
    left = view.last_fills.get(EXIT_TAG)
    # A sale at market below the range in this run was made by the stop.
    if close <= stop_low or (left is not None and left.price < view.parameters.lower):
        return OrderPlan((), f"{text}, everything is sold; a new run starts again")
    return None


def _remark(
    view: PlanView[GridParameters],
    close: Decimal,
    buys: tuple[DesiredOrder, ...],
    sells: tuple[DesiredOrder, ...],
) -> str:
    lower, upper = view.parameters.lower, view.parameters.upper
    orders = f"{_count(len(buys), 'buy')} below, {_count(len(sells), 'sell')} above"
    if close < lower or close > upper:
        side = "below" if close < lower else "above"
        return f"idle: {close} is {side} the range {lower} to {upper}; {orders}"
    distance = f", nearest buy {(close - buys[0].price) / close:.2%} below" if buys else ""
    return f"{orders}{distance}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun if number == 1 else noun + 's'}"
