"""Check of the books: each account's statement must close, or its owner is told."""

import logging
from datetime import timedelta

from bot.domain.book_events import BooksDiffer
from bot.domain.errors import Conflict, QuarterdeckError
from bot.domain.event_routes import system_event
from bot.domain.facts import EventRaised
from bot.domain.ids import AccountId
from bot.domain.people import Account
from bot.engine.reports.statement import AccountStatement, StatementReader
from bot.ports.clock import Clock
from bot.ports.storage import Reader, Writer

logger = logging.getLogger(__name__)

INTERVAL = timedelta(minutes=10)


class BookCheck:
    """Reads statements, and tells owners once of each difference."""

    def __init__(self, reader: Reader, writer: Writer, clock: Clock, statements: StatementReader) -> None:
        self._reader, self._writer, self._clock = reader, writer, clock
        self._statements = statements
        self._differing: dict[AccountId, str] = {}

    async def run(self) -> None:
        """Check now and again until cancelled."""
        while True:
            await self.check_accounts()
            await self._clock.sleep(INTERVAL)

    async def check_accounts(self) -> None:
        """Check every account; one whose venue does not answer is left for the next time."""
        for account in await self._reader.accounts():
            if not self._statements.knows_venue(account):
                continue
            try:
                await self.check_account(account)
            except QuarterdeckError as error:
                logger.warning("books not checked", extra={"account_id": account.account_id, "error": str(error)})

    async def check_account(self, account: Account) -> AccountStatement:
        """Return an account's statement; tell its owner if it does not close."""
        found = await self._statements.read_statement(account)
        if found.is_closing:
            if found.is_settled:
                self._differing.pop(account.account_id, None)
            return found
        logger.error("books differ from the venue", extra={"account_id": account.account_id})
        self._differing[account.account_id] = account.label
        event_id = f"books-{account.account_id}-{found.difference.normalize():f}"
        payload = BooksDiffer(
            account=account.label, mode=account.mode, difference=found.difference, currency=account.currency
        )
        event = system_event(event_id, payload, account.owner, self._clock.now())
        try:
            await self._writer.commit((EventRaised(event),))
        except Conflict:
            logger.info("the same difference was told before", extra={"account_id": account.account_id})
        return found

    @property
    def differing(self) -> tuple[str, ...]:
        """Return the labels of the accounts whose books did not close when they were last checked."""
        return tuple(self._differing.values())
