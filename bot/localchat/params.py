"""A call's parameters, read as the Bot API server reads them: query, form and JSON values alike."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.localchat.description import SHAPES, STRICT, Field, broken_json, check_call, check_value
from bot.localchat.errors import bad_request
from bot.localchat.jsonvalues import read_json


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file that came with a call; `content` is whole."""

    name: str
    content: bytes
    mime_type: str = "application/octet-stream"


class Params:
    """Typed reading of one call's fields. A field that is missing or empty reads as "", 0, False or None.

    method: in lower case; its description says what the fields may be. strict: refuse what Telegram would ignore.
    """

    def __init__(
        self, method: str, fields: Mapping[str, Any], files: Mapping[str, UploadedFile], strict: bool = True
    ) -> None:
        self.method = method
        self.fields = fields
        self._files = files
        self._shape = SHAPES.get(method, {})
        self._strict = strict

    def check(self) -> None:
        """Refuse, when strict, unknown fields and plain values of the wrong type."""
        if self._strict:
            check_call(self._shape, self.fields)

    def has(self, name: str) -> bool:
        """Whether the field was given at all, empty or not."""
        return self.fields.get(name) is not None

    def text(self, name: str) -> str:
        """The field as text; whatever else was sent reads as its JSON."""
        value = self.fields.get(name)
        if value is None:
            return ""
        if isinstance(value, str):
            _check_unicode(value)
            return value
        if isinstance(value, dict | list):
            return json.dumps(value, ensure_ascii=False)
        return str(value).lower() if isinstance(value, bool) else str(value)

    def integer(self, name: str, default: int = 0) -> int:
        """The field as a whole number; anything else reads as `default`, as at Telegram."""
        try:
            return int(self.text(name))
        except ValueError:
            return default

    def number(self, name: str) -> float:
        """The field as a number; anything else reads as 0, as at Telegram."""
        try:
            return float(self.text(name))
        except ValueError:
            return 0.0

    def flag(self, name: str) -> bool:
        """The field as a yes or no."""
        return self.text(name).strip().lower() in {"true", "yes", "1"}

    def parsed(self, name: str) -> Any:
        """The field as JSON value, whether sent as JSON text or inside a JSON body; None when missing."""
        value, field = self.fields.get(name), self._shape.get(name)
        if value is None or value == "" or field is None:
            return None
        if isinstance(value, str):
            value = self._decoded(field, value)
        else:
            _check_unicode(json.dumps(value, ensure_ascii=False))
        value = _without_nulls(value)
        if value is not None:
            check_value(field, value, self._strict)
        return value

    def _decoded(self, field: Field, text: str) -> Any:
        try:
            value = read_json(text)
            _check_unicode(text if "\\ud" not in text.lower() else json.dumps(value, ensure_ascii=False))
            return value
        except ValueError:
            refusal = broken_json(field)
        if refusal is None and self._strict:
            refusal = bad_request(f'field "{field.name}" is not JSON{STRICT}')
        if refusal is not None:
            raise refusal
        return None

    def file(self, name: str) -> UploadedFile | None:
        """The file uploaded under `name`, or the one `attach://…` points to."""
        value = self.fields.get(name)
        if isinstance(value, str) and value.startswith("attach://"):
            return self._files.get(value.removeprefix("attach://"))
        return self._files.get(name)

    def attached(self, reference: str) -> UploadedFile | None:
        """The file a nested `attach://…` reference means."""
        return self._files.get(reference.removeprefix("attach://"))

    def plain(self) -> dict[str, Any]:
        """The fields for the transcript, files by name and size instead of content."""
        files = {name: f"<{file.name}, {len(file.content)} bytes>" for name, file in self._files.items()}
        return {**self.fields, **files}


def _without_nulls(value: Any) -> Any:
    """A key whose value is null counts as not given."""
    if isinstance(value, dict):
        return {key: _without_nulls(inner) for key, inner in value.items() if inner is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value


def _check_unicode(value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
