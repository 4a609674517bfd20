"""Texts of errors that people caused: the message of the error's code, filled with its fields."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from bot.commands.reply.amount import HIDDEN, Amount, AmountKind
from bot.commands.reply.blocks import Button
from bot.commands.reply.inline_time import RichText, join_text
from bot.domain.errors import CommandFix, Fix, InvalidInput, LinesFix, NameFix, Refused, UserError, WordFix
from bot.domain.money import Money
from bot.strategy.field_spec import amount_to_type

if TYPE_CHECKING:
    from bot.commands.text.catalogue import Catalogue

_PREFIXES = {Refused: "refused", InvalidInput: "invalid"}
_GAP = "{text}"
_TYPED_FIELDS = frozenset({"typed", "readings", "fix"})


def error_text(error: UserError, *, answering: str = "") -> RichText:
    """Return an error's complete text; while a field is being answered, its name is left out of the example."""
    prefix = _PREFIXES.get(type(error))
    text = reason_text(error, answering=answering)
    if prefix is None:
        return text
    before, _, after = _catalogue().format_message(prefix, {"text": _GAP}).partition(_GAP)
    return join_text(before, text, after)


def reason_text(error: UserError, *, answering: str = "") -> RichText:
    """Return an error's reason, for the middle of a reply, with at most one amount."""
    shown, hidden = (_fill_message(error, answering, is_hiding_amounts=is_hiding) for is_hiding in (False, True))
    return shown if shown == hidden else join_text(Amount(AmountKind.SETTING, shown, hidden))


def guard_buttons(buttons: Iterable[Button], text: RichText) -> tuple[Button, ...]:
    """Mark the buttons of a refusal as carrying amounts if its text has some: a fix of an amount is one too."""
    return tuple(replace(button, carries_amounts=not isinstance(text, str)) for button in buttons)


def _fill_message(error: UserError, answering: str, *, is_hiding_amounts: bool) -> str:
    fill = partial(_catalogue().format_message, error.code, is_hiding_amounts=is_hiding_amounts)
    fields = error.fields | {"fix": _fix_example(error.fix, answering, is_hiding_amounts=is_hiding_amounts)}
    if is_hiding_amounts and fields.get("is_amount"):
        # What was typed for an amount is one, also where it cannot be read, and so is what it may have meant.
        fields |= dict.fromkeys(_TYPED_FIELDS & fields.keys(), HIDDEN)
    if is_hiding_amounts and (discreet := fill(fields, "discreet")):
        return discreet
    fields["text"] = fill(fields)
    if "unchanged" in fields:
        fields["text"] = _catalogue().format_message("unchanged", fields)
    fields["expected"] = fill(fields, "expected")
    if not fields["expected"]:
        return str(fields["text"])
    fields["example"] = fill(fields, "example") or fields["fix"]
    return _catalogue().format_message("expected", fields, "example" if fields["example"] else "")


def fix_label(error: UserError) -> str:
    """Return the label of a fix's button, empty if the fix is its own label."""
    return _catalogue().format_message(error.code, error.fields, "button")


def fix_words(fix: WordFix) -> tuple[tuple[str, str], ...]:
    """Return the words of a fix as they are typed."""
    return tuple((name, value if isinstance(value, str) else amount_to_type(value.value)) for name, value in fix.words)


def _fix_example(fix: Fix | None, answering: str, *, is_hiding_amounts: bool) -> str:
    match fix:
        case CommandFix():
            return command_line(fix)
        case WordFix():
            is_hidden = {name: is_hiding_amounts and isinstance(value, Money) for name, value in fix.words}
            words = ((name, HIDDEN if is_hidden[name] else value) for name, value in fix_words(fix))
            return " ".join(value if name == answering else f"{name}={value}" for name, value in words)
        case NameFix():
            return fix.name
        case LinesFix():
            return fix.lines[0]
        case None:
            return ""


def command_line(fix: CommandFix) -> str:
    """Return the command of a fix as it is typed."""
    return " ".join((f"/{fix.command}", *fix.arguments))


def _catalogue() -> "Catalogue":
    from bot.commands.text.catalogue import load_catalogue

    return load_catalogue()
