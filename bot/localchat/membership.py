"""Who is in which chat: groups, people who come and go, block and return, groups that move to another id."""

from __future__ import annotations

from bot.localchat.errors import ControlError
from bot.localchat.menus import NO_RIGHTS
from bot.localchat.views import bot_view, chat_view, message_view, person_view, sender_view
from bot.localchat.world import LARGEST_ID, Chat, Json, World

_ADMIN_RIGHTS: Json = {**dict.fromkeys(NO_RIGHTS, True), "can_pin_messages": True, "is_anonymous": False}


def add_group(world: World, group_id: int, title: str, members: list[int]) -> Chat:
    """Open a group with the bot and these people in it; the first is its creator. The bot gets `my_chat_member`."""
    if not -LARGEST_ID <= group_id < 0 or group_id in world.chats or not members:
        raise ControlError("bad_group", "a group needs a new negative id and at least one member")
    people = {world.person(member).id for member in members}
    chat = Chat(group_id, "supergroup", title, people, started=True, admins=[members[0]])
    world.chats[group_id] = chat
    _bot_changed(world, chat, members[0], _status_view(world, world.account.id, "left"))
    return chat


def user_joins(world: World, chat_id: int, user_id: int, by: int | None) -> int:
    """A person joins a group, or is brought in `by` a member; returns the id of the note in the chat."""
    chat, person = _group(world, chat_id), world.person(user_id)
    if user_id in chat.members:
        raise ControlError("already_member", "that person is in the group")
    _check_actor(chat, by)
    old = member_view(world, chat, user_id)
    chat.members.add(user_id)
    note = _note(world, chat, by or user_id, {"new_chat_members": [person_view(person)]})
    _member_changed(world, chat, by or user_id, old, user_id)
    return note


def user_leaves(world: World, chat_id: int, user_id: int, by: int | None) -> int:
    """A person leaves a group, or is put out `by` a member; returns the id of the note in the chat."""
    chat, person = _group(world, chat_id), world.person(user_id)
    if user_id not in chat.members:
        raise ControlError("no_member", "that person is not in the group")
    _check_actor(chat, by)
    old = member_view(world, chat, user_id)
    chat.members.discard(user_id)
    chat.admins = [admin for admin in chat.admins if admin != user_id]
    note = _note(world, chat, by or user_id, {"left_chat_member": person_view(person)})
    _member_changed(world, chat, by or user_id, old, user_id)
    return note


def user_promotes(world: World, chat_id: int, user_id: int, admin: bool, by: int | None) -> None:
    """Somebody, or the bot itself, becomes an administrator of a group, or no longer is one."""
    chat = _group(world, chat_id)
    if user_id != world.account.id and user_id not in chat.members:
        raise ControlError("no_member", "only a member can be an administrator")
    _check_actor(chat, by)
    actor = by or next(iter(chat.admins), _somebody(world, chat))
    old = member_view(world, chat, user_id)
    others = [other for other in chat.admins if other != user_id]
    chat.admins = [*others, user_id] if admin else others
    if user_id == world.account.id:
        _bot_changed(world, chat, actor, old)
    else:
        _member_changed(world, chat, actor, old, user_id)


def add_bot(world: World, chat_id: int, by: int) -> None:
    """A member brings the bot back into a group."""
    chat = _group(world, chat_id)
    if chat.bot_status == "member":
        raise ControlError("already_member", "the bot is in the group")
    _check_actor(chat, by)
    old = member_view(world, chat, world.account.id)
    chat.bot_status = "member"
    _bot_changed(world, chat, by, old)
    _note(world, chat, by, {"new_chat_members": [bot_view(world.account)]})


def remove_bot(world: World, chat_id: int, by: int) -> None:
    """A member puts the bot out of a group."""
    chat = _group(world, chat_id)
    if chat.bot_status != "member":
        raise ControlError("no_member", "the bot is not in the group")
    _check_actor(chat, by)
    _bot_goes(world, chat, by, "kicked")


def bot_leaves(world: World, chat: Chat) -> None:
    """The bot itself leaves a group."""
    _bot_goes(world, chat, world.account.id, "left")


def set_blocked(world: World, person_id: int, blocked: bool) -> None:
    """A person blocks or unblocks the bot; the bot gets `my_chat_member`."""
    chat = world.chat(world.person(person_id).id)
    if chat.blocked == blocked:
        return
    old = member_view(world, chat, world.account.id)
    chat.blocked = blocked
    _bot_changed(world, chat, person_id, old)


def migrate_group(world: World, group_id: int, new_id: int) -> None:
    """A group becomes a supergroup with another id; the old one only answers where it went."""
    old = _group(world, group_id)
    if not -LARGEST_ID <= new_id < 0 or new_id in world.chats:
        raise ControlError("bad_id", "the new id must be negative and free")
    new = Chat(new_id, "supergroup", old.title, set(old.members), started=True, admins=list(old.admins))
    world.chats[new_id] = new
    old.kind, old.moved_to = "group", new_id
    member = _somebody(world, old)
    _note(world, old, member, {"migrate_to_chat_id": new_id})
    _note(world, new, member, {"migrate_from_chat_id": group_id})


def member_view(world: World, chat: Chat, user_id: int) -> Json:
    """A `ChatMember`: what somebody, or the bot, is in a chat now."""
    if user_id == world.account.id and chat.bot_status != "member":
        status = chat.bot_status
    elif user_id == world.account.id and chat.blocked:
        status = "kicked"
    elif user_id in chat.admins:
        status = "creator" if user_id == chat.admins[0] and user_id != world.account.id else "administrator"
    else:
        status = "member" if user_id in {chat.id, world.account.id, *chat.members} else "left"
    return _status_view(world, user_id, status)


def _status_view(world: World, user_id: int, status: str) -> Json:
    view: Json = {"user": sender_view(world, user_id), "status": status}
    if status == "kicked":
        view["until_date"] = 0
    elif status == "creator":
        view["is_anonymous"] = False
    elif status == "administrator":
        view.update({"can_be_edited": False, **_ADMIN_RIGHTS})
    return view


def _group(world: World, chat_id: int) -> Chat:
    chat = world.chat(chat_id)
    if chat.kind == "private" or chat.moved_to is not None:
        raise ControlError("no_group", "that is no group, or it has moved")
    return chat


def _check_actor(chat: Chat, by: int | None) -> None:
    if by is not None and by not in chat.members:
        raise ControlError("no_speaker", "only a member of the group can do that")


def _somebody(world: World, chat: Chat) -> int:
    """A member, in whose name the group itself acts; the bot where everybody has left."""
    return min(chat.members, default=world.account.id)


def _bot_goes(world: World, chat: Chat, by: int, status: str) -> None:
    old = member_view(world, chat, world.account.id)
    chat.admins = [admin for admin in chat.admins if admin != world.account.id]
    _note(world, chat, by, {"left_chat_member": bot_view(world.account)})
    chat.bot_status = status
    _bot_changed(world, chat, by, old)


def _note(world: World, chat: Chat, sender_id: int, body: Json) -> int:
    message = world.add_message(chat, sender_id, body, editable=False)
    chat.revision = message.revision
    if chat.bot_status == "member":
        world.update("message", message_view(world, message))
    return message.id


def _bot_changed(world: World, chat: Chat, by: int, old: Json) -> None:
    new = member_view(world, chat, world.account.id)
    world.update("my_chat_member", _change(world, chat, by, old, new))


def _member_changed(world: World, chat: Chat, by: int, old: Json, user_id: int) -> None:
    payload = _change(world, chat, by, old, member_view(world, chat, user_id))
    if world.account.id in chat.admins:
        world.update("chat_member", payload)


def _change(world: World, chat: Chat, by: int, old: Json, new: Json) -> Json:
    chat.revision = world.changed()
    return {
        "chat": chat_view(world, chat),
        "from": sender_view(world, by),
        "date": world.unix(),
        "old_chat_member": old,
        "new_chat_member": new,
    }
