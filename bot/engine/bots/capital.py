"""Account capital: the sum of what bots reserve never exceeds the account's equity."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.ids import BotId
from bot.domain.instance import Bot, BotStatus
from bot.domain.money import ZERO
from bot.domain.people import Account
from bot.domain.trade import Ledger

_EMPTY_LEDGER = Ledger()


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCapital:
    """An account's capital in its currency: equity at cost, the part reserved by bots, and the free part."""

    account: Account
    equity: Decimal
    reserved: Decimal
    bots: int

    @property
    def free(self) -> Decimal:
        return max(self.equity - self.reserved, ZERO)


@dataclass(slots=True)
class CapitalSum:
    """Adds up an account's capital, bot by bot."""

    account: Account
    realised: Decimal = ZERO
    reserved: Decimal = ZERO
    bots: int = 0

    def add_bot(self, bot: Bot, realised: Decimal) -> None:
        """Add a bot, of any account, with its realised profit.

        A bot that is not deleted reserves its capital plus its profit or less its loss: a profit lent to other bots
        could be lost again by the bot that made it.
        """
        if bot.config.account_id != self.account.account_id:
            return
        self.realised += realised
        if bot.status is not BotStatus.DELETED:
            self.reserved += max(bot.config.capital + realised, ZERO)
            self.bots += 1

    def result(self) -> AccountCapital:
        equity = self.account.deposit + self.realised
        return AccountCapital(account=self.account, equity=equity, reserved=self.reserved, bots=self.bots)


def realised_profit(bot: Bot, ledgers: Mapping[BotId, Ledger]) -> Decimal:
    """Return a bot's realised profit, 0 if nothing was ever booked."""
    return ledgers.get(bot.bot_id, _EMPTY_LEDGER).realised_profit
