"""Markets as people type them: `BTC/USDT`, `btcusdt`, `BTC-USDT`."""

from collections.abc import Sequence

from bot.commands.reply.input_text import echo_text
from bot.domain.errors import InvalidInput, NameFix
from bot.domain.ids import Symbol
from bot.strategy.field_value import nearest_name


def find_symbol(text: str, symbols: Sequence[Symbol]) -> Symbol:
    """Return the market that was meant, also without its slash; raise InvalidInput with the nearest one."""
    wanted = text.strip().upper().replace("-", "/")
    known = {symbol.replace("/", ""): symbol for symbol in symbols} | {str(symbol): symbol for symbol in symbols}
    if wanted in known:
        return known[wanted]
    of_base = [symbol for symbol in symbols if symbol.split("/")[0] == wanted]
    near = of_base[0] if of_base else nearest_name(wanted.casefold(), [symbol.casefold() for symbol in symbols])
    fix = NameFix(near.upper(), typed=text) if near else None
    raise InvalidInput("no-market", fix, typed=echo_text(text), near=(near or (*symbols, "BTC/USDT")[0]).upper())
