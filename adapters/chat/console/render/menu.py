"""Menu of the last reply: numbers run its actions, answers continue its form."""

import re
from collections.abc import Iterable

from bot.commands.forms.form import BACK
from bot.commands.reply.blocks import Actions, Button, FormChoices, Reply
from bot.commands.reply.paging import AFTER, BEFORE
from bot.commands.reply.safe_text import safe_line
from bot.commands.reply.text_width import GAP, cell_width, wrap_text
from bot.domain.errors import InvalidInput

NEXT_TITLE, ANSWER_TITLE = "next:", "answer:"
FORM_COMMAND = "/form "
_NUMBER = re.compile("[0-9]{1,4}")
_PAGE_POSITION = re.compile("[0-9]+/[0-9]+")
_PAGING_WORDS = {BEFORE: "previous", AFTER: "next"}


class ReplyMenu:
    """Remembers the offers of the last reply that was shown."""

    def __init__(self) -> None:
        self._numbered: tuple[Button, ...] = ()
        self._answers: dict[str, str] = {}
        self._counted: dict[str, str] = {}

    @property
    def answers(self) -> tuple[str, ...]:
        """Return the answers that the open form offers, as they are shown; none without a form."""
        return tuple(self._answers)

    def remember_reply(self, reply: Reply) -> None:
        """Replace the offers by those of a reply."""
        self._numbered = numbered_actions(reply)
        self._answers = {answer_label(button): button.command for button in form_answers(reply)}
        numbered = form_answers(reply) if takes_numbers(reply) else ()
        self._counted = {str(number): button.command for number, button in enumerate(numbered, 1)}

    def resolve_line(self, line: str) -> str:
        """Return the command of a number, a page word or an offered answer; other lines are returned unchanged.

        While a form is open a number is an answer, or the place of one where those are counted. Raise InvalidInput for
        a number that was not offered.
        """
        typed = line.strip()
        if self._answers:
            by_word = {label.casefold(): command for label, command in self._answers.items()}
            command = by_word.get(typed.casefold(), "") or self._counted.get(typed, "")
            return command if command.startswith(FORM_COMMAND) else line
        for button in self._numbered:
            if typed.casefold() == _PAGING_WORDS.get(button.label):
                return button.command
        if not self._numbered or not _NUMBER.fullmatch(typed):
            return line
        number, last = int(typed), len(self._numbered)
        if not 1 <= number <= last:
            raise InvalidInput("number-not-offered", typed=typed, last=last)
        return self._numbered[number - 1].command


def numbered_actions(reply: Reply) -> tuple[Button, ...]:
    """Return the actions that numbers run, in order; none beside a form, where a number is an answer."""
    if form_answers(reply):
        return ()
    blocks = (block for block in reply.blocks if isinstance(block, Actions))
    return tuple(button for block in blocks for button in runnable_buttons(block.buttons))


def runnable_buttons(buttons: Iterable[Button]) -> tuple[Button, ...]:
    """Return the buttons with a command, without those that open or copy something, or show which page this is."""
    return tuple(
        button for button in buttons if not (button.url or button.copy_text or _PAGE_POSITION.fullmatch(button.label))
    )


def form_answers(reply: Reply) -> tuple[Button, ...]:
    blocks = (block for block in reply.blocks if isinstance(block, FormChoices))
    return tuple(button for block in blocks for button in runnable_buttons(block.buttons))


def takes_numbers(reply: Reply) -> bool:
    """Return whether the answers of a form are counted."""
    return any(isinstance(block, FormChoices) and block.takes_numbers for block in reply.blocks)


def number_lines(buttons: Iterable[Button], first: int, width: int) -> list[str]:
    """Format actions with their numbers: `next: 1 run  2 edit`."""
    numbered = list(enumerate(buttons, first))
    # Labels that are the numbers themselves need none; other numbers must not be taken for those to type.
    is_same = all(button.label == str(number) for number, button in numbered if button.label.isdecimal())
    labels = [
        str(number) if is_same and button.label.isdecimal() else f"{number} {_label_beside_number(button.label)}"
        for number, button in numbered
    ]
    return _list_lines(NEXT_TITLE, labels, width)


def command_lines(buttons: Iterable[Button], width: int) -> list[str]:
    """Format actions as commands to type: `next: /bot alpha  /why alpha`."""
    commands = [safe_line(button.typed_command or button.command) for button in runnable_buttons(buttons)]
    return _list_lines(NEXT_TITLE, commands, width)


def answer_lines(buttons: Iterable[Button], width: int, *, is_counted: bool = False) -> list[str]:
    """Format answers as they can be typed, with their numbers if those are answers too."""
    labels = [answer_label(button) for button in buttons]
    if is_counted:
        labels = [f"{number} {label}" for number, label in enumerate(labels, 1)]
    return _list_lines(ANSWER_TITLE, labels, width)


def _label_beside_number(label: str) -> str:
    """Return a label that cannot be taken for the number before it: `no. 72`."""
    return f"no. {label}" if label.isdecimal() else label_words(label)


def label_words(label: str) -> str:
    """Format a button's label within a line: `Run LIVE` as `run LIVE`, `PnL` as `pnl`."""
    words = _PAGING_WORDS.get(label, safe_line(label)).split(" ")
    return " ".join(word.lower() if word.replace("-", "").isalpha() and not word.isupper() else word for word in words)


def answer_label(button: Button) -> str:
    """Format an answer as it can be typed."""
    return f"{BACK} back" if button.command.endswith(f" {BACK}") else label_words(button.label)


def _list_lines(title: str, items: list[str], width: int) -> list[str]:
    """Format items behind a title, wrapped between items and indented below the first."""
    lines = [title]
    margin = " " * len(title)
    for item in items:
        gap = " " if lines[-1] in (title, margin) else GAP
        if gap == GAP and cell_width(lines[-1]) + len(gap) + cell_width(item) > width:
            lines.append(margin)
            gap = " "
        lines[-1] += gap + item
    return [part for line in lines for part in wrap_text(line, width)] if items else []
