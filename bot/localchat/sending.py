"""Methods that put something new into a chat: text, photo, document, album, chat action."""

from __future__ import annotations

import time
from typing import Any

from bot.localchat.errors import bad_request
from bot.localchat.formatting import FormattedText, formatted
from bot.localchat.keyboards import Markup, read_markup
from bot.localchat.media import incoming_file, referenced_file
from bot.localchat.params import Params
from bot.localchat.views import document_view, message_view, photo_view
from bot.localchat.world import Chat, Json, Message, StoredFile, World

MAX_TEXT = 4096
MAX_CAPTION = 1024
ACTION_SECONDS = 5.0
_ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)


def send_message(world: World, params: Params) -> Json:
    """sendMessage."""
    chat = world.chat_to_write(params.text("chat_id"))
    body = text_body(params)
    return _send(world, chat, params, body)


def send_photo(world: World, params: Params) -> Json:
    """sendPhoto."""
    return _send_file(world, params, "photo")


def send_document(world: World, params: Params) -> Json:
    """sendDocument."""
    return _send_file(world, params, "document")


def send_media_group(world: World, params: Params) -> list[Json]:
    """sendMediaGroup: 2 to 10 photos, or 2 to 10 documents."""
    chat = world.chat_to_write(params.text("chat_id"))
    items = params.parsed("media")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise bad_request("can't parse media JSON object")
    if not 2 <= len(items) <= 10:
        raise bad_request("wrong number of messages in the album")
    if len({item.get("type") for item in items}) > 1:
        raise bad_request("documents can't be mixed with other media types")
    bodies = [media_body(world, params, item) for item in items]
    reply_to = _reply_target(chat, params)
    _pace(world, chat, len(bodies))
    group = f"{chat.id}{chat.next_id:08d}".replace("-", "")
    return [message_view(world, _put(world, chat, {**body, "media_group_id": group}, reply_to)) for body in bodies]


def send_chat_action(world: World, params: Params) -> bool:
    """sendChatAction: shown for five seconds or until the next message."""
    chat = world.chat_to_write(params.text("chat_id"))
    action = params.text("action").lower()
    if action not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat.action, chat.action_until = action, time.monotonic() + ACTION_SECONDS
    chat.revision = world.changed()
    return True


def text_body(params: Params) -> Json:
    """The checked text of a message as its content fields."""
    text = _formatted(params, "text", "entities")
    if not text.text:
        raise bad_request("message text is empty")
    if text.length > MAX_TEXT:
        raise bad_request("message is too long")
    return _with_entities({"text": text.text}, text, "entities")


def caption_body(params: Params) -> Json:
    """The checked caption as content fields; none when there is no caption."""
    return _caption(_formatted(params, "caption", "caption_entities"))


def media_body(world: World, params: Params, item: Json) -> Json:
    """The content fields of an InputMediaPhoto or InputMediaDocument."""
    kind = item.get("type")
    if kind not in {"photo", "document"}:
        raise bad_request("type must be one of photo, document")
    stored = referenced_file(world, params, str(kind), item.get("media"))
    parse_mode = str(item.get("parse_mode") or "")
    text = formatted(str(item.get("caption") or ""), parse_mode, item.get("caption_entities"))
    return {**file_body(stored), **_caption(text)}


def file_body(stored: StoredFile) -> Json:
    """A stored file as content fields."""
    return {"photo": photo_view(stored)} if stored.kind == "photo" else {"document": document_view(stored)}


def _send_file(world: World, params: Params, kind: str) -> Json:
    chat = world.chat_to_write(params.text("chat_id"))
    stored = incoming_file(world, params, kind)
    return _send(world, chat, params, {**file_body(stored), **caption_body(params)})


def _send(world: World, chat: Chat, params: Params, body: Json) -> Json:
    markup = read_markup(params)
    reply_to = _reply_target(chat, params)
    _pace(world, chat, 1)
    return message_view(world, _put(world, chat, body, reply_to, markup))


def _put(world: World, chat: Chat, body: Json, reply_to: int | None, markup: Markup | None = None) -> Message:
    inline = markup if markup and "inline_keyboard" in markup else None
    if markup and inline is None:
        chat.keyboard = None if "remove_keyboard" in markup else markup
        chat.revision = world.revision + 1
    chat.action_until = 0.0
    return world.add_message(
        chat,
        world.account.id,
        body,
        reply_to=reply_to,
        inline=inline,
        editable=markup is None or inline is not None,
    )


def _pace(world: World, chat: Chat, weight: int) -> None:
    if world.gate is not None:
        world.gate.pass_one(chat.id, weight)


def _reply_target(chat: Chat, params: Params) -> int | None:
    options: Any = params.parsed("reply_parameters") or {}
    if not isinstance(options, dict):
        raise bad_request("object expected as reply parameters")
    target = _as_id(options.get("message_id")) or params.integer("reply_to_message_id")
    if not target:
        return None
    found = chat.messages.get(target)
    if found is not None and not found.deleted:
        return target
    if options.get("allow_sending_without_reply") or params.flag("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def _as_id(value: Any) -> int:
    return int(value) if str(value or "").isdigit() else 0


def _formatted(params: Params, field: str, entities_field: str) -> FormattedText:
    entities = params.parsed(entities_field)
    if entities is not None and not _are_entities(entities):
        raise bad_request("can't parse entities: object expected")
    return formatted(params.text(field), params.text("parse_mode"), entities)


def _are_entities(value: Any) -> bool:
    return isinstance(value, list) and all(_is_entity(item) for item in value)


def _is_entity(item: Any) -> bool:
    if not isinstance(item, dict) or not isinstance(item.get("type"), str):
        return False
    return isinstance(item.get("offset"), int) and isinstance(item.get("length"), int)


def _caption(text: FormattedText) -> Json:
    if text.length > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return _with_entities({"caption": text.text}, text, "caption_entities") if text.text else {}


def _with_entities(body: Json, text: FormattedText, field: str) -> Json:
    return {**body, field: list(text.entities)} if text.entities else body
