"""Methods that change what is already in a chat: edit, delete, pin, react."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.localchat.contents import (
    CAPTION_FIELDS,
    caption_body,
    media_body,
    read_caption,
    read_media,
    read_text,
    text_body,
)
from bot.localchat.copying import captioned, message_ids, says_something
from bot.localchat.errors import bad_request
from bot.localchat.keyboards import Markup, read_inline_markup
from bot.localchat.params import Params
from bot.localchat.views import message_view
from bot.localchat.world import Chat, Json, Message, World

DELETABLE_FOR = timedelta(hours=48)
_SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same as "
    "a current content and reply markup of the message"
)
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
    text = read_text(params)
    markup = read_inline_markup(params)
    message = _own(world, params)
    if "text" not in message.body:
        raise bad_request("there is no text in the message to edit")
    return _edit(world, message, text_body(world, text, params), markup)


def edit_message_caption(world: World, params: Params) -> Json:
    """editMessageCaption; without a caption the old one goes away."""
    markup = read_inline_markup(params)
    caption = read_caption(params)
    message = _own(world, params)
    if not captioned(message):
        raise bad_request("there is no caption in the message to edit")
    kept = {key: value for key, value in message.body.items() if key not in CAPTION_FIELDS}
    above = {"show_caption_above_media": True} if params.flag("show_caption_above_media") else {}
    return _edit(world, message, {**kept, **above, **caption_body(world, caption)}, markup)


def edit_message_media(world: World, params: Params) -> Json:
    """editMessageMedia: another file in the place of the old, or of a text."""
    markup = read_inline_markup(params)
    item, caption = read_media(params)
    message = _own(world, params)
    if "voice" in message.body or (not captioned(message) and "text" not in message.body):
        raise bad_request("message media can't be edited")
    if "media_group_id" in message.extra and not _fits_album(message, str(item["type"])):
        raise bad_request("can't change media type in the album")
    return _edit(world, message, media_body(world, params, item, caption), markup)


def edit_message_reply_markup(world: World, params: Params) -> Json:
    """editMessageReplyMarkup; without a markup the buttons go away."""
    markup = read_inline_markup(params)
    message = _own(world, params)
    return _edit(world, message, message.body, markup, content_edited=False)


def delete_message(world: World, params: Params) -> bool:
    """deleteMessage: within 48 hours, the bot's own or, in a private chat, the other side's."""
    chat = world.chat_to_write(params.text("chat_id"))
    message = _find(chat, params.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    _check_deletable(world, chat, message)
    forget(world, chat, message)
    return True


def delete_messages(world: World, params: Params) -> bool:
    """deleteMessages: up to a hundred; those that are not there are passed over."""
    numbers = message_ids(params)
    chat = world.chat_to_write(params.text("chat_id"))
    found = [message for number in numbers if (message := _find(chat, number)) is not None]
    for message in found:
        _check_deletable(world, chat, message)
    for message in found:
        forget(world, chat, message)
    return True


def _check_deletable(world: World, chat: Chat, message: Message) -> None:
    others = chat.kind != "private" and message.sender_id != world.account.id
    if others and world.account.id not in chat.admins:
        raise bad_request("message can't be deleted")
    if world.clock.now() - datetime.fromtimestamp(message.date, UTC) > DELETABLE_FOR:
        raise bad_request("message can't be deleted for everyone")


def forget(world: World, chat: Chat, message: Message) -> None:
    """Take a message out of its chat, and out of what is pinned there."""
    message.deleted = True
    chat.pinned = [pinned for pinned in chat.pinned if pinned != message.id]
    chat.revision = world.touched(message)


def pin_chat_message(world: World, params: Params) -> bool:
    """pinChatMessage; a note appears in the chat, and the bot hears of it as of anybody's pinning."""
    chat = world.chat_to_write(params.text("chat_id"))
    message = _find(chat, params.integer("message_id"))
    if message is None:
        raise bad_request("message to pin not found")
    _check_may_pin(world, chat)
    if not says_something(message):
        raise bad_request("service messages can't be pinned")
    if message.id in chat.pinned:
        raise bad_request("CHAT_NOT_MODIFIED")
    chat.pinned.append(message.id)
    pinned = message_view(world, message, with_reply=False)
    note = world.add_message(chat, world.account.id, {"pinned_message": pinned}, editable=False)
    world.update("message", message_view(world, note))
    chat.revision = world.changed()
    return True


def unpin_chat_message(world: World, params: Params) -> bool:
    """unpinChatMessage: the named one, or the newest pinned."""
    chat = world.chat_to_write(params.text("chat_id"))
    _check_may_pin(world, chat)
    message_id = params.integer("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if message_id not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(message_id)
    chat.revision = world.changed()
    return True


def unpin_all_chat_messages(world: World, params: Params) -> bool:
    """unpinAllChatMessages."""
    chat = world.chat_to_write(params.text("chat_id"))
    _check_may_pin(world, chat)
    chat.pinned.clear()
    chat.revision = world.changed()
    return True


def _check_may_pin(world: World, chat: Chat) -> None:
    if chat.kind != "private" and world.account.id not in chat.admins:
        raise bad_request("not enough rights to manage pinned messages in the chat")


def set_message_reaction(world: World, params: Params) -> bool:
    """setMessageReaction: at most one emoji from Telegram's list; none takes the reaction away."""
    reactions = params.parsed("reaction") or []
    chat = world.chat_to_write(params.text("chat_id"))
    message = _find(chat, params.integer("message_id"))
    if message is None:
        raise bad_request("message to react not found")
    emoji = tuple(_reaction(item) for item in reactions)
    if len(emoji) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
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


def _reaction(item: Json) -> str:
    emoji = str(item.get("emoji") or "").replace("\ufe0f", "")
    if item["type"] not in {"emoji", "custom_emoji", "paid"}:
        raise bad_request("can't parse ReactionType: invalid reaction type specified")
    if item["type"] != "emoji" or emoji not in _REACTIONS:
        raise bad_request("REACTION_INVALID")
    return emoji


def _fits_album(message: Message, kind: str) -> bool:
    pictures = {"photo", "video"}
    return kind in message.body or (kind in pictures and not pictures.isdisjoint(message.body))


def _own(world: World, params: Params) -> Message:
    message_id = params.integer("message_id")
    if not params.text("chat_id") and message_id <= 0:
        inline = params.text("inline_message_id")
        raise bad_request("MESSAGE_ID_INVALID" if inline else "message identifier is not specified")
    chat = world.chat_to_write(params.text("chat_id"))
    message = _find(chat, message_id)
    if message is None:
        raise bad_request("message to edit not found")
    if message.sender_id != world.account.id or not message.editable or "forward_origin" in message.extra:
        raise bad_request("message can't be edited")
    return message


def _find(chat: Chat, message_id: int) -> Message | None:
    message = chat.messages.get(message_id)
    return None if message is None or message.deleted else message
