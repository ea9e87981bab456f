"""Who is in which chat: groups, people who block, leave and return, groups that move to another id."""

from __future__ import annotations

from bot.localchat.errors import ControlError
from bot.localchat.views import bot_view, chat_view, message_view, person_view
from bot.localchat.world import Chat, Json, World


def add_group(world: World, group_id: int, title: str, members: list[int]) -> Chat:
    """Open a group with the bot and these people in it; the bot learns of it by `my_chat_member`."""
    if group_id >= 0 or group_id in world.chats or not members:
        raise ControlError("bad_group", "a group needs a new negative id and at least one member")
    people = {world.person(member).id for member in members}
    chat = Chat(group_id, "supergroup", title, people, started=True)
    world.chats[group_id] = chat
    _membership(world, chat, members[0], "left", "member")
    return chat


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
