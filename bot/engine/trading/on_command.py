"""Handler of commands from operators and the engine."""

from dataclasses import replace
from typing import assert_never

from bot.domain.barrier import barrier_by_tag
from bot.domain.errors import CommandFix, IllegalTransition, Refused, WordFix
from bot.domain.events import BotPaused, BotResumed, NotificationLevel
from bot.domain.facts import ConfigVersionAdded
from bot.domain.growth import CapitalChange
from bot.domain.ids import OperatorId
from bot.domain.instance import (
    BotConfig,
    BotStatus,
    ConfigVersion,
    Operation,
    StopPolicy,
)
from bot.domain.money import ZERO, Money
from bot.domain.order import Order, OrderPurpose
from bot.domain.trade import ExitReason
from bot.engine.trading.change_set import ChangeSet
from bot.engine.trading.order_alignment import align_orders, drop_dust
from bot.engine.trading.plan_refresh import refresh_plan
from bot.engine.trading.planning import least_capital
from bot.engine.trading.session import Session
from bot.ports.host import (
    ApplyConfig,
    CancelOrder,
    ClosePosition,
    ControlCommand,
    DeleteBot,
    PauseBot,
    RenameBot,
    ResumeBot,
    StartBot,
    StopBot,
    TagBot,
    WriteOffDust,
)


def on_command(changes: ChangeSet, command: ControlCommand) -> None:  # noqa: C901, PLR0912 - one flat arm per command
    """Apply a command; raise Refused, with nothing changed, when the bot's state does not allow it."""
    match command:
        case StartBot():
            _move(changes, Operation.START, command.by)
            return
        case DeleteBot():
            _delete(changes, command)
            return
        case PauseBot():
            _move(changes, Operation.PAUSE, command.by)
            for order in changes.session.working_orders(OrderPurpose.ENTRY):
                changes.request_cancel(order)
            changes.raise_event(BotPaused(by=command.by), level=own_level(changes, command.by))
        case ResumeBot():
            _move(changes, Operation.RESUME, command.by)
            changes.raise_event(BotResumed(by=command.by), level=own_level(changes, command.by))
        case StopBot():
            _stop(changes, command)
        case ClosePosition():
            _close(changes)
        case ApplyConfig():
            _apply(changes, command)
        case RenameBot():
            changes.replace_bot(replace(changes.session.bot, name=command.name))
        case WriteOffDust():
            write_off_dust(changes)
        case TagBot():
            changes.replace_bot(replace(changes.session.bot, tags=command.tags))
        case CancelOrder():
            _cancel_one(changes, command)
        case _:
            assert_never(command)
    refresh_plan(changes)
    align_orders(changes)


def own_level(changes: ChangeSet, by: OperatorId | None) -> NotificationLevel:
    """Return the level of an event about a change: off for the operator who made it."""
    return NotificationLevel.OFF if by == changes.session.bot.owner else NotificationLevel.SILENT


def _move(changes: ChangeSet, operation: Operation, by: OperatorId | None) -> None:
    bot = changes.session.bot
    try:
        moved = bot.advance(operation, changes.context.moment.wall)
    except IllegalTransition:
        raise Refused(
            "operation-refused", bot=bot.name, mode=bot.mode, status=bot.status, operation=operation
        ) from None
    changes.replace_bot(replace(moved, status_by=by, status_remark=""))


def _stop(changes: ChangeSet, command: StopBot) -> None:
    session, bot = changes.session, changes.session.bot
    if bot.status in (BotStatus.STOPPED, BotStatus.CREATED):
        if (session.is_flat and not session.orders) or _is_weaker(session, command.policy):
            raise Refused("already-stopped", bot=bot.name, mode=bot.mode, status=bot.status)
    elif bot.status is BotStatus.STOPPING:
        if command.policy is bot.stop_policy or _is_weaker(session, command.policy):
            raise Refused("already-stopping", bot=bot.name, mode=bot.mode)
        changes.replace_bot(replace(bot, status_by=command.by))
    else:
        _move(changes, Operation.STOP, command.by)
    _apply_stop_policy(changes, command)


def _is_weaker(session: Session, policy: StopPolicy) -> bool:
    """Tell whether a policy cancels nothing that the stop before has left."""
    if policy is StopPolicy.HOLD:
        return session.bot.stop_policy is not StopPolicy.ENTRIES or not session.working_orders(OrderPurpose.PLAN)
    return policy is StopPolicy.ENTRIES


def _apply_stop_policy(changes: ChangeSet, command: StopBot) -> None:
    policy = command.policy
    changes.replace_bot(replace(changes.session.bot, stop_policy=policy, status_remark=command.remark))
    session = changes.session
    surplus = [order for order in session.orders.values() if not session.is_kept_by_stop(order)]
    changes.session = replace(session, stop_cancels=len(surplus))
    if policy is StopPolicy.FLATTEN and (not session.is_flat or session.orders):
        # An entry may fill before its cancel arrives: what it buys must be sold too.
        changes.want_exit(ExitReason.FLATTEN, "flatten")
    elif policy is StopPolicy.CANCEL:
        changes.replace_bot(replace(changes.session.bot, exit_wish=None))
    for order in surplus:
        changes.request_cancel(order)


def _close(changes: ChangeSet) -> None:
    bot = changes.session.bot
    if changes.session.is_flat:
        raise Refused("nothing-to-close", bot=bot.name, mode=bot.mode)
    if bot.exit_wish is None:
        changes.want_exit(ExitReason.MANUAL, "closed by hand")


def _apply(changes: ChangeSet, command: ApplyConfig) -> None:
    bot = changes.session.bot
    if command.version != bot.config_version + 1:
        raise Refused("changed-meanwhile", bot=bot.name, mode=bot.mode, version=bot.config_version)
    version = ConfigVersion(
        bot_id=bot.bot_id,
        version=command.version,
        config=command.config,
        author=command.by,
        made_at=changes.context.moment.wall,
        reason=command.reason,
    )
    refuse_lowered_capital(changes.session, command.config)
    changes.add_fact(ConfigVersionAdded(version))
    changed = replace(bot, config=command.config, config_version=command.version)
    changes.replace_bot(replace(changed, capital_changes=_capital_changes(changes, command)))
    changes.session = replace(
        changes.session,
        refused_orders=frozenset(),
        tripped_controls=frozenset(),
        edited_at=changes.context.moment.market,
    )


def _capital_changes(changes: ChangeSet, command: ApplyConfig) -> tuple[CapitalChange, ...]:
    """Return the edits of the capital: what was earned until now was earned with the capital until now."""
    session, bot = changes.session, changes.session.bot
    if not bot.has_run or command.config.capital == bot.config.capital:
        return bot.capital_changes
    profit = session.ledger.total_profit(session.last_price or command.last_price)
    change = CapitalChange(at=changes.context.moment.market, before=bot.config.capital, profit=profit)
    return (*bot.capital_changes, change)


def refuse_lowered_capital(session: Session, config: BotConfig) -> None:
    """Raise Refused for a capital below what was lost and is held, with the least that works."""
    bot, quote = session.bot, session.market.quote
    if config.capital >= bot.config.capital:
        return
    usable = session.ledger.usable_profit
    least = least_capital(usable, session.committed_value, session.market)
    if config.capital < least:
        raise Refused(
            "capital-in-use",
            WordFix((("capital", Money(least, quote)),)),
            bot=bot.name,
            mode=bot.mode,
            committed=Money(session.committed_value, quote),
            lost=Money(-min(usable, ZERO), quote),
            least=Money(least, quote),
        )


def _delete(changes: ChangeSet, command: DeleteBot) -> None:
    write_off_dust(changes)
    session, bot = changes.session, changes.session.bot
    if not session.is_flat:
        held = Money(session.ledger.position.quantity, session.market.base)
        raise Refused("bot-holds-position", bot=bot.name, mode=bot.mode, status=bot.status, held=held)
    if session.orders:
        raise Refused("bot-has-orders", bot=bot.name, mode=bot.mode, count=len(session.orders))
    _move(changes, Operation.DELETE, command.by)


def write_off_dust(changes: ChangeSet) -> None:
    """Close the trade if what is held is too small to be sold at the last price, and nothing of it is under way."""
    session = changes.session
    price = session.last_price
    if session.is_flat or session.orders or price is None or not session.ledger.position.is_flat(session.market, price):
        return
    drop_dust(changes, session.bot.exit_wish.reason if session.bot.exit_wish else ExitReason.MANUAL)
    changes.replace_bot(replace(session.bot, exit_wish=None))


def _cancel_one(changes: ChangeSet, command: CancelOrder) -> None:
    session = changes.session
    order = session.orders.get(command.client_order_id)
    if order is None:
        raise Refused("no-working-order", bot=session.bot.name, mode=session.bot.mode)
    _refuse_needed_order(session, order)
    changes.request_cancel(order)
    if order.intent.purpose is OrderPurpose.PLAN:
        changes.bar_order(order.intent)


def _refuse_needed_order(session: Session, order: Order) -> None:
    """Refuse to cancel a barrier or an exit: it would be placed anew at once."""
    bot, purpose = session.bot, order.intent.purpose
    if purpose is OrderPurpose.BARRIER and session.is_guarded:
        setting = barrier_by_tag(order.intent.tag).setting
        fix = CommandFix("edit", (bot.name, f"{setting}=none"))
        label = barrier_by_tag(order.intent.tag).label
        raise Refused("order-is-barrier", fix, bot=bot.name, mode=bot.mode, barrier=label)
    if purpose is OrderPurpose.EXIT and bot.exit_wish is not None:
        raise Refused("order-is-exit", bot=bot.name, mode=bot.mode)
