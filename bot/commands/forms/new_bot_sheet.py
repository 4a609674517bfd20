"""The fields of `/new` all at once: what is chosen from lists, and names, amounts and parameters to type."""

from bot.commands.forms.form import FormState
from bot.commands.forms.new_bot_choices import NewBotChoices
from bot.commands.reply.blocks import SEPARATOR
from bot.commands.reply.sheet import FormField, setting_form_field
from bot.domain.people import Account
from bot.engine.people.permissions import Requester

CHOICE_FIELDS = ("strategy", "symbol", "timeframe", "account")
_LABELS = {"strategy": "Strategy", "symbol": "Market", "timeframe": "Candle", "account": "Account"}


class NewBotSheet:
    """Knows which fields a new bot has, with their answers so far."""

    def __init__(self, choices: NewBotChoices) -> None:
        self._choices = choices

    async def choice_fields(self, state: FormState, asker: Requester) -> tuple[FormField, ...]:
        """Return what is chosen, the likeliest first."""
        accounts = {account.label: _account_label(account) for account in await self._choices.own_accounts(asker)}
        choices = {
            "strategy": self._choices.strategy_names(),
            "symbol": await self._choices.ranked_symbols(asker),
            "timeframe": self._choices.timeframes(state.value("symbol") or ""),
            "account": list(accounts.values()),
        }
        values = {name: state.value(name) or "" for name in CHOICE_FIELDS}
        values["account"] = accounts.get(values["account"], "")
        return tuple(
            FormField(
                name=name, label=_LABELS[name], value=values[name], choices=tuple(choices[name]), is_required=True
            )
            for name in CHOICE_FIELDS
        )

    def text_fields(self, state: FormState) -> tuple[FormField, ...]:
        """Return what is typed: name and amount first, then what the strategy has, as far as it is known."""
        name = FormField(name="name", label="Name", hint="free for a name by itself", value=state.value("name") or "")
        specs = self._choices.setting_specs(state.value("strategy") or "").values()
        first = [spec for spec in specs if spec.is_required or spec.name == "capital"]
        others = [spec for spec in specs if spec not in first]
        return (
            name,
            *(setting_form_field(spec, state.value(spec.name) or "") for spec in first),
            *(setting_form_field(spec, state.value(spec.name) or spec.format_value(spec.default)) for spec in others),
        )


def _account_label(account: Account) -> str:
    return f"{account.label}{SEPARATOR}{account.mode}"
