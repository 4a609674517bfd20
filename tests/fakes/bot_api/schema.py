"""Names and types of the Bot API (those that are used, as data beside this file), and what breaks them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.fakes.bot_api.refusals import Json
from tests.fakes.bot_api.utf16 import units

FILE = Path(__file__).with_name("schema.json")
SIMPLE: Mapping[str, type] = {"Integer": int, "String": str, "Boolean": bool, "True": bool, "InputFile": str}
ARRAY = "Array of "


@dataclass(frozen=True, slots=True)
class Named:
    """A parameter or a field."""

    type: str
    is_required: bool
    rules: Json

    @classmethod
    def read(cls, written: object) -> "Named":
        """Read `Type`, `Type!` for a required one, or a record with rules."""
        rules = written if isinstance(written, Mapping) else {"type": written}
        kind = str(rules["type"])
        return cls(kind.removesuffix("!"), kind.endswith("!"), rules)


Names = Mapping[str, Named]


class Schema:
    """Reads values as they are sent and finds what does not agree with the documentation."""

    def __init__(self) -> None:
        written = json.loads(FILE.read_text(encoding="utf-8"))
        self.methods: Mapping[str, Names] = {
            name: _named(method["parameters"]) for name, method in written["methods"].items()
        }
        self.returns: Mapping[str, str] = {name: method["returns"] for name, method in written["methods"].items()}
        self._fields: Mapping[str, Names] = {
            name: _named(kind["fields"]) for name, kind in written["types"].items() if "fields" in kind
        }
        self._unions: Mapping[str, list[str]] = {
            name: kind["union"] for name, kind in written["types"].items() if "union" in kind
        }

    def read(self, method: str, sent: Json) -> dict[str, object]:
        """Read what came as text into what it means; what is not known stays text."""
        names = self.methods[method]
        return {name: _read(names[name].type, value) if name in names else value for name, value in sent.items()}

    def call_problems(self, method: str, values: Json) -> list[str]:
        """Return what is wrong with a call."""
        return [f"{method}: {problem}" for problem in _problems_of_names(self, self.methods[method], values)]

    def answer_problems(self, method: str, answer: object) -> list[str]:
        """Return what is wrong with an answer of the fake itself."""
        return [f"answer to {method}: {problem}" for problem in self.problems(self.returns[method], answer)]

    def problems(self, kind: str, value: object) -> Iterator[str]:
        """Find what keeps a value from being of a type."""
        if kind.startswith(ARRAY):
            yield from self._array_problems(kind.removeprefix(ARRAY), value)
        elif " or " in kind or kind in self._unions:
            yield from self._union_problems(kind, value)
        elif kind in SIMPLE:
            if not isinstance(value, SIMPLE[kind]) or (kind == "Integer" and isinstance(value, bool)):
                yield f"expected {kind}, got {value!r}"
        elif not isinstance(value, Mapping):
            yield f"expected {kind}, got {value!r}"
        elif kind in self._fields:
            yield from (f"{kind}.{problem}" for problem in _problems_of_names(self, self._fields[kind], value))

    def _array_problems(self, kind: str, value: object) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"expected a list of {kind}, got {value!r}"
            return
        for item in value:
            yield from self.problems(kind, item)

    def _union_problems(self, kind: str, value: object) -> Iterator[str]:
        kinds = self._unions.get(kind) or kind.split(" or ")
        found = [list(self.problems(one, value)) for one in kinds if one in SIMPLE or one in self._fields]
        if all(found):
            yield f"is no {kind}: {min(found, key=len)}"


def _named(written: Json) -> Names:
    return {name: Named.read(value) for name, value in written.items()}


def _read(kind: str, sent: object) -> object:
    if not isinstance(sent, str) or kind in {"String", "InputFile or String"}:
        return sent
    if kind == "Integer or String" and not sent.lstrip("-").isdigit():
        return sent
    try:
        return json.loads(sent)
    except ValueError:
        return sent


def _problems_of_names(schema: Schema, names: Names, values: Json) -> Iterator[str]:
    yield from (f"{name} is not known" for name in values if name not in names)
    yield from (f"{name} is missing" for name, one in names.items() if one.is_required and name not in values)
    for name, value in values.items():
        if name in names:
            yield from (f"{name}: {problem}" for problem in schema.problems(names[name].type, value))
            yield from (f"{name}: {problem}" for problem in _rule_problems(names[name].rules, value))


def _rule_problems(rules: Json, value: object) -> Iterator[str]:
    if not isinstance(value, str):
        return
    if "const" in rules and value != rules["const"]:
        yield f"expected {rules['const']}, got {value}"
    allowed = rules.get("enum")
    if isinstance(allowed, list) and value not in allowed:
        yield f"expected one of {allowed}, got {value}"
    most, least = rules.get("max"), rules.get("min")
    if isinstance(most, int) and isinstance(least, int) and "after_entities" not in rules:
        size = len(value.encode()) if rules.get("unit") == "bytes" else units(value)
        if not least <= size <= most:
            yield f"{size} {rules.get('unit')}, expected {least} to {most}"
