"""Methods about chats and who is in them."""

from __future__ import annotations

from bot.localchat.errors import bad_request
from bot.localchat.membership import bot_leaves, member_view
from bot.localchat.params import Params
from bot.localchat.views import chat_view, message_view
from bot.localchat.world import Chat, Json, World

_NO_GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)


def get_chat(world: World, params: Params) -> Json:
    """getChat, the fields that say something here."""
    chat = world.chat_for_bot(params.text("chat_id"))
    full: Json = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": dict(_NO_GIFTS)}
    pinned = chat.messages.get(chat.pinned[-1]) if chat.pinned else None
    if pinned is not None:
        full["pinned_message"] = message_view(world, pinned, with_reply=False)
    return {**chat_view(world, chat), **full}


def get_chat_member(world: World, params: Params) -> Json:
    """getChatMember."""
    chat = _inside(world, params)
    user_id = params.integer("user_id")
    if user_id <= 0:
        raise bad_request("invalid user_id specified")
    if user_id not in world.people and user_id != world.account.id:
        raise bad_request("user not found")
    return member_view(world, chat, user_id)


def get_chat_member_count(world: World, params: Params) -> int:
    """getChatMemberCount, the bot included."""
    chat = _inside(world, params)
    return 2 if chat.kind == "private" else len(chat.members) + 1


def get_chat_administrators(world: World, params: Params) -> list[Json]:
    """getChatAdministrators: the creator first; other bots do not exist here."""
    chat = _inside(world, params)
    if chat.kind == "private":
        raise bad_request("there are no administrators in the private chat")
    return [member_view(world, chat, admin) for admin in chat.admins]


def leave_chat(world: World, params: Params) -> bool:
    """leaveChat."""
    chat = world.chat_to_write(params.text("chat_id"))
    if chat.kind == "private":
        raise bad_request("chat member status can't be changed in private chats")
    bot_leaves(world, chat)
    return True


def get_user_profile_photos(world: World, params: Params) -> Json:
    """getUserProfilePhotos: nobody here has one."""
    if params.integer("user_id") not in world.people:
        raise bad_request("user not found")
    return {"total_count": 0, "photos": []}


def _inside(world: World, params: Params) -> Chat:
    chat = world.chat_for_bot(params.text("chat_id"))
    return chat if chat.kind == "private" else world.chat_to_write(params.text("chat_id"))
