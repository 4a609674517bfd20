"""Operators' preferences: time zone, charts, notifications and quiet hours."""

from collections.abc import Callable
from dataclasses import replace

from bot.domain.events import NotificationKind
from bot.domain.facts import Saved
from bot.domain.people import NotificationSetting, Operator, Preferences, QuietHours
from bot.engine.people.onboarding import PeopleDependencies


class PreferenceEditor:
    """Changes an operator's preferences, which count from the next reply or delivery on."""

    def __init__(self, people: PeopleDependencies) -> None:
        self._people = people

    async def set_timezone(self, operator: Operator, timezone: str) -> Operator:
        """Set the time zone; `timezone` is a valid IANA name."""
        return await self._change_operator(operator, lambda one: replace(one, timezone=timezone))

    async def set_notification(
        self, operator: Operator, kind: NotificationKind, setting: NotificationSetting | None
    ) -> Operator:
        """Set how a kind of event is notified; None is the default."""

        def choose(preferences: Preferences) -> Preferences:
            kept = {key: value for key, value in preferences.notify if key is not kind}
            chosen = kept if setting is None else {**kept, kind: setting}
            return replace(preferences, notify=tuple(chosen.items()))

        return await self._change_preferences(operator, choose)

    async def set_quiet_hours(self, operator: Operator, quiet: QuietHours | None) -> Operator:
        return await self._change_preferences(operator, lambda preferences: replace(preferences, quiet=quiet))

    async def save_preferences(self, operator: Operator, preferences: Preferences) -> Operator:
        return await self._change_preferences(operator, lambda _: preferences)

    async def _change_preferences(self, operator: Operator, choose: Callable[[Preferences], Preferences]) -> Operator:
        return await self._change_operator(operator, lambda one: replace(one, preferences=choose(one.preferences)))

    async def _change_operator(self, operator: Operator, change: Callable[[Operator], Operator]) -> Operator:
        # Changes what is stored now: an owner may have changed the role meanwhile.
        async with self._people.change_lock:
            current = await self._people.reader.operator(operator.operator_id) or operator
            changed = change(current)
            await self._people.store_facts(Saved(changed))
        return changed
