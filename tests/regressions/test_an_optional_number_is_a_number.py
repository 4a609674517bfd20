"""`quote_amount`, `stop_low` and `stop_high` of a grid counted as text: "abc" was taken for a number by the form."""

import pytest

from bot.domain.errors import InvalidInput
from bot.strategy.field_spec import FieldKind
from bot.strategy.field_value import parse_value
from bot.strategy.fields import field_specs
from strategies.grid import GridParameters

SPECS = {spec.name: spec for spec in field_specs(GridParameters)}


@pytest.mark.parametrize("name", ["quote_amount", "stop_low", "stop_high"])
def test_a_bounded_number_that_may_be_off_keeps_its_kind_and_bounds(name: str) -> None:
    spec = SPECS[name]
    assert (spec.kind, spec.is_optional) == (FieldKind.DECIMAL, True)
    kind = "an amount" if name == "quote_amount" else "a price"
    assert spec.expectation == f"{kind}, above 0, or none"


@pytest.mark.parametrize("text", ["abc", "-5", "0", "1,500"])
def test_what_is_no_such_number_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_value(SPECS["quote_amount"], text)
