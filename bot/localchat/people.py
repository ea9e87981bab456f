"""What people do in a chat: write, send files, correct themselves, read, delete, forward, press buttons."""

from __future__ import annotations

from itertools import takewhile
from typing import Any

from bot.localchat.contents import file_body
from bot.localchat.copying import forwardable, origin
from bot.localchat.editing import forget
from bot.localchat.errors import ControlError
from bot.localchat.formatting import formatted
from bot.localchat.keyboards import buttons
from bot.localchat.media import KINDS, store
from bot.localchat.params import UploadedFile
from bot.localchat.views import message_view, person_view
from bot.localchat.world import LARGEST_ID, Chat, Json, Message, Person, World

MAX_TYPED = 4096


def add_user(world: World, person: Person) -> Person:
    """Let a person exist, or change how an existing one is described; the bot hears nothing yet."""
    if not 0 < person.id <= LARGEST_ID:
        raise ControlError("bad_id", "a person's id is a positive number of at most 52 bits")
    world.people[person.id] = person
    chat = world.chats.setdefault(person.id, Chat(person.id))
    chat.revision = world.changed()
    return person


def user_sends(world: World, chat_id: int, text: str, reply_to: int | None, by: int | None) -> int:
    """A person writes; returns the message id."""
    typed = formatted(text, "")
    if not typed.text or typed.length > MAX_TYPED:
        raise ControlError("bad_length", "a message has 1 to 4096 characters")
    body: Json = {"text": typed.text}
    if typed.entities:
        body["entities"] = list(typed.entities)
    return _arrives(world, chat_id, body, reply_to, by)


def user_sends_file(
    world: World, chat_id: int, kind: str, file: UploadedFile, caption: str, more: dict[str, Any]
) -> int:
    """A person sends a file of some `kind`; `more` may carry reply_to, by, album. Returns the message id."""
    if kind not in KINDS:
        raise ControlError("bad_kind", "kind is photo, document, video, animation, audio or voice")
    body = file_body(kind, store(world, kind, file), {})
    text = formatted(caption, "")
    if text.text:
        body["caption"] = text.text
    extra: Json = {"media_group_id": str(more["album"])} if more.get("album") else {}
    return _arrives(world, chat_id, body, more.get("reply_to"), more.get("by"), extra)


def user_edits(world: World, chat_id: int, message_id: int, text: str) -> None:
    """A person corrects an own message (or a caption); the bot gets `edited_message`."""
    chat = world.chat(chat_id)
    message = _message(chat, message_id)
    if message.sender_id == world.account.id:
        raise ControlError("not_own", "only own messages can be edited")
    typed = formatted(text, "")
    field = "text" if "text" in message.body else "caption"
    if not typed.text and field == "text":
        raise ControlError("bad_length", "a message has 1 to 4096 characters")
    body = {key: value for key, value in message.body.items() if key not in {"entities", "caption_entities"}}
    if typed.entities:
        body["entities" if field == "text" else "caption_entities"] = list(typed.entities)
    message.body = {**body, field: typed.text}
    message.edit_date = world.unix()
    world.touched(message)
    world.update("edited_message", message_view(world, message))


def user_shares_contact(world: World, chat_id: int, by: int | None) -> int:
    """A person gives the own telephone number; returns the message id."""
    person = _speaker(world, world.chat(chat_id), by)
    phone = person.phone or f"86199{person.id % 10**8:08d}"
    contact: Json = {"phone_number": phone, "first_name": person.name, "user_id": person.id}
    return _arrives(world, chat_id, {"contact": contact}, None, by)


def user_shares_location(world: World, chat_id: int, latitude: float, longitude: float, by: int | None) -> int:
    """A person sends a place in degrees; returns the message id."""
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise ControlError("bad_place", "latitude is between -90 and 90, longitude between -180 and 180")
    return _arrives(world, chat_id, {"location": {"latitude": latitude, "longitude": longitude}}, None, by)


def user_forwards(world: World, chat_id: int, from_chat_id: int, message_id: int, by: int | None) -> int:
    """A person forwards a message of a chat they are in; returns the id of the copy."""
    person = _speaker(world, world.chat(chat_id), by)
    source = world.chat(from_chat_id)
    if person.id != source.id and person.id not in source.members:
        raise ControlError("not_a_member", "only messages of own chats can be forwarded")
    message = _message(source, message_id)
    if not forwardable(message):
        raise ControlError("protected", "that message cannot be passed on")
    return _arrives(world, chat_id, dict(message.body), None, by, origin(world, message))


def user_deletes(world: World, chat_id: int, message_id: int, by: int | None) -> None:
    """A person deletes a message: in a private chat any, in a group an own one. Bots are not told."""
    chat = world.chat(chat_id)
    message = _message(chat, message_id)
    person = _speaker(world, chat, by)
    if chat.kind != "private" and message.sender_id != person.id:
        raise ControlError("not_own", "in a group only own messages can be deleted")
    forget(world, chat, message)


def user_reads(world: World, chat_id: int, message_id: int) -> None:
    """Note how far the person has read."""
    chat = world.chat(chat_id)
    read_to = min(message_id, chat.next_id - 1)
    if read_to > chat.read_to:
        chat.read_to = read_to
        chat.revision = world.changed()


def unread(world: World, chat_id: int) -> int:
    """Messages of the bot above what the person has read, without notes about pinning."""
    chat = world.chat(chat_id)
    newer = takewhile(lambda message: message.id > chat.read_to, reversed(chat.messages.values()))
    return sum(
        message.sender_id == world.account.id and not message.deleted and "pinned_message" not in message.body
        for message in newer
    )


def user_presses(world: World, chat_id: int, message_id: int, data: str, by: int | None, unchecked: bool) -> str:
    """A person presses an inline button; returns the query id. `unchecked` also sends data no button there carries."""
    chat = world.chat(chat_id)
    message = _message(chat, message_id)
    if not unchecked and all(button.get("callback_data") != data for button in buttons(message.inline)):
        raise ControlError("no_such_button", "there is no such button on that message")
    person = _speaker(world, chat, by)
    query = world.ask(chat.id, message.id, person.id)
    payload: Json = {"id": query.id, "from": person_view(person), "message": message_view(world, message)}
    world.update("callback_query", {**payload, "chat_instance": str(chat.id), "data": data})
    return query.id


def labelled(world: World, chat_id: int, message_id: int, label: str) -> str:
    """The callback data of the one button whose words contain `label`."""
    found = [b for b in buttons(_message(world.chat(chat_id), message_id).inline) if label in b["text"]]
    exact = [button for button in found if button["text"] == label] or found
    if len(exact) != 1 or "callback_data" not in exact[0]:
        raise ControlError("no_such_button", f"{len(exact)} buttons carry the words {label!r}")
    return str(exact[0]["callback_data"])


def _arrives(
    world: World, chat_id: int, body: Json, reply_to: int | None, by: int | None, extra: Json | None = None
) -> int:
    chat = world.chat(chat_id)
    person = _speaker(world, chat, by)
    if chat.blocked:
        raise ControlError("blocked", "the bot is blocked in this chat; unblock it first")
    if chat.moved_to is not None:
        raise ControlError("moved", f"this group goes on as {chat.moved_to}")
    if reply_to is not None:
        _message(chat, reply_to)
    chat.started = True
    if chat.keyboard and (chat.keyboard.get("one_time_keyboard") or chat.keyboard.get("force_reply")):
        chat.keyboard = None
    message = world.add_message(chat, person.id, body, reply_to=reply_to, extra=extra or {})
    chat.revision = message.revision
    if chat.bot_status == "member":
        world.update("message", message_view(world, message))
    return message.id


def _speaker(world: World, chat: Chat, by: int | None) -> Person:
    if chat.kind == "private":
        return world.person(chat.id)
    if by is None or by not in chat.members:
        raise ControlError("no_speaker", "in a group it must be said who speaks, and that must be a member")
    return world.person(by)


def _message(chat: Chat, message_id: int) -> Message:
    message = chat.messages.get(message_id)
    if message is None or message.deleted:
        raise ControlError("no_such_message", f"there is no message {message_id} in that chat")
    return message
