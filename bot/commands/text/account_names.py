"""Names of accounts: by their label, and whose they are where several are called the same."""

from collections.abc import Sequence

from bot.domain.people import Account
from bot.engine.reports.queries import Queries


async def account_name(account: Account, accounts: Sequence[Account], queries: Queries) -> str:
    """Name an account, with its owner if others are called the same: `practice of jonas`."""
    is_only = sum(item.label == account.label for item in accounts) == 1
    return account.label if is_only else f"{account.label} of {await queries.operator_name(account.owner)}"
