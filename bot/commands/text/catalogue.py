"""Catalogue of messages in one language, read from Fluent files; missing ones are in English.

ADR 0016 says why Fluent. Import this module late: the library costs a tenth of a second, and a start needs
no message.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from functools import cache, partial
from pathlib import Path

from babel import Locale
from fluent.runtime import FluentBundle, FluentResource
from fluent.runtime.types import FluentType
from typing_extensions import override

from bot.commands.reply.amount import HIDDEN
from bot.commands.reply.amount_visibility import show_amounts
from bot.commands.reply.inline_time import RichText, plain_text
from bot.commands.text.numbers import exact_quantity, money
from bot.commands.text.times import duration
from bot.domain.errors import FieldValue
from bot.domain.money import Money
from bot.strategy.field_spec import plain_number

MESSAGES = Path(__file__).with_name("messages")
ENGLISH = "en"
_STYLES: Mapping[str, Callable[[Money], str]] = {
    "MONEY": lambda amount: _figure(money(amount.value, amount.currency)),
    "BARE": lambda amount: _figure(money(amount.value, amount.currency)).removesuffix(f" {amount.currency}"),
    "GROUPED": lambda amount: f"{amount.value.normalize():,f}",
    "PLAIN": lambda amount: plain_number(amount.value),
    "QUANTITY": lambda amount: _figure(exact_quantity(amount.value.normalize(), amount.currency)),
}
"""Formats of amounts in a message, for example `{ PLAIN($stake) }`; money is the default."""


class Catalogue:
    """Finds and fills messages; values are formatted as everywhere else in replies."""

    def __init__(self, language: str, directory: Path = MESSAGES) -> None:
        self._bundles = [_load_bundle(directory / name) for name in dict.fromkeys((language, ENGLISH))]

    def format_message(
        self, code: str, fields: Mapping[str, FieldValue], attribute: str = "", *, is_hiding_amounts: bool = False
    ) -> str:
        """Fill a message or one of its attributes; a missing attribute is empty.

        The text includes amounts unless they are hidden: callers keep both texts in one `Amount`. Raise LookupError
        without such a message, ValueError when it shows a field that is not given.
        """
        bundle = next((one for one in self._bundles if one.has_message(code)), None)
        if bundle is None:
            raise LookupError(f"no message {code}")
        message = bundle.get_message(code)
        pattern = message.attributes.get(attribute) if attribute else message.value
        if pattern is None:
            return ""
        arguments = {name: _argument(value, is_hidden=is_hiding_amounts) for name, value in fields.items()}
        text, problems = bundle.format_pattern(pattern, arguments)
        if problems:
            raise ValueError(f"message {code}: {problems[0]}")
        return str(text)


@cache
def load_catalogue(language: str = ENGLISH) -> Catalogue:
    return Catalogue(language)


class _AmountArgument(FluentType):
    """An amount in one of the styles, or a mark for it."""

    def __init__(self, amount: Money, style: str = "MONEY", *, is_hidden: bool) -> None:
        self.amount = amount
        self.style = style
        self.is_hidden = is_hidden

    @override
    def format(self, locale: Locale) -> str:
        return HIDDEN if self.is_hidden else _STYLES[self.style](self.amount)


def _load_bundle(directory: Path) -> FluentBundle:
    functions: dict[str, Callable[[_AmountArgument], FluentType]] = {
        style: partial(_style_amount, style) for style in _STYLES
    }
    bundle = FluentBundle([directory.name], functions=functions, use_isolating=False)
    for path in sorted(directory.glob("*.ftl")):
        bundle.add_resource(FluentResource(path.read_text(encoding="utf-8")))
    return bundle


def _style_amount(style: str, argument: _AmountArgument) -> FluentType:
    return _AmountArgument(argument.amount, style, is_hidden=argument.is_hidden)


def _figure(text: RichText) -> str:
    return plain_text(show_amounts(text))


def _argument(value: FieldValue, *, is_hidden: bool) -> str | int | FluentType:
    match value:
        case Money():
            return _AmountArgument(value, is_hidden=is_hidden)
        case Decimal():
            return plain_number(value)
        case timedelta():
            return duration(value)
        case tuple():
            return ", ".join(value)
        case _:
            return value
