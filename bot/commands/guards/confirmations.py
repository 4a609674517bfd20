"""Confirmations of dangerous commands: they expire, work once, and only for the person who was asked."""

import secrets
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.commands.spec.request import Request
from bot.commands.spec.spec import Choice, CommandSpec, Question
from bot.domain.errors import CommandFix, InvalidInput, Refused
from bot.domain.ids import Entropy, new_id
from bot.ports.clock import Clock

CONFIRMATION_LIFETIME = timedelta(seconds=60)
DOUBLE_TAP = timedelta(seconds=1)
CODE_LENGTH = 4
MAX_REMEMBERED = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """One choice of a question, with the command it confirms and the person who was asked."""

    code: str
    choice: Choice
    question: Question
    conversation_key: tuple[str, str, str]
    asked_name: str
    spec: CommandSpec
    line: str
    asked_at: datetime
    is_used: bool = False

    @property
    def expires_at(self) -> datetime:
        return self.asked_at + CONFIRMATION_LIFETIME


class Confirmations:
    """The open confirmations of this process; a restart forgets them."""

    def __init__(self, clock: Clock, entropy: Entropy = secrets.token_bytes) -> None:
        self._clock = clock
        self._entropy = entropy
        self._by_code: OrderedDict[str, Confirmation] = OrderedDict()

    def add_question(
        self, request: Request, asked_name: str, spec: CommandSpec, question: Question
    ) -> tuple[Confirmation, ...]:
        """Store the choices of a question, each under a code of its own."""
        for choice in question.choices:
            code = new_id(self._entropy, CODE_LENGTH).upper()
            while code in self._by_code:
                code = new_id(self._entropy, CODE_LENGTH).upper()
            self._by_code[code] = Confirmation(
                code=code,
                choice=choice,
                question=question,
                conversation_key=request.conversation_key,
                asked_name=asked_name,
                spec=spec,
                line=request.text,
                asked_at=self._clock.now(),
            )
        while len(self._by_code) > MAX_REMEMBERED:
            self._by_code.popitem(last=False)
        return self._choices_of(question)

    def accept_confirmation(self, code: str, request: Request) -> Confirmation:
        """Return the confirmed command, once; raise Refused if it expired, was used, came too early or from another
        person.
        """
        pending = self._find(code, request)
        if pending.is_used:
            raise Refused("question-answered")
        now = self._clock.now()
        # An answer in time that waited in an outage still counts where it reduces risk.
        answered_at = (request.sent_at or now) if pending.spec.is_reducing_risk else now
        if min(answered_at, now) > pending.expires_at:
            subject = f" ({pending.question.subject})" if pending.question.subject else ""
            raise Refused("question-expired", line=pending.line + subject)
        if request.is_button_press and now - pending.asked_at < DOUBLE_TAP:
            raise Refused("question-too-soon")
        self._finish(pending)
        return pending

    def decline_confirmation(self, code: str, request: Request) -> Confirmation | None:
        """Decline a confirmation, without a code the newest one; return None if there is none."""
        try:
            pending = self._find(code, request) if code.strip() else self._latest(request)
        except InvalidInput:
            return None
        if pending is None:
            return None
        self._finish(pending)
        return None if pending.is_used else pending

    def _finish(self, answered: Confirmation) -> None:
        """Mark a confirmation as used, with the other choices of its question."""
        for pending in self._choices_of(answered.question):
            self._by_code[pending.code] = replace(pending, is_used=True)

    def _choices_of(self, question: Question) -> tuple[Confirmation, ...]:
        return tuple(pending for pending in self._by_code.values() if pending.question is question)

    def _find(self, code: str, request: Request) -> Confirmation:
        wanted = code.strip().upper()
        if not wanted:
            return self._implied(request)
        pending = self._by_code.get(wanted)
        if pending is None and request.is_button_press:
            raise Refused("question-lost")
        if pending is None:
            raise InvalidInput("question-unknown", CommandFix("bots"))
        if pending.conversation_key[:2] != request.sender_key:
            raise Refused("question-of-another", person=pending.asked_name, subject=pending.question.subject or "none")
        return pending

    def _implied(self, request: Request) -> Confirmation:
        pending = self._latest(request)
        if pending is None:
            raise InvalidInput("nothing-to-confirm", CommandFix("bots"))
        if not request.is_terminal:
            raise InvalidInput("question-code-missing", code=pending.code)
        return pending

    def _latest(self, request: Request) -> Confirmation | None:
        now = self._clock.now()
        asked = (one for one in reversed(self._by_code.values()) if one.conversation_key == request.conversation_key)
        return next((one for one in asked if not one.is_used and now <= one.expires_at), None)
