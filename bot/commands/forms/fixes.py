"""Buttons that fix a refused line, where the error knows how."""

from bot.commands.reply.blocks import Button, ButtonStyle
from bot.commands.spec.corrections import with_word, without_replaced
from bot.commands.spec.registry import DANGEROUS_COMMANDS
from bot.commands.text.refusal import command_line, fix_label, fix_words
from bot.domain.errors import CommandFix, LinesFix, NameFix, UserError, WordFix


def fix_buttons(error: UserError, line: str) -> tuple[Button, ...]:
    """Return one button for each line that would work instead."""
    match error.fix:
        case CommandFix() as fix:
            command = command_line(fix)
            label = fix_label(error) or command.lstrip("/")
            if fix.command in DANGEROUS_COMMANDS:
                return Button(label, command, ButtonStyle.DANGER), Button("Back", "/bots")
            return (Button(label, command, ButtonStyle.PRIMARY),)
        case NameFix(typed=typed) as fix if typed:
            return (_name_button(fix, line),)
        case WordFix() as fix if fix.alternatives:
            name, kept = fix.words[0][0], without_replaced(line, fix)
            return tuple(Button(value, _with_slash(with_word(kept, f"{name}={value}"))) for value in fix.alternatives)
        case WordFix() as fix if fix.is_certain:
            return (_word_button(fix, fix_label(error), line),)
        case LinesFix(lines=lines):
            return tuple(Button(line.lstrip("/"), _with_slash(line)) for line in lines)
        case _:
            return ()


def _word_button(fix: WordFix, label: str, line: str) -> Button:
    words = fix_words(fix)
    line = without_replaced(line, fix)
    for name, value in words:
        line = with_word(line, f"{name}={value}")
    default = "Use these" if len(words) > 1 else "=".join(words[0]) if fix.typed else f"Use {words[0][1]}"
    return Button(label or default, _with_slash(line), ButtonStyle.PRIMARY)


def _name_button(fix: NameFix, line: str) -> Button:
    """Return a button with the name that was probably meant."""
    verb, *words = line.split()
    if fix.typed not in words:
        return Button("Bots", "/bots", ButtonStyle.PRIMARY)
    mended = _with_slash(" ".join([verb, *(fix.name if word == fix.typed else word for word in words)]))
    label = fix.name if mended == f"/bot {fix.name}" else mended.lstrip("/")
    return Button(label, mended, ButtonStyle.PRIMARY)


def _with_slash(line: str) -> str:
    return line if line.startswith("/") else f"/{line}"
