"""The form of `/new` on one page, for platforms that show several lists; what stays open is asked one by one."""

from dataclasses import replace

from bot.commands.forms.field_steps import name_rows
from bot.commands.forms.form import AnswerOutcome, Continue, FormStart, FormState, FormStep
from bot.commands.forms.new_bot import NewBotForm
from bot.commands.forms.new_bot_answers import NewBotAnswers, new_bot_request
from bot.commands.forms.new_bot_choices import NewBotChoices
from bot.commands.forms.new_bot_sheet import CHOICE_FIELDS, NewBotSheet
from bot.commands.reply.blocks import Block, Headline, KeyValues, Text
from bot.commands.reply.input_text import clean_text, echo_text
from bot.commands.reply.sheet import FormField
from bot.commands.spec.request import CommandContext
from bot.domain.errors import InvalidInput
from bot.domain.market import Mode, Timeframe
from bot.engine.bots.lifecycle import Lifecycle
from bot.engine.people.permissions import Requester

NEW_BOT_PAGE_FORM = "new-page"
PAGE_STEP = "page"
NEXT_LABEL = "Next"
TEXT_FIELDS_LABEL = "Amount and parameters"
PAGE_INTRODUCTION = "Choose of each list; Next asks for what is missing."


class NewBotPageForm:
    """Shows the page until somebody goes on from it, and again whenever they come back."""

    def __init__(self, step_form: NewBotForm, lifecycle: Lifecycle, choices: NewBotChoices) -> None:
        self._step_form = step_form
        self._lifecycle = lifecycle
        self._choices = choices
        self._answers = NewBotAnswers(choices, lifecycle)
        self._sheet = NewBotSheet(choices)

    @property
    def name(self) -> str:
        """Return the name under which these forms are kept."""
        return NEW_BOT_PAGE_FORM

    async def start_form(self, state: FormState, ctx: CommandContext) -> FormStart:
        """Begin on the page, unless everything that stands there was given; what alone was wrong is asked alone."""
        opening = await self._step_form.start_form(state, ctx)
        places = [place for place in self._step_form.missing_fields(opening.state) if place in CHOICE_FIELDS]
        if len(places) <= (0 if opening.error is None else 1):
            return opening
        return replace(opening, state=replace(opening.state, requested_field=PAGE_STEP))

    async def current_step(self, state: FormState, ctx: CommandContext) -> FormStep:
        """Show the page, or ask what `NewBotForm` asks."""
        if state.requested_field != PAGE_STEP:
            return replace(await self._step_form.current_step(state, ctx), has_back=True)
        shown = await self._fill_defaults(state, ctx.requester)
        lists = await self._sheet.choice_fields(shown, ctx.requester)
        fields = self._sheet.text_fields(state)
        return FormStep(
            headline=Headline(
                "choose, then go on", name="New bot", mode=await self._account_mode(shown, ctx.requester)
            ),
            blocks=self._page_blocks(state, fields),
            choices=name_rows(state, [NEXT_LABEL]),
            has_back=False,
            sheet=fields,
            sheet_label=TEXT_FIELDS_LABEL,
            lists=lists,
        )

    async def process_answer(self, state: FormState, text: str, ctx: CommandContext) -> AnswerOutcome:
        """Take what was chosen or typed on the page, or go on from it."""
        if state.requested_field != PAGE_STEP:
            return await self._step_form.process_answer(state, text, ctx)
        value = clean_text(text)
        if value.casefold() == NEXT_LABEL.casefold():
            return Continue(await self._leave_page(state, ctx))
        named = self._answers.parse_named_answers(state, value) or await self._match_choice(state, value, ctx.requester)
        if not named:
            raise InvalidInput(
                f"{echo_text(value)} is no answer here. Expected a choice, next or cancel, for example next"
            )
        return Continue(await self._apply_page_answers(state, named, ctx))

    def previous_state(self, state: FormState) -> FormState:
        """Return from an aside to the summary, from everything else to the page."""
        if state.requested_field == PAGE_STEP:
            return state
        return (
            self._step_form.previous_state(state)
            if state.requested_field
            else replace(state, requested_field=PAGE_STEP)
        )

    async def _apply_page_answers(
        self, state: FormState, answers: tuple[tuple[str, str], ...], ctx: CommandContext
    ) -> FormState:
        """Keep what was chosen as it is; what was typed must make a bot that can be, once all is there."""
        after = await self._fill_defaults(await self._answers.apply_answers(state, answers, ctx), ctx.requester)
        if any(name not in CHOICE_FIELDS for name, _ in answers):
            await self._check_complete_form(after, ctx)
        return replace(after, requested_field=PAGE_STEP)

    async def _match_choice(self, state: FormState, text: str, asker: Requester) -> tuple[tuple[str, str], ...]:
        """Take a bare word for a choice of the list it stands in."""
        lists = await self._sheet.choice_fields(state, asker)
        found = [(item.name, choice) for item in lists for choice in item.choices]
        return tuple((name, choice) for name, choice in found if choice.casefold() == text.casefold())[:1]

    async def _leave_page(self, state: FormState, ctx: CommandContext) -> FormState:
        is_begun = any(state.value(name) is not None for name in CHOICE_FIELDS)
        after = await self._fill_defaults(state, ctx.requester) if is_begun else state
        await self._check_complete_form(after, ctx)
        return replace(after, requested_field="")

    async def _check_complete_form(self, state: FormState, ctx: CommandContext) -> None:
        if not self._step_form.missing_fields(state):
            await self._lifecycle.check_new_bot(new_bot_request(state), ctx.operator)

    async def _fill_defaults(self, state: FormState, asker: Requester) -> FormState:
        """Answer what has a usual answer or only one."""
        accounts = [account.label for account in await self._choices.own_accounts(asker)]
        lengths = self._choices.timeframes(state.value("symbol") or "")
        usual = {
            "timeframe": Timeframe.H1 if Timeframe.H1 in lengths else _single_name(lengths),
            "account": _single_name(accounts),
        }
        for name, value in usual.items():
            if value and state.value(name) is None:
                state = replace(state.with_answer(name, value), requested_field=state.requested_field)
        return state

    async def _account_mode(self, state: FormState, asker: Requester) -> Mode | None:
        label = state.value("account")
        return next((one.mode for one in await self._choices.own_accounts(asker) if one.label == label), None)

    def _page_blocks(self, state: FormState, fields: tuple[FormField, ...]) -> tuple[Block, ...]:
        """Say what the chosen strategy does, and what was typed so far."""
        name = state.value("strategy")
        strategy = self._choices.find_strategy(name) if name else None
        does = Text(f"{strategy.name}: {strategy.summary} {strategy.pitfalls}" if strategy else PAGE_INTRODUCTION)
        typed = [(field, state.value(field.name)) for field in fields]
        rows = tuple((field.label, value) for field, value in typed if value is not None)
        return (does, KeyValues(rows)) if rows else (does,)


def _single_name(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ""
