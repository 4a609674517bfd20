"""Failures of commands, with references by which `/logs` finds them."""

import logging
import secrets
from collections import OrderedDict
from dataclasses import dataclass

from bot.domain.errors import OutcomeUnknown, RateLimited, Unavailable
from bot.domain.ids import Entropy, new_id

logger = logging.getLogger(__name__)

MAX_KEPT = 500
REFERENCE_LENGTH = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A failed command; the log has the traceback under the same reference."""

    reference: str
    command: str
    error: str


class Failures:
    """Gives references to failures and keeps the newest; log and audit keep all."""

    def __init__(self, entropy: Entropy = secrets.token_bytes) -> None:
        self._entropy = entropy
        self._recent: OrderedDict[str, Failure] = OrderedDict()

    def record_failure(self, command: str, error: Exception) -> Failure:
        """Log an exception with its traceback and return its failure; call it while the exception is handled."""
        reference = f"E-{new_id(self._entropy, REFERENCE_LENGTH).upper()}"
        failure = Failure(reference=reference, command=command, error=type(error).__name__)
        logger.error("command failed", exc_info=error, extra={"reference": reference, "command": command})
        self._recent[reference] = failure
        while len(self._recent) > MAX_KEPT:
            self._recent.popitem(last=False)
        return failure

    def find_failure(self, reference: str) -> Failure | None:
        return self._recent.get(reference.upper())


def failure_text(failure: Failure, error: Exception) -> str:
    """Describe a failure in one sentence that begins with `Failed:` and ends with the reference."""
    if isinstance(error, OutcomeUnknown):
        what = "no answer from the venue. The order may exist: it is looked up and never sent twice."
    elif isinstance(error, RateLimited):
        what = f"the venue asks to wait {int(error.retry_after.total_seconds())} s. Nothing was done."
    elif isinstance(error, Unavailable):
        what = "the other side does not answer. Nothing was done; try again later."
    else:
        what = f"/{failure.command} broke inside, and this is not your mistake. /logs shows more."
    return f"Failed: {what} Ref {failure.reference}"
