"""Questions for single fields: what a value is now, what is expected, and a few answers to tap."""

from bot.commands.form import FormState, Step, answer_button
from bot.commands.reply import Button, Headline, Meaning, Text
from bot.strategy.field_spec import FieldKind, FieldSpec

A_ROW = 4


def field_step(state: FormState, spec: FieldSpec, current: str, title: str = "") -> Step:
    """Ask for one value: `fast is 12 · whole number, 2 to 25`."""
    head = f"{spec.name} is {current}" if current else spec.name
    line = f"{head} · {spec.expectation}"
    return Step(
        headline=Headline(f"{title} · {line}" if title else line),
        blocks=(Text(spec.help),) if spec.help else (),
        choices=value_rows(state, spec, current),
        field=spec.name,
    )


def value_rows(state: FormState, spec: FieldSpec, current: str) -> tuple[tuple[Button, ...], ...]:
    """Offer the choices of a field, or its present value and an example."""
    match spec.kind:
        case FieldKind.CHOICE:
            offered = list(spec.choices)
        case FieldKind.SWITCH:
            offered = ["on", "off"]
        case _:
            offered = [current or spec.example, spec.example]
    if spec.is_optional:
        offered.append("none")
    unique = list(dict.fromkeys(text for text in offered if text))
    buttons = [
        answer_button(state.form_id, text, meaning=Meaning.PRIMARY if text == current else Meaning.NONE)
        for text in unique
    ]
    return tuple(tuple(buttons[start : start + A_ROW]) for start in range(0, len(buttons), A_ROW))


def name_rows(state: FormState, names: list[str], chosen: str = "") -> tuple[tuple[Button, ...], ...]:
    """Offer names to tap, the chosen one as the next step."""
    buttons = [
        answer_button(state.form_id, name, meaning=Meaning.PRIMARY if name == chosen else Meaning.NONE)
        for name in names
    ]
    return tuple(tuple(buttons[start : start + A_ROW]) for start in range(0, len(buttons), A_ROW))
