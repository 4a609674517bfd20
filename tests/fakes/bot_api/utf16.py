"""Lengths and places as Telegram counts them: in units of UTF-16."""


def units(text: str) -> int:
    """Return how long Telegram says that a text is."""
    return len(text) + sum(ord(character) > 0xFFFF for character in text)


def cut(text: str, offset: int, length: int) -> str:
    """Return the part of a text that an entity stands on."""
    return text.encode("utf-16-le")[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")
