"""Account capital, read from storage."""

from bot.domain.instance import Bot
from bot.domain.people import Account
from bot.engine.bots.capital import AccountCapital, CapitalSum, realised_profit
from bot.engine.concurrency.time_slice import INTERACTIVE_SLICE_SECONDS, TimeSlice
from bot.ports.storage import Reader

CHUNK_SIZE = 100
"""Bots added up before the loop is given a chance to run something else."""


class AccountCapitalReader:
    """Computes the capital of accounts from stored bots and ledgers."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def read_capital(self, account: Account) -> AccountCapital:
        return (await self.read_capitals((account,)))[0]

    async def read_capitals(self, accounts: tuple[Account, ...]) -> tuple[AccountCapital, ...]:
        ledgers = await self._reader.ledgers()
        bots = list(await self._reader.bots())
        known = {bot.bot_id for bot in bots}
        for bot_id in ledgers.keys() - known:
            # Deleted bots are not listed, but their profit belongs to the account.
            deleted: Bot | None = await self._reader.bot(bot_id)
            if deleted is not None:
                bots.append(deleted)
        totals = [CapitalSum(account) for account in accounts]
        time_slice = TimeSlice(INTERACTIVE_SLICE_SECONDS)
        for start in range(0, len(bots), CHUNK_SIZE):
            for bot in bots[start : start + CHUNK_SIZE]:
                realised = realised_profit(bot, ledgers)
                for total in totals:
                    total.add_bot(bot, realised)
            await time_slice.yield_if_expired()
        return tuple(total.result() for total in totals)
