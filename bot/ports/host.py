"""The only way from chat to a running bot: serialisable messages in, frozen views out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from bot.domain.fill import Fill
from bot.domain.ids import BotId, ClientOrderId, OperatorId
from bot.domain.instance import Bot, BotConfig, StopPolicy
from bot.domain.order import Order
from bot.domain.signal import SignalRow
from bot.domain.trade import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class StartBot:
    """Begin to start: the status becomes `starting`; `BotHost.start` does the rest."""

    by: OperatorId
    command_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteBot:
    """Take a bot out of sight for good; its books stay."""

    by: OperatorId
    command_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseBot:
    """Take no new entries."""

    by: OperatorId
    command_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeBot:
    """Trade again."""

    by: OperatorId
    command_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StopBot:
    """Stop with a policy; `by` None is the system itself and `remark` says why."""

    by: OperatorId | None
    command_id: str
    policy: StopPolicy
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosePosition:
    """Sell what is held but keep running."""

    by: OperatorId
    command_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyConfig:
    """Use a new configuration version from the next candle on."""

    by: OperatorId
    command_id: str
    config: BotConfig
    version: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameBot:
    """Change the bot's name."""

    by: OperatorId
    command_id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelOrder:
    """Cancel one of the bot's own orders."""

    by: OperatorId
    command_id: str
    client_order_id: ClientOrderId


ControlCommand = (
    StartBot | DeleteBot | PauseBot | ResumeBot | StopBot | ClosePosition | ApplyConfig | RenameBot | CancelOrder
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BotView:
    """What can be seen of a bot now; `last_row` and `next_close` are None while it does not run.

    `is_plan` tells whether its strategy keeps resting orders; then `plan_fills` are the fills of the open trade by tag,
    oldest first.
    """

    bot: Bot
    ledger: Ledger
    working_orders: tuple[Order, ...]
    stop_price: Decimal | None
    target_price: Decimal | None
    last_price: Decimal | None
    last_row: SignalRow | None
    last_row_close: datetime | None
    next_close: datetime | None
    remark: str
    is_plan: bool = False
    plan_fills: tuple[tuple[str, tuple[Fill, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class BotHolding:
    """What a bot holds and has earned; the cheap part of a view, for lists of thousands of bots."""

    bot: Bot
    ledger: Ledger
    last_price: Decimal | None

    @property
    def profit(self) -> Decimal:
        """Return what is closed and open, fees included."""
        return self.ledger.totals.closed_profit + self.ledger.open_profit(self.last_price)


class BotHost(Protocol):
    """Runs bots; the supervisor in this process today, a shard of a cluster later."""

    async def start_bot(self, bot_id: BotId) -> BotView:
        """Bring a bot whose stored status is `starting` to `running`; return when it runs or has failed."""
        ...

    async def execute_command(self, bot_id: BotId, command: ControlCommand) -> BotView:
        """Hand a command to a bot's mailbox and return once its effect is committed.

        Works for bots that do not run too (they are loaded for it). Raise UserError when the bot's state does not allow
        the command; then nothing changed.
        """
        ...

    async def view(self, bot_id: BotId) -> BotView:
        """Return what can be seen of a bot, running or not."""
        ...

    async def holdings(self, bots: Sequence[Bot]) -> tuple[BotHolding, ...]:
        """Return what each of many bots holds now, in the same order, letting other work go on meanwhile."""
        ...
