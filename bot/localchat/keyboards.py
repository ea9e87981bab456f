"""Reply markups: what Telegram takes as keyboard, and what it refuses."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from bot.localchat.errors import ApiError, bad_request
from bot.localchat.params import Params

Markup = dict[str, Any]
MAX_BUTTONS = 100
MAX_CALLBACK_BYTES = 64
_ACTIONS = (
    "callback_data",
    "url",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
_STYLES = frozenset({"danger", "success", "primary"})


def read_markup(params: Params) -> Markup | None:
    """The checked `reply_markup` of a call, or None; keys Telegram does not know are dropped."""
    value = params.parsed("reply_markup")
    if value is None or value == {}:
        return None
    if not isinstance(value, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in value:
        return _inline(value["inline_keyboard"])
    if "keyboard" in value:
        return _reply_keyboard(value)
    if value.get("remove_keyboard"):
        return {"remove_keyboard": True}
    if value.get("force_reply"):
        return {"force_reply": True, **_chosen(value, "input_field_placeholder", "selective")}
    return None


def read_inline_markup(params: Params) -> Markup | None:
    """The `reply_markup` of an edit, where only inline keyboards may be given."""
    markup = read_markup(params)
    if markup is not None and "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    return markup


def buttons(markup: Markup | None) -> list[dict[str, Any]]:
    """All inline buttons, row by row."""
    rows = (markup or {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]


def _inline(rows: Any) -> Markup | None:
    checked = [[_inline_button(cell) for cell in row] for row in _rows(rows, "inline_keyboard")]
    kept = [row for row in checked if row]
    if sum(map(len, kept)) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    return {"inline_keyboard": kept} if kept else None


def _inline_button(cell: Any) -> dict[str, Any]:
    if not isinstance(cell, dict):
        raise _button_refusal("expected an Object")
    text = cell.get("text")
    if not isinstance(text, str):
        raise _button_refusal('Can\'t find field "text"' if text is None else 'Field "text" must be a String')
    if not text.strip():
        raise bad_request("Inline keyboard button text must be non-empty")
    action = next((name for name in _ACTIONS if name in cell), None)
    if action is None:
        raise _button_refusal("Text buttons are unallowed in the inline keyboard")
    _check_action(action, cell[action])
    return {"text": text, action: cell[action], **_style(cell)}


def _check_action(action: str, value: Any) -> None:
    if action == "callback_data" and not _callback_fits(value):
        raise bad_request("BUTTON_DATA_INVALID")
    if action == "url":
        _check_url(value)


def _callback_fits(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value.encode()) <= MAX_CALLBACK_BYTES


def _check_url(value: Any) -> None:
    parts = urlsplit(str(value))
    reason = ""
    if parts.scheme not in {"http", "https", "tg", ""}:
        reason = "Unsupported URL protocol"
    elif parts.scheme != "tg" and "." not in (parts.netloc or parts.path):
        reason = "Wrong HTTP URL"
    if reason:
        raise bad_request(f"inline keyboard button URL '{value}' is invalid: {reason}")


def _reply_keyboard(value: Markup) -> Markup:
    rows = [[_plain_button(cell) for cell in row] for row in _rows(value["keyboard"], "keyboard")]
    if not any(rows):
        raise bad_request("reply keyboard markup must have at least one button")
    options = _chosen(
        value, "resize_keyboard", "one_time_keyboard", "is_persistent", "input_field_placeholder", "selective"
    )
    return {"keyboard": [row for row in rows if row], **options}


def _plain_button(cell: Any) -> dict[str, Any]:
    if isinstance(cell, str):
        cell = {"text": cell}
    if not isinstance(cell, dict) or not isinstance(cell.get("text"), str):
        raise bad_request("can't parse keyboard button: Can't find field \"text\"")
    if not cell["text"].strip():
        raise bad_request("Keyboard button text must be non-empty")
    return {"text": cell["text"], **_chosen(cell, "request_contact", "request_location"), **_style(cell)}


def _rows(value: Any, field: str) -> list[list[Any]]:
    if not isinstance(value, list):
        raise bad_request(f'field "{field}" of the reply markup must be an Array')
    if not all(isinstance(row, list) for row in value):
        raise bad_request(f'field "{field}" of the reply markup must be an Array of Arrays')
    return value


def _style(cell: dict[str, Any]) -> dict[str, Any]:
    style = cell.get("style")
    if style and style not in _STYLES:
        raise bad_request("invalid button style specified")
    return {"style": style} if style else {}


def _chosen(value: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value[name] for name in names if value.get(name)}


def _button_refusal(reason: str) -> ApiError:
    return bad_request(f"can't parse inline keyboard button: {reason}")
