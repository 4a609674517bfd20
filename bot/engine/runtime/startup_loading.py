"""Loading of every stored bot that is still needed at start-up; one that cannot run any more fails alone."""

import logging
from collections import defaultdict
from dataclasses import replace

from bot.domain.errors import QuarterdeckError
from bot.domain.event_routes import system_event
from bot.domain.events import BotFailed
from bot.domain.facts import EventRaised, RunStateSaved, UnitOfWork
from bot.domain.ids import BotId, failure_reference
from bot.domain.instance import ACTIVE_STATUSES, Bot, Operation
from bot.domain.order import Order
from bot.domain.trade import EMPTY_LEDGER
from bot.engine.execution.venue_context import VenueContext
from bot.engine.runtime.session_loading import build_session, load_plan_fills
from bot.engine.runtime.supervisor import EngineDependencies, Supervisor
from bot.engine.trading.session import Session

logger = logging.getLogger(__name__)


class StartupLoader:
    """Reads bots, ledgers and orders once, and builds the sessions of all bots that need one; `epoch` is new."""

    def __init__(self, dependencies: EngineDependencies, supervisor: Supervisor, epoch: int) -> None:
        self._reader, self._clock = dependencies.reader, dependencies.clock
        self._process_name = dependencies.process_name
        self._venue_contexts = supervisor.venue_contexts
        self._strategy_instances = supervisor.strategy_instances
        self._epoch = epoch

    async def run(self) -> tuple[list[Session], UnitOfWork]:
        """Return the sessions, and the facts that take over the bots' leases."""
        bots = await self._reader.bots()
        ledgers = await self._reader.ledgers()
        orders: dict[BotId, list[Order]] = defaultdict(list)
        for order in await self._reader.working_orders():
            orders[order.intent.bot_id].append(order)
        sessions: list[Session] = []
        facts: list[RunStateSaved | EventRaised] = []
        for bot in bots:
            venue_context = self._venue_contexts.get(bot.venue)
            if venue_context is None:
                continue
            owned = self._take_ownership(bot, venue_context, facts)
            market = venue_context.markets.get(bot.config.symbol)
            if market is None:
                continue
            session = build_session(owned, market, ledgers.get(bot.bot_id, EMPTY_LEDGER), tuple(orders[bot.bot_id]))
            if session.is_needed:
                is_plan = self._strategy_instances.plan_strategy(bot.config) is not None
                sessions.append(await load_plan_fills(self._reader, session) if is_plan else session)
        return sessions, tuple(facts)

    def _take_ownership(self, bot: Bot, venue_context: VenueContext, facts: list[RunStateSaved | EventRaised]) -> Bot:
        if bot.status not in ACTIVE_STATUSES:
            return bot
        owned = replace(bot, epoch=self._epoch, lease_owner=self._process_name)
        error = self._why_it_cannot_run(owned, venue_context)
        if error:
            logger.error("bot cannot run any more", extra={"bot_id": bot.bot_id, "error": error})
            now = self._clock.now()
            owned = replace(owned.advance(Operation.FAIL, now), status_remark=error)
            failed = BotFailed(error=error, reference=failure_reference(f"{bot.bot_id}:{error}"), tries=1)
            event_id = f"failed-{owned.epoch}-{bot.bot_id}"
            facts.append(EventRaised(system_event(event_id, failed, bot.owner, now, bot=owned)))
        facts.append(RunStateSaved(owned))
        return owned

    def _why_it_cannot_run(self, bot: Bot, venue_context: VenueContext) -> str:
        if bot.config.symbol not in venue_context.markets:
            return f"no market {bot.config.symbol} any more"
        try:
            self._strategy_instances.instance_for(bot.config)
        except QuarterdeckError as error:
            return str(error)
        return ""
