"""Tags of bots, by which several are found at once: their rules."""

import re

from bot.domain.errors import InvalidInput, WordFix
from bot.strategy.field_spec import OFF_WORDS
from bot.strategy.field_value import clip_text

TAG_PATTERN = re.compile(r"[a-z0-9][a-z0-9-]{0,15}")
MAX_TAGS = 5


def parse_tags(text: str) -> tuple[str, ...]:
    """Parse tags with commas or blanks between them, `none` as no tag; raise InvalidInput saying what was expected."""
    words = [word for word in re.split(r"[\s,]+", text.strip().casefold()) if word]
    if len(words) == 1 and words[0] in OFF_WORDS:
        return ()
    wrong = next((word for word in words if not TAG_PATTERN.fullmatch(word)), None)
    tags = tuple(dict.fromkeys(words))
    if wrong is None and 0 < len(tags) <= MAX_TAGS:
        return tags
    valid = tuple(filter(None, (re.sub(r"[^a-z0-9-]+", "", word).lstrip("-")[:16] for word in words)))[:MAX_TAGS]
    fix = WordFix((("tag", ",".join(dict.fromkeys(valid)) or "trend"),), is_certain=bool(valid))
    raise InvalidInput("tags-invalid", fix, typed=clip_text(text), limit=MAX_TAGS)


def tags_text(tags: tuple[str, ...]) -> str:
    """Format tags as they can be typed."""
    return ",".join(tags) or "none"
