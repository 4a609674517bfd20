"""The fields of `/new` all at once: first what to choose from lists, then names, amounts and parameters."""

from bot.commands.form import FormState
from bot.commands.new_places import NewPlaces
from bot.commands.sheet import SheetField, setting_field
from bot.engine.rights import Asker

LISTED = ("strategy", "symbol", "timeframe", "account")
_LABELS = {"strategy": "Strategy", "symbol": "Market", "timeframe": "Candle", "account": "Account"}


class NewSheet:
    """Knows which fields are open for a new bot, with their answers so far."""

    def __init__(self, known: NewPlaces) -> None:
        self._known = known

    async def fields(self, state: FormState, asker: Asker) -> tuple[SheetField, ...]:
        """Return the lists while one of them is unanswered, else everything that is typed."""
        # Who names a capital and no account means the usual one.
        asked = LISTED if state.value("capital") is None else LISTED[:-1]
        if any(state.value(name) is None for name in asked):
            return await self._lists(state, asker)
        return self._typed(state)

    async def _lists(self, state: FormState, asker: Asker) -> tuple[SheetField, ...]:
        choices = {
            "strategy": self._known.strategy_names(),
            "symbol": self._known.symbols(),
            "timeframe": self._known.timeframes(state.value("symbol") or ""),
            "account": [account.label for account in await self._known.accounts(asker)],
        }
        return tuple(
            SheetField(
                name=name,
                label=_LABELS[name],
                value=state.value(name) or "",
                choices=tuple(choices[name]),
                is_required=True,
            )
            for name in LISTED
        )

    def _typed(self, state: FormState) -> tuple[SheetField, ...]:
        name = SheetField(name="name", label="Name", hint="free for a name by itself", value=state.value("name") or "")
        specs = self._known.settings(state.value("strategy") or "").values()
        first = [spec for spec in specs if spec.is_required or spec.name == "capital"]
        others = [spec for spec in specs if spec not in first]
        return (
            name,
            *(setting_field(spec, state.value(spec.name) or "") for spec in first),
            *(setting_field(spec, state.value(spec.name) or spec.shown(spec.default)) for spec in others),
        )
