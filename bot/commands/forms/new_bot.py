"""Form of `/new`: its lists on one page where the platform can, else one by one; then a summary."""

from dataclasses import replace

from typing_extensions import override

from bot.commands.forms.field_steps import field_step, find_setting, name_rows
from bot.commands.forms.form import PAGE, AnswerOutcome, Answers, Form, FormStart, FormState, FormStep, answer_button
from bot.commands.forms.new_bot_fields import BASIC_FIELDS, LIST_FIELDS, NewBotFields, account_label, new_bot_request
from bot.commands.forms.new_bot_summary import (
    CREATE_WORDS,
    NAME,
    PARAMETERS,
    RISK,
    RUN_WORDS,
    SUMMARY_WORDS,
    summary_step,
)
from bot.commands.forms.price_steps import PriceSteps
from bot.commands.reply.blocks import ButtonStyle, Headline, KeyValues, Text
from bot.commands.reply.inline_time import join_text
from bot.commands.reply.input_text import echo_text
from bot.commands.spec.request import CommandContext
from bot.commands.text import numbers
from bot.commands.text.config_rows import setting_text
from bot.commands.views.card import BotCards
from bot.domain.errors import InvalidInput, UserError
from bot.domain.market import Timeframe
from bot.engine.bots.lifecycle import Lifecycle
from bot.engine.bots.setting_fields import BARRIER_FIELDS, CAPITAL, LIMIT_FIELDS, STAKE
from bot.engine.reports.market_prices import MarketPriceReader
from bot.engine.reports.queries import Queries
from bot.strategy.registry import StrategyRegistry

NEW_BOT_FORM = "new"
DONE = "done"
MENU_PREFIX = "which of "
"""Prefix of a menu's name where a field's name could be."""
OFFERED_CAPITALS = (100, 500, 1000)
NEXT_LABEL = "Next"
PAGE_INTRODUCTION = "Choose of each list; Next asks for what is missing."


class NewBotForm(Form):
    """Asks for the fields of a new bot; every answer is checked before the next question."""

    name = NEW_BOT_FORM

    def __init__(
        self, lifecycle: Lifecycle, queries: Queries, strategies: StrategyRegistry, prices: MarketPriceReader
    ) -> None:
        self._lifecycle = lifecycle
        self._queries = queries
        self._strategies = strategies
        self._cards = BotCards(queries, strategies)
        self._fields = NewBotFields(queries, strategies, lifecycle, prices)
        self._price_steps = PriceSteps(prices)

    async def start_form(self, state: FormState, ctx: CommandContext) -> FormStart:
        """Check the answers given beforehand; begin with the page unless at most one of its fields is open.

        A single invalid answer is asked for alone.
        """
        state = replace(state, is_paged=ctx.request.has_multiple_selects)
        state, error = await self._check_given_answers(state, ctx)
        if [name for name in self._missing_fields(state) if name in LIST_FIELDS] == ["account"]:
            # Whoever gave all the others is not asked for the only one there is.
            state = await self._fields.fill_defaults(state, ctx)
        missing = [name for name in self._missing_fields(state) if name in LIST_FIELDS]
        most_without_page = 0 if error is None else 1
        if state.is_paged and len(missing) > most_without_page:
            state = state.with_request(PAGE)
        return state, error

    def required_fields(self, state: FormState) -> list[str]:
        """Return the fixed fields and those that the strategy requires."""
        required = [spec.name for spec in self._fields.parameter_specs(state) if spec.is_required]
        asks_account = state.value("account") is not None or state.value(CAPITAL.name) is None
        places = [name for name in LIST_FIELDS if asks_account or name != "account"]
        return [*places, *required, CAPITAL.name]

    async def ask_field(self, state: FormState, field: str, ctx: CommandContext) -> FormStep:
        """Ask for a field on the page, in order or out of it, or show the summary."""
        if field == PAGE:
            return await self._page_step(state, ctx)
        if state.requested_field:
            return await self._side_question_step(state, ctx)
        if not field:
            checked = await self._lifecycle.checks.check_new_bot(new_bot_request(state), ctx.operator)
            return summary_step(state, checked, self._strategies, self._fields.text_fields(state))
        steps = self.required_fields(state)
        title = f"New bot · {steps.index(field) + 1} of {len(steps)}"
        if field in LIST_FIELDS:
            return await self._choice_step(state, field, f"{title} · {LIST_FIELDS[field].casefold()}", ctx)
        step = await (
            self._capital_step(state, title, ctx)
            if field == CAPITAL.name
            else self._setting_step(state, field, title, ctx)
        )
        return replace(step, sheet=self._fields.text_fields(state))

    async def _setting_step(self, state: FormState, field: str, title: str, ctx: CommandContext) -> FormStep:
        """Ask for a setting; for a price with the market's last one, for both ends of a range at once."""
        spec = self._fields.bounded_setting(state, field)
        place, ends = self._fields.place(state), self._fields.range_fields(state)
        is_range = ends is not None and ends[0] == field and not any(state.value(end) for end in ends)
        if is_range and ends and place and (step := await self._price_steps.range_step(state, ctx, title, ends, place)):
            return step
        step = field_step(state, spec, self._fields.current_value(state, spec), title)
        return await self._price_steps.price_step(state, ctx, step, spec, place) if spec.is_price and place else step

    async def process_answer(self, state: FormState, field: str, text: str, ctx: CommandContext) -> AnswerOutcome:
        """Handle an answer to a field, a menu, the page or the summary; `name=value` answers the field it names."""
        named = self._fields.parse_named_answers(state, text)
        if named:
            return await self._apply_answers(state, named, ctx)
        if field == PAGE:
            return await self._process_page_answer(state, text, ctx)
        if field.startswith(MENU_PREFIX) and text.casefold() == DONE:
            return state.with_request("")
        if not field or (field.startswith(MENU_PREFIX) and text.casefold() in SUMMARY_WORDS):
            return await self._process_summary_answer(state, text, ctx)
        if field.startswith(MENU_PREFIX):
            return state.with_request(find_setting(self._fields.setting_specs(state), text.casefold()).name)
        place, ends = self._fields.place(state), self._fields.range_fields(state)
        if ends and ends[0] == field and place and (span := await self._price_steps.parse_range(text, ends, place)):
            return await self._apply_answers(state, span, ctx)
        after = await self._apply_answers(state, ((field, text),), ctx)
        return after.with_request(self._menu_of(state, field)) if field == state.requested_field != NAME else after

    @override
    def previous_state(self, state: FormState) -> FormState:
        """Return the form at the question before: at the menu for a setting that was chosen from one."""
        field = state.requested_field
        if field in ("", NAME, PAGE) or field.startswith(MENU_PREFIX):
            return super().previous_state(state)
        return state.with_request(self._menu_of(state, field))

    def _menu_of(self, state: FormState, field: str) -> str:
        is_own = any(spec.name == field for spec in self._fields.parameter_specs(state))
        return f"{MENU_PREFIX}{PARAMETERS if is_own else RISK}"

    async def _check_given_answers(self, state: FormState, ctx: CommandContext) -> FormStart:
        """Check the answers given beforehand; drop the invalid ones, of which the first is asked for with its error.

        Other settings and the capital are refused at once: whoever gave them need not answer all else in vain.
        """
        refusals: dict[str, UserError] = {}
        for name in (NAME, *LIST_FIELDS):
            if name == "timeframe" and state.value("symbol") is None:
                continue
            try:
                state = await self._check_answer(state, name, ctx)
            except UserError as error:
                state, refusals[name] = state.without_answer(name), error
        for name in [name for name, _ in state.answers if name not in BASIC_FIELDS]:
            state = await self._check_answer(state, name, ctx)
        for name in ("tag", CAPITAL.name):
            state = await self._check_answer(state, name, ctx)
        self._fields.check_order(state, [name for name, _ in state.answers])
        await self._check_known(state, ctx)
        return state.with_request(NAME if NAME in refusals else ""), next(iter(refusals.values()), None)

    async def _check_answer(self, state: FormState, name: str, ctx: CommandContext) -> FormState:
        text = state.value(name)
        if text is None:
            return state
        return state.with_answer(name, await self._fields.read_answer(state, name, text, ctx))

    async def _check_known(self, state: FormState, ctx: CommandContext) -> None:
        """Raise UserError if the answers do not work together, as soon as all but the capital are known."""
        missing, request = set(self._missing_fields(state)), new_bot_request(state)
        if not missing:
            await self._lifecycle.checks.check_new_bot(request, ctx.operator)
        elif missing <= {"account", CAPITAL.name}:
            await self._lifecycle.checks.check_parameters(request, ctx.operator)

    def _missing_fields(self, state: FormState) -> list[str]:
        return [name for name in self.required_fields(state) if state.value(name) is None]

    async def _apply_answers(self, state: FormState, answers: Answers, ctx: CommandContext) -> FormState:
        """Apply answers, which must make a valid bot if complete; choices of the page are not checked yet."""
        after = await self._fields.apply_answers(state, answers, ctx)
        self._fields.check_order(after, [name for name, _ in answers])
        if state.requested_field != PAGE:
            await self._check_known(after, ctx)
            return after
        after = await self._fields.fill_defaults(after, ctx)
        if any(name not in LIST_FIELDS for name, _ in answers):
            await self._check_known(after, ctx)
        return after.with_request(PAGE)

    async def _choice_step(self, state: FormState, field: str, title: str, ctx: CommandContext) -> FormStep:
        if field == "account":
            row = tuple(
                answer_button(state.form_id, account_label(account), account.label, ButtonStyle.PRIMARY)
                for account in await self._fields.own_accounts(ctx)
            )
            return FormStep(headline=Headline(title), choices=(row,), takes_numbers=True)
        text, strategy = "", self._fields.chosen_strategy(state)
        if field == "strategy":
            text = "What shall decide? Tap one or type its name."
        elif field == "symbol" and strategy:
            text = f"{strategy.name} {strategy.summary[:1].lower()}{strategy.summary[1:]} {strategy.pitfalls}"
        return FormStep(
            headline=Headline(title),
            blocks=(Text(text),) if text else (),
            choices=name_rows(state, await self._fields.list_choices(state, field, ctx), chosen=Timeframe.H1),
            field=field if field == "symbol" else "",
            takes_numbers=True,
        )

    async def _capital_step(self, state: FormState, title: str, ctx: CommandContext) -> FormStep:
        account = await self._fields.chosen_account(state, ctx)
        text, amounts = join_text("How much may it use?"), list[str]()
        if account is not None:
            free = (await self._queries.capital(account)).free
            amounts = [str(amount) for amount in OFFERED_CAPITALS if amount <= free]
            text = join_text(text, f" {account.label} has ", numbers.money(free, account.currency), " free.")
            title = f"{title} · {account.mode}"
        return FormStep(
            headline=Headline(f"{title} · capital"),
            blocks=(Text(text),),
            choices=name_rows(state, amounts, chosen=amounts[-1] if amounts else ""),
            field=CAPITAL.name,
        )

    async def _side_question_step(self, state: FormState, ctx: CommandContext) -> FormStep:
        field = state.requested_field
        if field == NAME:
            text = Text("Send a name: a letter, then letters, digits or -, at most 24")
            return FormStep(headline=Headline("New bot · name"), blocks=(text,))
        if field.startswith(MENU_PREFIX):
            menu = field.removeprefix(MENU_PREFIX)
            risk_fields = (STAKE, *BARRIER_FIELDS, *LIMIT_FIELDS)
            specs = self._fields.parameter_specs(state) if menu == PARAMETERS else risk_fields
            names = name_rows(state, [*(spec.name for spec in specs), DONE])
            rows = [(spec.title, setting_text(self._fields.current_value(state, spec), spec)) for spec in specs]
            headline = Headline(f"New bot · {menu} · which one?")
            return FormStep(headline=headline, blocks=(KeyValues(tuple(rows)),), choices=names, takes_numbers=True)
        return await self._setting_step(state, field, "", ctx)

    def is_last_answer(self, field: str, word: str) -> bool:
        return not field and word in {*RUN_WORDS, *CREATE_WORDS}

    async def _process_summary_answer(self, state: FormState, text: str, ctx: CommandContext) -> AnswerOutcome:
        word = text.casefold()
        if word in (NAME, PARAMETERS, RISK):
            return state.with_request(word if word == NAME else f"{MENU_PREFIX}{word}")
        if word not in RUN_WORDS and word not in CREATE_WORDS:
            raise InvalidInput("summary-answer", typed=echo_text(text))
        # The form's id makes the bot's id: a repeated answer, after a crash or a failed start, finds the same bot.
        bot = await self._lifecycle.create_bot(
            new_bot_request(state), ctx.operator, f"{state.form_id} {state.began_at.isoformat()}"
        )
        refusal: UserError | None = None
        if word in RUN_WORDS:
            try:
                await self._lifecycle.start_bot(bot.bot_id, ctx.operator, ctx.trace_id)
            except UserError as error:
                # That it cannot start now does not undo its creation.
                refusal = error
        made = await self._queries.bot_by_id(bot.bot_id) or bot
        return await self._cards.show_created(made, ctx, refusal)

    async def _page_step(self, state: FormState, ctx: CommandContext) -> FormStep:
        """Return the page: all lists, the chosen strategy's description, and the typed answers."""
        shown = await self._fields.fill_defaults(state, ctx)
        account = await self._fields.chosen_account(shown, ctx)
        fields = self._fields.text_fields(state)
        strategy = self._fields.chosen_strategy(state)
        does = f"{strategy.name}: {strategy.summary} {strategy.pitfalls}" if strategy else PAGE_INTRODUCTION
        typed = tuple(
            (field.label, setting_text(value, field))
            for field in fields
            if (value := state.value(field.name)) is not None
        )
        return FormStep(
            headline=Headline("choose, then go on", name="New bot", mode=account.mode if account else None),
            blocks=(Text(does), *((KeyValues(typed),) if typed else ())),
            choices=name_rows(state, [NEXT_LABEL]),
            sheet=fields,
            sheet_label="Amount and parameters",
            lists=await self._fields.select_fields(shown, ctx),
        )

    async def _process_page_answer(self, state: FormState, text: str, ctx: CommandContext) -> FormState:
        """Leave the page, or take a bare word as a choice of the list that contains it."""
        if text.casefold() == NEXT_LABEL.casefold():
            is_begun = any(state.value(name) is not None for name in LIST_FIELDS)
            after = await self._fields.fill_defaults(state, ctx) if is_begun else state
            await self._check_known(after, ctx)
            return after.with_request("")
        for item in await self._fields.select_fields(state, ctx):
            chosen = next((choice for choice in item.choices if choice.casefold() == text.casefold()), None)
            if chosen is not None:
                return await self._apply_answers(state, ((item.name, chosen),), ctx)
        raise InvalidInput("page-answer", typed=echo_text(text))
