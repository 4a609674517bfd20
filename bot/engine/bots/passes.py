"""Passes: the books of bots are closed when the recorded market begins again, or an account is reset (ADR 0025).

Both change two files: ours, and the venue's own book. All closings of a request are one unit, which also notes what the
venue has to do; the note is taken back once that is done. A crash in between leaves it, and the next start does it.
"""

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.domain.closed_books import ClosedBooks, ClosingReason
from bot.domain.errors import CommandFix, Refused
from bot.domain.facts import BooksClosed, Deleted, Fact, KeyValue, LedgerSaved, RunStateSaved, Saved, UnitOfWork
from bot.domain.ids import VenueId
from bot.domain.instance import ACTIVE_STATUSES, Bot, BotStatus
from bot.domain.moment import Moment
from bot.domain.people import Account, Operator
from bot.domain.trade import EMPTY_LEDGER, Ledger
from bot.engine.execution.venue_context import VenueContext
from bot.ports.clock import Clock
from bot.ports.host import BotHolding, BotHost, WriteOffDust
from bot.ports.replay import Replay, ReplayState
from bot.ports.storage import Page, Reader, Writer

logger = logging.getLogger(__name__)

RESTARTING, RESETTING = "restarting", "resetting"
MAX_NAMED = 5
NEWEST = Page(limit=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scope:
    """What begins a new pass: its bots, where and why."""

    bots: tuple[Bot, ...]
    venue_context: VenueContext
    reason: ClosingReason
    note: KeyValue
    what: str


class Passes:
    """Begins new passes; a refusal changes nothing."""

    def __init__(
        self,
        *,
        reader: Reader,
        writer: Writer,
        clock: Clock,
        host: BotHost,
        venue_contexts: Mapping[VenueId, VenueContext],
    ) -> None:
        self._reader, self._writer, self._clock = reader, writer, clock
        self._host = host
        self._venue_contexts = venue_contexts

    async def check_restart(self, by: Operator) -> None:
        """Raise Refused while a bot of the recorded market runs or holds something that could be sold."""
        await self._refuse_in_use(await self._restart_scope(), by)

    async def restart_market(self, by: Operator, command_id: str) -> ReplayState:
        """Close the books of all bots of the recorded market and set its clock back to the start."""
        scope = await self._restart_scope()
        replay = _replay_of(scope.venue_context)
        await self._write_off_dust(scope, by, command_id)
        async with self._host.keep_released([bot.bot_id for bot in scope.bots]):
            await self._refuse_in_use(scope, by)
            replay.check_restart()
            await self._writer.commit(await self._closing_unit(scope))
            return await self._finish_restart(replay, scope.note.key)

    async def check_reset(self, account: Account, by: Operator) -> None:
        """Raise Refused for real money, and while a bot of the account runs or holds something that could be sold."""
        if not account.mode.is_play_money:
            raise Refused("account-is-real", account=account.label, mode=account.mode)
        await self._refuse_in_use(await self._reset_scope(account), by)

    async def reset_account(self, account: Account, by: Operator, command_id: str) -> None:
        """Close the books of all bots of an account and set what its venue holds back to the deposit."""
        await self.check_reset(account, by)
        scope = await self._reset_scope(account)
        await self._write_off_dust(scope, by, command_id)
        async with self._host.keep_released([bot.bot_id for bot in scope.bots]):
            await self._refuse_in_use(scope, by)
            await self._writer.commit(await self._closing_unit(scope))
            await self._finish_reset(account, scope.note.key)

    async def finish_interrupted(self) -> None:
        """Do what a crash kept a venue from doing; must be called before any bot is loaded."""
        for venue_id, context in self._venue_contexts.items():
            key = _note_key(RESTARTING, venue_id)
            if context.replay is not None and await self._reader.key_value(key) is not None:
                logger.info("restart of a recorded market is finished", extra={"venue": venue_id})
                await self._finish_restart(context.replay, key)
        for account in await self._reader.accounts():
            key = _note_key(RESETTING, account.account_id)
            if await self._reader.key_value(key) is not None:
                logger.info("reset of an account is finished", extra={"account_id": account.account_id})
                await self._finish_reset(account, key)

    async def _restart_scope(self) -> _Scope:
        recorded = [one for one, context in self._venue_contexts.items() if context.replay is not None]
        if not recorded:
            raise Refused("no-recorded-market")
        venue_id = recorded[0]
        bots = (*await self._reader.bots(), *await self._reader.deleted_bots())
        return _Scope(
            bots=tuple(bot for bot in bots if bot.venue == venue_id),
            venue_context=self._venue_contexts[venue_id],
            reason=ClosingReason.MARKET_RESTARTED,
            note=KeyValue(_note_key(RESTARTING, venue_id), "yes"),
            what="market",
        )

    async def _reset_scope(self, account: Account) -> _Scope:
        bots = (*await self._reader.bots(), *await self._reader.deleted_bots())
        return _Scope(
            bots=tuple(bot for bot in bots if bot.config.account_id == account.account_id),
            venue_context=self._venue_contexts[account.venue],
            reason=ClosingReason.ACCOUNT_RESET,
            note=KeyValue(_note_key(RESETTING, account.account_id), "yes"),
            what="account",
        )

    async def _refuse_in_use(self, scope: _Scope, by: Operator) -> None:
        """Raise Refused if a bot is in use, with what its owner, or another, has to do."""
        used = await self._bots_in_use(scope)
        if not used:
            return
        own = [bot.name for bot in used if bot.owner == by.operator_id]
        owners = Counter(bot.owner for bot in used if bot.owner != by.operator_id)
        operators = {operator.operator_id: operator.name for operator in await self._reader.operators()}
        others = tuple(f"{operators.get(owner, 'somebody')} ({count})" for owner, count in owners.items())
        names = ("all",) if len(own) > MAX_NAMED else tuple(own)
        raise Refused(
            "books-in-use",
            CommandFix("stop", (*names, "policy=flatten")) if own else None,
            what=scope.what,
            count=len(own),
            bots=tuple(own[:MAX_NAMED]),
            owners=len(others),
            others=others,
        )

    async def _bots_in_use(self, scope: _Scope) -> list[Bot]:
        alive = [bot for bot in scope.bots if bot.status is not BotStatus.DELETED]
        working = {order.intent.bot_id for order in await self._reader.working_orders()}
        holdings = await self._host.holdings(alive)
        return [one.bot for one in holdings if one.bot.bot_id in working or _is_in_use(one, scope.venue_context)]

    async def _write_off_dust(self, scope: _Scope, by: Operator, command_id: str) -> None:
        """Close the trades of bots whose position is too small to be sold."""
        await self._refuse_in_use(scope, by)
        alive = [bot for bot in scope.bots if bot.status is not BotStatus.DELETED]
        for holding in await self._host.holdings(alive):
            if holding.ledger.trade is not None:
                command = WriteOffDust(by=by.operator_id, command_id=command_id)
                await self._host.execute_command(holding.bot.bot_id, command)

    async def _closing_unit(self, scope: _Scope) -> UnitOfWork:
        ledgers = await self._reader.ledgers()
        numbers = Counter(closed.bot_id for closed in await self._reader.closed_books())
        moment = Moment(scope.venue_context.venue.clock.now(), self._clock.now())
        facts: list[Fact] = [Saved(scope.note)]
        for bot in scope.bots:
            ledger = ledgers.get(bot.bot_id, EMPTY_LEDGER)
            if ledger.totals.fills:
                facts += await self._closing(bot, ledger, numbers[bot.bot_id] + 1, (scope.reason, moment))
            if bot.has_run and bot.status is not BotStatus.DELETED:
                facts.append(RunStateSaved(_with_new_pass(bot)))
        return tuple(facts)

    async def _closing(
        self, bot: Bot, ledger: Ledger, number: int, why: tuple[ClosingReason, Moment]
    ) -> tuple[Fact, ...]:
        (newest,) = await self._reader.fills(bot.bot_id, NEWEST)
        closed = ClosedBooks(
            bot_id=bot.bot_id,
            number=number,
            account_id=bot.config.account_id,
            symbol=bot.config.symbol,
            reason=why[0],
            moment=why[1],
            position=ledger.position,
            totals=ledger.totals,
            last_trade=ledger.next_number - 1,
            last_fill=newest.trade_id,
        )
        return BooksClosed(closed), LedgerSaved(bot.bot_id, closed.next_ledger)

    async def _finish_restart(self, replay: Replay, key: str) -> ReplayState:
        state = await replay.restart_clock()
        await self._writer.commit((Deleted(KeyValue, (key,)),))
        return state

    async def _finish_reset(self, account: Account, key: str) -> None:
        venue = self._venue_contexts[account.venue].venue
        await venue.reset_account(account.account_id, account.deposit)
        await self._writer.commit((Deleted(KeyValue, (key,)),))


def _note_key(verb: str, where: str) -> str:
    return f"{verb}:{where}"


def _replay_of(venue_context: VenueContext) -> Replay:
    if venue_context.replay is None:
        raise Refused("no-recorded-market")
    return venue_context.replay


def _is_in_use(holding: BotHolding, venue_context: VenueContext) -> bool:
    bot, ledger, price = holding.bot, holding.ledger, holding.last_price
    if bot.status in ACTIVE_STATUSES:
        return True
    if ledger.trade is None:
        return False
    market = venue_context.market(bot.config.symbol)
    return price is None or not ledger.position.is_flat(market, price)


def _with_new_pass(bot: Bot) -> Bot:
    """Return a bot that has not run in the present pass; the market's time may go back."""
    fresh = replace(bot, run_started_market=None, pass_started_market=None, last_decision=None)
    return replace(fresh, capital_changes=())
