"""Every refusal has its words, and only with values that are given."""

import ast
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax import ast as ftl
from fluent.syntax.visitor import Visitor

import bot
from bot.commands.reply.amount_visibility import hide_amounts
from bot.commands.reply.inline_time import plain_text
from bot.commands.text.catalogue import MESSAGES, Catalogue
from bot.commands.text.refusal import error_text
from bot.domain.errors import InvalidInput, Refused, WordFix
from bot.domain.money import Money
from tests.builders.refusals import refusal_text

ROOT = Path(bot.__file__).parent.parent
PACKAGES = ("bot", "adapters", "storage", "strategies")
KINDS = {"UserError", "Refused", "InvalidInput"}
ENGLISH_TEXT = "".join(path.read_text(encoding="utf-8") for path in (MESSAGES / "en").glob("*.ftl"))
SHAPES = {"refused", "invalid", "expected", "unchanged"}


def raised_codes() -> Iterator[tuple[str, frozenset[str], str]]:
    """Return the code, the names of the fields and the place of every error made for a person."""
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS:
                    fields = frozenset(keyword.arg or "**" for keyword in node.keywords)
                    for code in constants(node.args[0]):
                        yield code, fields, f"{path.relative_to(ROOT)}:{node.lineno}"


def constants(node: ast.expr) -> Iterator[str]:
    """Return the codes that an argument may be: a constant, or a choice of them."""
    if isinstance(node, ast.IfExp):
        yield from (*constants(node.body), *constants(node.orelse))
    elif isinstance(node, ast.Constant):
        yield str(node.value)
    else:
        yield f"not a constant: {ast.unparse(node)}"


class Variables(Visitor):
    """Collects the variables that a message shows."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ftl.VariableReference) -> None:  # noqa: N802 - Fluent's own name
        self.names.add(node.id.name)


def messages() -> dict[str, set[str]]:
    """Return the variables of every English message; a message may be there once only."""
    found: dict[str, set[str]] = {}
    for path in sorted((MESSAGES / "en").glob("*.ftl")):
        for entry in FluentParser().parse(path.read_text(encoding="utf-8")).body:
            assert not isinstance(entry, ftl.Junk), (path.name, entry.content)
            if isinstance(entry, ftl.Message):
                assert entry.id.name not in found, f"{entry.id.name} is there twice"
                variables = Variables()
                variables.visit(entry)
                found[entry.id.name] = variables.names
    return found


def test_every_refusal_has_a_message_that_shows_only_what_is_given() -> None:
    known = messages()
    missing = [f"{place}: {code}" for code, _, place in raised_codes() if code not in known]
    assert missing == []
    starved = [
        f"{place}: {code} gives no {', '.join(sorted(known[code] - fields - {'fix'}))}"
        for code, fields, place in raised_codes()
        if known[code] - fields - {"fix"}
    ]
    assert starved == []


def test_what_lies_below_the_chat_names_no_command() -> None:
    below = ("bot/domain", "bot/engine", "bot/ports", "bot/strategy", "adapters/venue", "storage", "strategies")
    said = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.value}"
        for package in below
        for path in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if len(node.value.splitlines()) == 1 and re.search(r"(?:^| )/[a-z]{2,}", node.value)
    ]
    assert said == []


def test_no_message_is_unused() -> None:
    assert set(messages()) - {code for code, _, _ in raised_codes()} == SHAPES


def test_a_language_says_what_it_can_and_the_rest_is_english(tmp_path: Path) -> None:
    for language, text in (
        ("en", "no-panic = no panic\nbot-gone = that bot is gone\n"),
        ("de", "no-panic = keine Panik\n"),
    ):
        (tmp_path / language).mkdir()
        (tmp_path / language / "own.ftl").write_text(text, encoding="utf-8")
    german = Catalogue("de", tmp_path)
    assert german.format_message("no-panic", {}) == "keine Panik"
    assert german.format_message("bot-gone", {}) == "that bot is gone"


def test_a_message_without_its_field_is_an_error_and_not_half_a_sentence() -> None:
    with pytest.raises(ValueError, match="no-own-account"):
        Catalogue("en").format_message("no-own-account", {})


@pytest.mark.parametrize(("count", "text"), [(1, "1 bot."), (2, "2 bots.")])
def test_counts_take_the_plural_of_their_language(count: int, text: str) -> None:
    needed = Money(Decimal(1500), "USDT")
    place = {"bot": "a", "mode": "m", "account": "b", "more": "no"}
    error = Refused("account-short", **place, needed=needed, free=needed, reserved=needed, bots=count)
    assert (
        refusal_text(error)
        == f"Refused: a (m) needs 1,500.00 USDT; account b has 1,500.00 free, 1,500.00 reserved by {text}"
    )


def test_where_amounts_are_hidden_a_refusal_says_none() -> None:
    needed = Money(Decimal(1500), "USDT")
    error = InvalidInput("stake-above-capital", WordFix((("stake", needed),)), stake=needed, capital=needed)
    assert plain_text(hide_amounts(error_text(error))) == (
        "Invalid: stake … is more than capital …. Expected at most …, for example stake=…"
    )
    assert refusal_text(error).endswith("for example stake=1500")


@pytest.mark.parametrize("code", sorted(set(messages()) - SHAPES))
def test_no_refusal_says_an_amount_where_amounts_are_hidden(code: str) -> None:
    amount = Money(Decimal("1234.56"), "USDT")
    message = re.search(rf"^{code} =.*?(?=^\w|\Z)", ENGLISH_TEXT, re.MULTILINE | re.DOTALL)
    assert message is not None
    counts = set(re.findall(r"NUMBER\(\$(\w+)", message[0]))
    fields = {name: 2 if name in counts else amount for name in messages()[code] - {"fix"}}
    error = Refused(code, WordFix((("capital", amount),)), **fields)
    assert not re.search(r"1,?234|1,?235", plain_text(hide_amounts(error_text(error))))
