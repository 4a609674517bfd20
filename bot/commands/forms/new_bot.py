"""Form of `/new`: its lists on one page where the platform can, else one by one; then a summary."""

from contextlib import suppress
from dataclasses import replace

from bot.commands.forms.field_steps import field_step, find_setting, name_rows
from bot.commands.forms.form import PAGE, AnswerOutcome, Answers, Form, FormStart, FormState, FormStep, answer_button
from bot.commands.forms.new_bot_fields import LIST_FIELDS, NewBotFields, account_label, new_bot_request
from bot.commands.reply.amount_visibility import amount_button
from bot.commands.reply.blocks import ButtonStyle, Headline, KeyValues, Text, WarningText
from bot.commands.reply.inline_time import join_text
from bot.commands.reply.input_text import count_text, echo_text, quote_words
from bot.commands.spec.request import CommandContext
from bot.commands.text import numbers
from bot.commands.text.config_rows import config_rows, new_bot_command, setting_text
from bot.commands.views.card import BotCards
from bot.domain.errors import InvalidInput, UserError
from bot.domain.market import Timeframe
from bot.engine.bots.checks import NewBotPreview
from bot.engine.bots.lifecycle import Lifecycle
from bot.engine.bots.setting_fields import BARRIER_FIELDS, CAPITAL, LIMIT_FIELDS, STAKE
from bot.engine.reports.queries import Queries
from bot.strategy.registry import StrategyRegistry

NEW_BOT_FORM = "new"
CREATE, CREATE_AND_RUN = "create", "create and run"
RUN_WORDS = frozenset({CREATE_AND_RUN, "run", "create run"})
CREATE_WORDS = frozenset({CREATE, "yes", "y", "ok"})
NAME, PARAMETERS, RISK = "name", "parameters", "risk"
MENU_PREFIX = "which of "
"""Prefix of a menu's name where a field's name could be."""
OFFERED_CAPITALS = (100, 500, 1000)
NEXT_LABEL = "Next"
PAGE_INTRODUCTION = "Choose of each list; Next asks for what is missing."


class NewBotForm(Form):
    """Asks for the fields of a new bot; every answer is checked before the next question."""

    name = NEW_BOT_FORM

    def __init__(self, lifecycle: Lifecycle, queries: Queries, strategies: StrategyRegistry) -> None:
        self._lifecycle = lifecycle
        self._queries = queries
        self._strategies = strategies
        self._cards = BotCards(queries, strategies)
        self._fields = NewBotFields(queries, strategies, lifecycle)

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
            return self._side_question_step(state)
        if not field:
            checked = await self._lifecycle.checks.check_new_bot(new_bot_request(state), ctx.operator)
            return self._summary_step(state, checked)
        steps = self.required_fields(state)
        title = f"New bot · {steps.index(field) + 1} of {len(steps)}"
        if field in LIST_FIELDS:
            return await self._choice_step(state, field, f"{title} · {LIST_FIELDS[field].casefold()}", ctx)
        step = (
            await self._capital_step(state, title, ctx)
            if field == CAPITAL.name
            else field_step(state, self._fields.bounded_setting(state, field), "", title)
        )
        return replace(step, sheet=self._fields.text_fields(state))

    async def process_answer(self, state: FormState, field: str, text: str, ctx: CommandContext) -> AnswerOutcome:
        """Handle an answer to a field, a menu, the page or the summary; `name=value` answers the field it names."""
        named = self._fields.parse_named_answers(state, text)
        if named:
            return await self._apply_answers(state, named, ctx)
        if field == PAGE:
            return await self._process_page_answer(state, text, ctx)
        if field.startswith(MENU_PREFIX):
            return state.with_request(find_setting(self._fields.setting_specs(state), text.casefold()).name)
        if not field:
            return await self._process_summary_answer(state, text, ctx)
        return await self._apply_answers(state, ((field, text),), ctx)

    async def _check_given_answers(self, state: FormState, ctx: CommandContext) -> FormStart:
        """Check the answers given beforehand; ask for the first invalid one again."""
        for name in LIST_FIELDS:
            if name == "timeframe" and state.value("symbol") is None:
                continue
            try:
                state = await self._check_answer(state, name, ctx)
            except InvalidInput as error:
                return state.without_answer(name), error
        # Checked although it is asked for last: a user who gave it need not answer all else in vain.
        state = await self._check_answer(state, CAPITAL.name, ctx)
        try:
            await self._check_if_complete(state, ctx)
        except UserError as error:
            # An invalid name is asked for again; anything else is refused.
            unnamed = state.without_answer(NAME)
            if unnamed == state:
                raise
            with suppress(UserError):
                await self._check_if_complete(unnamed, ctx)
                return unnamed.with_request(NAME), error
            raise
        return state, None

    async def _check_answer(self, state: FormState, name: str, ctx: CommandContext) -> FormState:
        text = state.value(name)
        if text is None:
            return state
        return state.with_answer(name, await self._fields.read_answer(state, name, text, ctx))

    async def _check_if_complete(self, state: FormState, ctx: CommandContext) -> None:
        """Raise UserError if all fields are answered and the answers do not work together."""
        if not self._missing_fields(state):
            await self._lifecycle.checks.check_new_bot(new_bot_request(state), ctx.operator)

    def _missing_fields(self, state: FormState) -> list[str]:
        return [name for name in self.required_fields(state) if state.value(name) is None]

    async def _apply_answers(self, state: FormState, answers: Answers, ctx: CommandContext) -> FormState:
        """Apply answers, which must make a valid bot if complete; choices of the page are not checked yet."""
        after = await self._fields.apply_answers(state, answers, ctx)
        if state.requested_field != PAGE:
            await self._check_if_complete(after, ctx)
            return after
        after = await self._fields.fill_defaults(after, ctx)
        if any(name not in LIST_FIELDS for name, _ in answers):
            await self._check_if_complete(after, ctx)
        return after.with_request(PAGE)

    async def _choice_step(self, state: FormState, field: str, title: str, ctx: CommandContext) -> FormStep:
        if field == "account":
            row = tuple(
                answer_button(state.form_id, account_label(account), account.label, ButtonStyle.PRIMARY)
                for account in await self._fields.own_accounts(ctx)
            )
            return FormStep(headline=Headline(title), choices=(row,))
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

    def _side_question_step(self, state: FormState) -> FormStep:
        field = state.requested_field
        if field == NAME:
            text = Text("Send a name: a letter, then letters, digits or -, at most 24")
            return FormStep(headline=Headline("New bot · name"), blocks=(text,))
        if field.startswith(MENU_PREFIX):
            menu = field.removeprefix(MENU_PREFIX)
            risk_fields = (STAKE, *BARRIER_FIELDS, *LIMIT_FIELDS)
            specs = self._fields.parameter_specs(state) if menu == PARAMETERS else risk_fields
            names = name_rows(state, [spec.name for spec in specs])
            return FormStep(headline=Headline(f"New bot · {menu} · which one?"), choices=names)
        spec = self._fields.bounded_setting(state, field)
        return field_step(state, spec, self._fields.current_value(state, spec))

    def _summary_step(self, state: FormState, checked: NewBotPreview) -> FormStep:
        first = (
            answer_button(state.form_id, "Create and run", CREATE_AND_RUN, ButtonStyle.SUCCESS),
            answer_button(state.form_id, "Create", CREATE, ButtonStyle.SUCCESS),
        )
        more = tuple(answer_button(state.form_id, name.capitalize(), name) for name in (NAME, PARAMETERS, RISK))
        line = new_bot_command(checked.name, checked.config, checked.account.label, self._strategies)
        rows = config_rows(checked.config, checked.market, checked.account.label, self._strategies)
        table = KeyValues((("Name", checked.name), *rows, ("Warm-up", count_text(checked.warm_up, "candle"))))
        return FormStep(
            headline=Headline("check and create", name="New bot", mode=checked.account.mode),
            blocks=(table, *(WarningText(quote_words(text)) for text in checked.warnings)),
            choices=(first, more, (amount_button("Copy /new", "", copy_text=line),)),
            sheet=self._fields.text_fields(state),
        )

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
            await self._check_if_complete(after, ctx)
            return after.with_request("")
        for item in await self._fields.select_fields(state, ctx):
            chosen = next((choice for choice in item.choices if choice.casefold() == text.casefold()), None)
            if chosen is not None:
                return await self._apply_answers(state, ((item.name, chosen),), ctx)
        raise InvalidInput("page-answer", typed=echo_text(text))
