"""The fields of `/new` all at once: what is chosen from lists, and names, amounts and parameters to type."""

from bot.commands.forms.form import FormState
from bot.commands.forms.new_bot_choices import NewPlaces
from bot.commands.reply.blocks import SEPARATOR
from bot.commands.reply.sheet import SheetField, setting_field
from bot.domain.people import Account
from bot.engine.people.permissions import Asker

LISTED = ("strategy", "symbol", "timeframe", "account")
_LABELS = {"strategy": "Strategy", "symbol": "Market", "timeframe": "Candle", "account": "Account"}


class NewSheet:
    """Knows which fields a new bot has, with their answers so far."""

    def __init__(self, known: NewPlaces) -> None:
        self._known = known

    async def lists(self, state: FormState, asker: Asker) -> tuple[SheetField, ...]:
        """Return what is chosen, the likeliest first."""
        accounts = {account.label: _shown(account) for account in await self._known.accounts(asker)}
        choices = {
            "strategy": self._known.strategy_names(),
            "symbol": await self._known.likely_symbols(asker),
            "timeframe": self._known.timeframes(state.value("symbol") or ""),
            "account": list(accounts.values()),
        }
        values = {name: state.value(name) or "" for name in LISTED}
        values["account"] = accounts.get(values["account"], "")
        return tuple(
            SheetField(
                name=name, label=_LABELS[name], value=values[name], choices=tuple(choices[name]), is_required=True
            )
            for name in LISTED
        )

    def typed(self, state: FormState) -> tuple[SheetField, ...]:
        """Return what is typed: name and amount first, then what the strategy has, as far as it is known."""
        name = SheetField(name="name", label="Name", hint="free for a name by itself", value=state.value("name") or "")
        specs = self._known.settings(state.value("strategy") or "").values()
        first = [spec for spec in specs if spec.is_required or spec.name == "capital"]
        others = [spec for spec in specs if spec not in first]
        return (
            name,
            *(setting_field(spec, state.value(spec.name) or "") for spec in first),
            *(setting_field(spec, state.value(spec.name) or spec.shown(spec.default)) for spec in others),
        )


def _shown(account: Account) -> str:
    return f"{account.label}{SEPARATOR}{account.mode}"
