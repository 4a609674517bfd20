"""Port to running bots, the only one for chat: serialisable commands in, frozen views out."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from bot.domain.guard import PositionGuards
from bot.domain.ids import BotId, ClientOrderId, OperatorId
from bot.domain.instance import Bot, BotConfig, StopPolicy
from bot.domain.order import Order
from bot.domain.plan import PlanRounds
from bot.domain.signal import SignalRow
from bot.domain.trade import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorCommand:
    """A command of an operator; `command_id` makes a repeat harmless."""

    by: OperatorId
    command_id: str


class StartBot(OperatorCommand):
    """Set the status `starting`; `BotHost.start_bot` does the rest."""


class DeleteBot(OperatorCommand):
    """Delete a bot; its ledger stays."""


class PauseBot(OperatorCommand):
    """Take no new entries."""


class ResumeBot(OperatorCommand):
    """Take entries again."""


class ClosePosition(OperatorCommand):
    """Sell the position but keep running."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopBot:
    """Stop with a policy; `by` is None for the system itself, whose reason is `remark`."""

    by: OperatorId | None
    command_id: str
    policy: StopPolicy
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyConfig(OperatorCommand):
    """Use a new configuration version from the next candle on; `last_price` serves a bot that heard of none."""

    config: BotConfig
    version: int
    reason: str
    last_price: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameBot(OperatorCommand):
    """Give the bot another name."""

    name: str


class WriteOffDust(OperatorCommand):
    """Close the trade whose position is too small to be sold; the bot keeps its status."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TagBot(OperatorCommand):
    """Give the bot these tags instead of those it has."""

    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelOrder(OperatorCommand):
    """Cancel one of the bot's own orders."""

    client_order_id: ClientOrderId


ControlCommand = (
    StartBot
    | DeleteBot
    | PauseBot
    | ResumeBot
    | StopBot
    | ClosePosition
    | ApplyConfig
    | RenameBot
    | WriteOffDust
    | TagBot
    | CancelOrder
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BotView:
    """A bot's present state; `last_row` and `next_close` are None while it does not run.

    `guards` are the barriers of its position and whether they work now, `best_price` the most favourable one of the
    candles that closed since its entry. `plan_rounds` is None for a signal strategy.
    """

    bot: Bot
    ledger: Ledger
    working_orders: tuple[Order, ...]
    guards: PositionGuards
    last_price: Decimal | None
    last_row: SignalRow | None
    last_row_close: datetime | None
    next_close: datetime | None
    remark: str
    plan_rounds: PlanRounds | None = None
    best_price: Decimal | None = None

    @property
    def stop_price(self) -> Decimal | None:
        """Return the price of the stop that works now."""
        return self.guards.stop_price

    @property
    def target_price(self) -> Decimal | None:
        """Return the price of the target that works now."""
        return self.guards.target_price


@dataclass(frozen=True, slots=True)
class BotHolding:
    """A bot's position and profit: the cheap part of a view, for lists of thousands of bots."""

    bot: Bot
    ledger: Ledger
    last_price: Decimal | None

    @property
    def profit(self) -> Decimal:
        """Return closed and open profit, fees included."""
        return self.ledger.total_profit(self.last_price)


class BotHost(Protocol):
    """Host that runs bots: the supervisor in this process today, a shard of a cluster later."""

    async def start_bot(self, bot_id: BotId) -> BotView:
        """Bring a bot whose stored status is `starting` to `running`; return when it runs or has failed."""

    async def execute_command(self, bot_id: BotId, command: ControlCommand) -> BotView:
        """Hand a command to a bot's mailbox and return once its effect is committed.

        A bot that does not run is loaded for it. Raise UserError, with nothing changed, when the bot's state does not
        allow the command.
        """

    def keep_released(self, bot_ids: Sequence[BotId]) -> AbstractAsyncContextManager[None]:
        """Keep bots from being loaded while the block lasts, in which no command may be given.

        Raise Refused if one of them is needed: it runs, holds something or has an order out.
        """

    async def view(self, bot_id: BotId) -> BotView:
        """Return a bot's present state, running or not."""

    async def holdings(self, bots: Sequence[Bot]) -> tuple[BotHolding, ...]:
        """Return the holdings of many bots, in the same order, yielding to the loop in between."""
