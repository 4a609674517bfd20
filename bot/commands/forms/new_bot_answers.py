"""Answers about a new bot: each read and checked for itself, those that others depend on first."""

from dataclasses import replace

from bot.commands.forms.form import FormState
from bot.commands.forms.new_bot_choices import BASIC_FIELDS, NewBotChoices, normalize_name
from bot.commands.reply.sheet import parse_key_values
from bot.commands.spec.request import CommandContext
from bot.engine.bots.checks import NewBot
from bot.engine.bots.lifecycle import Lifecycle
from bot.engine.bots.setting_fields import CAPITAL
from bot.strategy.field_value import parse_value


class NewBotAnswers:
    """Takes answers into a form; raises UserError for one that cannot be."""

    def __init__(self, choices: NewBotChoices, lifecycle: Lifecycle) -> None:
        self._choices = choices
        self._lifecycle = lifecycle

    def parse_named_answers(self, state: FormState, text: str) -> tuple[tuple[str, str], ...]:
        """Take `name=value` words for answers to whatever they name, if the form knows all of that."""
        named = parse_key_values(text)
        strategy = dict(named).get("strategy") or state.value("strategy") or ""
        known = {*BASIC_FIELDS, *self._choices.setting_specs(strategy)}
        return named if {name for name, _ in named} <= known else ()

    async def apply_answers(
        self, state: FormState, answers: tuple[tuple[str, str], ...], ctx: CommandContext
    ) -> FormState:
        """Take answers, places first since others depend on them; a blank one takes an answer back."""
        after = state
        for name, text in sorted(answers, key=lambda pair: _apply_order(pair[0])):
            after = await self._apply_answer(after, name, text, ctx)
        return after

    async def validate_answer(self, state: FormState, name: str, value: str, ctx: CommandContext) -> str:
        """Return an answer the way it is kept."""
        match name:
            case "name":
                return normalize_name(value)
            case "strategy":
                return self._choices.find_strategy(value).name
            case "symbol":
                return self._choices.resolve_symbol(value)
            case "timeframe":
                return self._choices.resolve_timeframe(state.value("symbol") or "", value)
            case "account":
                return await self._choices.resolve_account(value, ctx.requester)
            case CAPITAL.name:
                return await self._validate_capital(state, value, ctx)
            case _:
                return self._choices.normalize_setting(state.value("strategy") or "", name, value)

    async def _validate_capital(self, state: FormState, value: str, ctx: CommandContext) -> str:
        text = CAPITAL.format_value(parse_value(CAPITAL, value))
        await self._lifecycle.check_capital(new_bot_request(state.with_answer(CAPITAL.name, text)), ctx.operator)
        return text

    async def _apply_answer(self, state: FormState, name: str, text: str, ctx: CommandContext) -> FormState:
        if not text:
            return state.without_answer(name)
        after = state.with_answer(name, await self.validate_answer(state, name, text, ctx))
        match name:
            case "strategy":
                return self._drop_unknown_answers(after)
            case "symbol" if after.value("timeframe") not in self._choices.timeframes(after.value("symbol") or ""):
                return after.without_answer("timeframe")
            case _:
                return after

    def _drop_unknown_answers(self, state: FormState) -> FormState:
        """Drop what was answered for another strategy and means nothing to this one."""
        known = {*BASIC_FIELDS, *self._choices.setting_specs(state.value("strategy") or "")}
        return replace(state, answers=tuple(pair for pair in state.answers if pair[0] in known))


def new_bot_request(state: FormState) -> NewBot:
    """Make the request that the answers of a form say."""
    words = {key: value for key, value in state.answers if key not in BASIC_FIELDS}
    return NewBot(
        name=state.value("name"),
        strategy=state.value("strategy") or "",
        symbol=state.value("symbol") or "",
        timeframe=state.value("timeframe") or "",
        account=state.value("account"),
        capital=state.value("capital"),
        setting_texts=words,
    )


def _apply_order(name: str) -> int:
    return BASIC_FIELDS.index(name) if name in BASIC_FIELDS else len(BASIC_FIELDS)
