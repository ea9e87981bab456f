"""Methods that put something new into a chat: text, files, albums, places, contacts, chat actions."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from bot.localchat.contents import (
    caption_body,
    check_album,
    contact_body,
    file_body,
    location_body,
    media_body,
    read_album,
    read_caption,
    read_text,
    text_body,
)
from bot.localchat.entities import utf16_length
from bot.localchat.errors import bad_request
from bot.localchat.formatting import formatted
from bot.localchat.keyboards import Markup, check_place, read_markup
from bot.localchat.media import incoming_file, require_file
from bot.localchat.params import Params
from bot.localchat.views import message_view
from bot.localchat.world import Chat, Json, Message, World

ACTION_SECONDS = 5.0
_ACTIONS = {
    "cancel": "",
    "typing": "typing",
    "upload_photo": "upload_photo",
    "record_video": "record_video",
    "upload_video": "upload_video",
    "record_voice": "record_voice",
    "record_audio": "record_voice",
    "upload_voice": "upload_voice",
    "upload_audio": "upload_voice",
    "upload_document": "upload_document",
    "choose_sticker": "choose_sticker",
    "find_location": "find_location",
    "pick_up_location": "find_location",
    "record_video_note": "record_video_note",
    "upload_video_note": "upload_video_note",
}


@dataclass(frozen=True, slots=True)
class Envelope:
    """Where a message goes and what comes with it whatever it says."""

    chat: Chat
    markup: Markup | None = None
    reply_to: int | None = None
    extra: Json = field(default_factory=dict)


def send_message(world: World, params: Params) -> Json:
    """sendMessage."""
    text = read_text(params)
    envelope = read_envelope(world, params)
    return message_view(world, deliver(world, envelope, text_body(world, text, params)))


def send_file(world: World, params: Params) -> Json:
    """sendPhoto, sendDocument, sendVideo, sendAnimation, sendAudio and sendVoice."""
    kind = params.method.removeprefix("send")
    require_file(params, kind)
    caption = read_caption(params)
    envelope = read_envelope(world, params)
    stored = incoming_file(world, params, kind)
    body = {**file_body(kind, stored, params.fields), **caption_body(world, caption)}
    return message_view(world, deliver(world, envelope, body))


def send_location(world: World, params: Params) -> Json:
    """sendLocation."""
    body = location_body(params)
    return message_view(world, deliver(world, read_envelope(world, params), body))


def send_contact(world: World, params: Params) -> Json:
    """sendContact."""
    envelope = read_envelope(world, params)
    return message_view(world, deliver(world, envelope, contact_body(params)))


def send_media_group(world: World, params: Params) -> list[Json]:
    """sendMediaGroup: up to ten photos and videos, or documents, or audio files; one alone is no album."""
    items = read_album(params)
    envelope = read_envelope(world, params)
    bodies = [media_body(world, params, item, caption) for item, caption in items]
    check_album([item for item, _ in items])
    extra = {**envelope.extra, **album_mark(envelope.chat, len(bodies))}
    envelope = Envelope(envelope.chat, None, envelope.reply_to, extra)
    _pace(world, envelope.chat, len(bodies))
    return [message_view(world, put(world, envelope, body)) for body in bodies]


def send_chat_action(world: World, params: Params) -> bool:
    """sendChatAction: shown for five seconds or until the next message."""
    action = _ACTIONS.get(params.text("action").lower())
    if action is None:
        raise bad_request("wrong parameter action in request")
    chat = world.chat_to_write(params.text("chat_id"))
    _check_side_doors(params)
    chat.action, chat.action_until = action, time.monotonic() + ACTION_SECONDS
    chat.revision = world.changed()
    return True


def read_envelope(world: World, params: Params) -> Envelope:
    """The checked destination, reply and keyboard of a call."""
    options = _reply_options(params)
    markup = read_markup(params)
    _check_side_doors(params)
    chat = world.chat_to_write(params.text("chat_id"))
    check_place(markup, chat.kind == "private")
    extra: Json = {"has_protected_content": True} if params.flag("protect_content") else {}
    if params.text("message_effect_id"):
        if chat.kind != "private":
            raise bad_request("can't use message effects in the chat")
        extra["effect_id"] = params.text("message_effect_id")
    replied = _replied(world, chat, options)
    if replied is None:
        return Envelope(chat, markup, None, extra)
    extra.update(_quote(replied, options))
    if replied.chat_id == chat.id:
        return Envelope(chat, markup, replied.id, extra)
    return Envelope(chat, markup, None, {**extra, "external_reply": _external(world, replied)})


def deliver(world: World, envelope: Envelope, body: Json) -> Message:
    """Put one message into its chat, unless the flood limits say no."""
    _pace(world, envelope.chat, 1)
    return put(world, envelope, body)


def put(world: World, envelope: Envelope, body: Json) -> Message:
    """Put one message into its chat; its keyboard becomes the chat's."""
    chat, markup = envelope.chat, envelope.markup
    inline = markup if markup and "inline_keyboard" in markup else None
    if markup and inline is None:
        chat.keyboard = None if "remove_keyboard" in markup else markup
        chat.revision = world.revision + 1
    chat.action_until = 0.0
    return world.add_message(
        chat,
        world.account.id,
        body,
        reply_to=envelope.reply_to,
        inline=inline,
        editable=markup is None or inline is not None,
        extra=envelope.extra,
    )


def album_mark(chat: Chat, count: int) -> Json:
    """What the messages of one album share; nothing when there is only one."""
    return {"media_group_id": f"{chat.id}{chat.next_id:08d}".replace("-", "")} if count > 1 else {}


def _pace(world: World, chat: Chat, weight: int) -> None:
    if world.gate is not None:
        world.gate.pass_one(chat.id, weight)


def _check_side_doors(params: Params) -> None:
    """Business accounts and topics do not exist here."""
    if params.text("business_connection_id"):
        raise bad_request("business connection not found")
    if params.integer("message_thread_id"):
        raise bad_request("message thread not found")


def _reply_options(params: Params) -> Json:
    if params.has("reply_parameters"):
        options: Json = params.parsed("reply_parameters") or {}
        return options
    legacy = params.integer("reply_to_message_id")
    return {"message_id": legacy, "allow_sending_without_reply": params.flag("allow_sending_without_reply")}


def _replied(world: World, chat: Chat, options: Json) -> Message | None:
    message_id = int(options.get("message_id") or 0)
    if message_id <= 0:
        return None
    other = str(options.get("chat_id") or "")
    source = world.chat_for_bot(other) if other and other != str(chat.id) else chat
    found = source.messages.get(message_id)
    if found is not None and not found.deleted:
        return found
    if options.get("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def _quote(replied: Message, options: Json) -> Json:
    quote = formatted(
        str(options.get("quote") or ""), str(options.get("quote_parse_mode") or ""), options.get("quote_entities")
    ).text
    if not quote:
        return {}
    said = str(replied.body.get("text") or replied.body.get("caption") or "")
    if quote not in said:
        raise bad_request("QUOTE_TEXT_INVALID")
    return {"quote": {"text": quote, "position": utf16_length(said[: said.index(quote)]), "is_manual": True}}


def _external(world: World, replied: Message) -> Json:
    view = message_view(world, replied, with_reply=False)
    origin = {"type": "user", "date": replied.date, "sender_user": view["from"]}
    content = {key: value for key, value in replied.body.items() if key in {"photo", "document", "video", "audio"}}
    return {"origin": origin, "chat": view["chat"], "message_id": replied.id, **content}
