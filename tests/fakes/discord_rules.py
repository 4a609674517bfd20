"""What Discord refuses in a message, as its documentation says it; lengths are in code points."""

import re
from collections.abc import Iterator, Mapping, Sequence

Json = Mapping[str, object]
_ACTIVE_MENTION = re.compile(r"(?<!\\)<(?:@[!&]?|#|/|id:|t:|a?:)|@(?:everyone|here)", re.IGNORECASE)


def refusals(message: Json) -> list[str]:
    """Return everything for which a message would be refused; nothing of a good one."""
    embeds, rows = _list(message, "embeds"), _list(message, "components")
    files = _list(message, "attachments")
    found = [*_too_long("content", _text(message, "content"), 2000)]
    found += [problem for embed in embeds for problem in _embed(embed)]
    found += [] if len(embeds) <= 10 else [f"{len(embeds)} embeds"]
    total = sum(len(text) for embed in embeds for text in _texts(embed))
    found += [] if total <= 6000 else [f"embeds of {total}"]
    found += [problem for row in rows for problem in _row(row)]
    found += [] if len(rows) <= 5 else [f"{len(rows)} rows"]
    found += list(_repeated([item for row in rows for item in _list(row, "components")]))
    found += [problem for file in files for problem in _too_long("alt text", _text(file, "description"), 1024)]
    found += [] if len(files) <= 10 else [f"{len(files)} files"]
    if not (_text(message, "content").strip() or embeds or files):
        found.append("empty message")
    return found


def modal_refusals(modal: Json) -> list[str]:
    """Return everything for which a modal would be refused."""
    labels = _list(modal, "components")
    found = [*_too_long("title", _text(modal, "title"), 45), *_too_long("custom id", _text(modal, "custom_id"), 100)]
    found += [] if 1 <= len(labels) <= 5 else [f"{len(labels)} inputs"]
    found += [] if _text(modal, "title") else ["no title"]
    for label in labels:
        found += [*_too_long("label", _text(label, "label"), 45)]
        found += [*_too_long("description", _text(label, "description"), 100)]
        found += [] if _text(label, "label") else ["no label"]
        item = label.get("component")
        found += [*_input(item)] if isinstance(item, Mapping) else ["nothing to fill in"]
    return found


def _input(item: Json) -> Iterator[str]:
    yield from _too_long("custom id", _text(item, "custom_id"), 100)
    most = item.get("max_length", 4000)
    assert isinstance(most, int)
    yield from _too_long("value", _text(item, "value"), min(most, 4000))
    if item.get("type") == 3:
        yield from _select(item, [item])
        if sum(bool(option.get("default")) for option in _list(item, "options")) > 1:
            yield "two choices at once"


def mentions(message: Json) -> list[str]:
    """Return what of a message would be read as a mention, a time or an emoji of a server."""
    # A footer and labels know no markup.
    embeds = [dict(embed) | {"footer": None} for embed in _list(message, "embeds")]
    texts = [_text(message, "content"), *(text for embed in embeds for text in _texts(embed))]
    return [
        match.group()
        for text in texts
        for match in _ACTIVE_MENTION.finditer(re.sub(r"```.*?```", "", text, flags=re.S))
    ]


def _embed(embed: Json) -> Iterator[str]:
    yield from _too_long("title", _text(embed, "title"), 256)
    yield from _too_long("description", _text(embed, "description"), 4096)
    footer = embed.get("footer")
    if isinstance(footer, Mapping):
        yield from _too_long("footer", _text(footer, "text"), 2048)
    fields = _list(embed, "fields")
    if len(fields) > 25:
        yield f"{len(fields)} fields"
    for field in fields:
        for part, most in (("name", 256), ("value", 1024)):
            yield from _too_long(part, _text(field, part), most)
            if not _text(field, part).strip():
                yield f"empty {part}"
    if not (any(text.strip() for text in _texts(embed)) or embed.get("image")):
        yield "empty embed"


def _texts(embed: Json) -> Iterator[str]:
    yield from (_text(embed, name) for name in ("title", "description"))
    footer = embed.get("footer")
    if isinstance(footer, Mapping):
        yield _text(footer, "text")
    for field in _list(embed, "fields"):
        yield from (_text(field, "name"), _text(field, "value"))


def _row(row: Json) -> Iterator[str]:
    items = _list(row, "components")
    if not items or len(items) > 5:
        yield f"{len(items)} in a row"
    for item in items:
        yield from _too_long("custom id", _text(item, "custom_id"), 100)
        yield from _too_long("label", _text(item, "label"), 80)
        yield from _too_long("placeholder", _text(item, "placeholder"), 150)
        if item.get("type") == 2 and not _text(item, "label"):
            yield "button without a label"
        if item.get("type") == 3:
            yield from _select(item, items)


def _select(item: Json, row: Sequence[Json]) -> Iterator[str]:
    options = _list(item, "options")
    if len(row) > 1:
        yield "a list beside something"
    if not 1 <= len(options) <= 25:
        yield f"{len(options)} options"
    values = [_text(option, "value") for option in options]
    if len(set(values)) < len(values):
        yield "options of one value"
    for option in options:
        yield from _too_long("option", _text(option, "label"), 100)
        yield from _too_long("value", _text(option, "value"), 100)
        if not _text(option, "label") or not _text(option, "value"):
            yield "empty option"


def _repeated(items: Sequence[Json]) -> Iterator[str]:
    ids = [_text(item, "custom_id") for item in items if item.get("custom_id")]
    if len(set(ids)) < len(ids):
        yield "custom ids twice"


def _too_long(what: str, text: str, most: int) -> Iterator[str]:
    if len(text) > most:
        yield f"{what} of {len(text)}, at most {most}"


def _text(record: Json, name: str) -> str:
    value = record.get(name)
    return value if isinstance(value, str) else ""


def _list(record: Json, name: str) -> list[Json]:
    value = record.get(name)
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
