"""Opt-ins to quiet kinds of events: orders and signals raise events only where an operator wants them."""

from collections.abc import Sequence

from bot.domain.access import Share
from bot.domain.events import ASKED_FOR, NotificationKind
from bot.domain.facts import Deleted, Fact, Saved, UnitOfWork
from bot.domain.ids import BotId, OperatorId
from bot.domain.instance import Bot
from bot.domain.people import NotificationSetting, Operator, Role
from bot.ports.storage import PeopleReader


class NotificationOptIns:
    """Keeps opt-ins in memory by following stored operators and shares; asked at each message of each bot."""

    def __init__(self) -> None:
        self._kinds: dict[OperatorId, frozenset[NotificationKind]] = {}
        self._owners: set[OperatorId] = set()
        self._shares: dict[BotId, set[OperatorId]] = {}

    async def load_opt_ins(self, reader: PeopleReader) -> None:
        for operator in await reader.operators():
            self._apply_operator(operator)
        for share in await reader.shares():
            self._shares.setdefault(share.bot_id, set()).add(share.operator_id)

    def on_stored(self, units: Sequence[UnitOfWork]) -> None:
        for unit in units:
            for fact in unit:
                self._apply_fact(fact)

    def wanted_kinds(self, bot: Bot) -> frozenset[NotificationKind]:
        """Return the quiet kinds of events that a recipient of the bot's events has opted in to."""
        if not self._kinds:
            return frozenset()
        recipients = {bot.owner} | self._owners | self._shares.get(bot.bot_id, set())
        return frozenset[NotificationKind]().union(*(self._kinds.get(one, frozenset()) for one in recipients))

    def _apply_fact(self, fact: Fact) -> None:
        match fact:
            case Saved(Operator() as operator):
                self._apply_operator(operator)
            case Saved(Share() as share):
                self._shares.setdefault(share.bot_id, set()).add(share.operator_id)
            case Deleted(kind, (bot_id, operator_id)) if kind is Share:
                self._shares.get(BotId(bot_id), set()).discard(OperatorId(operator_id))
            case _:
                pass

    def _apply_operator(self, operator: Operator) -> None:
        chosen = {kind for kind, setting in operator.preferences.notify if setting is not NotificationSetting.OFF}
        wanted = frozenset(chosen & ASKED_FOR) if operator.removed_at is None else frozenset[NotificationKind]()
        if wanted:
            self._kinds[operator.operator_id] = wanted
        else:
            self._kinds.pop(operator.operator_id, None)
        if operator.role is Role.OWNER:
            self._owners.add(operator.operator_id)
        else:
            self._owners.discard(operator.operator_id)
