"""What is asked for single fields, and what is offered as an answer."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bot.commands.forms.field_steps import field_step
from bot.commands.forms.form import FormState
from bot.commands.reply.blocks import ButtonStyle
from bot.engine.bots.configuration import setting_specs
from bot.strategy.field_spec import FieldKind, FieldSpec
from bot.strategy.field_value import parse_value
from strategies.builtin import builtin_strategies

FORM = FormState(form_id="abcde", form_name="new", answers=(), began_at=datetime(2026, 1, 5, tzinfo=UTC))
SPECS = {spec.name: spec for strategy in builtin_strategies().all_strategies() for spec in setting_specs(strategy)}


def offered(spec: FieldSpec, current: str = "") -> list[str]:
    rows = field_step(FORM, spec, current).choices
    marks = {ButtonStyle.PRIMARY: "p", ButtonStyle.NONE: ""}
    return [f"{button.label}{marks[button.style]}" for row in rows for button in row]


def test_a_question_says_what_is_now_what_is_expected_and_what_it_is() -> None:
    step = field_step(FORM, SPECS["fast"], "12")
    assert step.headline.plain_text == "fast is 12 · whole number, 2 to 499 · candles the quick average looks back"


def test_a_name_in_capitals_stays_so_within_the_question() -> None:
    assert field_step(FORM, SPECS["oversold"], "30").headline.plain_text.endswith(" · RSI level taken as weak")


@pytest.mark.parametrize(
    ("name", "current", "wanted"),
    [
        ("fast", "12", ["8", "12p", "20"]),
        ("overbought", "70", ["47", "70p"]),
        ("confirm", "0", ["0p"]),
        ("kind", "ema", ["emap", "sma"]),
        ("stop_loss", "none", ["2.5%", "5%", "10%", "nonep"]),
        ("stop_loss", "3%", ["1.5%", "3%p", "6%", "none"]),
        ("lower", "", []),
        ("stop_low", "none", ["nonep"]),
    ],
)
def test_answers_around_the_present_value_are_offered(name: str, current: str, wanted: list[str]) -> None:
    assert offered(SPECS[name], current) == wanted


def test_a_switch_is_on_or_off() -> None:
    spec = FieldSpec(name="loud", title="Loud", help="", kind=FieldKind.SWITCH, default=True)
    assert offered(spec, "on") == ["onp", "off"]


@pytest.mark.parametrize("spec", SPECS.values(), ids=lambda spec: spec.name)
def test_whatever_is_offered_is_accepted(spec: FieldSpec) -> None:
    for current in ("", spec.example):
        for label in offered(spec, current):
            parse_value(spec, label.removesuffix("p") if label.removesuffix("p")[-1:].isdigit() else label.rstrip("p"))


def test_tiny_amounts_keep_two_digits() -> None:
    spec = FieldSpec(name="price", title="Price", help="", kind=FieldKind.DECIMAL, minimum=Decimal(0))
    assert offered(spec, "0.00001712") == ["0.0000086", "0.00001712p", "0.000034"]
