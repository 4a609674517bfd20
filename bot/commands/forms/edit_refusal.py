"""Refusals of a change, with the bot they are about."""

from collections.abc import Mapping

from bot.domain.errors import InvalidInput, UserError
from bot.domain.instance import Bot
from bot.engine.bots.configuration import FIXED_AFTER_FIRST_RUN

EXPECTED = ". Expected "


def edit_refusal(error: UserError, bot: Bot, changes: Mapping[str, str]) -> UserError:
    """Return the refusal of a change: which bot stayed as it was, and a copy where only a copy can differ so."""
    if isinstance(error, InvalidInput):
        problem, expected, rest = error.user_text.partition(EXPECTED)
        if bot.name not in problem:
            error.user_text = f"{problem} ({bot.name}, {bot.mode}, unchanged){expected}{rest}"
        return error
    fixed = [f"{name}={changes[name]}" for name in FIXED_AFTER_FIRST_RUN if name in changes]
    if bot.has_run and fixed and error.fix is None:
        error.fix = f"/clone {bot.name} {' '.join(fixed)}"
        error.fix_label = "Clone"
    return error
