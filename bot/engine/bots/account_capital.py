"""Reads what accounts have free."""

from bot.domain.instance import Bot
from bot.domain.people import Account
from bot.engine.bots.capital import AccountCapital, CapitalSum, realised_by
from bot.engine.concurrency.time_slice import AWAITED_SECONDS, Breath
from bot.ports.storage import Reader

AT_ONCE = 100
"""Bots added between two questions whether the turn is over."""


class CapitalLedger:
    """Computes account capital from stored facts."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def of(self, account: Account) -> AccountCapital:
        """Return the capital of an account."""
        return (await self.of_all((account,)))[0]

    async def of_all(self, accounts: tuple[Account, ...]) -> tuple[AccountCapital, ...]:
        """Return the capital of several accounts."""
        books = await self._reader.books()
        bots = list(await self._reader.bots())
        known = {bot.bot_id for bot in bots}
        for bot_id in books.keys() - known:
            # Deleted bots are gone from the list, but what they earned is the account's.
            deleted: Bot | None = await self._reader.bot(bot_id)
            if deleted is not None:
                bots.append(deleted)
        totals = [CapitalSum(account) for account in accounts]
        breath = Breath(AWAITED_SECONDS)
        for start in range(0, len(bots), AT_ONCE):
            for bot in bots[start : start + AT_ONCE]:
                realised = realised_by(bot, books)
                for total in totals:
                    total.add(bot, realised)
            await breath.take()
        return tuple(total.result() for total in totals)
