"""What people do in the chat: arrive, write, send files, correct themselves, press buttons, block and unblock."""

from __future__ import annotations

from typing import Any

from bot.localchat.errors import ControlError
from bot.localchat.formatting import formatted
from bot.localchat.keyboards import buttons
from bot.localchat.media import store
from bot.localchat.params import UploadedFile
from bot.localchat.sending import file_body
from bot.localchat.views import bot_view, chat_view, message_view, person_view
from bot.localchat.world import Chat, Json, Message, Person, Query, World

MAX_TYPED = 4096


def add_user(world: World, person: Person) -> Person:
    """Let a person exist, or change how an existing one is described; the bot hears nothing yet."""
    if person.id <= 0:
        raise ControlError("bad_id", "a person's id is a positive number")
    world.people[person.id] = person
    chat = world.chats.setdefault(person.id, Chat(person.id))
    chat.revision = world.changed()
    return person


def add_group(world: World, group_id: int, title: str, members: list[int]) -> Chat:
    """Open a group with the bot and these people in it; the bot learns of it by `my_chat_member`."""
    if group_id >= 0 or group_id in world.chats or not members:
        raise ControlError("bad_group", "a group needs a new negative id and at least one member")
    people = {world.person(member).id for member in members}
    chat = Chat(group_id, "supergroup", title, people, started=True)
    world.chats[group_id] = chat
    _membership(world, chat, members[0], "left", "member")
    return chat


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
    """A person sends a photo or a document (`kind`); `more` may carry reply_to, by, album. Returns the message id."""
    if kind not in {"photo", "document"}:
        raise ControlError("bad_kind", "kind is photo or document")
    body = file_body(store(world, kind, file))
    text = formatted(caption, "")
    if text.text:
        body["caption"] = text.text
    if more.get("album"):
        body["media_group_id"] = str(more["album"])
    return _arrives(world, chat_id, body, more.get("reply_to"), more.get("by"))


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
    message.revision = world.changed()
    world.update("edited_message", message_view(world, message))


def user_presses(world: World, chat_id: int, message_id: int, data: str, by: int | None, unchecked: bool) -> str:
    """A person presses an inline button; returns the query id. `unchecked` also sends data no button there carries."""
    chat = world.chat(chat_id)
    message = _message(chat, message_id)
    if not unchecked and all(button.get("callback_data") != data for button in buttons(message.inline)):
        raise ControlError("no_such_button", "there is no such button on that message")
    person = _speaker(world, chat, by)
    number = f"{person.id}{len(world.queries) + 1:010d}"
    query = Query(number, chat.id, message.id, person.id, world.clock.now())
    world.queries[query.id] = query
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


def set_blocked(world: World, person_id: int, blocked: bool) -> None:
    """A person blocks or unblocks the bot; the bot gets `my_chat_member`."""
    chat = world.chat(world.person(person_id).id)
    if chat.blocked == blocked:
        return
    chat.blocked = blocked
    old, new = ("member", "kicked") if blocked else ("kicked", "member")
    _membership(world, chat, person_id, old, new)


def migrate_group(world: World, group_id: int, new_id: int) -> None:
    """A group becomes a supergroup with another id; the old one only answers where it went."""
    old = world.chat(group_id)
    if new_id >= 0 or new_id in world.chats:
        raise ControlError("bad_id", "the new id must be negative and free")
    world.chats[new_id] = Chat(new_id, "supergroup", old.title, set(old.members), started=True)
    old.moved_to = new_id
    member = min(old.members)
    _announce(world, old, member, {"migrate_to_chat_id": new_id})
    _announce(world, world.chats[new_id], member, {"migrate_from_chat_id": group_id})


def _announce(world: World, chat: Chat, sender_id: int, body: Json) -> None:
    message = world.add_message(chat, sender_id, body, editable=False)
    world.update("message", message_view(world, message))


def _arrives(world: World, chat_id: int, body: Json, reply_to: int | None, by: int | None) -> int:
    chat = world.chat(chat_id)
    person = _speaker(world, chat, by)
    if chat.blocked:
        raise ControlError("blocked", "the bot is blocked in this chat; unblock it first")
    if reply_to is not None:
        _message(chat, reply_to)
    chat.started = True
    if chat.keyboard and (chat.keyboard.get("one_time_keyboard") or chat.keyboard.get("force_reply")):
        chat.keyboard = None
    message = world.add_message(chat, person.id, body, reply_to=reply_to)
    chat.revision = message.revision
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


def _membership(world: World, chat: Chat, person_id: int, old: str, new: str) -> None:
    bot = bot_view(world.account)
    chat.revision = world.changed()
    payload: Json = {
        "chat": chat_view(world, chat),
        "from": person_view(world.person(person_id)),
        "date": world.unix(),
        "old_chat_member": _member(bot, old),
        "new_chat_member": _member(bot, new),
    }
    world.update("my_chat_member", payload)


def _member(bot: Json, status: str) -> Json:
    return {"user": bot, "status": status, **({"until_date": 0} if status == "kicked" else {})}
