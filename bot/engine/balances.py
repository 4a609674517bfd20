"""What accounts hold: money at the venue, and how much of it bots have reserved."""

from dataclasses import dataclass
from decimal import Decimal

from bot.domain.instance import ACTIVE_STATUSES, Bot, BotStatus
from bot.domain.money import ZERO
from bot.domain.people import Account
from bot.engine.queries import Queries
from bot.ports.storage import Reader
from bot.ports.venue import Balance


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountBalance:
    """An account's coins and money; `reserved` is the capital of its bots in the account's currency."""

    account: Account
    holdings: tuple[Balance, ...]
    reserved: Decimal
    reserving_bots: int
    free: Decimal


class Balances:
    """Reads balances and reservations."""

    def __init__(self, reader: Reader, queries: Queries) -> None:
        self._reader = reader
        self._queries = queries

    async def of(self, account: Account) -> AccountBalance:
        """Return what an account holds; raise Unavailable when its venue does not answer."""
        holdings = await self._queries.venue(account.venue).balances(account.account_id)
        bots = [bot for bot in await self._reader.bots() if bot.config.account_id == account.account_id]
        reserving = [bot for bot in bots if _reserves(bot)]
        reserved = sum((bot.config.capital for bot in reserving), ZERO)
        equity = account.deposit + await self._realised(account)
        return AccountBalance(
            account=account,
            holdings=holdings,
            reserved=reserved,
            reserving_bots=len(reserving),
            free=equity - reserved,
        )

    async def _realised(self, account: Account) -> Decimal:
        books = await self._reader.books()
        total = ZERO
        for bot_id, book in books.items():
            bot = await self._reader.bot(bot_id)
            if bot is not None and bot.config.account_id == account.account_id:
                total += book.realised
        return total


def _reserves(bot: Bot) -> bool:
    return bot.status in ACTIVE_STATUSES or bot.status is BotStatus.FAILED
