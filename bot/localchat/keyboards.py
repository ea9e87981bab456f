"""Reply markups: what Telegram takes as keyboard, and what it refuses."""

from __future__ import annotations

from typing import Any

from bot.localchat.entities import checked_link
from bot.localchat.errors import ApiError, bad_request
from bot.localchat.params import Params

Markup = dict[str, Any]
MAX_BUTTONS = 100
MAX_CALLBACK_BYTES = 64
MAX_COPY_TEXT = 256
_STYLES = frozenset({"danger", "success", "primary"})
_SEEN_WHEN_GIVEN = (
    "callback_game",
    "pay",
    "switch_inline_query",
    "switch_inline_query_chosen_chat",
    "switch_inline_query_current_chat",
    "login_url",
    "web_app",
    "copy_text",
    "disabled",
)
"""What an inline button may do besides a non-empty `url` or `callback_data`, in the order Telegram looks for it."""
_ONLY_IN_SPECIAL_MESSAGES = frozenset({"callback_game", "pay"})
_REQUESTS = (
    "request_contact",
    "request_location",
    "request_poll",
    "web_app",
    "request_users",
    "request_chat",
    "request_managed_bot",
)
_PRIVATE_ONLY = {
    "request_contact": "phone number can be requested in private chats only",
    "request_location": "location can be requested in private chats only",
    "request_poll": "poll can be requested in private chats only",
    "web_app": "web App buttons can be used in private chats only",
}


def read_markup(params: Params) -> Markup | None:
    """The checked `reply_markup` of a call, or None."""
    value = params.parsed("reply_markup")
    if value is None:
        return None
    keyboard = [row for row in value.get("keyboard", []) if row]
    inline = [row for row in value.get("inline_keyboard", []) if row]
    if keyboard:
        return _reply_keyboard(keyboard, value)
    if inline:
        return _inline(inline)
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


def check_place(markup: Markup | None, private: bool) -> None:
    """Refuse what may be asked for in private chats only."""
    if markup is None or private:
        return
    for row in markup.get("keyboard", []):
        for button in row:
            refused = next((words for name, words in _PRIVATE_ONLY.items() if name in button), None)
            if refused is not None:
                raise bad_request(refused)
    if any("web_app" in button for button in buttons(markup)):
        raise bad_request("BUTTON_TYPE_INVALID")


def buttons(markup: Markup | None) -> list[dict[str, Any]]:
    """All inline buttons, row by row."""
    rows = (markup or {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]


def _inline(rows: list[list[Any]]) -> Markup:
    checked = [[_inline_button(cell) for cell in row] for row in rows]
    if sum(map(len, checked)) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    return {"inline_keyboard": checked}


def _inline_button(cell: dict[str, Any]) -> dict[str, Any]:
    action = _action(cell)
    text = str(cell["text"])
    if not text.strip():
        raise bad_request("inline keyboard button text must be non-empty")
    return {"text": text, action: _checked_action(action, cell[action]), **_looks(cell)}


def _action(cell: dict[str, Any]) -> str:
    for name in ("url", "callback_data"):
        if cell.get(name):
            return name
    for name in _SEEN_WHEN_GIVEN:
        if cell.get(name) is not None:
            return name
    raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")


def _checked_action(action: str, value: Any) -> Any:
    if action == "callback_data":
        if len(str(value).encode()) > MAX_CALLBACK_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
        return str(value)
    if action == "url":
        return _link("inline keyboard button URL", str(value))
    if action == "web_app":
        return {"url": _secure_link("inline keyboard button Web App URL", str(value["url"]))}
    if action == "copy_text" and not 1 <= len(str(value["text"])) <= MAX_COPY_TEXT:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    if action in _ONLY_IN_SPECIAL_MESSAGES:
        raise bad_request("BUTTON_TYPE_INVALID")
    return value


def _link(what: str, url: str) -> str:
    try:
        return checked_link(url)
    except ValueError as reason:
        raise _link_refusal(what, url, str(reason)) from None


def _secure_link(what: str, url: str) -> str:
    link = _link(what, url)
    if not link.startswith("https://"):
        raise _link_refusal(what, url, "Only HTTPS links are allowed")
    return link


def _link_refusal(what: str, url: str, reason: str) -> ApiError:
    return bad_request(f"{what} '{url}' is invalid: {reason}")


def _reply_keyboard(rows: list[list[Any]], value: Markup) -> Markup:
    keyboard = [[_plain_button(cell) for cell in row] for row in rows]
    options = ("resize_keyboard", "one_time_keyboard", "is_persistent", "input_field_placeholder", "selective")
    return {"keyboard": keyboard, **_chosen(value, *options)}


def _plain_button(cell: Any) -> dict[str, Any]:
    if isinstance(cell, str):
        cell = {"text": cell}
    text = str(cell["text"])
    if not text.strip():
        raise bad_request("keyboard button text must be non-empty")
    request = next((name for name in _REQUESTS if cell.get(name)), None)
    if request == "web_app":
        _secure_link("keyboard button Web App URL", str(cell["web_app"]["url"]))
    return {"text": text, **({request: cell[request]} if request else {}), **_looks(cell)}


def _looks(cell: dict[str, Any]) -> dict[str, Any]:
    style = cell.get("style")
    if style and style not in _STYLES:
        raise bad_request("invalid button style specified")
    return _chosen(cell, "style", "icon_custom_emoji_id")


def _chosen(value: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value[name] for name in names if value.get(name)}
