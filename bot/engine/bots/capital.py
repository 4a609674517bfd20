"""Account capital: the sum of what bots reserve never exceeds the account's equity."""

from dataclasses import dataclass, replace
from decimal import Decimal

from bot.domain.instance import Bot, BotStatus
from bot.domain.money import ZERO
from bot.domain.people import Account
from bot.domain.trade import EMPTY_LEDGER
from bot.engine.concurrency.time_slice import in_chunks
from bot.ports.storage import Reader


@dataclass(frozen=True, slots=True)
class AccountCapital:
    """An account's capital in its currency: realised profit, and the part reserved by bots."""

    account: Account
    realised: Decimal = ZERO
    reserved: Decimal = ZERO
    bots: int = 0

    @property
    def equity(self) -> Decimal:
        """Return the equity at cost."""
        return self.account.deposit + self.realised

    @property
    def free(self) -> Decimal:
        return max(self.equity - self.reserved, ZERO)

    def with_bot(self, bot: Bot, realised: Decimal) -> "AccountCapital":
        """Return the capital with one more bot, of any account, and its realised profit.

        A bot that is not deleted reserves its capital plus its profit or less its loss: a profit lent to other bots
        could be lost again by the bot that made it.
        """
        if bot.config.account_id != self.account.account_id:
            return self
        total = self.realised + realised
        if bot.status is BotStatus.DELETED:
            return replace(self, realised=total)
        reserved = self.reserved + max(bot.config.capital + realised, ZERO)
        return replace(self, realised=total, reserved=reserved, bots=self.bots + 1)


async def read_capital(reader: Reader, account: Account) -> AccountCapital:
    """Compute an account's capital from stored bots and ledgers, deleted bots included."""
    ledgers = await reader.ledgers()
    bots = list(await reader.bots())
    for bot_id in ledgers.keys() - {bot.bot_id for bot in bots}:
        # Deleted bots are not listed, but their profit belongs to the account.
        deleted = await reader.bot(bot_id)
        bots += [deleted] if deleted else []
    capital = AccountCapital(account)
    async for chunk in in_chunks(bots):
        for bot in chunk:
            capital = capital.with_bot(bot, ledgers.get(bot.bot_id, EMPTY_LEDGER).realised_profit)
    return capital
