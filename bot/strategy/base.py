"""Base classes of strategies: parameters as a pydantic model, and one pure function of closed candles.

A strategy keeps no state, reads no clock and no random numbers of its own: the same candles give the same result, and
the result on a prefix of the candles is the prefix of the result.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict
from typing_extensions import override

from bot.domain.errors import InvalidInput
from bot.domain.fill import Fill
from bot.domain.instance import BotConfig
from bot.domain.market import Market
from bot.domain.order import Order
from bot.domain.plan import DesiredOrder, OrderPlan, PlanRounds
from bot.domain.position import Position
from bot.strategy.candles import Bools, Candles, Entries, Floats


class StrategyParameters(BaseModel):
    """Base of all parameter models: frozen, unknown names refused; every field has title, description and bounds."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    ascending_fields: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Pairs of number fields of which the first must be below the second, unless one of them is off."""

    @override
    def model_post_init(self, context: object, /) -> None:
        """Check the order of the fields; pydantic turns the ValueError into its own."""
        for below, above in self.ascending_fields:
            low, high = getattr(self, below), getattr(self, above)
            if low is not None and high is not None and low >= high:
                raise ValueError(f"{above} {high} must be above {below} {low}")


P = TypeVar("P", bound=StrategyParameters)


@dataclass(frozen=True, slots=True)
class SignalTable:
    """One row per candle: events, not levels.

    `entry` holds -1, 0 or 1, `exit` True or False; `features` are columns by name in the order to be shown;
    `entry_reason` and `exit_reason` are templates for `str.format` with the row's features, for example "EMA12
    {fast:.2f} crossed above EMA26 {slow:.2f}".
    """

    entry: Entries
    exit: Bools
    features: Mapping[str, Floats]
    entry_reason: str
    exit_reason: str


class Strategy(ABC, Generic[P]):
    """Base of all strategies; subclasses set `name`, `summary`, `pitfalls` and `Parameters`."""

    name: ClassVar[str]
    summary: ClassVar[str]
    pitfalls: ClassVar[str]
    Parameters: ClassVar[type[StrategyParameters]]

    @abstractmethod
    def warm_up(self, parameters: P) -> int:
        """Return how many closed candles must come before a result (at least 10 x the longest period)."""

    def find_problem(self, parameters: P, market: Market, config: BotConfig) -> InvalidInput | None:
        """Return why these parameters cannot work on this market, with a fix; None if they can."""
        del parameters, market, config
        return None


class SignalStrategy(Strategy[P]):
    """A strategy that signals entries and exits."""

    @abstractmethod
    def signals(self, parameters: P, candles: Candles) -> SignalTable:
        """Return entry and exit events for every candle, vectorised; the first `warm_up` rows give none."""

    def outlook(self, parameters: P, candles: Candles) -> str:
        """Describe what the strategy waits for to enter, empty if it does not say."""
        del parameters, candles
        return ""

    def exit_outlook(self, parameters: P, candles: Candles) -> str:
        """Describe what the strategy waits for to exit."""
        return self.outlook(parameters, candles)

    def feature_titles(self, parameters: P) -> Mapping[str, str]:
        """Return titles of features by name; a feature without a title is shown by its name."""
        del parameters
        return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView(Generic[P]):
    """What a plan strategy may see.

    `trade_fills` are the fills of the open trade by tag, `last_fills` the newest fill per tag of this run,
    `open_orders` the bot's own working orders by tag; `capital` is what it may use, in quote. `barred` are orders (tag,
    price, quantity) that a person canceled or the venue refused: they are not placed, however often they are wanted.
    """

    parameters: P
    market: Market
    candles: Candles
    position: Position
    trade_fills: Mapping[str, tuple[Fill, ...]]
    last_fills: Mapping[str, Fill]
    open_orders: Mapping[str, Order]
    market_time: datetime
    run_started: datetime
    capital: Decimal
    seed: int
    barred: frozenset[tuple[str, Decimal | None, Decimal]] = frozenset()

    def placeable(self, orders: Iterable[DesiredOrder]) -> tuple[DesiredOrder, ...]:
        """Return wished orders without those that are barred."""
        wished = tuple(orders)
        if not self.barred:
            return wished
        return tuple(one for one in wished if (one.tag, one.price, one.quantity) not in self.barred)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPreview:
    """What a plan will do, told before a bot is made.

    `amount` in quote is spent at each level, and stands for the parameter `amount_field` where that is unset; `steps`
    are the least and most a sale lies above its purchase, as ratios, `round_profits` what that earns after fees.
    `remark` says why it would not trade now.
    """

    amount_field: str
    amount: Decimal
    steps: tuple[Decimal, Decimal]
    round_profits: tuple[Decimal, Decimal]
    remark: str = ""


class PlanStrategy(Strategy[P]):
    """A strategy that plans which orders should rest.

    One whose orders come in rounds, a buy and the sale of what it bought, gives them a title, under which cards and
    `/pnl` show the profit of finished rounds; the profit of any other plan is not split.
    """

    rounds_title: ClassVar[str] = ""
    range_fields: ClassVar[tuple[str, str] | None] = None
    """The parameters for the lowest and highest price it works at, if it has such: forms offer ranges for them."""

    def preview(
        self, parameters: P, market: Market, config: BotConfig, last_price: Decimal | None
    ) -> PlanPreview | None:
        """Return what the plan will do with parameters that have no problem, None if it does not say."""
        del parameters, market, config, last_price
        return None

    def round_key(self, tag: str) -> str | None:
        """Return the key of an order's round, the same for all its tags; None for an order in no round."""
        del tag
        return None

    def group_rounds(self, trade_fills: Mapping[str, tuple[Fill, ...]]) -> PlanRounds:
        """Group the fills of the open trade, by their orders' tags, by the rounds that the strategy declares."""
        rounds: dict[str, tuple[Fill, ...]] = {}
        for tag, fills in trade_fills.items():
            key = self.round_key(tag)
            if key is not None:
                rounds[key] = (*rounds.get(key, ()), *fills)
        return PlanRounds(self.rounds_title, tuple(rounds.values()))

    @abstractmethod
    def plan(self, view: PlanView[P]) -> OrderPlan:
        """Return all orders that should rest now; called at start, on each close and on each own order event."""
