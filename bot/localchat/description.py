"""What a call may carry: the Bot API's own description, and the checks of types and fields that follow from it.

Sentences without a mark are Telegram's. Where Telegram says nothing and ignores what is wrong, a strict stand-in still
refuses; such a sentence ends with STRICT, so that nobody takes it for Telegram's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.localchat.errors import ApiError, bad_request

STRICT = " (the stand-in is strict here, Telegram is not)"
_LOOKS_WHOLE = re.compile(r"\s*-?\d+\s*")
_YES_NO = frozenset({"true", "false", "yes", "no", "1", "0", ""})


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `kind` is the innermost type, `depth` how many arrays are around it."""

    name: str
    kind: str
    depth: int
    required: bool


Shape = dict[str, Field]


def _read(text: str) -> dict[str, Shape]:
    """Every method (in lower case) and object of the description with its fields."""
    entries = [line.split() for line in re.sub(r"\n +", " ", text).splitlines() if line and line[0] != "#"]
    groups = {words[0]: words[1:] for words in entries if words[0].startswith("@")}
    return {_key(words[0]): _shape(words[1:], groups) for words in entries if words[0] not in groups}


def _key(name: str) -> str:
    return name.lower() if name[0].islower() else name


def _shape(words: list[str], groups: Mapping[str, list[str]]) -> Shape:
    fields = [_field(single) for word in words for single in groups.get(word, [word])]
    return {field.name: field for field in fields}


def _field(word: str) -> Field:
    name, _, kind = word.partition(":")
    return Field(name.rstrip("!"), kind.strip("[]") or "String", kind.count("["), name.endswith("!"))


SHAPES = _read((Path(__file__).parent / "botapi.txt").read_text(encoding="utf-8"))


def check_call(shape: Shape, given: Mapping[str, Any]) -> None:
    """Refuse fields the method does not have and plain values of the wrong type; what is JSON is checked when read."""
    for name, value in given.items():
        field = shape.get(name)
        if field is None:
            raise bad_request(f'unknown field "{name}"{STRICT}')
        if value is not None and not field.depth and not _plain_fits(field.kind, value):
            raise bad_request(f'field "{name}" must be of type {field.kind}{STRICT}')


def _plain_fits(kind: str, value: Any) -> bool:
    if kind in SHAPES or kind == "Object":
        return True
    if isinstance(value, dict | list):
        return False
    if kind == "Integer":
        return not isinstance(value, bool) and (value == "" or _LOOKS_WHOLE.fullmatch(str(value)) is not None)
    if kind == "Boolean":
        return str(value).strip().lower() in _YES_NO
    return kind != "Float" or value == "" or _is_number(value)


def _is_number(value: Any) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return not isinstance(value, bool)


@dataclass(frozen=True, slots=True)
class _Wording:
    """How Telegram speaks of a parameter: JSON that cannot be read, and a value of another shape."""

    broken: str
    other: str


_PARAMETERS = {
    "reply_markup": _Wording("can't parse reply keyboard markup JSON object", "object expected as reply markup"),
    "reply_parameters": _Wording("can't parse reply parameters JSON object", "object expected as reply parameters"),
    "link_preview_options": _Wording(
        "can't parse link preview options JSON object", "object expected as link preview options"
    ),
    "media": _Wording("can't parse media JSON object", "expected an Array of InputMedia"),
    "commands": _Wording("can't parse commands JSON object", "expected an Array of BotCommand"),
    "scope": _Wording(
        "can't parse BotCommandScope JSON object", "can't parse BotCommandScope: BotCommandScope must be an Object"
    ),
    "menu_button": _Wording(
        "can't parse menu button JSON object", "can't parse menu button: MenuButton must be an Object"
    ),
    "reaction": _Wording("can't parse reaction types JSON object", "expected an Array of ReactionType"),
    "message_ids": _Wording("can't parse message identifiers JSON object", "expected an Array of message identifiers"),
}
_IGNORED_WHEN_BROKEN = frozenset({"entities", "caption_entities", "allowed_updates"})
_INSIDE = {
    "InlineKeyboardButton": "can't parse inline keyboard button: ",
    "KeyboardButton": "can't parse keyboard button: ",
    "MessageEntity": "can't parse MessageEntity: ",
    "InputMedia": "can't parse InputMedia: ",
    "BotCommand": "can't parse BotCommand: ",
    "BotCommandScope": "can't parse BotCommandScope: ",
    "MenuButton": "can't parse menu button: ",
    "ReactionType": "can't parse ReactionType: ",
}
_NO_OBJECT = {
    "InlineKeyboardButton": "InlineKeyboardButton must be an Object",
    "KeyboardButton": "KeyboardButton must be a String or an Object",
}
_NO_ROWS = {
    "inline_keyboard": 'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
    "keyboard": 'field "keyboard" must be an Array of Arrays',
}
_JSON_NAMES = {"Integer": "Number", "Float": "Number", "Chat": "String", "File": "String"}


def broken_json(field: Field) -> ApiError | None:
    """The refusal of a parameter that is no JSON; None where Telegram acts as if it had not been given."""
    if field.name in _IGNORED_WHEN_BROKEN:
        return None
    if field.kind == "InputMedia" and not field.depth:
        return bad_request("can't parse input media JSON object")
    wording = _PARAMETERS.get(field.name)
    return bad_request(wording.broken if wording else f"can't parse {field.name.replace('_', ' ')} JSON object")


def check_value(field: Field, value: Any, strict: bool) -> None:
    """Refuse a parameter's JSON value whose shape is not the described one."""
    wording = _PARAMETERS.get(field.name)
    if not isinstance(value, list if field.depth else dict):
        if field.kind == "InputMedia" and not field.depth:
            raise bad_request("can't parse InputMedia: expected an Object")
        raise bad_request(wording.other if wording else f'field "{field.name}" must be of type {_json_name(field)}')
    _check(field, value, field.depth, _Reading("", strict))


@dataclass(frozen=True, slots=True)
class _Reading:
    """Where in a call the check stands: what comes before each sentence, and whether unknown keys are refused."""

    prefix: str
    strict: bool

    def refusal(self, text: str) -> ApiError:
        """The sentence as it is said here; only at the very beginning it loses its capital."""
        return bad_request(self.prefix + text if self.prefix else text[0].lower() + text[1:])


def _check(field: Field, value: Any, depth: int, at: _Reading) -> None:
    if depth:
        for item in _items(field, value, depth, at):
            _check(field, item, depth - 1, at)
    elif field.kind in SHAPES:
        _check_object(field, value, at)
    elif not _json_fits(field.kind, value):
        raise at.refusal(f'Field "{field.name}" must be of type {_json_name(field)}')


def _items(field: Field, value: Any, depth: int, at: _Reading) -> list[Any]:
    if isinstance(value, list):
        return value
    if depth < field.depth:
        raise bad_request(_NO_ROWS.get(field.name, f'field "{field.name}" must be an Array of Arrays'))
    raise at.refusal(f'Field "{field.name}" must be of type Array')


def _check_object(field: Field, value: Any, at: _Reading) -> None:
    inside = _Reading(_INSIDE.get(field.kind, at.prefix), at.strict)
    if field.kind == "KeyboardButton" and isinstance(value, str):
        return
    if not isinstance(value, dict):
        if field.depth:
            raise inside.refusal(_NO_OBJECT.get(field.kind, "expected an Object"))
        raise inside.refusal(f'Field "{field.name}" must be of type Object')
    shape = SHAPES[field.kind]
    for inner in shape.values():
        given = value.get(inner.name)
        if given is not None:
            _check(inner, given, inner.depth, inside)
        elif inner.required:
            raise inside.refusal(f'Can\'t find field "{inner.name}"')
    if at.strict:
        for name in value.keys() - shape.keys():
            raise inside.refusal(f'Unknown field "{name}" in {field.kind}{STRICT}')


def _json_fits(kind: str, value: Any) -> bool:
    if kind == "Object":
        return isinstance(value, dict)
    if kind == "Boolean":
        return isinstance(value, bool)
    if isinstance(value, bool):
        return False
    if kind == "Integer":
        return isinstance(value, int) or (isinstance(value, str) and _LOOKS_WHOLE.fullmatch(value) is not None)
    return isinstance(value, int | float) or (kind != "Float" and isinstance(value, str))


def _json_name(field: Field) -> str:
    if field.depth:
        return "Array"
    return "Object" if field.kind in SHAPES else _JSON_NAMES.get(field.kind, field.kind)
