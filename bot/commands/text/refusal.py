"""What a person is told of an error of theirs: the message of its code, filled with its fields."""

import re
from typing import TYPE_CHECKING

from bot.commands.text.amount_masking import MONEY_MARK, is_masking_amounts
from bot.domain.errors import CommandFix, Fix, InvalidInput, NameFix, Refused, UserError, WordFix
from bot.domain.money import Money
from bot.strategy.field_spec import plain_number

if TYPE_CHECKING:
    from bot.commands.text.catalogue import Catalogue

_PREFIXES = {Refused: "refused", InvalidInput: "invalid"}
_EXAMPLE = re.compile(r"for example ((?:[a-z_]+=\S+ ?)+)$")


def error_text(error: UserError, *, answering: str = "") -> str:
    """Return a refusal in full; while a field is being answered, its name is left out of the example."""
    prefix = _PREFIXES.get(type(error))
    text = reason_text(error, answering=answering)
    return _catalogue().format_message(prefix, {"text": text}) if prefix else text


def reason_text(error: UserError, *, answering: str = "") -> str:
    """Return why something was refused, for the middle of a reply."""
    if is_written_out(error):
        return error.code.replace(f"for example {answering}=", "for example ") if answering else error.code
    messages = _catalogue()
    fields = error.fields | {"fix": _fix_example(error.fix, answering)}
    if is_masking_amounts():
        discreet = messages.format_message(error.code, fields, "discreet")
        if discreet:
            return discreet
    fields["text"] = messages.format_message(error.code, fields)
    if "unchanged" in fields:
        fields["text"] = messages.format_message("unchanged", fields)
    fields["expected"] = messages.format_message(error.code, fields, "expected")
    if not fields["expected"]:
        return str(fields["text"])
    fields["example"] = messages.format_message(error.code, fields, "example") or fields["fix"]
    return messages.format_message("expected", fields, "example" if fields["example"] else "")


def fix_label(error: UserError) -> str:
    """Return what the button of a fix says; empty if the fix says it itself."""
    if is_written_out(error):
        return str(error.fields.get("fix_label") or "")
    return _catalogue().format_message(error.code, error.fields, "button")


def is_showing_amounts(error: UserError) -> bool:
    """Tell whether a refusal says amounts."""
    return any(isinstance(value, Money) for value in error.fields.values())


def fix_words(fix: WordFix) -> tuple[tuple[str, str], ...]:
    """Return the words of a fix as they are typed, amounts as marks where they are hidden."""
    return tuple((name, _word_value(value)) for name, value in fix.words)


def _word_value(value: str | Money) -> str:
    if isinstance(value, str):
        return value
    return MONEY_MARK if is_masking_amounts() else plain_number(value.value)


def _fix_example(fix: Fix | None, answering: str) -> str:
    match fix:
        case CommandFix():
            return command_line(fix)
        case WordFix():
            return " ".join(value if name == answering else f"{name}={value}" for name, value in fix_words(fix))
        case NameFix():
            return fix.name
        case None:
            return ""


def command_line(fix: CommandFix) -> str:
    """Return the command that a fix means, as it is typed."""
    return " ".join((f"/{fix.command}", *fix.arguments))


def _catalogue() -> "Catalogue":
    from bot.commands.text.catalogue import load_catalogue

    return load_catalogue()


def is_written_out(error: UserError) -> bool:
    """Tell whether an error carries its sentence itself, because its message is not in the catalogue yet."""
    return " " in error.code


def known_fix(error: UserError) -> Fix | None:
    """Return the fix of an error, for one that carries its sentence read from that."""
    if not is_written_out(error):
        return error.fix
    fix = error.fields.get("fix")
    if fix is None:
        found = _EXAMPLE.search(error.code)
        words = found[1].split() if found else []
        return WordFix(tuple((w.partition("=")[0], w.partition("=")[2]) for w in words)) if words else None
    fix = str(fix)
    if fix.startswith("/"):
        command, *arguments = fix[1:].split()
        return CommandFix(command, tuple(arguments))
    name, is_word, value = fix.partition("=")
    if is_word:
        return WordFix(((name, value),))
    return NameFix(fix) if fix else None
