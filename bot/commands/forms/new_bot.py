"""The form of `/new`: strategy, market, candle, account, capital, then a summary to check."""

from dataclasses import replace

from bot.commands.forms.field_steps import field_step, name_rows
from bot.commands.forms.form import AnswerOutcome, Continue, Done, FormStart, FormState, FormStep, answer_button
from bot.commands.forms.new_bot_answers import NewBotAnswers, new_bot_request
from bot.commands.forms.new_bot_choices import NewBotChoices
from bot.commands.forms.new_bot_sheet import CHOICE_FIELDS, NewBotSheet
from bot.commands.forms.new_bot_summary import created_bot_reply, summary_step
from bot.commands.reply.blocks import ButtonStyle, Headline, Text
from bot.commands.reply.input_text import clean_text, echo_text
from bot.commands.spec.request import CommandContext
from bot.commands.text import numbers
from bot.domain.errors import InvalidInput, UserError
from bot.domain.instance import Bot
from bot.domain.market import Timeframe
from bot.engine.bots.lifecycle import Lifecycle
from bot.engine.bots.setting_fields import BARRIER_FIELDS, CAPITAL, LIMIT_FIELDS, STAKE
from bot.engine.reports.balances import BalanceReader
from bot.engine.reports.queries import Queries
from bot.strategy.registry import StrategyRegistry

NEW_BOT_FORM = "new"
CREATE, CREATE_AND_RUN = "create", "create and run"
RUN_WORDS = frozenset({CREATE_AND_RUN, "run", "create run"})
CREATE_WORDS = frozenset({CREATE, "yes", "y", "ok"})
NAME, PARAMETERS, RISK = "name", "parameters", "risk"
FIELD_PREFIX = "field:"
OFFERED_CAPITALS = (100, 500, 1000)


class NewBotForm:
    """Walks through the places of a new bot; every answer is checked before the next question."""

    def __init__(
        self, lifecycle: Lifecycle, queries: Queries, balances: BalanceReader, strategies: StrategyRegistry
    ) -> None:
        self._lifecycle = lifecycle
        self._queries = queries
        self._balances = balances
        self._strategies = strategies
        self._choices = NewBotChoices(queries, strategies)
        self._answers = NewBotAnswers(self._choices, lifecycle)
        self._sheet = NewBotSheet(self._choices)

    @property
    def name(self) -> str:
        """Return the name under which these forms are kept."""
        return NEW_BOT_FORM

    async def start_form(self, state: FormState, ctx: CommandContext) -> FormStart:
        """Check the places given beforehand; the first wrong one is asked for again."""
        for place in ("strategy", "symbol", "timeframe", "account"):
            text = state.value(place)
            if text is None or (place == "timeframe" and state.value("symbol") is None):
                continue
            try:
                state = state.with_answer(place, await self._answers.validate_answer(state, place, text, ctx))
            except InvalidInput as error:
                return FormStart(state.without_answer(place), error)
        capital = state.value(CAPITAL.name)
        if capital is not None:
            # It is asked for last; whoever gave it first need not answer everything else to hear that it cannot be.
            state = state.with_answer(
                CAPITAL.name, await self._answers.validate_answer(state, CAPITAL.name, capital, ctx)
            )
        return (
            await self._start_complete_form(state, ctx) if self._next_missing_field(state) is None else FormStart(state)
        )

    async def _start_complete_form(self, state: FormState, ctx: CommandContext) -> FormStart:
        """Check everything at once; a name that cannot be is asked for again, the rest is refused as it is."""
        try:
            await self._lifecycle.check_new_bot(new_bot_request(state), ctx.operator)
        except UserError as error:
            unnamed = state.without_answer(NAME)
            if state.value(NAME) is None or not await self._is_valid(unnamed, ctx):
                raise
            return FormStart(replace(unnamed, requested_field=NAME), error)
        return FormStart(state)

    async def _is_valid(self, state: FormState, ctx: CommandContext) -> bool:
        try:
            await self._lifecycle.check_new_bot(new_bot_request(state), ctx.operator)
        except UserError:
            return False
        return True

    async def current_step(self, state: FormState, ctx: CommandContext) -> FormStep:
        """Ask for the first place that is still open, for what was asked for, or show the summary."""
        if state.requested_field:
            return self._side_question_step(state)
        place = self._next_missing_field(state)
        if place is None:
            checked = await self._lifecycle.check_new_bot(new_bot_request(state), ctx.operator)
            summary = summary_step(state, checked, self._strategies)
            return replace(summary, sheet=self._sheet.text_fields(state))
        steps = self._asked_fields(state)
        title = f"New bot · {steps.index(place) + 1} of {len(steps)}"
        step = await self._question_step(state, place, title, ctx)
        sheet = () if place in CHOICE_FIELDS else self._sheet.text_fields(state)
        return replace(step, has_back=self.previous_state(state) != state, sheet=sheet)

    async def _question_step(self, state: FormState, field: str, title: str, ctx: CommandContext) -> FormStep:
        known = self._choices
        match field:
            case "strategy":
                text = "What shall decide? Tap one or type its name."
                return _choice_step(state, f"{title} · strategy", text, known.strategy_names())
            case "symbol":
                strategy = known.find_strategy(state.value("strategy") or "")
                does = f"{strategy.name} {strategy.summary[:1].lower()}{strategy.summary[1:]}"
                step = _choice_step(state, f"{title} · market", f"{does} {strategy.pitfalls}", known.symbol_names())
                return replace(step, field=field)
            case "timeframe":
                lengths = known.timeframes(state.value("symbol") or "")
                return _choice_step(state, f"{title} · candle", "", lengths, chosen=Timeframe.H1)
            case "account":
                return await self._account_step(state, title, ctx)
            case "capital":
                return await self._capital_step(state, title, ctx)
            case _:
                spec = known.find_bounded_setting(state.value("strategy") or "", field, dict(state.answers))
                return field_step(state, spec, "", title)

    async def process_answer(self, state: FormState, text: str, ctx: CommandContext) -> AnswerOutcome:
        """Take an answer to the open place, to an aside, or to the summary."""
        value = clean_text(text)
        named = self._answers.parse_named_answers(state, value)
        if named:
            return Continue(await self._apply_all_answers(state, named, ctx))
        if state.requested_field:
            return Continue(await self._apply_side_answer(state, value, ctx))
        place = self._next_missing_field(state)
        if place is None:
            return await self._process_summary_answer(state, value, ctx)
        return Continue(await self._apply_all_answers(state, ((place, value),), ctx))

    def previous_state(self, state: FormState) -> FormState:
        """Return from an aside to the summary, from there and from a place to the place before."""
        if state.requested_field:
            return replace(state, requested_field="")
        places, place = self._asked_fields(state), self._next_missing_field(state)
        before = places if place is None else places[: places.index(place)]
        return state.without_answer(before[-1]) if before else state

    async def _apply_all_answers(
        self, state: FormState, answers: tuple[tuple[str, str], ...], ctx: CommandContext
    ) -> FormState:
        """Take answers; together they must make a bot that can be."""
        after = await self._answers.apply_answers(state, answers, ctx)
        if self._next_missing_field(after) is None:
            await self._lifecycle.check_new_bot(new_bot_request(after), ctx.operator)
        return after

    def missing_fields(self, state: FormState) -> list[str]:
        """Return the places that are not answered, in the order in which they are asked for."""
        return [place for place in self._asked_fields(state) if state.value(place) is None]

    def _next_missing_field(self, state: FormState) -> str | None:
        return next(iter(self.missing_fields(state)), None)

    def _asked_fields(self, state: FormState) -> list[str]:
        """Return what has to be asked in all: the fixed places and what the strategy requires."""
        name = state.value("strategy")
        required = [spec.name for spec in self._choices.parameter_specs(name) if spec.is_required] if name else []
        asks_account = state.value("account") is not None or state.value("capital") is None
        return ["strategy", "symbol", "timeframe", *(["account"] if asks_account else []), *required, "capital"]

    async def _account_step(self, state: FormState, title: str, ctx: CommandContext) -> FormStep:
        buttons = tuple(
            answer_button(state.form_id, f"{item.label} · {item.mode}", item.label, ButtonStyle.PRIMARY)
            for item in await self._choices.own_accounts(ctx.requester)
        )
        return FormStep(headline=Headline(f"{title} · account"), choices=(buttons,))

    async def _capital_step(self, state: FormState, title: str, ctx: CommandContext) -> FormStep:
        label = state.value("account") or ""
        account = next((item for item in await self._choices.own_accounts(ctx.requester) if item.label == label), None)
        if account is None:
            return FormStep(
                headline=Headline(f"{title} · capital"), blocks=(Text("How much may it use?"),), field=CAPITAL.name
            )
        free = (await self._balances.read_capital(account)).free
        amounts = [str(amount) for amount in OFFERED_CAPITALS if amount <= free]
        text = f"How much may it use? {label} has {numbers.money(free, account.currency)} free."
        return FormStep(
            headline=Headline(f"{title} · {account.mode} · capital"),
            blocks=(Text(text),),
            choices=name_rows(state, amounts, chosen=amounts[-1] if amounts else ""),
            field=CAPITAL.name,
        )

    def _side_question_step(self, state: FormState) -> FormStep:
        strategy = state.value("strategy") or ""
        if state.requested_field == NAME:
            text = Text("Send a name: a letter, then letters, digits or -, at most 24")
            return FormStep(headline=Headline("New bot · name"), blocks=(text,))
        if state.requested_field in (PARAMETERS, RISK):
            specs = (
                self._choices.parameter_specs(strategy)
                if state.requested_field == PARAMETERS
                else (STAKE, *BARRIER_FIELDS, *LIMIT_FIELDS)
            )
            title = Headline(f"New bot · {state.requested_field} · which one?")
            return FormStep(headline=title, choices=name_rows(state, [spec.name for spec in specs]))
        spec = self._choices.find_bounded_setting(
            strategy, state.requested_field.removeprefix(FIELD_PREFIX), dict(state.answers)
        )
        return field_step(state, spec, state.value(spec.name) or spec.format_value(spec.default))

    async def _apply_side_answer(self, state: FormState, value: str, ctx: CommandContext) -> FormState:
        if state.requested_field in (PARAMETERS, RISK):
            name = self._choices.find_setting(state.value("strategy") or "", value.casefold()).name
            return replace(state, requested_field=f"{FIELD_PREFIX}{name}")
        name = state.requested_field.removeprefix(FIELD_PREFIX)
        after = state.with_answer(name, await self._answers.validate_answer(state, name, value, ctx))
        await self._lifecycle.check_new_bot(new_bot_request(after), ctx.operator)
        return after

    async def _process_summary_answer(self, state: FormState, value: str, ctx: CommandContext) -> AnswerOutcome:
        word = value.casefold()
        if word in (NAME, PARAMETERS, RISK):
            return Continue(replace(state, requested_field=word))
        if word not in RUN_WORDS and word not in CREATE_WORDS:
            raise InvalidInput(
                f"{echo_text(value)} is no answer here. Expected create, create and run, name, parameters, risk, "
                "back or cancel, for example create"
            )
        # Named by its form: whoever answers it twice, over a crash or a failed start, finds the bot of the first time.
        bot = await self._lifecycle.create_bot(
            new_bot_request(state), ctx.operator, f"{state.form_id} {state.began_at.isoformat()}"
        )
        refusal = await self._start_bot(bot, ctx) if word in RUN_WORDS else None
        row = await self._queries.figures((await self._queries.bot_by_id(bot.bot_id)) or bot)
        return Done(await created_bot_reply(row, ctx, self._queries, self._strategies, refusal))

    async def _start_bot(self, bot: Bot, ctx: CommandContext) -> UserError | None:
        """Run a new bot; return why it may not run now, which undoes nothing."""
        try:
            await self._lifecycle.start_bot(bot.bot_id, ctx.operator, ctx.trace_id)
        except UserError as error:
            return error
        return None


def _choice_step(state: FormState, title: str, text: str, names: list[str], chosen: str = "") -> FormStep:
    blocks = (Text(text),) if text else ()
    return FormStep(headline=Headline(title), blocks=blocks, choices=name_rows(state, names, chosen))
