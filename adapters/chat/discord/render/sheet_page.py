"""Pages of a sheet: a modal has five inputs, and cannot follow a modal."""

from collections.abc import Mapping
from dataclasses import replace

from adapters.chat.discord.render import limits
from adapters.chat.discord.render.markdown import shorten_text
from bot.commands.reply.sheet import FormField, FormSheet
from bot.commands.spec.parse import argument_specs
from bot.commands.spec.spec import ArgumentKind, CommandSpec, Privacy


def can_be_listed(choice: str) -> bool:
    """Return whether a choice fits into a list unchanged."""
    return len(choice) <= limits.OPTION_LABEL and bool(shorten_text(choice, limits.OPTION_LABEL))


def page_count(sheet: FormSheet) -> int:
    """Return the number of modals of a sheet."""
    return -(-len(sheet.fields) // limits.MODAL_INPUTS)


def build_page(sheet: FormSheet, number: int, drafted: Mapping[str, str]) -> FormSheet:
    """Return a page of a sheet, counted from zero and at most the last one, with refused entries in its inputs."""
    count = page_count(sheet)
    number = min(number, count - 1)
    start = number * limits.MODAL_INPUTS
    fields = sheet.fields[start : start + limits.MODAL_INPUTS]
    title = f"{number + 1} of {count} · {sheet.title}" if count > 1 else sheet.title
    filled = tuple(replace(item, value=drafted.get(item.name, item.value)) for item in fields)
    return replace(sheet, title=title, fields=filled)


def changed_values(sheet: FormSheet, values: Mapping[str, str]) -> dict[str, str]:
    """Return the values that differ from the answers so far."""
    before = {item.name: item.value for item in sheet.fields}
    return {name: value.strip() for name, value in values.items() if before.get(name, value) != value.strip()}


def command_modal_fields(spec: CommandSpec, words: Mapping[str, str], *, is_private: bool) -> tuple[FormField, ...]:
    """Return the inputs of a command whose required secret was not given, none if it will be refused here anyway."""
    if spec.privacy is Privacy.PRIVATE_ONLY and not is_private:
        return ()
    infos = spec.arguments.model_fields
    fields = argument_specs(spec)
    needed = {name for name, word in fields.items() if word.is_secret and infos[name].is_required()}
    if not needed - set(words):
        return ()
    kept = [name for name, word in fields.items() if word.kind is not ArgumentKind.EXTRA_KEYWORDS]
    # Nothing is remembered until the modal is submitted, so its inputs include the arguments given already.
    ordered = sorted(kept, key=lambda name: (not infos[name].is_required(), name not in words))
    return tuple(
        FormField(
            name=name,
            label=name.replace("_", " ").capitalize(),
            hint=f"{fields[name].expectation}, for example {fields[name].example}",
            value=words.get(name, ""),
            choices=fields[name].choices,
            is_required=infos[name].is_required(),
        )
        for name in ordered[: limits.MODAL_INPUTS]
    )
