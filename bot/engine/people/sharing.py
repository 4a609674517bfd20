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

    def __init__(self, dependencies: PeopleDependencies) -> None:
        self._dependencies = dependencies

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
            at=self._dependencies.clock.now(),
        )
        await self._dependencies.store_facts(Saved(share))
        return share

    async def withdraw_share(self, bot: Bot, operator: Operator) -> None:
        """Withdraw a share; raise Refused if there is none."""
        shares = await self.bot_shares(bot)
        if operator.operator_id not in {one.operator_id for one in shares}:
            raise Refused("not-shared", bot=bot.name, mode=bot.mode, person=operator.name)
        # The chats they subscribed to the bot lose it too; owners see every bot without a share.
        facts = () if operator.role is Role.OWNER else await self._unsubscribe_facts(bot, operator)
        await self._dependencies.store_facts(Deleted(Share, (bot.bot_id, operator.operator_id)), *facts)

    async def _unsubscribe_facts(self, bot: Bot, operator: Operator) -> tuple[Fact, ...]:
        subscribed = (bot.bot_id, operator.operator_id)
        return await unsubscribe_facts(self._dependencies.reader, lambda one: (one.bot_id, one.by) == subscribed)

    async def bot_shares(self, bot: Bot) -> tuple[Share, ...]:
        return tuple(one for one in await self._dependencies.reader.shares() if one.bot_id == bot.bot_id)
