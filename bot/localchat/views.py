"""People, chats, messages and files as the Bot API writes them in JSON."""

from __future__ import annotations

from bot.localchat.world import Account, Chat, Json, Message, Person, StoredFile, World


def person_view(person: Person) -> Json:
    """A `User`."""
    view: Json = {"id": person.id, "is_bot": False, "first_name": person.name}
    if person.username:
        view["username"] = person.username
    return {**view, "language_code": person.language_code}


def bot_view(account: Account) -> Json:
    """The bot as `User`."""
    return {"id": account.id, "is_bot": True, "first_name": account.name, "username": account.username}


def me_view(account: Account) -> Json:
    """The answer of getMe."""
    return {
        **bot_view(account),
        "can_join_groups": True,
        "can_read_all_group_messages": True,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def chat_view(world: World, chat: Chat) -> Json:
    """A `Chat`."""
    if chat.kind != "private":
        return {"id": chat.id, "title": chat.title, "type": chat.kind}
    person = world.people[chat.id]
    view: Json = {"id": chat.id, "first_name": person.name, "type": "private"}
    return {**view, "username": person.username} if person.username else view


def sender_view(world: World, sender_id: int) -> Json:
    """Whoever wrote: a person or the bot."""
    if sender_id == world.account.id:
        return bot_view(world.account)
    return person_view(world.people[sender_id])


def message_view(world: World, message: Message, with_reply: bool = True) -> Json:
    """A `Message`; what it replies to is shown one level deep."""
    chat = world.chats[message.chat_id]
    view: Json = {
        "message_id": message.id,
        "from": sender_view(world, message.sender_id),
        "chat": chat_view(world, chat),
        "date": message.date,
        **message.body,
        **message.extra,
    }
    if message.edit_date is not None:
        view["edit_date"] = message.edit_date
    if message.inline is not None:
        view["reply_markup"] = message.inline
    replied = chat.messages.get(message.reply_to) if message.reply_to is not None and with_reply else None
    if replied is not None and not replied.deleted:
        view["reply_to_message"] = message_view(world, replied, with_reply=False)
    return view


def page_view(world: World, message: Message) -> Json:
    """A message for the page: the Bot API's view and what only the chat itself knows."""
    view = message_view(world, message)
    view.update(
        chat_id=message.chat_id,
        revision=message.revision,
        from_bot=message.sender_id == world.account.id,
        reaction=list(message.reaction),
        deleted=message.deleted,
    )
    return view


def file_content(stored: StoredFile) -> Json:
    """A stored file as the content field of a message; a photo in one size, an animation also as a document."""
    view: Json = {"file_id": stored.id, "file_unique_id": stored.unique_id, "file_size": len(stored.content)}
    if stored.kind == "photo":
        return {"photo": [{**view, "width": stored.width, "height": stored.height}]}
    if stored.kind != "voice":
        view["file_name"] = stored.name
    view["mime_type"] = stored.mime_type
    if stored.kind == "document":
        return {"document": view}
    if stored.kind == "animation":
        return {"animation": {**view, **_moving(stored)}, "document": view}
    if stored.kind == "video":
        return {"video": {**view, **_moving(stored)}}
    named = {name: getattr(stored, name) for name in ("performer", "title") if getattr(stored, name)}
    return {stored.kind: {**view, "duration": stored.duration, **named}}


def _moving(stored: StoredFile) -> Json:
    return {"width": stored.width, "height": stored.height, "duration": stored.duration}


def file_view(stored: StoredFile) -> Json:
    """A `File`, as getFile answers."""
    return {
        "file_id": stored.id,
        "file_unique_id": stored.unique_id,
        "file_size": len(stored.content),
        "file_path": stored.path,
    }
