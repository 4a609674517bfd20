"""Panic: block entries, cancel the bots' orders, close positions if asked, report what is left; in that order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.domain.errors import Conflict, InvalidInput, QuarterdeckError, Refused, WordFix
from bot.domain.event_routes import system_event
from bot.domain.events import NotificationLevel, PanicEngaged, PanicLifted, Payload
from bot.domain.facts import Deleted, EventRaised, Saved
from bot.domain.ids import OperatorId
from bot.domain.instance import ACTIVE_STATUSES, Bot, StopPolicy
from bot.domain.order import OrderPurpose
from bot.domain.people import Operator, PanicState, Role
from bot.engine.bots.kill_switch import ALL_SCOPE, KillSwitch, scopes_of
from bot.ports.clock import Clock
from bot.ports.host import BotHost, BotView, StopBot
from bot.ports.storage import Reader, Writer

MINE_SCOPE = "mine"
POLICIES = {"cancel": StopPolicy.HOLD, "flatten": StopPolicy.FLATTEN}
"""Stop policies by the words of `/panic`: keep positions with their stops, or sell them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PanicReport:
    """Result or preview of a panic: bots blocked, orders canceled of those to cancel, positions closed or closing."""

    scope: str
    policy: str
    blocked_bots: tuple[str, ...]
    canceled_orders: int
    orders_to_cancel: int
    closed_positions: int
    closing_positions: int
    remaining_bots: tuple[str, ...]


class Panic:
    """Use cases of the kill switch; a repeated panic goes on with what is left to do."""

    def __init__(self, reader: Reader, writer: Writer, clock: Clock, host: BotHost, switch: KillSwitch) -> None:
        self._reader = reader
        self._writer = writer
        self._clock = clock
        self._host = host
        self._switch = switch

    def states(self) -> tuple[PanicState, ...]:
        return self._switch.states

    async def preview_panic(self, scope: str, by: Operator) -> PanicReport:
        """Return what a panic would do, without doing it."""
        return _preview(scope, await self._views(await self._resolve_scope(scope, by)))

    async def engage_panic(self, scope: str, policy: str, by: Operator, command_id: str) -> PanicReport:
        """Block new risk in a scope, cancel its orders and, with policy `flatten`, close its positions.

        Raise InvalidInput for an unknown policy or scope, Refused for a scope that is not the operator's.
        """
        if policy not in POLICIES:
            raise InvalidInput("no-panic-policy", WordFix((("policy", "cancel"),)), typed=policy)
        resolved = await self._resolve_scope(scope, by)
        views = await self._views(resolved)
        state = PanicState(scope=resolved, by=by.operator_id, at=self._clock.now(), policy=policy)
        preview = _preview(scope, views)
        # Durable and in force before anything else, so that nothing enters while the rest is done.
        await self._put_in_force(state, await self._engaged_events(state, scope, views, command_id))
        failed = [view.bot.name for view in views if not await self._stop(view, state, command_id)]
        return await self._report(replace(preview, policy=policy), views, failed)

    async def resume_panics(self) -> None:
        """Finish, after a restart, the panics that were interrupted when the process died."""
        for state in self._switch.states:
            for view in await self._views(state.scope):
                await self._stop(view, state, f"panic-{state.at.timestamp()}")

    async def _engaged_events(
        self, state: PanicState, scope: str, views: tuple[BotView, ...], command_id: str
    ) -> tuple[EventRaised, ...]:
        """Return one event for each person concerned, with the figures of their bots; owners hear of all."""
        is_repeated = state.scope in {known.scope for known in self._switch.states}
        events: list[EventRaised] = []
        for person in await self._concerned_people(state.by, (view.bot for view in views)):
            concerned = [view for view in views if person.role is Role.OWNER or view.bot.owner == person.operator_id]
            seen = _preview(scope, concerned)
            payload = PanicEngaged(
                scope=scope,
                policy=state.policy,
                by=state.by,
                bots=len(concerned),
                canceled_orders=seen.orders_to_cancel,
                closing_positions=seen.closing_positions if state.policy == "flatten" else 0,
            )
            raised = self._panic_event(payload, person, command_id)
            # Whoever was told that entries are blocked hears quietly that positions are sold now, too.
            quiet = EventRaised(replace(raised.event, level=NotificationLevel.SILENT))
            events.append(quiet if is_repeated else raised)
        return tuple(events)

    async def _concerned_people(self, by: OperatorId, bots: Iterable[Bot]) -> list[Operator]:
        """Return owners, the acting person, and those whose bots are concerned."""
        concerned = {by, *(bot.owner for bot in bots)}
        people = [person for person in await self._reader.operators() if person.removed_at is None]
        return [person for person in people if person.role is Role.OWNER or person.operator_id in concerned]

    async def _put_in_force(self, state: PanicState, events: tuple[EventRaised, ...]) -> None:
        try:
            await self._writer.commit((Saved(state), *events))
        except Conflict:
            # The same command once more, as after a crash before its answer: go on with what is left of it.
            if state.scope not in {known.scope for known in self._switch.states}:
                raise Refused("panic-repeated") from None
        else:
            self._switch.set_state(state)

    async def progress(self, report: PanicReport) -> PanicReport:
        """Return the present progress of a panic; changes nothing."""
        names = frozenset(report.blocked_bots)
        bots = [bot for bot in await self._reader.bots() if bot.name in names]
        views = [await self._host.view(bot.bot_id) for bot in bots]
        remaining = sum(_own_orders(view) for view in views if view.bot.exit_wish is None)
        closing = sum(view.bot.exit_wish is not None and view.ledger.trade is not None for view in views)
        holding = [view.bot.name for view in views if view.ledger.trade is not None or _own_orders(view)]
        return replace(
            report,
            canceled_orders=max(report.orders_to_cancel - remaining, 0),
            closed_positions=max(report.closed_positions + report.closing_positions - closing, 0),
            closing_positions=closing,
            remaining_bots=tuple(name for name in report.remaining_bots if name in holding),
        )

    async def lift_panic(self, scope: str, by: Operator) -> None:
        """Allow new risk in a scope again; raise Refused for anybody but an owner."""
        if by.role is not Role.OWNER:
            raise Refused("unlock-not-owner", person=by.name, role=by.role)
        wanted = None if scope == ALL_SCOPE else await self._resolve_scope(scope, by)
        lifted = [state for state in self._switch.states if wanted in (None, state.scope)]
        if not lifted and self._switch.states:
            raise Refused("other-panic", scope=scope)
        if not lifted:
            raise Refused("no-panic")
        facts = [Deleted(PanicState, (state.scope,)) for state in lifted]
        command_id = f"lift-{lifted[0].at.timestamp()}"
        payload = PanicLifted(scope=scope, by=by.operator_id)
        scopes = {state.scope for state in lifted}
        bots = [bot for bot in await self._reader.bots() if scopes.intersection(scopes_of(bot))]
        people = await self._concerned_people(by.operator_id, bots)
        events = [self._panic_event(payload, person, command_id) for person in people]
        await self._writer.commit((*facts, *events))
        for state in lifted:
            self._switch.clear_state(state.scope)

    async def _resolve_scope(self, scope: str, by: Operator) -> str:
        if scope == ALL_SCOPE:
            if by.role is not Role.OWNER:
                raise Refused("panic-not-owner", person=by.name, role=by.role)
            return ALL_SCOPE
        if scope == MINE_SCOPE:
            return by.operator_id
        known = await self._reader.accounts()
        accounts = [one for one in known if by.role is Role.OWNER or one.owner == by.operator_id]
        # Everybody has an account that is called practice: whoever means another's names it by its id.
        for account in sorted(accounts, key=lambda account: account.owner != by.operator_id):
            if scope in (account.label, account.account_id):
                return account.account_id
        labels = tuple(dict.fromkeys(account.label for account in accounts))
        raise InvalidInput("no-panic-scope", WordFix((("scope", "mine"),)), typed=scope, known=labels)

    async def _views(self, resolved: str) -> tuple[BotView, ...]:
        bots = [bot for bot in await self._reader.bots() if resolved in scopes_of(bot)]
        views = [await self._host.view(bot.bot_id) for bot in bots]
        return tuple(view for view in views if _concerns(view))

    async def _stop(self, view: BotView, state: PanicState, command_id: str) -> bool:
        command = StopBot(by=state.by, command_id=command_id, policy=POLICIES[state.policy], remark="panic")
        try:
            await self._host.execute_command(view.bot.bot_id, command)
        except Refused:
            # Stopped already with nothing left to do: that is what panic wants.
            return True
        except QuarterdeckError:
            return False
        return True

    async def _report(self, preview: PanicReport, views: tuple[BotView, ...], failed: list[str]) -> PanicReport:
        after = [await self._host.view(view.bot.bot_id) for view in views]
        remaining = sum(_own_orders(view) for view in after if view.bot.exit_wish is None)
        holding = _holding_bots(after)
        return replace(
            preview,
            canceled_orders=max(preview.orders_to_cancel - remaining, 0),
            closed_positions=preview.closing_positions - len(holding),
            closing_positions=sum(view.bot.exit_wish is not None and view.ledger.trade is not None for view in after),
            remaining_bots=tuple(dict.fromkeys((*holding, *failed))),
        )

    def _panic_event(self, payload: Payload, person: Operator, command_id: str) -> EventRaised:
        event_id = f"panic-{command_id}-{person.operator_id}"
        return EventRaised(system_event(event_id, payload, person.operator_id, self._clock.now()))


def _preview(scope: str, views: Sequence[BotView]) -> PanicReport:
    holding = _holding_bots(views)
    return PanicReport(
        scope=scope,
        policy="",
        blocked_bots=tuple(view.bot.name for view in views),
        canceled_orders=0,
        orders_to_cancel=sum(_own_orders(view) for view in views),
        closed_positions=0,
        closing_positions=len(holding),
        remaining_bots=holding,
    )


def _holding_bots(views: Iterable[BotView]) -> tuple[str, ...]:
    return tuple(view.bot.name for view in views if view.ledger.trade is not None)


def _own_orders(view: BotView) -> int:
    return sum(order.intent.purpose is not OrderPurpose.BARRIER for order in view.working_orders)


def _concerns(view: BotView) -> bool:
    return view.bot.status in ACTIVE_STATUSES or view.ledger.trade is not None or bool(view.working_orders)
