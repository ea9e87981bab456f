"""A call's parameters, read as the Bot API server reads them: query, form and JSON values alike."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.localchat.errors import bad_request


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file that came with a call; `content` is whole."""

    name: str
    content: bytes
    mime_type: str = "application/octet-stream"


class Params:
    """Typed reading of one call's fields. A field that is missing or empty reads as "", 0, False or None."""

    def __init__(self, fields: Mapping[str, Any], files: Mapping[str, UploadedFile]) -> None:
        self._fields = fields
        self._files = files

    def has(self, name: str) -> bool:
        """Whether the field was given at all, empty or not."""
        return self._fields.get(name) is not None

    def text(self, name: str) -> str:
        """The field as text; numbers and booleans are taken, objects are not."""
        value = self._fields.get(name)
        if value is None:
            return ""
        if isinstance(value, str):
            _check_unicode(value)
            return value
        if isinstance(value, dict | list):
            raise bad_request(f'field "{name}" must be of type String')
        return str(value).lower() if isinstance(value, bool) else str(value)

    def integer(self, name: str, default: int = 0) -> int:
        """The field as a whole number; anything else reads as `default`, as at Telegram."""
        try:
            return int(self.text(name))
        except ValueError:
            return default

    def flag(self, name: str) -> bool:
        """The field as a yes or no."""
        return self.text(name).strip().lower() in {"true", "yes", "1"}

    def parsed(self, name: str) -> Any:
        """The field as JSON value, whether sent as JSON text or inside a JSON body; None when missing."""
        value = self._fields.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None

    def file(self, name: str) -> UploadedFile | None:
        """The file uploaded under `name`, or the one `attach://…` points to."""
        value = self._fields.get(name)
        if isinstance(value, str) and value.startswith("attach://"):
            return self._files.get(value.removeprefix("attach://"))
        return self._files.get(name)

    def attached(self, reference: str) -> UploadedFile | None:
        """The file a nested `attach://…` reference means."""
        return self._files.get(reference.removeprefix("attach://"))

    def plain(self) -> dict[str, Any]:
        """The fields for the transcript, files by name and size instead of content."""
        files = {name: f"<{file.name}, {len(file.content)} bytes>" for name, file in self._files.items()}
        return {**self._fields, **files}


def _check_unicode(value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
