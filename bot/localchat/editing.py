"""Methods that change what is already in a chat: edit, delete, pin, react."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.localchat.errors import bad_request
from bot.localchat.keyboards import Markup, read_inline_markup
from bot.localchat.params import Params
from bot.localchat.sending import caption_body, media_body, text_body
from bot.localchat.views import message_view
from bot.localchat.world import Chat, Json, Message, World

DELETABLE_FOR = timedelta(hours=48)
_SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same as "
    "a current content and reply markup of the message"
)
_CAPTION = ("caption", "caption_entities")
_REACTIONS = frozenset(
    emoji
    for row in (
        "👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥",
        "🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨",
        "🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡",
    )
    for emoji in row.split()
)
"""The emoji Telegram takes as a reaction (Bot API, ReactionTypeEmoji); ✅ is not among them."""


def edit_message_text(world: World, params: Params) -> Json:
    """editMessageText."""
    message = _own(world, params)
    body = text_body(params)
    if "text" not in message.body:
        raise bad_request("there is no text in the message to edit")
    return _edit(world, message, body, read_inline_markup(params))


def edit_message_caption(world: World, params: Params) -> Json:
    """editMessageCaption; without a caption the old one goes away."""
    message = _own(world, params)
    if "photo" not in message.body and "document" not in message.body:
        raise bad_request("there is no caption in the message to edit")
    kept = {key: value for key, value in message.body.items() if key not in _CAPTION}
    return _edit(world, message, {**kept, **caption_body(params)}, read_inline_markup(params))


def edit_message_media(world: World, params: Params) -> Json:
    """editMessageMedia: another photo or document in the place of the old."""
    message = _own(world, params)
    item = params.parsed("media")
    if not isinstance(item, dict):
        raise bad_request("can't parse input media JSON object")
    body = media_body(world, params, item)
    group = message.body.get("media_group_id")
    if group:
        body["media_group_id"] = group
    return _edit(world, message, body, read_inline_markup(params))


def edit_message_reply_markup(world: World, params: Params) -> Json:
    """editMessageReplyMarkup; without a markup the buttons go away."""
    message = _own(world, params)
    return _edit(world, message, message.body, read_inline_markup(params), content_edited=False)


def delete_message(world: World, params: Params) -> bool:
    """deleteMessage: within 48 hours, the bot's own or, in a private chat, the other side's."""
    chat = world.chat_for_bot(params.text("chat_id"))
    message = _find(chat, params.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    if chat.kind != "private" and message.sender_id != world.account.id:
        raise bad_request("message can't be deleted")
    if world.clock.now() - datetime.fromtimestamp(message.date, UTC) > DELETABLE_FOR:
        raise bad_request("message can't be deleted for everyone")
    forget(world, chat, message)
    return True


def forget(world: World, chat: Chat, message: Message) -> None:
    """Take a message out of its chat, and out of what is pinned there."""
    message.deleted = True
    chat.pinned = [pinned for pinned in chat.pinned if pinned != message.id]
    chat.revision = world.touched(message)


def pin_chat_message(world: World, params: Params) -> bool:
    """pinChatMessage; a service message appears in the chat."""
    chat = world.chat_to_write(params.text("chat_id"))
    message = _find(chat, params.integer("message_id"))
    if message is None:
        raise bad_request("message to pin not found")
    if message.id not in chat.pinned:
        chat.pinned.append(message.id)
        pinned = message_view(world, message, with_reply=False)
        world.add_message(chat, world.account.id, {"pinned_message": pinned}, editable=False)
        chat.revision = world.changed()
    return True


def unpin_chat_message(world: World, params: Params) -> bool:
    """unpinChatMessage: the named one, or the newest pinned."""
    chat = world.chat_to_write(params.text("chat_id"))
    message_id = params.integer("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if message_id not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(message_id)
    chat.revision = world.changed()
    return True


def set_message_reaction(world: World, params: Params) -> bool:
    """setMessageReaction: at most one emoji from Telegram's list; none takes the reaction away."""
    chat = world.chat_to_write(params.text("chat_id"))
    message = _find(chat, params.integer("message_id"))
    if message is None:
        raise bad_request("message to react not found")
    reactions = params.parsed("reaction") or []
    if not isinstance(reactions, list) or not all(isinstance(item, dict) for item in reactions):
        raise bad_request("can't parse reaction types JSON object")
    emoji = tuple(str(item.get("emoji", "")).replace("\ufe0f", "") for item in reactions)
    if len(emoji) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    if not _REACTIONS.issuperset(emoji):
        raise bad_request("REACTION_INVALID")
    message.reaction = emoji
    world.touched(message)
    return True


def _edit(world: World, message: Message, body: Json, inline: Markup | None, content_edited: bool = True) -> Json:
    if body == message.body and inline == message.inline:
        raise bad_request(_SAME)
    if world.gate is not None:
        world.gate.pass_one(message.chat_id)
    message.body, message.inline = body, inline
    if content_edited:
        message.edit_date = world.unix()
    world.touched(message)
    return message_view(world, message)


def _own(world: World, params: Params) -> Message:
    chat = world.chat_to_write(params.text("chat_id"))
    message_id = params.integer("message_id")
    if not message_id:
        raise bad_request("message identifier is not specified")
    message = _find(chat, message_id)
    if message is None:
        raise bad_request("message to edit not found")
    if message.sender_id != world.account.id or not message.editable:
        raise bad_request("message can't be edited")
    return message


def _find(chat: Chat, message_id: int) -> Message | None:
    message = chat.messages.get(message_id)
    return None if message is None or message.deleted else message
