"""Bot instances: identity, configuration and life-cycle table."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from bot.domain.barrier import Barriers
from bot.domain.errors import IllegalTransition
from bot.domain.growth import CapitalChange, CapitalSpan, capital_spans
from bot.domain.ids import AccountId, BotId, OperatorId, Symbol, VenueId
from bot.domain.market import Mode, Series, Timeframe
from bot.domain.trade import ExitReason


class BotStatus(StrEnum):
    """Status of a bot in its life-cycle."""

    CREATED = "created"
    STARTING = "starting"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"
    STOPPED = "stopped"
    FAILED = "failed"
    DELETED = "deleted"


class Operation(StrEnum):
    """Operation that changes a bot's status."""

    START = "start"
    STARTED = "started"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    STOPPED = "stopped"
    FAIL = "fail"
    DELETE = "delete"


_S, _O = BotStatus, Operation

ACTIVE_STATUSES = frozenset({_S.STARTING, _S.RUNNING, _S.PAUSED, _S.STOPPING})

_OUTCOMES = (
    (_O.START, _S.STARTING, {_S.CREATED, _S.STOPPED, _S.FAILED}),
    (_O.STARTED, _S.RUNNING, {_S.STARTING}),
    (_O.PAUSE, _S.PAUSED, {_S.RUNNING}),
    (_O.RESUME, _S.RUNNING, {_S.PAUSED}),
    (_O.STOP, _S.STOPPING, {_S.STARTING, _S.RUNNING, _S.PAUSED, _S.FAILED}),
    (_O.STOPPED, _S.STOPPED, {_S.STOPPING}),
    (_O.FAIL, _S.FAILED, ACTIVE_STATUSES),
    (_O.DELETE, _S.DELETED, {_S.CREATED, _S.STOPPED, _S.FAILED}),
)
"""An operation, the status after it, and the statuses in which it is allowed."""
BOT_TRANSITIONS = {(before, operation): after for operation, after, befores in _OUTCOMES for before in befores}

_DESIRED = {_O.START: _S.RUNNING, _O.PAUSE: _S.PAUSED, _O.RESUME: _S.RUNNING} | dict.fromkeys(
    (_O.STOP, _O.FAIL, _O.DELETE), _S.STOPPED
)
"""What is desired after an operation; the others change nothing about it."""


def advance_bot_status(status: BotStatus, operation: Operation) -> BotStatus:
    """Return the status after an operation; raise IllegalTransition if the table has no such pair."""
    try:
        return BOT_TRANSITIONS[status, operation]
    except KeyError:
        raise IllegalTransition(f"a bot that is {status} cannot {operation}") from None


class StopPolicy(StrEnum):
    """What a stop does: cancel entries, every order but the barriers, every order, or also sell the position."""

    ENTRIES = "entries"
    HOLD = "hold"
    CANCEL = "cancel"
    FLATTEN = "flatten"


ParameterValue = bool | int | Decimal | str
Parameters = tuple[tuple[str, ParameterValue], ...]
"""Strategy parameters by name, sorted: hashable, so that bots with equal parameters share an evaluation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskLimits:
    """Risk limits of a bot (RISK.md, per bot); None is off."""

    max_orders_per_minute: int = 60
    max_open_orders: int = 200
    price_collar: Decimal = Decimal("0.1")


@dataclass(frozen=True, slots=True, kw_only=True)
class BotConfig:
    """A bot's configuration; changed only by making a new version.

    `capital` and `stake` are in quote; `stake` None means capital x (1 - fee - 0.5 %).
    """

    strategy: str
    symbol: Symbol
    timeframe: Timeframe
    account_id: AccountId
    capital: Decimal
    stake: Decimal | None = None
    barriers: Barriers = field(default_factory=Barriers)
    parameters: Parameters = ()
    limits: RiskLimits = field(default_factory=RiskLimits)


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingExit:
    """A decision to sell the position, kept until it is flat: it survives restarts and rejected orders."""

    reason: ExitReason
    text: str
    reference_price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Bot:
    """A bot instance as stored: identity, configuration, life-cycle and the counters that make ids unique.

    `desired` is the status that the supervisor restores after a restart (RUNNING, PAUSED or STOPPED). `epoch` is the
    fencing number of the process that owns the bot, `lease_owner` its name. `last_decision` is the close time (market)
    of the last candle that led to a stored decision. `pass_started_market` is when its first run since its books were
    last closed began, None before it, and where an older version had not kept it; `capital_changes` are the edits of
    the capital since then.
    """

    bot_id: BotId
    name: str
    owner: OperatorId
    venue: VenueId
    mode: Mode
    config: BotConfig
    config_version: int
    status: BotStatus
    desired: BotStatus
    created_at: datetime
    run_number: int = 0
    run_started_market: datetime | None = None
    run_started_wall: datetime | None = None
    pass_started_market: datetime | None = None
    intent_counter: int = 0
    last_decision: datetime | None = None
    status_remark: str = ""
    status_changed_wall: datetime | None = None
    status_by: OperatorId | None = None
    stop_policy: StopPolicy | None = None
    exit_wish: PendingExit | None = None
    capital_changes: tuple[CapitalChange, ...] = ()
    tags: tuple[str, ...] = ()
    lease_owner: str = ""
    epoch: int = 0
    seed: int = 0

    @property
    def series(self) -> Series:
        """Return the series whose candles the bot decides on."""
        return Series(venue=self.venue, symbol=self.config.symbol, timeframe=self.config.timeframe)

    @property
    def keeps_guards(self) -> bool:
        """Tell whether barriers may guard its position: not while it is being left, nor once a stop let it go."""
        is_stopped = self.status in (BotStatus.STOPPING, BotStatus.STOPPED)
        return self.exit_wish is None and not (is_stopped and self.stop_policy is StopPolicy.CANCEL)

    @property
    def has_run(self) -> bool:
        """Return whether the bot was ever started, which fixes its symbol, account and strategy."""
        return self.run_number > 0

    @property
    def capital_spans(self) -> tuple[CapitalSpan, ...]:
        """Return the times of one capital each since the books were begun."""
        return capital_spans(self.capital_changes, self.config.capital)

    def advance(self, operation: Operation, wall: datetime) -> "Bot":
        """Return the bot after an operation at a wall time; raise IllegalTransition if its status does not allow it."""
        status, desired = advance_bot_status(self.status, operation), _DESIRED.get(operation, self.desired)
        return replace(self, status=status, desired=desired, status_changed_wall=wall)


RUN_STATE_FIELDS = frozenset(
    {
        *("status", "desired", "status_remark", "status_changed_wall", "status_by", "stop_policy", "exit_wish"),
        *("run_number", "run_started_market", "run_started_wall", "pass_started_market"),
        *("intent_counter", "last_decision"),
        *("lease_owner", "epoch", "capital_changes"),
    }
)
"""What running changes in a bot, at every decision; the other fields change when a person edits it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigVersion:
    """A stored version of a bot's configuration, with its author and time."""

    bot_id: BotId
    version: int
    config: BotConfig
    author: OperatorId
    made_at: datetime
    reason: str = ""
    changed: tuple[str, ...] = field(default=())
