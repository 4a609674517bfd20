"""Time zones as people name them."""

from zoneinfo import available_timezones

from bot.commands.reply.input_text import echo_text
from bot.domain.errors import InvalidInput, WordFix
from bot.strategy.field_value import nearest_name

_REGIONS = ("Europe", "America", "Asia", "Africa", "Australia", "Pacific", "Atlantic", "Indian", "Antarctica")


def zone_names() -> list[str]:
    """Return the names to choose from: UTC and the zones of places."""
    return ["UTC", *sorted(name for name in available_timezones() if name.split("/")[0] in _REGIONS)]


def parse_zone(text: str) -> str:
    """Return the zone of a name, also of its city alone; raise InvalidInput for an unknown one."""
    names = zone_names()
    by_word = {name.rsplit("/", 1)[-1].casefold(): name for name in reversed(names)}
    by_word |= {name.casefold(): name for name in names}
    wanted = text.strip().replace(" ", "_").casefold()
    if wanted in by_word:
        return by_word[wanted]
    near = nearest_name(wanted, by_word)
    example = by_word[near] if near else "Europe/Berlin"
    raise InvalidInput("no-time-zone", WordFix((("timezone", example),)), typed=echo_text(text))
