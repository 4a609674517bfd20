"""What people choose for themselves: time zone, charts, how loudly they are told of what, and where."""

from collections.abc import Callable
from dataclasses import replace

from bot.domain.events import Topic
from bot.domain.facts import OperatorSaved
from bot.domain.people import Loudness, Operator, Preferences, QuietHours
from bot.engine.people.onboarding import PeopleParts


class Choices:
    """Changes one person's own settings; they count for what is shown and told from then on."""

    def __init__(self, parts: PeopleParts) -> None:
        self._parts = parts

    async def set_timezone(self, operator: Operator, timezone: str) -> Operator:
        """Show times in another zone, an IANA name that exists."""
        return await self._changed(operator, lambda one: replace(one, timezone=timezone))

    async def set_notify(self, operator: Operator, topic: Topic, loudness: Loudness | None) -> Operator:
        """Tell of a topic in a chosen way; None is the usual one."""

        def choose(preferences: Preferences) -> Preferences:
            kept = {key: value for key, value in preferences.notify if key is not topic}
            chosen = kept if loudness is None else {**kept, topic: loudness}
            return replace(preferences, notify=tuple(chosen.items()))

        return await self._chosen(operator, choose)

    async def set_quiet(self, operator: Operator, quiet: QuietHours | None) -> Operator:
        """Set quiet hours, or end them."""
        return await self._chosen(operator, lambda preferences: replace(preferences, quiet=quiet))

    async def prefer(self, operator: Operator, preferences: Preferences) -> Operator:
        """Keep preferences."""
        return await self._chosen(operator, lambda _: preferences)

    async def _chosen(self, operator: Operator, choose: Callable[[Preferences], Preferences]) -> Operator:
        return await self._changed(operator, lambda one: replace(one, preferences=choose(one.preferences)))

    async def _changed(self, operator: Operator, change: Callable[[Operator], Operator]) -> Operator:
        # From what is stored now: an owner may have changed the role meanwhile.
        async with self._parts.changing:
            current = await self._parts.reader.operator(operator.operator_id) or operator
            changed = change(current)
            await self._parts.store(OperatorSaved(changed))
        return changed
