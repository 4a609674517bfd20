"""One call of a method, read and ready to be carried out."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.fakes.bot_api.messages import Upload
from tests.fakes.bot_api.refusals import Json, bad_request

ATTACHED = "attach://"


@dataclass(frozen=True, slots=True)
class Call:
    """A method with its parameters and the files that came along."""

    method: str
    values: Json
    files: Mapping[str, Upload]

    def text(self, name: str) -> str:
        """Return a text, empty if it was not given."""
        return str(self.values.get(name, ""))

    def number(self, name: str) -> int:
        """Return a number, 0 if it was not given."""
        value = self.values.get(name, 0)
        return value if isinstance(value, int) else 0

    def flag(self, name: str) -> bool:
        """Return a yes or no, no if it was not given."""
        return self.values.get(name) is True

    def record(self, name: str) -> Json:
        """Return a record, an empty one if it was not given."""
        value = self.values.get(name)
        return value if isinstance(value, Mapping) else {}

    def records(self, name: str) -> list[Json]:
        """Return a list of records."""
        value = self.values.get(name)
        return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []

    def file(self, name: str, source: str | None = None) -> Upload:
        """Return the file that came as this parameter, or to which `source` points."""
        source = self.text(name) if source is None else source
        found = self.files.get(source.removeprefix(ATTACHED) if source.startswith(ATTACHED) else name)
        if found is None or not found.content:
            raise bad_request("file must be non-empty" if found else "there is no photo in the request")
        return found
