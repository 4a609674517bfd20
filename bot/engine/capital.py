"""Who may use how much of an account: the sum of reservations never exceeds its equity."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.ids import BotId
from bot.domain.instance import Bot, BotStatus
from bot.domain.money import ZERO
from bot.domain.people import Account
from bot.domain.trade import Book

_NO_BOOK = Book()


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCapital:
    """An account's money in its currency: equity at cost, reserved by bots, and what is free."""

    account: Account
    equity: Decimal
    reserved: Decimal
    bots: int

    @property
    def free(self) -> Decimal:
        """Return what a new bot may reserve."""
        return max(self.equity - self.reserved, ZERO)


def account_capital(account: Account, bots: Iterable[Bot], books: Mapping[BotId, Book]) -> AccountCapital:
    """Compute an account's capital: deposit plus everything realised there, deleted bots included.

    `bots` are all bots ever made on any account; one that is not deleted reserves its capital with what it earned or
    less what it lost: earnings lent to others could be lost again by the bot that made them.
    """
    equity, reserved, count = account.deposit, ZERO, 0
    for bot in bots:
        if bot.config.account_id != account.account_id:
            continue
        realised = books.get(bot.bot_id, _NO_BOOK).realised
        equity += realised
        if bot.status is not BotStatus.DELETED:
            reserved += max(bot.config.capital + realised, ZERO)
            count += 1
    return AccountCapital(account=account, equity=equity, reserved=reserved, bots=count)
