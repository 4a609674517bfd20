"""From a line of text to the arguments of a command."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from bot.commands.reply.input_text import clean, echo, listed, nearest
from bot.commands.spec.registry import Named, Registry
from bot.commands.spec.spec import Arguments, CommandSpec, Place, Word
from bot.domain.errors import InvalidInput

MAX_LINE = 2000
_KEY = re.compile(r"([A-Za-z][A-Za-z0-9_.-]*)=(.*)", re.DOTALL)
_HEAD = re.compile(r"/?([^\s@/]+)(?:@\S+)?")
_TOKEN = re.compile(
    r"""(?P<key>[A-Za-z][A-Za-z0-9_.-]*=)?"""
    r"""(?:"(?P<straight>[^"]*)"|'(?P<single>[^']*)'|“(?P<curly>[^”]*)”|«(?P<angled>[^»]*)»)(?=\s|$)"""
    r"""|(?:(?<=\s)|^)\S+"""
)
_OPENING = frozenset("\"'“«")

Typed = str | tuple[str, ...] | dict[str, str]


@dataclass(frozen=True, slots=True)
class Head:
    """The first word of a line, and the rest."""

    name: str
    rest: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """A command with its arguments; `missing` is the first required field that was not given, then no arguments."""

    spec: CommandSpec
    arguments: Arguments | None
    missing: str = ""
    given: Mapping[str, Typed] = field(default_factory=dict)


def head_of(line: str) -> Head:
    """Split a cleaned line after its command; raise InvalidInput when it cannot be one."""
    if len(line) > MAX_LINE:
        raise InvalidInput(
            f"that line has {len(line):,} characters. Expected at most {MAX_LINE:,}, for example /help", fix="/help"
        )
    match = _HEAD.match(line)
    if not match:
        raise InvalidInput("that is no command. Expected one from /help, for example /bots", fix="/bots")
    name = match.group(1)
    return Head(name if len(name) <= len("performance") * 2 else echo(name), line[match.end() :].strip())


def parse(registry: Registry, line: str) -> Parsed:
    """Read a line; raise InvalidInput with an example that works."""
    head = head_of(clean(line))
    named = registry.find(head.name)
    return bind(named, split_words(head.rest, named.spec))


def split_words(text: str, spec: CommandSpec) -> list[str]:
    """Split at blanks outside of quotes; a quote that never ends raises InvalidInput."""
    words: list[str] = []
    for match in _TOKEN.finditer(text):
        token, key = match.group(0), match.group("key") or ""
        quoted = match.group("straight", "single", "curly", "angled")
        inner = next((part for part in quoted if part is not None), None)
        if inner is None and token.removeprefix(key)[:1] in _OPENING:
            raise InvalidInput(f"a quote is open in {echo(token)}. Expected it closed, for example {spec.examples[0]}")
        words.append(token if inner is None else key + inner)
    return words


def bind(named: Named, words: list[str]) -> Parsed:
    """Give typed words to the fields of a command."""
    spec, fields = named.spec, word_fields(named.spec)
    given: dict[str, Typed] = dict(named.words)
    loose: list[str] = []
    others: dict[str, str] = {}
    for text in words:
        match = _KEY.fullmatch(text)
        key = match.group(1).casefold().replace("-", "_") if match else ""
        if not match or (key not in fields and _is_greedy(fields)):
            loose.append(text)
        elif key in fields and fields[key].place is not Place.OTHERS:
            _set_once(spec, given, key, match.group(2), is_preset=key in named.words)
        else:
            _set_other(spec, others, key, match.group(2))
    _place(spec, given, loose)
    _give_others(spec, given, others)
    return _validated(spec, given)


def word_fields(spec: CommandSpec) -> dict[str, Word]:
    """Return how each field of a command is typed, in order."""
    return {name: word_of(info) for name, info in spec.arguments.model_fields.items()}


def word_of(info: FieldInfo) -> Word:
    """Return how a field is typed; every field must say it."""
    for item in info.metadata:
        if isinstance(item, Word):
            return item
    raise TypeError(f"a command's field needs a Word: {info!r}")


def example_for(spec: CommandSpec, name: str) -> str:
    """Return the example of a command that shows a field best."""
    return next((text for text in spec.examples if f"{name}=" in text), spec.examples[0])


def _is_greedy(fields: Mapping[str, Word]) -> bool:
    """Tell whether everything unknown belongs to one free text."""
    return any(word.place is Place.MANY and word.expects == "anything" for word in fields.values())


def _set_once(spec: CommandSpec, given: dict[str, Typed], key: str, value: str, *, is_preset: bool) -> None:
    if key in given and not is_preset:
        raise InvalidInput(f"{key} is given twice. Expected it once, for example {example_for(spec, key)}")
    is_many = word_fields(spec)[key].place is Place.MANY
    given[key] = tuple(value.replace(",", " ").split()) if is_many else value


def _set_other(spec: CommandSpec, others: dict[str, str], key: str, value: str) -> None:
    if key in others:
        raise InvalidInput(f"{key} is given twice. Expected it once, for example {spec.examples[0]}")
    others[key] = value


def _place(spec: CommandSpec, given: dict[str, Typed], loose: list[str]) -> None:
    left = list(loose)
    for name, word in word_fields(spec).items():
        if not left:
            return
        if name in given:
            continue
        if word.is_secret:
            # A code typed with blanks is one code, and no part of it may come back in a complaint.
            given[name] = " ".join(left)
            left = []
        elif word.place is Place.POSITION:
            given[name] = left.pop(0)
        elif word.place is Place.MANY:
            given[name] = tuple(left)
            left = []
    if left:
        shown = echo(" ".join(left))
        raise InvalidInput(f"/{spec.name} does not understand {shown}. Expected {_usage(spec)}")


def _give_others(spec: CommandSpec, given: dict[str, Typed], others: dict[str, str]) -> None:
    fields = word_fields(spec)
    home = next((name for name, word in fields.items() if word.place is Place.OTHERS), None)
    if home is not None:
        given[home] = others
    elif others:
        key = next(iter(others))
        known = [name for name, word in fields.items() if word.place is not Place.OTHERS]
        near = nearest(key, known)
        expected = f"{near}=…" if near else _usage(spec, with_example=False)
        example = example_for(spec, near or "")
        raise InvalidInput(f"/{spec.name} has no word {echo(key)}. Expected {expected}, for example {example}")


def _usage(spec: CommandSpec, *, with_example: bool = True) -> str:
    shown = [f"{name}=" if word.place is Place.KEY else name for name, word in word_fields(spec).items()]
    parts = f"/{' '.join([spec.name, *shown])}" if shown else f"/{spec.name} alone"
    return f"{parts}, for example {spec.examples[0]}" if with_example else parts


def _validated(spec: CommandSpec, given: dict[str, Typed]) -> Parsed:
    for name, info in spec.arguments.model_fields.items():
        if info.is_required() and not given.get(name):
            return Parsed(spec, None, missing=name, given=given)
    try:
        arguments = spec.arguments.model_validate(given)
    except ValidationError as error:
        raise _invalid(spec, error) from error
    missing = arguments.missing()
    return Parsed(spec, None if missing else arguments, missing=missing, given=given)


def _invalid(spec: CommandSpec, error: ValidationError) -> InvalidInput:
    first = error.errors(include_url=False)[0]
    location = [str(part) for part in first["loc"]] or ["input"]
    name = location[0]
    word = word_fields(spec).get(name)
    value = first.get("input")
    shown = echo(value if isinstance(value, str) else listed([str(value)]))
    expects = word.expects if word else first["msg"]
    return InvalidInput(
        f"{name} cannot be {shown or 'empty'}. Expected {expects}, for example {example_for(spec, name)}"
    )
