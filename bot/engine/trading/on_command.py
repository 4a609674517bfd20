"""Handle what a person or the system commands."""

from dataclasses import replace
from typing import assert_never

from bot.domain.errors import IllegalTransition, Refused
from bot.domain.events import BotPaused, BotResumed, Level, Topic
from bot.domain.facts import ConfigVersionAdded
from bot.domain.ids import OperatorId
from bot.domain.instance import (
    Bot,
    BotConfig,
    BotStatus,
    ConfigVersion,
    ExitWish,
    Operation,
    StopPolicy,
    advance,
)
from bot.domain.order import OrderPurpose
from bot.domain.trade import ExitReason
from bot.engine.trading.change_set import Step
from bot.engine.trading.order_alignment import settle
from bot.engine.trading.plan_refresh import replan
from bot.engine.trading.planning import money_left
from bot.engine.trading.session import Session
from bot.ports.host import (
    ApplyConfig,
    CancelOrder,
    ClosePosition,
    Control,
    DeleteBot,
    PauseBot,
    RenameBot,
    ResumeBot,
    StartBot,
    StopBot,
)

_KEPT_ORDERS: dict[StopPolicy, frozenset[OrderPurpose]] = {
    StopPolicy.ENTRIES: frozenset({OrderPurpose.BARRIER, OrderPurpose.EXIT}),
    StopPolicy.CANCEL: frozenset(),
    StopPolicy.FLATTEN: frozenset({OrderPurpose.EXIT}),
}


def on_control(step: Step, command: Control) -> None:  # noqa: C901, PLR0912 - one flat arm per command
    """Do what is commanded; raise Refused when the bot's state does not allow it, and then change nothing."""
    match command:
        case StartBot():
            _move(step, Operation.START, command.by, desired=BotStatus.RUNNING)
            return
        case DeleteBot():
            _delete(step, command)
            return
        case PauseBot():
            _move(step, Operation.PAUSE, command.by, desired=BotStatus.PAUSED)
            _cancel_entries(step)
            step.tell(BotPaused(by=command.by), Topic.LIFE_CYCLE, own_level(step, command.by))
        case ResumeBot():
            _move(step, Operation.RESUME, command.by, desired=BotStatus.RUNNING)
            step.tell(BotResumed(by=command.by), Topic.LIFE_CYCLE, own_level(step, command.by))
        case StopBot():
            _stop(step, command)
        case ClosePosition():
            _close(step)
        case ApplyConfig():
            _apply(step, command)
        case RenameBot():
            step.change_bot(replace(step.session.bot, name=command.name))
        case CancelOrder():
            _cancel_one(step, command)
        case _:
            assert_never(command)
    replan(step)
    settle(step)


def own_level(step: Step, by: OperatorId | None) -> Level:
    """Return how loudly a change is told: not at all to the person who made it."""
    return Level.OFF if by == step.session.bot.owner else Level.SILENT


def _move(step: Step, operation: Operation, by: OperatorId | None, *, desired: BotStatus) -> None:
    bot = step.session.bot
    try:
        status = advance(bot.status, operation)
    except IllegalTransition:
        raise Refused(f"{bot.name} ({bot.mode}) is {_way_out(bot, operation)}") from None
    wall = step.around.moment.wall
    step.change_bot(
        replace(bot, status=status, desired=desired, status_by=by, status_changed_wall=wall, status_remark="")
    )


def _way_out(bot: Bot, operation: Operation) -> str:
    """Say how a bot is and what can be done instead."""
    if operation is Operation.PAUSE and bot.status is BotStatus.PAUSED:
        return f"{bot.status} already. /resume {bot.name} ends the pause"
    return f"{bot.status}. {_instead(bot, operation)}"


def _instead(bot: Bot, operation: Operation) -> str:
    if operation is Operation.START:
        return "/resume ends a pause" if bot.status is BotStatus.PAUSED else f"First /stop {bot.name}"
    if operation is Operation.DELETE:
        return f"First /stop {bot.name}"
    if operation is Operation.PAUSE:
        return f"Only a running bot can pause: /run {bot.name}"
    if operation is Operation.RESUME:
        return f"Only a paused bot can resume: /run {bot.name} starts a stopped one"
    return f"See /bot {bot.name}"


def _cancel_entries(step: Step) -> None:
    for order in step.session.working(OrderPurpose.ENTRY):
        step.cancel(order)


def _stop(step: Step, command: StopBot) -> None:
    if step.session.bot.status in (BotStatus.STOPPED, BotStatus.CREATED):
        _stop_again(step, command)
        return
    if step.session.bot.status is BotStatus.STOPPING:
        _stop_differently(step, command)
        return
    _move(step, Operation.STOP, command.by, desired=BotStatus.STOPPED)
    _leave_by_policy(step, command)


def _stop_again(step: Step, command: StopBot) -> None:
    session = step.session
    if (session.is_flat and not session.orders) or command.policy is StopPolicy.ENTRIES:
        bot = session.bot
        raise Refused(f"{bot.name} ({bot.mode}) is {bot.status} already. See /bot {bot.name}")
    _leave_by_policy(step, command)


def _stop_differently(step: Step, command: StopBot) -> None:
    bot = step.session.bot
    if command.policy in (bot.stop_policy, StopPolicy.ENTRIES):
        raise Refused(f"{bot.name} ({bot.mode}) is stopping already. See /bot {bot.name}")
    step.change_bot(replace(bot, status_by=command.by))
    _leave_by_policy(step, command)


def _leave_by_policy(step: Step, command: StopBot) -> None:
    session = step.session
    kept = _KEPT_ORDERS[command.policy]
    cancels = sum(order.intent.purpose not in kept for order in session.orders.values())
    step.change(replace(session, stop_cancels=cancels))
    bot = replace(session.bot, stop_policy=command.policy, status_remark=command.remark)
    if command.policy is StopPolicy.FLATTEN and (not session.is_flat or session.orders):
        # An entry may fill before its cancel arrives: what it buys is to be sold too.
        bot = replace(bot, exit_wish=_wish(step, ExitReason.FLATTEN, "flatten"))
    elif command.policy is StopPolicy.CANCEL:
        bot = replace(bot, exit_wish=None)
    step.change_bot(bot)
    for order in session.orders.values():
        if order.intent.purpose not in kept:
            step.cancel(order)


def _wish(step: Step, reason: ExitReason, text: str) -> ExitWish:
    session = step.session
    reference = session.last_price or session.book.position.average_entry
    return ExitWish(reason=reason, text=text, reference_price=reference)


def _close(step: Step) -> None:
    session = step.session
    bot = session.bot
    if session.is_flat:
        raise Refused(f"{bot.name} ({bot.mode}) holds nothing to close. See /bot {bot.name}")
    if bot.exit_wish is None:
        step.change_bot(replace(bot, exit_wish=_wish(step, ExitReason.MANUAL, "closed by hand")))


def _apply(step: Step, command: ApplyConfig) -> None:
    bot = step.session.bot
    if command.version != bot.config_version + 1:
        raise Refused(f"{bot.name} ({bot.mode}) was changed meanwhile, it is v{bot.config_version}. Look and try again")
    version = ConfigVersion(
        bot_id=bot.bot_id,
        version=command.version,
        config=command.config,
        author=command.by,
        made_at=step.around.moment.wall,
        reason=command.reason,
    )
    _refuse_below_committed(step.session, command.config)
    step.store(ConfigVersionAdded(version))
    step.change_bot(replace(bot, config=command.config, config_version=command.version))
    step.change(replace(step.session, refused=frozenset(), tripped=frozenset()))


def _refuse_below_committed(session: Session, config: BotConfig) -> None:
    bot, quote = session.bot, session.market.quote
    if config.capital >= bot.config.capital:
        return
    left = money_left(config.capital, session.book.realised)
    if left < session.committed:
        raise Refused(
            f"{bot.name} ({bot.mode}) has {session.committed:,.2f} {quote} in its position and orders; with that "
            f"capital it could use {left:,.2f} {quote}. First /stop {bot.name} policy=flatten"
        )


def _delete(step: Step, command: DeleteBot) -> None:
    session = step.session
    bot = session.bot
    if not session.is_flat:
        held = f"{session.book.position.quantity.normalize():f} {session.market.base}"
        raise Refused(
            f"{bot.name} ({bot.mode}) is {bot.status} and holds {held}. First /stop {bot.name} policy=flatten"
        )
    if session.orders:
        raise Refused(f"{bot.name} ({bot.mode}) still has {len(session.orders)} orders out. First /stop {bot.name}")
    _move(step, Operation.DELETE, command.by, desired=BotStatus.STOPPED)


def _cancel_one(step: Step, command: CancelOrder) -> None:
    session = step.session
    order = session.orders.get(command.client_order_id)
    if order is None:
        raise Refused(f"{session.bot.name} ({session.bot.mode}) has no such working order. See /orders")
    step.cancel(order)
    if order.intent.purpose is OrderPurpose.PLAN:
        wish = (order.intent.tag, order.intent.price, order.intent.quantity)
        step.change(replace(step.session, refused=step.session.refused | {wish}))
