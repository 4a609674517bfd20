"""Reservations of an account: two bots never spend the same money, whatever is made, changed, lost and deleted."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.domain.ids import AccountId, BotId
from bot.domain.instance import Bot, BotStatus
from bot.domain.people import Account
from bot.domain.trade import EMPTY_LEDGER, Ledger, LedgerTotals
from bot.engine.bots.capital import AccountCapital
from tests.builders.facts import a_bot, a_config, an_account

ACCOUNT = replace(an_account(), deposit=Decimal(1000))


def a_bot_with(name: str, capital: str, status: BotStatus = BotStatus.STOPPED) -> Bot:
    return replace(a_bot(name, status=status), config=a_config(capital=capital))


def a_book(realised: str) -> Ledger:
    return Ledger(totals=LedgerTotals(closed_profit=Decimal(realised)))


def account_capital(account: Account, bots: Iterable[Bot], ledgers: Mapping[BotId, Ledger]) -> AccountCapital:
    total = AccountCapital(account)
    for bot in bots:
        total = total.with_bot(bot, ledgers.get(bot.bot_id, EMPTY_LEDGER).realised_profit)
    return total


def test_a_bot_reserves_its_capital() -> None:
    capital = account_capital(ACCOUNT, [a_bot_with("a", "300"), a_bot_with("b", "200")], {})
    assert (capital.equity, capital.reserved, capital.free, capital.bots) == (
        Decimal(1000),
        Decimal(500),
        Decimal(500),
        2,
    )


def test_what_a_bot_lost_is_gone_from_both() -> None:
    capital = account_capital(ACCOUNT, [a_bot_with("a", "300")], {BotId("a"): a_book("-100")})
    assert (capital.equity, capital.reserved, capital.free) == (Decimal(900), Decimal(200), Decimal(700))


def test_what_a_bot_earned_stays_its_own_until_it_is_deleted() -> None:
    books = {BotId("a"): a_book("100")}
    capital = account_capital(ACCOUNT, [a_bot_with("a", "300")], books)
    assert (capital.equity, capital.reserved, capital.free) == (Decimal(1100), Decimal(400), Decimal(700))
    gone = account_capital(ACCOUNT, [a_bot_with("a", "300", BotStatus.DELETED)], books)
    assert (gone.equity, gone.reserved, gone.free, gone.bots) == (Decimal(1100), Decimal(0), Decimal(1100), 0)


def test_bots_of_other_accounts_do_not_count() -> None:
    other = replace(a_bot_with("a", "300"), config=replace(a_config(), account_id=AccountId("other")))
    capital = account_capital(ACCOUNT, [other], {BotId("a"): a_book("-100")})
    assert (capital.equity, capital.reserved, capital.bots) == (Decimal(1000), Decimal(0), 0)


def test_a_loss_beyond_the_capital_leaves_nothing_reserved() -> None:
    capital = account_capital(ACCOUNT, [a_bot_with("a", "300")], {BotId("a"): a_book("-310")})
    assert (capital.equity, capital.reserved, capital.free) == (Decimal(690), Decimal(0), Decimal(690))


class Reservations(RuleBasedStateMachine):
    """People make, edit, clone and delete bots within what is free; the market gives and takes."""

    def __init__(self) -> None:
        super().__init__()
        self.bots: dict[BotId, Bot] = {}
        self.books: dict[BotId, Ledger] = {}

    @property
    def alive(self) -> list[Bot]:
        return [bot for bot in self.bots.values() if bot.status is not BotStatus.DELETED]

    def free(self) -> Decimal:
        return account_capital(ACCOUNT, self.bots.values(), self.books).free

    def realised(self, bot: Bot) -> Decimal:
        return self.books.get(bot.bot_id, Ledger()).realised_profit

    @rule(wanted=st.integers(1, 1500))
    def create(self, wanted: int) -> None:
        if wanted <= self.free():
            bot = a_bot_with(f"b{len(self.bots)}", str(wanted))
            self.bots[bot.bot_id] = bot

    @precondition(lambda self: self.alive)
    @rule(index=st.integers(0, 20), wanted=st.integers(1, 1500))
    def edit(self, index: int, wanted: int) -> None:
        bot = self.alive[index % len(self.alive)]
        if wanted - bot.config.capital <= self.free():
            self.bots[bot.bot_id] = replace(bot, config=replace(bot.config, capital=Decimal(wanted)))

    @precondition(lambda self: self.alive)
    @rule(index=st.integers(0, 20))
    def clone(self, index: int) -> None:
        self.create(int(self.alive[index % len(self.alive)].config.capital))

    @precondition(lambda self: self.alive)
    @rule(index=st.integers(0, 20), share=st.integers(-100, 60))
    def trade(self, index: int, share: int) -> None:
        """Earn or lose a share of what the bot may use; it can lose no more than that."""
        bot = self.alive[index % len(self.alive)]
        before = self.realised(bot)
        usable = max(bot.config.capital + min(before, Decimal(0)), Decimal(0))
        self.books[bot.bot_id] = a_book(str(before + usable * share / 100))

    @precondition(lambda self: self.alive)
    @rule(index=st.integers(0, 20))
    def delete(self, index: int) -> None:
        bot = self.alive[index % len(self.alive)]
        self.bots[bot.bot_id] = replace(bot, status=BotStatus.DELETED)

    @invariant()
    def the_sum_of_reservations_never_exceeds_the_equity(self) -> None:
        capital = account_capital(ACCOUNT, self.bots.values(), self.books)
        assert capital.equity == ACCOUNT.deposit + sum(self.realised(bot) for bot in self.bots.values())
        assert 0 <= capital.reserved <= capital.equity
        assert capital.free == capital.equity - capital.reserved
        # What a bot may use is inside what it reserves.
        usable = sum(max(bot.config.capital + min(self.realised(bot), Decimal(0)), Decimal(0)) for bot in self.alive)
        assert usable <= capital.reserved


Reservations.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestReservations = Reservations.TestCase
