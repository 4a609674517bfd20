"""Balances of accounts at the venue, and their capital reserved by bots."""

from dataclasses import dataclass

from bot.domain.people import Account
from bot.engine.bots.account_capital import AccountCapitalReader
from bot.engine.bots.capital import AccountCapital
from bot.engine.reports.queries import Queries
from bot.ports.storage import Reader
from bot.ports.venue import Balance


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountBalance:
    """An account's balances at the venue, and its reserved and free capital."""

    account: Account
    holdings: tuple[Balance, ...]
    capital: AccountCapital


class BalanceReader:
    """Reads balances and capital."""

    def __init__(self, reader: Reader, queries: Queries) -> None:
        self._capital_reader = AccountCapitalReader(reader)
        self._queries = queries

    async def read_balance(self, account: Account) -> AccountBalance:
        """Return an account's balance; raise Unavailable when its venue does not answer."""
        holdings = await self._queries.venue(account.venue).balances(account.account_id)
        return AccountBalance(account=account, holdings=holdings, capital=await self.read_capital(account))

    async def read_capital(self, account: Account) -> AccountCapital:
        return await self._capital_reader.read_capital(account)
