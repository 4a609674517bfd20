"""Kill switch: scopes in which panic forbids new risk, asked before every order that adds some."""

from bot.domain.instance import Bot
from bot.domain.people import PanicState
from bot.ports.storage import PeopleReader

ALL_SCOPE = "all"


def scopes_of(bot: Bot) -> tuple[str, ...]:
    """Return the scopes that include a bot: everything, its owner's bots, its account's bots."""
    return (ALL_SCOPE, bot.owner, bot.config.account_id)


class KillSwitch:
    """Panic states in force, kept in memory; storage keeps them over restarts."""

    def __init__(self) -> None:
        self._states: dict[str, PanicState] = {}

    async def load_states(self, reader: PeopleReader) -> None:
        """Load the stored states; must be called before any bot trades."""
        self._states = {state.scope: state for state in await reader.panic_states()}

    @property
    def states(self) -> tuple[PanicState, ...]:
        return tuple(self._states.values())

    def set_state(self, state: PanicState) -> None:
        """Put a state that is stored already into force."""
        self._states[state.scope] = state

    def clear_state(self, scope: str) -> None:
        """Take a state out of force once its removal is stored."""
        self._states.pop(scope, None)

    def is_blocked(self, bot: Bot) -> bool:
        """Return whether new risk is forbidden to a bot; what reduces risk is always allowed."""
        return self.find_blocking_scope(bot) is not None

    def find_blocking_scope(self, bot: Bot) -> str | None:
        """Return the scope in which new risk is forbidden to a bot, None if it is allowed."""
        if not self._states:
            return None
        return next((scope for scope in scopes_of(bot) if scope in self._states), None)
