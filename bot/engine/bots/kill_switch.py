"""Which scopes are blocked: the memory of the kill switch, asked before every order that adds risk."""

from bot.domain.instance import Bot
from bot.domain.people import PanicState
from bot.ports.storage import PeopleReader

ALL_SCOPE = "all"


def scopes_of(bot: Bot) -> tuple[str, ...]:
    """Return the scopes whose kill switch stands against a bot: everything, its owner's, its account's."""
    return (ALL_SCOPE, bot.owner, bot.config.account_id)


class KillSwitch:
    """The panic states in force; storage keeps them over restarts."""

    def __init__(self) -> None:
        self._states: dict[str, PanicState] = {}

    async def load_states(self, reader: PeopleReader) -> None:
        """Read the states in force; called before any bot trades."""
        self._states = {state.scope: state for state in await reader.panic_states()}

    @property
    def states(self) -> tuple[PanicState, ...]:
        """Return the states in force."""
        return tuple(self._states.values())

    def set_state(self, state: PanicState) -> None:
        """Put a stored state in force."""
        self._states[state.scope] = state

    def clear_state(self, scope: str) -> None:
        """Take a state out of force after its removal is stored."""
        self._states.pop(scope, None)

    def is_blocked(self, bot: Bot) -> bool:
        """Tell whether a kill switch stands against new risk of this bot."""
        return self.find_blocking_scope(bot) is not None

    def find_blocking_scope(self, bot: Bot) -> str | None:
        """Return the scope whose kill switch stands against this bot."""
        if not self._states:
            return None
        return next((scope for scope in scopes_of(bot) if scope in self._states), None)
