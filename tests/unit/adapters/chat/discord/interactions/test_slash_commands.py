"""Slash commands as Discord would be sent them, for every command of the desk."""

import json
import re
from collections.abc import Mapping

import discord
import pytest
from discord import app_commands
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.chat.discord.interactions.autocomplete import PartialCommand
from adapters.chat.discord.interactions.request_mapping import Interaction
from adapters.chat.discord.interactions.slash_commands import (
    command_line,
    create_slash_commands,
    option_words,
    slash_options,
)
from bot.commands.catalog.all_commands import COMMANDS_BY_SECTION
from bot.commands.spec.parse import parse_command
from bot.commands.spec.registry import CommandRegistry

REGISTRY = CommandRegistry(COMMANDS_BY_SECTION)
STRING, INTEGER = 3, 4


async def suggest_nothing(interaction: Interaction, draft: PartialCommand) -> list[str]:
    del interaction, draft
    return []


async def take(interaction: Interaction, name: str, words: Mapping[str, str]) -> None:
    del interaction, name, words


@pytest.fixture
def sent() -> dict[str, dict[str, object]]:
    tree: app_commands.CommandTree[discord.Client] = app_commands.CommandTree(
        discord.Client(intents=discord.Intents.none())
    )
    return {one.name: one.to_dict(tree) for one in create_slash_commands(REGISTRY, take, suggest_nothing)}


def option(command: dict[str, object], name: str) -> dict[str, object]:
    options = command["options"]
    assert isinstance(options, list)
    return next(one for one in options if one["name"] == name)


async def test_every_name_is_a_command_within_what_discord_takes(sent: dict[str, dict[str, object]]) -> None:
    assert tuple(sent) == REGISTRY.names
    assert len(sent) <= 100
    for name, command in sent.items():
        assert re.fullmatch(r"[-_a-z0-9]{1,32}", name)
        assert 1 <= len(str(command["description"])) <= 100
        options = command["options"]
        assert isinstance(options, list)
        assert len(options) <= 25
        assert [one["required"] for one in options] == sorted((one["required"] for one in options), reverse=True)
        for one in options:
            assert re.fullmatch(r"[-_a-z0-9]{1,32}", one["name"])
            assert 1 <= len(one["description"]) <= 100
            assert len(one.get("choices", [])) <= 25
        assert len(json.dumps(command)) < 8000


async def test_options_have_types_choices_and_autocomplete(sent: dict[str, dict[str, object]]) -> None:
    assert option(sent["bot"], "name")["autocomplete"] is True
    assert option(sent["bot"], "name")["required"] is True
    assert option(sent["trades"], "limit")["type"] == INTEGER
    assert option(sent["new"], "capital")["type"] == STRING, "Discord would round a number"
    choices = option(sent["stop"], "policy")["choices"]
    assert isinstance(choices, list)
    assert [one["value"] for one in choices] == ["entries", "cancel", "flatten"]
    assert "autocomplete" not in option(sent["stop"], "policy") or not option(sent["stop"], "policy")["autocomplete"]


async def test_what_a_name_says_already_is_no_option(sent: dict[str, dict[str, object]]) -> None:
    assert "period" not in str(sent["daily"]["options"])
    assert "period" in str(sent["profit"]["options"])


async def test_a_secret_need_not_be_typed_among_the_options(sent: dict[str, dict[str, object]]) -> None:
    assert option(sent["claim"], "code")["required"] is False


def test_options_become_words() -> None:
    assert option_words({"limit": 5, "name": "alpha", "tag": None, "is_on": True}) == {
        "limit": "5",
        "name": "alpha",
        "is_on": "on",
    }


@pytest.mark.parametrize(
    ("name", "words", "line"),
    [
        ("bot", {"name": "alpha"}, "/bot alpha"),
        ("version", {}, "/version"),
        ("new", {"strategy": "ema-cross", "capital": "1000"}, "/new strategy=ema-cross capital=1000"),
        (
            "new",
            {"name": "alpha", "strategy": "grid", "settings": "levels=9 stop_loss=3%"},
            "/new alpha grid levels=9 stop_loss=3%",
        ),
        ("stop", {"names": "alpha", "policy": "flatten"}, "/stop alpha policy=flatten"),
        ("stop", {"names": "alpha, beta"}, '/stop names="alpha, beta"'),
        ("daily", {"name": "alpha"}, "/daily alpha"),
        ("bots", {"filter": 'a "b" c'}, "/bots filter='a \"b\" c'"),
        ("bot", {"name": "x=y"}, '/bot name="x=y"'),
        ("bot", {"name": "  "}, "/bot"),
    ],
)
def test_options_are_written_as_a_line_that_is_read_alike(name: str, words: dict[str, str], line: str) -> None:
    assert command_line(name, REGISTRY.resolve_command(name), words) == line
    parse_command(REGISTRY, line)


@settings(deadline=None)
@given(value=st.text(min_size=1, max_size=30))
def test_a_value_never_becomes_another_word(value: str) -> None:
    line = command_line("bots", REGISTRY.resolve_command("bots"), {"filter": value, "sort": "pnl"})
    given = parse_command(REGISTRY, line).values
    assert set(given) <= {"filter", "sort"}
    assert given["sort"] == "pnl"


def test_hidden_commands_are_none() -> None:
    assert not {"yes", "no", "form"} & set(REGISTRY.names)
    assert slash_options(REGISTRY.resolve_command("version")) == ()
