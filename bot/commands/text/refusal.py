"""The text of a refusal, for whoever reads it."""

from bot.commands.text.amount_masking import is_hiding
from bot.domain.errors import UserError


def error_text(error: UserError) -> str:
    """Return what a person did wrong, without amounts where they are hidden."""
    return error.discreet if is_hiding() and error.discreet is not None else error.user_text
