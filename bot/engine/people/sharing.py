"""Sharing bots: others may look at one, or command it."""

from bot.domain.access import Share
from bot.domain.access_facts import ShareRemoved, ShareSaved
from bot.domain.errors import Refused
from bot.domain.facts import Fact
from bot.domain.instance import Bot
from bot.domain.people import Operator, Role
from bot.engine.people.chats import unsubscribe_facts
from bot.engine.people.onboarding import PeopleDependencies


class Sharing:
    """Gives and takes back shares of bots."""

    def __init__(self, dependencies: PeopleDependencies) -> None:
        self._dependencies = dependencies

    async def share_bot(self, bot: Bot, operator: Operator, role: Role, by: Operator) -> Share:
        """Let somebody look at a bot (viewer) or command it (trader); a share never gives more than their own role."""
        if operator.operator_id == bot.owner:
            raise Refused(f"{bot.name} ({bot.mode}) is {operator.name}'s own.")
        if role is Role.OWNER:
            raise Refused("a bot has one owner. Share it as viewer or trader")
        if not operator.role.is_at_least(role):
            raise Refused(f"{operator.name} is {operator.role} and cannot command bots. Share it as viewer")
        share = Share(
            bot_id=bot.bot_id,
            operator_id=operator.operator_id,
            role=role,
            by=by.operator_id,
            at=self._dependencies.clock.now(),
        )
        await self._dependencies.store_facts(ShareSaved(share))
        return share

    async def withdraw_share(self, bot: Bot, operator: Operator) -> None:
        """Take a share back; raise Refused if there is none."""
        shares = await self.bot_shares(bot)
        if operator.operator_id not in {one.operator_id for one in shares}:
            raise Refused(f"{bot.name} ({bot.mode}) is not shared with {operator.name}.")
        # Nor do chats that follow the bot by their wish show it on; owners see every bot without a share.
        chats = () if operator.role is Role.OWNER else await self._followed_by(bot, operator)
        await self._dependencies.store_facts(ShareRemoved(bot.bot_id, operator.operator_id), *chats)

    async def _followed_by(self, bot: Bot, operator: Operator) -> tuple[Fact, ...]:
        wished = (bot.bot_id, operator.operator_id)
        return await unsubscribe_facts(self._dependencies.reader, lambda one: (one.bot_id, one.by) == wished)

    async def bot_shares(self, bot: Bot) -> tuple[Share, ...]:
        """Return with whom a bot is shared."""
        return tuple(one for one in await self._dependencies.reader.shares() if one.bot_id == bot.bot_id)
