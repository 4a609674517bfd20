import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.catalog.all_commands import COMMANDS_BY_SECTION
from bot.commands.catalog.create import NewArguments
from bot.commands.catalog.lifecycle import StopArguments
from bot.commands.reply.input_text import clean_text
from bot.commands.spec.parse import MAX_LINE, parse_command
from bot.commands.spec.registry import CommandRegistry
from bot.commands.spec.spec import CommandSpec
from bot.domain.errors import InvalidInput
from bot.domain.instance import StopPolicy
from tests.builders.refusals import refusal_text

REGISTRY = CommandRegistry(COMMANDS_BY_SECTION)
EXAMPLES = [(spec, example) for specs in COMMANDS_BY_SECTION.values() for spec in specs for example in spec.examples]


@pytest.mark.parametrize(("spec", "example"), EXAMPLES, ids=[example for _, example in EXAMPLES])
def test_every_example_of_the_help_can_be_sent(spec: CommandSpec, example: str) -> None:
    parsed = parse_command(REGISTRY, example)
    assert parsed.spec is spec
    assert parsed.arguments is not None


def stop_of(line: str) -> StopArguments:
    arguments = parse_command(REGISTRY, line).arguments
    assert isinstance(arguments, StopArguments)
    return arguments


def test_several_names_and_words_can_be_mixed() -> None:
    stop = stop_of("/stop a policy=flatten b")
    assert stop.names == ("a", "b")
    assert stop.policy is StopPolicy.FLATTEN


@pytest.mark.parametrize(
    "line", ["stop a", "/stop a", "/stop@QuarterdeckBot a", "/STOP a", "  /stop   a  ", '/stop "a"']
)
def test_slash_case_and_the_bots_own_name_do_not_matter(line: str) -> None:
    assert stop_of(line).names == ("a",)


def test_what_cannot_be_seen_is_dropped() -> None:
    assert stop_of("/st\u200bop \u202ea\u2066b\x07").names == ("ab",)


def test_other_words_of_new_are_settings() -> None:
    arguments = parse_command(REGISTRY, "/new alpha ema-cross BTC/USDT 1h capital=1000 Stop-Loss=3% fast=10").arguments
    assert isinstance(arguments, NewArguments)
    assert arguments.capital == "1000"
    assert arguments.settings == {"stop_loss": "3%", "fast": "10"}


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("/strat", "Invalid: no command /strat. Expected one from /help, for example /strategies"),
        (
            "/stop a policy=foo",
            "Invalid: policy cannot be foo. Expected entries, cancel or flatten, for example "
            "/stop alpha policy=flatten",
        ),
        (
            "/stop a polciy=flatten",
            "Invalid: /stop has no word polciy. Expected policy=…, for example /stop alpha policy=flatten",
        ),
        ("/bot a b", "Invalid: /bot does not understand b. Expected /bot name, for example /bot alpha"),
        (
            "/trades a limit=0",
            "Invalid: limit cannot be 0. Expected how many rows, 1 to 100, for example /trades alpha limit=20",
        ),
        ('/bot "alpha', 'Invalid: a quote is open in "alpha. Expected it closed, for example /bot alpha'),
        (
            "/stop a policy=cancel policy=flatten",
            "Invalid: policy is given twice. Expected it once, for example /stop alpha policy=flatten",
        ),
        ("", "Invalid: that is no command. Expected one from /help, for example /bots"),
        ("/", "Invalid: that is no command. Expected one from /help, for example /bots"),
    ],
)
def test_mistakes_teach(line: str, text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_command(REGISTRY, line)
    assert refusal_text(caught.value) == text


def test_a_line_of_ten_thousand_characters_is_told_its_limit() -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_command(REGISTRY, "/bot " + "a" * 9_995)
    assert refusal_text(caught.value) == (
        f"Invalid: that line has 10,000 characters. Expected at most {MAX_LINE:,}, for example /help"
    )


def test_a_missing_word_is_named_not_refused() -> None:
    assert parse_command(REGISTRY, "/bot").missing_field == "name"
    assert parse_command(REGISTRY, "/stop policy=cancel").missing_field == "names"
    assert parse_command(REGISTRY, "/rename alpha").missing_field == "new"


def refusal_of(line: str) -> str:
    """Return why a line is refused, empty if it is understood."""
    try:
        parse_command(REGISTRY, line)
    except InvalidInput as error:
        return refusal_text(error)
    return ""


@given(line=st.text(max_size=200))
def test_any_line_is_understood_or_refused_with_an_example(line: str) -> None:
    text = refusal_of(line)
    assert not text or (text.startswith("Invalid: ") and "Expected" in text and "for example " in text)


@given(
    name=st.sampled_from(REGISTRY.names),
    rest=st.lists(st.one_of(st.text(max_size=12), st.sampled_from(["policy=", "limit=x", "a=b", '"', "=", "name="]))),
)
def test_the_example_of_a_refusal_is_understood(name: str, rest: list[str]) -> None:
    text = refusal_of(f"/{name} {' '.join(rest)}")
    example = text.rpartition("for example ")[2]
    assert not text or not refusal_of(example)


@given(text=st.text(max_size=100))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)
