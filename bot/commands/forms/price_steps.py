"""Questions for prices: the market's last price, and ranges or prices around it as buttons."""

import re
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal

from bot.commands.forms.form import Answers, FormState, FormStep, answer_button
from bot.commands.reply.blocks import SEPARATOR, ButtonStyle, Headline, Text, fill_rows
from bot.commands.spec.request import CommandContext
from bot.commands.text import numbers
from bot.domain.ids import Symbol, VenueId
from bot.domain.market import Market
from bot.domain.money import ONE
from bot.engine.reports.market_prices import DEVIATION_DAYS, MarketPrice, MarketPriceReader
from bot.strategy.field_spec import FieldKind, FieldSpec, plain_number
from bot.strategy.field_value import parse_value

OFFERED_SHARES = (Decimal("0.05"), Decimal("0.1"), Decimal("0.2"))
SWING_DEVIATIONS = 2
SHOWN_DIGITS = 4
RANGES_PER_ROW = 2
_SPAN = re.compile(r"(\S+)(?: to |\s*\.\.\s*|\s+[-–]\s+|[–-])(\S+)")
_SHARE = re.compile(r"(?:±|\+/?-)?\s*([0-9.]+)\s*%")
_WIDTH = FieldSpec(
    name="range", title="", help="", kind=FieldKind.DECIMAL, is_fraction=True, sample="0.1",
    minimum=Decimal(0), is_minimum_exclusive=True, maximum=Decimal("0.9"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PriceRange:
    """A lowest and a highest price around the last one."""

    lower: Decimal
    upper: Decimal

    @property
    def text(self) -> str:
        return f"{plain_number(self.lower)}-{plain_number(self.upper)}"

    def answers(self, fields: tuple[str, str]) -> Answers:
        return tuple(zip(fields, (plain_number(self.lower), plain_number(self.upper)), strict=True))


def price_around(last: Decimal, share: Decimal, market: Market) -> Decimal:
    """Return the price a share above the last one, or below for a negative share, as somebody would type it."""
    rounded = _round_price(last, share)
    price = market.ceil_price(rounded) if share > 0 else market.floor_price(rounded)
    return price if price > 0 else market.tick


def price_sample(spec: FieldSpec, fields: tuple[str, str] | None, last: Decimal) -> FieldSpec:
    """Return a field of a price with an example near the last price: above it for the end of a range."""
    share = OFFERED_SHARES[1] if fields and spec.name == fields[1] else -OFFERED_SHARES[1]
    return replace(spec, sample=plain_number(_round_price(last, share)))


def _round_price(last: Decimal, share: Decimal) -> Decimal:
    raw = last * (ONE + share)
    return raw.quantize(ONE.scaleb(raw.adjusted() - SHOWN_DIGITS + 1), rounding=ROUND_HALF_EVEN)


def range_around(last: Decimal, share: Decimal, market: Market) -> PriceRange:
    return PriceRange(price_around(last, -share, market), price_around(last, share, market))


class PriceSteps:
    """Asks for prices at a market."""

    def __init__(self, prices: MarketPriceReader) -> None:
        self._prices = prices

    async def range_step(
        self, state: FormState, ctx: CommandContext, title: str, fields: tuple[str, str], place: tuple[Symbol, VenueId]
    ) -> FormStep | None:
        """Return the question for a range, with ranges around the last price; None before the first price."""
        price = await self._prices.read_price(*place)
        if price is None:
            return None
        deviation = await self._prices.daily_deviation(*place)
        shares = [(f"±{share * 100:.0f}%", share) for share in OFFERED_SHARES]
        notes = [_price_text(price, ctx), "Tap a range, or send its lowest price; 7% or 100 to 120 is a range too."]
        if deviation:
            swing = SWING_DEVIATIONS * Decimal(repr(round(deviation, 4)))
            shares.append((f"±{swing * 100:.1f}%", swing))
            notes.append(
                f"±{swing * 100:.1f}% is {SWING_DEVIATIONS} standard deviations of the daily change in the last "
                f"{DEVIATION_DAYS} days."
            )
        ranges = [(label, range_around(price.last, share, price.market)) for label, share in shares]
        buttons = [
            answer_button(
                state.form_id,
                f"{label} {one.text}",
                " ".join(f"{name}={value}" for name, value in one.answers(fields)),
                ButtonStyle.PRIMARY if number == 1 else ButtonStyle.NONE,
            )
            for number, (label, one) in enumerate(ranges)
        ]
        headline, rows = Headline(f"{title}{SEPARATOR}price range"), fill_rows(buttons, RANGES_PER_ROW).rows
        return FormStep(headline=headline, blocks=(Text("\n".join(notes)),), choices=rows, field=fields[0])

    async def price_step(
        self, state: FormState, ctx: CommandContext, step: FormStep, spec: FieldSpec, place: tuple[Symbol, VenueId]
    ) -> FormStep:
        """Add the last price to the question for a price, and prices around it that it accepts."""
        price = await self._prices.read_price(*place)
        if price is None:
            return step
        around = (-share for share in reversed(OFFERED_SHARES)), OFFERED_SHARES
        offered = [price_around(price.last, share, price.market) for part in around for share in part]
        buttons = tuple(
            answer_button(state.form_id, plain_number(one)) for one in offered if spec.is_within_bounds(one)
        )
        rows = (buttons[:3], buttons[3:], *(row for row in step.choices if row and row[-1].label == "none"))
        return replace(step, blocks=(Text(_price_text(price, ctx)),), choices=tuple(filter(None, rows)))

    async def parse_range(self, text: str, fields: tuple[str, str], place: tuple[Symbol, VenueId]) -> Answers:
        """Return the answers of a typed range such as `±5%` or `100 to 120`, nothing for any other text."""
        last = self._prices.last_price(*place)
        if (match := _SHARE.fullmatch(text.strip())) and last is not None:
            share = Decimal(parse_value(_WIDTH, f"{match[1]}%") or 0)
            return range_around(last, share, await self._prices.market(*place)).answers(fields)
        match = _SPAN.fullmatch(text.strip())
        return tuple(zip(fields, match.groups(), strict=True)) if match else ()


def _price_text(price: MarketPrice, ctx: CommandContext) -> str:
    last, at = numbers.price(price.last, price.market.tick), ctx.times.market_time_text(price.at, price.mode)
    return f"{price.market.symbol} stands at {last} ({at} {ctx.times.zone_label_at(price.at)})."
