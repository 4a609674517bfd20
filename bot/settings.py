"""Settings from the environment and `.env` (CHAT.md, environment); each is documented in `.env.example`."""

import difflib
import logging
import re
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.domain.errors import SettingsError

ENV_FILE = ".env"
# Only the form is checked; whether a token is valid only the platform knows.
_TOKENS = {
    "telegram_token": re.compile(r"\d{1,20}:[A-Za-z0-9_-]{3,100}", re.ASCII),
    "discord_token": re.compile(r"[A-Za-z0-9_.-]{3,200}", re.ASCII),
}
_SPEED = re.compile(r"(\d+(?:\.\d+)?)\s*x?", re.ASCII | re.IGNORECASE)
FASTEST_SPEED = "max"
_MAX_SPEED = Decimal(1_000_000)


class LogFormat(StrEnum):
    """Format of log lines."""

    TEXT = "text"
    JSON = "json"


class Settings(BaseSettings):
    """All settings; a field's name in capitals is the environment variable."""

    # An empty value counts as unset.
    model_config = SettingsConfigDict(
        env_file=ENV_FILE, env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", frozen=True
    )

    telegram_token: SecretStr | None = Field(
        default=None, description="the token @BotFather gave, for example 123456789:AAE-…"
    )
    telegram_api_url: str = Field(
        default="https://api.telegram.org", description="an http or https address such as https://api.telegram.org"
    )
    discord_token: SecretStr | None = Field(default=None, description="the bot's token of Discord's developer pages")
    data_dir: Path = Field(default=Path("data"), description="a folder that can be written")
    database_url: str = Field(default="", description="sqlite:///path/to/file.sqlite3, or empty for DATA_DIR")
    setup_code: SecretStr | None = Field(default=None, description="8 to 64 letters, digits or hyphens")
    replay_speed: str = Field(default="60x", description="a number above 0 with x, or max, for example 60x")
    timezone: str = Field(default="UTC", description="an IANA name, for example Europe/Berlin")
    log_level: str = Field(default="INFO", description="one of DEBUG, INFO, WARNING, ERROR")
    log_format: LogFormat = Field(default=LogFormat.TEXT, description="text or json")

    @field_validator("telegram_token", "discord_token")
    @classmethod
    def _known_token(cls, token: SecretStr | None, field: ValidationInfo) -> SecretStr | None:
        plain = token.get_secret_value().strip() if token else ""
        if plain and not _TOKENS[field.field_name or ""].fullmatch(plain):
            raise ValueError("no token")
        return SecretStr(plain) if plain else None

    @field_validator("telegram_api_url")
    @classmethod
    def _known_address(cls, url: str) -> str:
        plain = url.strip().rstrip("/")
        parts = urlsplit(plain)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("unknown")
        return plain

    @field_validator("replay_speed")
    @classmethod
    def _known_speed(cls, text: str) -> str:
        parse_speed(text)
        return text

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ValueError, OSError, LookupError):
            raise ValueError("unknown") from None
        return name

    @field_validator("log_format", mode="before")
    @classmethod
    def _lower_case(cls, name: object) -> object:
        return name.strip().lower() if isinstance(name, str) else name

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        if url.strip() and "://" not in url:
            raise ValueError("no address")
        return url.strip()

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, name: str) -> str:
        upper = name.upper()
        if upper not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError("unknown")
        return upper

    @field_validator("setup_code")
    @classmethod
    def _usable_code(cls, code: SecretStr | None) -> SecretStr | None:
        if code is None or not code.get_secret_value():
            return None
        if not re.fullmatch(r"[A-Za-z0-9-]{8,64}", code.get_secret_value()):
            raise ValueError("unusable")
        return code

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return the values that must appear in no log and no reply."""
        values = (self.telegram_token, self.discord_token, self.setup_code)
        return tuple(value.get_secret_value() for value in values if value is not None)

    @property
    def speed(self) -> Decimal | None:
        """Return market seconds per wall second, None for as fast as it can."""
        return parse_speed(self.replay_speed)

    @property
    def level(self) -> int:
        return logging.getLevelNamesMapping()[self.log_level]


def parse_speed(text: str) -> Decimal | None:
    """Parse `60x`, `60`, `0.5x` or `max` (None); raise ValueError for anything else."""
    plain = text.strip().lower()
    if plain == FASTEST_SPEED:
        return None
    match = _SPEED.fullmatch(plain)
    speed = Decimal(match[1]) if match else Decimal(0)
    if not 0 < speed <= _MAX_SPEED:
        raise ValueError("a number above 0 with x, or max, is expected")
    return speed


def load_settings() -> Settings:
    """Load the settings; raise SettingsError naming the first unusable one, never its secret value."""
    if Path(ENV_FILE).is_dir():
        # The library would ignore it without a word.
        raise SettingsError(f"the settings file {ENV_FILE} cannot be read: it is a folder. See .env.example")
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError(_error_text(error)) from None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise SettingsError(f"the settings file {ENV_FILE} cannot be read: {reason}. See .env.example") from None


def unknown_settings() -> tuple[str, ...]:
    """Return a sentence about each name in `.env` that is no setting, with the one that was perhaps meant."""
    known = [name.upper() for name in Settings.model_fields]
    try:
        names = dotenv_values(ENV_FILE, encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ()
    return tuple(_unknown_text(name, known) for name in names if name.upper() not in known)


def _unknown_text(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name.upper(), known, n=1)
    return f"{ENV_FILE}: {name[:40]} is no setting and does nothing" + (f"; perhaps {near[0]}?" if near else "")


def _error_text(error: ValidationError) -> str:
    first = error.errors()[0]
    name = str(first["loc"][0]) if first["loc"] else "settings"
    field = Settings.model_fields.get(name)
    expected = field.description if field else "a known value"
    is_secret = field is not None and field.annotation == (SecretStr | None)
    found = "" if is_secret else f", found {str(first.get('input'))[:80]!r}"
    return f"the setting {name.upper()} cannot be used: expected {expected}{found}. See .env.example"
