"""Reads what accounts have free."""

from bot.domain.instance import Bot
from bot.domain.people import Account
from bot.engine.bots.capital import AccountCapital, CapitalSum, realised_profit
from bot.engine.concurrency.time_slice import INTERACTIVE_SLICE_SECONDS, TimeSlice
from bot.ports.storage import Reader

CHUNK_SIZE = 100
"""Bots added between two questions whether the turn is over."""


class AccountCapitalReader:
    """Computes account capital from stored facts."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def read_capital(self, account: Account) -> AccountCapital:
        return (await self.read_capitals((account,)))[0]

    async def read_capitals(self, accounts: tuple[Account, ...]) -> tuple[AccountCapital, ...]:
        """Return the capital of several accounts."""
        books = await self._reader.ledgers()
        bots = list(await self._reader.bots())
        known = {bot.bot_id for bot in bots}
        for bot_id in books.keys() - known:
            # Deleted bots are gone from the list, but what they earned is the account's.
            deleted: Bot | None = await self._reader.bot(bot_id)
            if deleted is not None:
                bots.append(deleted)
        totals = [CapitalSum(account) for account in accounts]
        time_slice = TimeSlice(INTERACTIVE_SLICE_SECONDS)
        for start in range(0, len(bots), CHUNK_SIZE):
            for bot in bots[start : start + CHUNK_SIZE]:
                realised = realised_profit(bot, books)
                for total in totals:
                    total.add_bot(bot, realised)
            await time_slice.yield_if_expired()
        return tuple(total.result() for total in totals)
