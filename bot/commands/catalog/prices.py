"""Command for prices of markets."""

from typing import Annotated

from bot.commands.catalog.fields import keyword_spec
from bot.commands.forms.symbol_input import find_symbol
from bot.commands.reply.blocks import (
    Align,
    Block,
    Button,
    ButtonStyle,
    Column,
    Footer,
    Headline,
    KeyValues,
    Reply,
    Table,
    build_reply,
    button_row,
    button_rows,
    fill_rows,
)
from bot.commands.reply.input_text import echo_text
from bot.commands.spec.request import CommandContext
from bot.commands.spec.spec import Arguments, ArgumentSpec, ChoiceSource, command
from bot.commands.text import numbers
from bot.domain.errors import InvalidInput, Refused, WordFix
from bot.domain.ids import VenueId
from bot.domain.people import Role
from bot.engine.reports.market_prices import MarketPrice, MarketPriceReader

MAX_LISTED = 24
"""Markets of a list without a symbol; with one, any can be asked for."""


class PriceArguments(Arguments):
    symbol: Annotated[str | None, ArgumentSpec("a market", "BTC/USDT", choice_source=ChoiceSource.SYMBOLS)] = None
    venue: Annotated[str | None, keyword_spec("the name of a venue", "recorded")] = None


@command("price", Role.VIEWER, "/price BTC/USDT", "/price", "/price BTC/USDT venue=recorded")
async def price(args: PriceArguments, ctx: CommandContext, market_prices: MarketPriceReader) -> Reply:
    """The last price of a market, and its day; without a market those of all."""
    venue = None if args.venue is None else _find_venue(args.venue, market_prices)
    if args.symbol is None:
        return await _list_reply(venue, market_prices, ctx)
    symbol = find_symbol(args.symbol, market_prices.symbols(venue))
    venues = [venue] if venue else market_prices.venues_of(symbol)
    found = [row for one in venues if (row := await market_prices.read_price(symbol, one))]
    if not found:
        raise Refused("no-price-yet", symbol=symbol)
    blocks: list[Block] = [block for row in found for block in _price_blocks(row, ctx, is_one=len(found) == 1)]
    create = Button("Create a bot", f"/new symbol={symbol}", ButtonStyle.PRIMARY)
    return build_reply(*blocks, button_row(create, Button("All prices", "/price")), subject_key=f"price:{symbol}")


def _price_blocks(row: MarketPrice, ctx: CommandContext, *, is_one: bool) -> tuple[Block, ...]:
    tick = row.market.tick
    rows = [("Over a day", numbers.signed_percent(row.change))]
    if row.high is not None and row.low is not None:
        rows += [("High of a day", numbers.price(row.high, tick)), ("Low of a day", numbers.price(row.low, tick))]
    name = row.market.symbol if is_one else f"{row.market.symbol} at {row.venue}"
    return (
        Headline(numbers.price(row.last, tick), name=name, mode=row.mode),
        KeyValues(tuple(rows)),
        Footer(f"at {_time_text(row, ctx)}"),
    )


async def _list_reply(venue: VenueId | None, market_prices: MarketPriceReader, ctx: CommandContext) -> Reply:
    rows: list[MarketPrice] = []
    for symbol in market_prices.symbols(venue)[:MAX_LISTED]:
        one = venue or market_prices.venues_of(symbol)[0]
        if row := await market_prices.read_price(symbol, one):
            rows.append(row)
    if not rows:
        raise Refused("no-price-yet", symbol="any market")
    columns = (Column("market"), Column("last", Align.RIGHT), Column("over a day", Align.RIGHT))
    cells = tuple(
        (str(row.market.symbol), numbers.table_price(row.last, row.market.tick), numbers.signed_percent(row.change))
        for row in rows
    )
    buttons = [Button(str(row.market.symbol), f"/price {row.market.symbol}") for row in rows]
    return build_reply(
        Headline(f"Prices · {len(rows)}"),
        Table(columns, cells),
        Footer(f"at {_time_text(max(rows, key=lambda row: row.at), ctx)}"),
        button_rows(*fill_rows(buttons, 3).rows),
        subject_key="list:prices",
    )


def _time_text(row: MarketPrice, ctx: CommandContext) -> str:
    return f"{ctx.times.market_time_text(row.at, row.mode)} {ctx.times.zone_label_at(row.at)}"


def _find_venue(text: str, market_prices: MarketPriceReader) -> VenueId:
    known = market_prices.venue_ids
    for venue in known:
        if venue.casefold() == text.casefold():
            return venue
    fix = WordFix((("venue", known[0]),), is_certain=len(known) == 1)
    raise InvalidInput("no-venue", fix, typed=echo_text(text), known=tuple(map(str, known)))
