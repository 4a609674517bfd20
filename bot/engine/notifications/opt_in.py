"""Which quiet kinds of events somebody asked for: orders and signals are told only where they are wanted."""

from collections.abc import Sequence

from bot.domain.access_facts import ShareRemoved, ShareSaved
from bot.domain.events import ASKED_FOR, NotificationKind
from bot.domain.facts import Fact, OperatorSaved, UnitOfWork
from bot.domain.ids import BotId, OperatorId
from bot.domain.instance import Bot
from bot.domain.people import NotificationSetting, Operator, Role
from bot.ports.storage import PeopleReader


class NotificationOptIns:
    """Follows what is stored of people and shares; `wanted` is asked for each message of each bot."""

    def __init__(self) -> None:
        self._kinds: dict[OperatorId, frozenset[NotificationKind]] = {}
        self._owners: set[OperatorId] = set()
        self._shares: dict[BotId, set[OperatorId]] = {}

    async def load_opt_ins(self, reader: PeopleReader) -> None:
        """Begin with what is stored."""
        for operator in await reader.operators():
            self._apply_operator(operator)
        for share in await reader.shares():
            self._shares.setdefault(share.bot_id, set()).add(share.operator_id)

    def on_stored(self, units: Sequence[UnitOfWork]) -> None:
        """Follow what was stored."""
        for unit in units:
            for fact in unit:
                self._apply_fact(fact)

    def wanted_kinds(self, bot: Bot) -> frozenset[NotificationKind]:
        """Return the quiet kinds that somebody who hears of this bot asked for."""
        if not self._kinds:
            return frozenset()
        listeners = {bot.owner} | self._owners | self._shares.get(bot.bot_id, set())
        return frozenset[NotificationKind]().union(*(self._kinds.get(one, frozenset()) for one in listeners))

    def _apply_fact(self, fact: Fact) -> None:
        match fact:
            case OperatorSaved(operator=operator):
                self._apply_operator(operator)
            case ShareSaved(share=share):
                self._shares.setdefault(share.bot_id, set()).add(share.operator_id)
            case ShareRemoved(bot_id=bot_id, operator_id=operator_id):
                self._shares.get(bot_id, set()).discard(operator_id)
            case _:
                pass

    def _apply_operator(self, operator: Operator) -> None:
        chosen = {topic for topic, loudness in operator.preferences.notify if loudness is not NotificationSetting.OFF}
        wanted = frozenset(chosen & ASKED_FOR) if operator.removed_at is None else frozenset[NotificationKind]()
        if wanted:
            self._kinds[operator.operator_id] = wanted
        else:
            self._kinds.pop(operator.operator_id, None)
        if operator.role is Role.OWNER:
            self._owners.add(operator.operator_id)
        else:
            self._owners.discard(operator.operator_id)
