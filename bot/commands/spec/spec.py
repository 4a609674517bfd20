"""Specification of a command: an argument model and a coroutine, from which everything else is generated."""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypedDict, Unpack

from pydantic import BaseModel, ConfigDict

from bot.commands.reply.blocks import Reply
from bot.domain.people import Role


class Arguments(BaseModel):
    """Base of argument models: frozen; the parser refuses unknown words with a suggestion."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def missing_field(self) -> str:
        """Return the field that the given arguments still require, empty if none is missing."""
        return ""


class ArgumentKind(StrEnum):
    """How a field is typed: by position, as `key=value`, as all remaining words, or as all unknown `key=value`."""

    POSITIONAL = "position"
    KEYWORD = "key"
    VARIADIC = "many"
    EXTRA_KEYWORDS = "others"


class ChoiceSource(StrEnum):
    """Source of a field's completions."""

    NOTHING = "nothing"
    BOTS = "bots"
    STRATEGIES = "strategies"
    SYMBOLS = "symbols"
    TIMEFRAMES = "timeframes"
    ACCOUNTS = "accounts"
    COMMANDS = "commands"
    SETTINGS = "settings"
    ORDERS = "orders"
    PEOPLE = "people"
    ZONES = "zones"


@dataclass(frozen=True, slots=True)
class ArgumentSpec:
    """Specification of a field: how it is typed, its expectation in words, and an example."""

    expectation: str
    example: str
    kind: ArgumentKind = ArgumentKind.POSITIONAL
    choice_source: ChoiceSource = ChoiceSource.NOTHING
    is_secret: bool = False

    @property
    def choices(self) -> tuple[str, ...]:
        """Return the words that the expectation lists, such as `day, week, month or all`, if it is a list."""
        parts = tuple(self.expectation.replace(" or ", ", ").split(", "))
        is_list = len(parts) > 1 and all(part.replace("-", "").isalpha() for part in parts)
        return parts if is_list else ()


class HelpSection(StrEnum):
    """Heading of a command in `/help`."""

    FIRST_STEPS = "First steps"
    BOTS = "Bots"
    LIFE_CYCLE = "Life-cycle"
    MONEY = "Money"
    ORDERS = "Orders"
    RISK = "Risk"
    CHARTS = "Charts"
    ACCOUNTS = "Accounts"
    ALERTS = "Alerts"
    PEOPLE = "People"
    SYSTEM = "Desk"


class CommandAudience(StrEnum):
    """Senders of a command besides operators: anyone while there is no owner, or newcomers with a code."""

    ANYONE = "anyone"
    NEWCOMERS = "newcomers"
    OPERATORS = "operators"


class Privacy(StrEnum):
    """Where the reply may appear; static, because Discord must know it before it defers."""

    ANYWHERE = "anywhere"
    PRIVATE_ANSWER = "private answer"
    PRIVATE_ONLY = "private only"


class Effect(StrEnum):
    """What a command does to risk: what waited long is carried out late only if it cannot harm (ADR 0031)."""

    READS = "reads"
    REDUCES_RISK = "reduces risk"
    CHANGES = "changes"
    CHANGES_IF_GIVEN = "changes what its arguments name, reads without any"


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name of a command, perhaps with preset arguments."""

    name: str
    preset_arguments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice in a confirmation; `arguments` names bots by id."""

    label: str
    arguments: Arguments


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The question before a dangerous command, with its choices, the most harmful last; `declined` answers a no."""

    reply: Reply
    choices: tuple[Choice, ...]
    subject: str = ""
    cancel_label: str = "Cancel"
    declined: Reply | None = None


AnyHandler = Callable[..., Awaitable[Reply]]
AnyConfirmation = Callable[..., Awaitable[Question | None]]
AnyRiskCheck = Callable[..., Awaitable[bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandSpec:
    """Everything that gateways, the pipeline and `/help` know of a command.

    `privacy` and `is_ephemeral` are static, since some platforms must know them first. An ephemeral reply is shown to
    the sender alone where a platform can, otherwise in the chat.
    """

    name: str
    summary: str
    arguments: type[Arguments]
    handler: AnyHandler
    role: Role
    examples: tuple[str, ...]
    notes: tuple[str, ...] = ()
    confirm: AnyConfirmation | None = None
    reduces_risk: AnyRiskCheck | None = None
    """Tells of arguments of a changing command whether they only reduce risk, for one that comes late."""
    audience: CommandAudience = CommandAudience.OPERATORS
    privacy: Privacy = Privacy.ANYWHERE
    aliases: tuple[Alias, ...] = ()
    effect: Effect = Effect.CHANGES
    is_hidden: bool = False
    is_hidden_from_operators: bool = False
    """The command is of no use to operators."""
    is_ephemeral: bool = False

    @property
    def has_secret(self) -> bool:
        """Return whether an argument must be seen by nobody else and stored nowhere."""
        infos = self.arguments.model_fields.values()
        return any(isinstance(item, ArgumentSpec) and item.is_secret for info in infos for item in info.metadata)

    @property
    def is_reducing_risk(self) -> bool:
        return self.effect is Effect.REDUCES_RISK

    def is_changing(self, arguments: Arguments) -> bool:
        """Return whether the command with these arguments changes something, and not only to less risk."""
        if self.effect is Effect.CHANGES_IF_GIVEN:
            return bool(arguments.model_dump(exclude_defaults=True))
        return self.effect is Effect.CHANGES

    @property
    def service_names(self) -> set[str]:
        """Return the names of the services of handler, confirmation and risk check."""
        functions = (function for function in (self.handler, self.confirm, self.reduces_risk) if function)
        return {name for one in functions for name in inspect.signature(one).parameters} - {"args", "ctx"}


class CommandOptions(TypedDict, total=False):
    """What only some commands declare."""

    confirm: AnyConfirmation
    reduces_risk: AnyRiskCheck
    audience: CommandAudience
    privacy: Privacy
    aliases: tuple[Alias, ...]
    effect: Effect
    is_hidden: bool
    is_hidden_from_operators: bool
    is_ephemeral: bool


def command(
    name: str, role: Role, *examples: str, **options: Unpack[CommandOptions]
) -> Callable[[AnyHandler], CommandSpec]:
    """Turn a coroutine into a command: `args`, `ctx` and services are injected by parameter name.

    Its docstring is its help: the summary, which platforms show in their menus, then notes, one a line.
    """

    def define(handler: AnyHandler) -> CommandSpec:
        if not handler.__doc__:
            raise TypeError(f"/{name} needs a docstring, which is its help; python -OO takes it away")
        summary, *notes = filter(None, inspect.cleandoc(handler.__doc__).splitlines())
        return CommandSpec(
            name=name,
            summary=summary.removesuffix("."),
            notes=tuple(notes),
            arguments=_arguments_of(handler),
            handler=handler,
            role=role,
            examples=examples,
            **options,
        )

    return define


def _arguments_of(handler: AnyHandler) -> type[Arguments]:
    parameter = inspect.signature(handler, eval_str=True).parameters.get("args")
    annotation = Arguments if parameter is None else parameter.annotation
    if not (isinstance(annotation, type) and issubclass(annotation, Arguments)):
        raise TypeError(f"the args of {handler} must be annotated with a model, found {annotation!r}")
    return annotation
