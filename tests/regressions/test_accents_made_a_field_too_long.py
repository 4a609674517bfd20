"""A name with hundreds of accents is narrow, so it became a field, longer than Discord takes: nothing was shown."""

import pytest

from adapters.chat.discord.render import limits
from adapters.chat.discord.render.renderer import render_reply
from bot.commands.reply.blocks import Headline, KeyValues, build_reply
from tests.builders.chat_harness import NOON


@pytest.mark.parametrize("text", ["e" + "\u0323\u0301" * 700, "\u0e01" + "\u0e34" * 2000])
def test_what_is_too_long_for_a_field_is_a_table(text: str) -> None:
    for row in ((text, "1"), ("Name", text)):
        drawn = render_reply(build_reply(Headline("people"), KeyValues((row,))), {}, NOON)
        (embed,) = drawn.embeds
        assert embed.fields == []
        assert embed.description
        assert len(embed.description) <= limits.DESCRIPTION
        assert len(embed) <= limits.EMBEDS
