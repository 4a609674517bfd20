"""Answers about a new bot: each read and checked for itself, those that others depend on first."""

from dataclasses import replace

from bot.commands.forms.form import FormState
from bot.commands.forms.new_bot_choices import NAMED, NewPlaces, as_name
from bot.commands.reply.sheet import named_words
from bot.commands.spec.request import Context
from bot.engine.bots.checks import NewBot
from bot.engine.bots.lifecycle import Lifecycle
from bot.engine.bots.setting_fields import CAPITAL
from bot.strategy.field_value import parse_value


class NewAnswers:
    """Takes answers into a form; raises UserError for one that cannot be."""

    def __init__(self, known: NewPlaces, lifecycle: Lifecycle) -> None:
        self._known = known
        self._lifecycle = lifecycle

    def named(self, state: FormState, text: str) -> tuple[tuple[str, str], ...]:
        """Take `name=value` words for answers to whatever they name, if the form knows all of that."""
        named = named_words(text)
        strategy = dict(named).get("strategy") or state.value("strategy") or ""
        known = {*NAMED, *self._known.settings(strategy)}
        return named if {name for name, _ in named} <= known else ()

    async def taken(self, state: FormState, named: tuple[tuple[str, str], ...], ctx: Context) -> FormState:
        """Take answers, places first since others depend on them; a blank one takes an answer back."""
        after = state
        for name, text in sorted(named, key=lambda pair: _rank(pair[0])):
            after = await self._taken(after, name, text, ctx)
        return after

    async def checked(self, state: FormState, name: str, value: str, ctx: Context) -> str:
        """Return an answer the way it is kept."""
        match name:
            case "name":
                return as_name(value)
            case "strategy":
                return self._known.strategy(value).name
            case "symbol":
                return self._known.symbol(value)
            case "timeframe":
                return self._known.timeframe(state.value("symbol") or "", value)
            case "account":
                return await self._known.account(value, ctx.asker)
            case CAPITAL.name:
                return await self._capital(state, value, ctx)
            case _:
                return self._known.setting_value(state.value("strategy") or "", name, value)

    async def _capital(self, state: FormState, value: str, ctx: Context) -> str:
        text = CAPITAL.shown(parse_value(CAPITAL, value))
        await self._lifecycle.check_capital(request_of(state.with_answer(CAPITAL.name, text)), ctx.operator)
        return text

    async def _taken(self, state: FormState, name: str, text: str, ctx: Context) -> FormState:
        if not text:
            return state.without(name)
        after = state.with_answer(name, await self.checked(state, name, text, ctx))
        match name:
            case "strategy":
                return self._without_strange(after)
            case "symbol" if after.value("timeframe") not in self._known.timeframes(after.value("symbol") or ""):
                return after.without("timeframe")
            case _:
                return after

    def _without_strange(self, state: FormState) -> FormState:
        """Drop what was answered for another strategy and means nothing to this one."""
        known = {*NAMED, *self._known.settings(state.value("strategy") or "")}
        return replace(state, answers=tuple(pair for pair in state.answers if pair[0] in known))


def request_of(state: FormState) -> NewBot:
    """Make the request that the answers of a form say."""
    words = {key: value for key, value in state.answers if key not in NAMED}
    return NewBot(
        name=state.value("name"),
        strategy=state.value("strategy") or "",
        symbol=state.value("symbol") or "",
        timeframe=state.value("timeframe") or "",
        account=state.value("account"),
        capital=state.value("capital"),
        words=words,
    )


def _rank(name: str) -> int:
    return NAMED.index(name) if name in NAMED else len(NAMED)
