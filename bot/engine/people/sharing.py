"""Shares of bots with other operators, as viewer or trader."""

from bot.domain.access import Share
from bot.domain.errors import Refused
from bot.domain.facts import Deleted, Fact, Saved
from bot.domain.instance import Bot
from bot.domain.people import Operator, Role
from bot.engine.people.chats import unsubscribe_facts
from bot.engine.people.onboarding import PeopleDependencies


class Sharing:
    """Stores and withdraws shares."""

    def __init__(self, people: PeopleDependencies) -> None:
        self._people = people

    async def share_bot(self, bot: Bot, operator: Operator, role: Role, by: Operator) -> Share:
        """Share a bot as viewer or trader; raise Refused for more than the operator's own role."""
        if operator.operator_id == bot.owner:
            raise Refused("share-with-owner", bot=bot.name, mode=bot.mode, person=operator.name)
        if role is Role.OWNER:
            raise Refused("share-as-owner")
        if not operator.role.is_at_least(role):
            raise Refused("share-above-role", person=operator.name, role=operator.role)
        share = Share(
            bot_id=bot.bot_id,
            operator_id=operator.operator_id,
            role=role,
            by=by.operator_id,
            at=self._people.clock.now(),
        )
        await self._people.store_facts(Saved(share))
        return share

    async def withdraw_share(self, bot: Bot, operator: Operator) -> None:
        """Withdraw a share; raise Refused if there is none."""
        shares = await self.bot_shares(bot)
        if operator.operator_id not in {one.operator_id for one in shares}:
            raise Refused("not-shared", bot=bot.name, mode=bot.mode, person=operator.name)
        # The chats they subscribed to the bot lose it too; owners see every bot without a share.
        share_key = (bot.bot_id, operator.operator_id)
        facts: tuple[Fact, ...] = ()
        if operator.role is not Role.OWNER:
            facts = await unsubscribe_facts(self._people.reader, lambda one: (one.bot_id, one.by) == share_key)
        await self._people.store_facts(Deleted(Share, share_key), *facts)

    async def bot_shares(self, bot: Bot) -> tuple[Share, ...]:
        return tuple(one for one in await self._people.reader.shares() if one.bot_id == bot.bot_id)
