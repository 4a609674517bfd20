"""The text of a refusal, for whoever reads it."""

from bot.commands.text.amount_masking import is_masking_amounts
from bot.domain.errors import UserError


def error_text(error: UserError) -> str:
    """Return what a person did wrong, without amounts where they are hidden."""
    return (
        error.text_without_amounts
        if is_masking_amounts() and error.text_without_amounts is not None
        else error.user_text
    )
