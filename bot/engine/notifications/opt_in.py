"""Which quiet kinds of events somebody asked for: orders and signals are told only where they are wanted."""

from collections.abc import Sequence

from bot.domain.access_facts import ShareRemoved, ShareSaved
from bot.domain.events import ASKED_FOR, Topic
from bot.domain.facts import Fact, OperatorSaved, UnitOfWork
from bot.domain.ids import BotId, OperatorId
from bot.domain.instance import Bot
from bot.domain.people import Loudness, Operator, Role
from bot.ports.storage import PeopleReader


class Earshot:
    """Follows what is stored of people and shares; `wanted` is asked for each message of each bot."""

    def __init__(self) -> None:
        self._wanted: dict[OperatorId, frozenset[Topic]] = {}
        self._owners: set[OperatorId] = set()
        self._shares: dict[BotId, set[OperatorId]] = {}

    async def load(self, reader: PeopleReader) -> None:
        """Begin with what is stored."""
        for operator in await reader.operators():
            self._note(operator)
        for share in await reader.shares():
            self._shares.setdefault(share.bot_id, set()).add(share.operator_id)

    def on_stored(self, units: Sequence[UnitOfWork]) -> None:
        """Follow what was stored."""
        for unit in units:
            for fact in unit:
                self._follow(fact)

    def wanted(self, bot: Bot) -> frozenset[Topic]:
        """Return the quiet kinds that somebody who hears of this bot asked for."""
        if not self._wanted:
            return frozenset()
        listeners = {bot.owner} | self._owners | self._shares.get(bot.bot_id, set())
        return frozenset[Topic]().union(*(self._wanted.get(one, frozenset()) for one in listeners))

    def _follow(self, fact: Fact) -> None:
        match fact:
            case OperatorSaved(operator=operator):
                self._note(operator)
            case ShareSaved(share=share):
                self._shares.setdefault(share.bot_id, set()).add(share.operator_id)
            case ShareRemoved(bot_id=bot_id, operator_id=operator_id):
                self._shares.get(bot_id, set()).discard(operator_id)
            case _:
                pass

    def _note(self, operator: Operator) -> None:
        chosen = {topic for topic, loudness in operator.preferences.notify if loudness is not Loudness.OFF}
        wanted = frozenset(chosen & ASKED_FOR) if operator.removed_at is None else frozenset[Topic]()
        if wanted:
            self._wanted[operator.operator_id] = wanted
        else:
            self._wanted.pop(operator.operator_id, None)
        if operator.role is Role.OWNER:
            self._owners.add(operator.operator_id)
        else:
            self._owners.discard(operator.operator_id)
