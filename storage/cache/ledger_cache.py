"""Cache of ledgers, each with its open trade."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.domain.facts import Fact, LedgerSaved, Saved
from bot.domain.ids import BotId
from bot.domain.trade import Ledger, Trade
from storage.cache.cached_table import CachedTable

Ledgers = dict[BotId, Ledger]


class LedgerCache:
    """The ledgers of all bots, deleted ones too."""

    def __init__(self, load: Callable[[], Awaitable[Ledgers]]) -> None:
        self.cached_table: CachedTable[BotId, Ledger] = CachedTable(load, _apply)

    async def ledgers(self) -> Ledgers:
        return dict(await self.cached_table.rows())


def _apply(ledgers: Ledgers, fact: Fact) -> None:
    match fact:
        case LedgerSaved(bot_id, ledger):
            ledgers[bot_id] = ledger
        case Saved(Trade() as trade) if trade.bot_id in ledgers:
            ledgers[trade.bot_id] = _with_trade(ledgers[trade.bot_id], trade)
        case _:
            pass


def _with_trade(ledger: Ledger, trade: Trade) -> Ledger:
    if trade.closed_at is None:
        # Usually the ledger has this very trade: then both stay the objects that the running bot has.
        return ledger if ledger.trade is trade else replace(ledger, trade=trade)
    is_its_own = ledger.trade is not None and ledger.trade.trade_id == trade.trade_id
    return replace(ledger, trade=None) if is_its_own else ledger
