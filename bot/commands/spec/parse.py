"""Parser of command lines."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from bot.commands.reply.input_text import clean_text, echo_text, join_words
from bot.commands.spec.registry import CommandMatch, CommandRegistry
from bot.commands.spec.spec import ArgumentKind, Arguments, ArgumentSpec, CommandSpec
from bot.domain.errors import CommandFix, InvalidInput, WordFix
from bot.strategy.field_spec import FieldKind
from bot.strategy.field_value import nearest_name, parse_value
from bot.strategy.fields import field_specs

MAX_LINE = 2000
_KEY = re.compile(r"([A-Za-z][A-Za-z0-9_.-]*)=(.*)", re.DOTALL)
_HEAD = re.compile(r"/?([^\s@/]+)(?:@\S+)?")
_TOKEN = re.compile(
    r"""(?P<key>[A-Za-z][A-Za-z0-9_.-]*=)?"""
    r"""(?:"(?P<straight>[^"]*)"|'(?P<single>[^']*)'|“(?P<curly>[^”]*)”|«(?P<angled>[^»]*)»)(?=\s|$)"""
    r"""|(?:(?<=\s)|^)\S+"""
)
_SPACED_VALUE = re.compile(
    r"(?<!\S)(?P<name>[A-Za-z][A-Za-z0-9_.-]*=)(?P<value>[-+−–]?[$€£¥₿]?[0-9][0-9.,]*(?: [0-9]{3}(?![0-9]))*"
    r"(?:[.,][0-9]+)?(?: (?:%|[kKmM]|[$€£¥₿]|[A-Z]{3,5}|usd[tc]?|percent))?)(?=\s|$)"
)
_OPENING = frozenset("\"'“«")

RawValue = str | tuple[str, ...] | dict[str, str]


@dataclass(frozen=True, slots=True)
class CommandLine:
    """The first word of a line, and the rest."""

    name: str
    rest: str


@dataclass(frozen=True, slots=True)
class ParsedCommand:
    """A command with its arguments, which are None while `missing_field` is not given."""

    spec: CommandSpec
    arguments: Arguments | None
    missing_field: str = ""
    values: Mapping[str, RawValue] = field(default_factory=dict)

    @property
    def is_changing(self) -> bool:
        """Return whether carrying it out late could harm; codes have a life of their own."""
        return self.arguments is not None and self.spec.is_changing(self.arguments) and not self.spec.has_secret


def split_command(line: str) -> CommandLine:
    """Split a cleaned line after its command; raise InvalidInput for a line without one."""
    if len(line) > MAX_LINE:
        raise InvalidInput("line-too-long", CommandFix("help"), count=len(line), limit=MAX_LINE)
    match = _HEAD.match(line)
    if not match:
        raise InvalidInput("no-command", CommandFix("bots"))
    name = match.group(1)
    return CommandLine(name if len(name) <= len("performance") * 2 else echo_text(name), line[match.end() :].strip())


def parse_command(registry: CommandRegistry, line: str) -> ParsedCommand:
    """Parse a line; raise InvalidInput with an example that works."""
    head = split_command(clean_text(line))
    named = registry.resolve_command(head.name, tuple(line_words(head.rest)))
    return bind_arguments(named, split_words(head.rest, named.spec))


def command_lines(text: str) -> tuple[str, ...]:
    """Return the lines of a message if all of them are commands with a slash, nothing for any other message."""
    lines = tuple(filter(None, (clean_text(line) for line in text.splitlines())))
    return lines if len(lines) > 1 and all(line.startswith("/") for line in lines) else ()


def line_words(line: str) -> list[str]:
    """Return the words of a line as they stand there, quotes included."""
    return [match.group(0) for match in _TOKEN.finditer(line)]


def quote_spaced_numbers(line: str) -> str:
    """Put quotes around values such as `3 %`, `1 000` and `500 USDT`, whose blanks would end the word."""
    return _SPACED_VALUE.sub(_quote_if_spaced, line)


def _quote_if_spaced(match: re.Match[str]) -> str:
    return f'{match["name"]}"{match["value"]}"' if " " in match["value"] else match[0]


def split_words(text: str, spec: CommandSpec) -> list[str]:
    """Split at blanks outside of quotes; raise InvalidInput for an open quote."""
    words: list[str] = []
    for match in _TOKEN.finditer(text):
        token, key = match.group(0), match.group("key") or ""
        quoted = match.group("straight", "single", "curly", "angled")
        inner = next((part for part in quoted if part is not None), None)
        if inner is None and token.removeprefix(key)[:1] in _OPENING:
            raise InvalidInput("open-quote", typed=echo_text(token), example=spec.examples[0])
        words.append(token if inner is None else key + inner)
    return words


def bind_arguments(command_match: CommandMatch, words: list[str]) -> ParsedCommand:
    """Bind words to the fields of a command."""
    spec, fields = command_match.spec, argument_specs(command_match.spec)
    given: dict[str, RawValue] = dict(command_match.preset_arguments)
    loose: list[str] = []
    others: dict[str, str] = {}
    # All unknown words belong to a free text.
    is_greedy = any(one.kind is ArgumentKind.VARIADIC and one.expectation == "anything" for one in fields.values())
    for text in words:
        match = _KEY.fullmatch(text)
        key = match.group(1).casefold().replace("-", "_") if match else ""
        # `tags=` is what `tag=` is.
        key = key[:-1] if key not in fields and key.endswith("s") and key[:-1] in fields else key
        if not match or (key not in fields and is_greedy):
            loose.append(text)
        elif key in fields and fields[key].kind is not ArgumentKind.EXTRA_KEYWORDS:
            _assign_keyword(spec, given, key, match.group(2), is_preset=key in command_match.preset_arguments)
        elif key in others:
            raise InvalidInput("word-repeated", name=key, example=spec.examples[0])
        else:
            others[key] = match.group(2)
    _assign_positionals(spec, given, loose)
    _assign_extra_keywords(spec, given, others)
    return _validate_arguments(spec, given)


def argument_specs(spec: CommandSpec) -> dict[str, ArgumentSpec]:
    """Return the argument specification of each field, in order."""
    return {name: argument_spec(info) for name, info in spec.arguments.model_fields.items()}


def argument_spec(info: FieldInfo) -> ArgumentSpec:
    """Return a field's argument specification; every field must have one."""
    for item in info.metadata:
        if isinstance(item, ArgumentSpec):
            return item
    raise TypeError(f"a command's field needs an ArgumentSpec: {info!r}")


def example_for(spec: CommandSpec, name: str) -> str:
    """Return the example of a command that best shows a field."""
    return next((text for text in spec.examples if f"{name}=" in text), spec.examples[0])


def _assign_keyword(spec: CommandSpec, given: dict[str, RawValue], key: str, value: str, *, is_preset: bool) -> None:
    if key in given and not is_preset:
        raise InvalidInput("word-repeated", name=key, example=example_for(spec, key))
    is_many = argument_specs(spec)[key].kind is ArgumentKind.VARIADIC
    given[key] = tuple(value.replace(",", " ").split()) if is_many else value


def _assign_positionals(spec: CommandSpec, given: dict[str, RawValue], loose: list[str]) -> None:
    left = list(loose)
    for name, word in argument_specs(spec).items():
        if not left:
            return
        if name in given:
            continue
        if word.is_secret:
            # A code typed with blanks is one code, and no part of it may appear in an error.
            given[name] = " ".join(left)
            left = []
        elif word.kind is ArgumentKind.POSITIONAL:
            given[name] = left.pop(0)
        elif word.kind is ArgumentKind.VARIADIC:
            given[name] = tuple(left)
            left = []
    if left:
        _refuse_misplaced(spec, given, left[0])
        shown = echo_text(" ".join(left))
        raise InvalidInput(
            "words-unknown", command=spec.name, typed=shown, usage=_usage(spec), example=spec.examples[0]
        )


def _refuse_misplaced(spec: CommandSpec, given: dict[str, RawValue], word: str) -> None:
    """Raise InvalidInput with the name of the argument that takes a word, if there is one."""
    if error := misplaced_word(spec, word, given):
        raise error


def misplaced_word(spec: CommandSpec, word: str, given: Collection[str] = ()) -> InvalidInput | None:
    """Return the error of a word that belongs to an argument with a name, None if no argument takes it."""
    for name, argument in argument_specs(spec).items():
        choice = next((one for one in argument.choices if one.casefold() == word.casefold()), None)
        if choice and argument.kind is ArgumentKind.KEYWORD and name not in given:
            fix = WordFix(((name, choice),), typed=word)
            return InvalidInput("word-misplaced", fix, command=spec.name, typed=echo_text(word))
    return None


def _assign_extra_keywords(spec: CommandSpec, given: dict[str, RawValue], others: dict[str, str]) -> None:
    fields = argument_specs(spec)
    home = next((name for name, word in fields.items() if word.kind is ArgumentKind.EXTRA_KEYWORDS), None)
    if home is not None:
        given[home] = others
    elif others:
        key = next(iter(others))
        known = [name for name, word in fields.items() if word.kind is not ArgumentKind.EXTRA_KEYWORDS]
        near = nearest_name(key, known)
        raise InvalidInput(
            "word-unknown",
            command=spec.name,
            typed=echo_text(key),
            usage=f"{near}=…" if near else _usage(spec),
            example=example_for(spec, near or ""),
        )


def _usage(spec: CommandSpec) -> str:
    shown = [f"{name}=" if word.kind is ArgumentKind.KEYWORD else name for name, word in argument_specs(spec).items()]
    return f"/{' '.join([spec.name, *shown])}" if shown else f"/{spec.name} alone"


def _validate_arguments(spec: CommandSpec, given: dict[str, RawValue]) -> ParsedCommand:
    for name, info in spec.arguments.model_fields.items():
        if info.is_required() and not given.get(name):
            return ParsedCommand(spec, None, missing_field=name, values=given)
    try:
        arguments = spec.arguments.model_validate(given)
    except ValidationError as error:
        raise _invalid_input(spec, error) from error
    missing = arguments.missing_field()
    return ParsedCommand(spec, None if missing else arguments, missing_field=missing, values=given)


def _invalid_input(spec: CommandSpec, error: ValidationError) -> InvalidInput:
    first = error.errors(include_url=False)[0]
    location = [str(part) for part in first["loc"]] or ["input"]
    name = location[0]
    word = argument_specs(spec).get(name)
    value = first.get("input")
    shown = echo_text(value if isinstance(value, str) else join_words([str(value)]))
    return InvalidInput(
        "word-refused" if shown else "word-empty",
        _number_fix(spec, name, value) if isinstance(value, str) else None,
        name=name,
        typed=shown,
        expected=word.expectation if word else first["msg"],
        example=example_for(spec, name),
    )


def _number_fix(spec: CommandSpec, name: str, text: str) -> WordFix | None:
    """Return the whole number that was probably meant, None for a field or a text that is none."""
    numbers = {one.name: one for one in field_specs(spec.arguments) if one.kind is FieldKind.INTEGER}
    try:
        if name in numbers:
            parse_value(numbers[name], text)
    except InvalidInput as error:
        return error.fix if isinstance(error.fix, WordFix) and error.fix.is_certain else None
    return None
