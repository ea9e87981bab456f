"""Methods about the bot itself, its updates, its files and its menus."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from bot.localchat.errors import ApiError, bad_request
from bot.localchat.media import MAX_DOWNLOAD
from bot.localchat.params import Params
from bot.localchat.views import chat_view, file_view, me_view, person_view, sender_view
from bot.localchat.world import Json, World

QUERY_LIFE = timedelta(seconds=150)
MAX_ANSWER = 200
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
_PLAIN_SCOPES = frozenset({"default", "all_private_chats", "all_group_chats", "all_chat_administrators"})
_CHAT_SCOPES = frozenset({"chat", "chat_administrators", "chat_member"})
_COMMAND = re.compile(r"/?[a-z0-9_]{1,32}")


def get_me(world: World, _params: Params) -> Json:
    """getMe."""
    return me_view(world.account)


def get_updates(world: World, params: Params) -> list[Json]:
    """getUpdates, without waiting: the server in front does the long polling."""
    if world.account.webhook:
        raise ApiError(
            409,
            "Conflict: can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first",
        )
    allowed = params.parsed("allowed_updates")
    if isinstance(allowed, list):
        world.updates.allow([str(kind) for kind in allowed])
    limit = params.integer("limit", 100)
    return world.updates.fetch(world.clock.now(), params.integer("offset"), limit if 1 <= limit <= 100 else 100)


def set_webhook(world: World, params: Params) -> bool:
    """setWebhook: remembered, so that getUpdates refuses; this server delivers by polling only."""
    url = params.text("url")
    if url and not url.startswith("https://"):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    world.account.webhook = url
    _drop_pending(world, params)
    return True


def delete_webhook(world: World, params: Params) -> bool:
    """deleteWebhook."""
    world.account.webhook = ""
    _drop_pending(world, params)
    return True


def get_webhook_info(world: World, _params: Params) -> Json:
    """getWebhookInfo."""
    return {
        "url": world.account.webhook,
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.pending),
    }


def answer_callback_query(world: World, params: Params) -> bool:
    """answerCallbackQuery: once, and within 150 seconds of the press by the chat's clock."""
    query = world.queries.get(params.text("callback_query_id"))
    now = world.clock.now()
    if query is None or query.answered or now - query.at > QUERY_LIFE:
        raise bad_request(_TOO_OLD)
    text = params.text("text")
    if len(text) > MAX_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    query.answered = True
    chat = world.chats[query.chat_id]
    chat.revision = world.changed()
    notice = {"revision": chat.revision, "person": query.person_id, "message_id": query.message_id}
    chat.notices.append({**notice, "text": text, "alert": params.flag("show_alert")})
    return True


def get_file(world: World, params: Params) -> Json:
    """getFile: where a file up to 20 MB can be downloaded."""
    stored = world.files.get(params.text("file_id"))
    if stored is None:
        raise bad_request(
            "invalid file_id" if not params.text("file_id") else "wrong file_id or the file is temporarily unavailable"
        )
    if len(stored.content) > MAX_DOWNLOAD:
        raise bad_request("file is too big")
    return file_view(stored)


def get_chat(world: World, params: Params) -> Json:
    """getChat, the fields that say something here."""
    chat = world.chat_for_bot(params.text("chat_id"))
    return {
        **chat_view(world, chat),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }


def get_chat_member(world: World, params: Params) -> Json:
    """getChatMember."""
    chat = world.chat_for_bot(params.text("chat_id"))
    user_id = params.integer("user_id")
    if user_id == world.account.id:
        return {"user": sender_view(world, user_id), "status": "kicked" if chat.blocked else "member"}
    if user_id not in world.people:
        raise bad_request("user not found")
    inside = user_id == chat.id or user_id in chat.members
    return {"user": person_view(world.people[user_id]), "status": "member" if inside else "left"}


def set_my_commands(world: World, params: Params) -> bool:
    """setMyCommands for a scope and a language."""
    commands = params.parsed("commands")
    if not isinstance(commands, list) or not all(isinstance(item, dict) for item in commands):
        raise bad_request("can't parse commands list JSON object")
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    world.account.commands[_commands_key(world, params)] = [_command(item) for item in commands]
    _menus_changed(world)
    return True


def get_my_commands(world: World, params: Params) -> list[Json]:
    """getMyCommands: exactly those of the scope and language."""
    return world.account.commands.get(_commands_key(world, params), [])


def delete_my_commands(world: World, params: Params) -> bool:
    """deleteMyCommands."""
    world.account.commands.pop(_commands_key(world, params), None)
    _menus_changed(world)
    return True


def set_profile(world: World, params: Params) -> bool:
    """setMyName, setMyDescription and setMyShortDescription: kept, shown nowhere."""
    for field, limit in (("name", 64), ("description", 512), ("short_description", 120)):
        if params.has(field):
            if len(params.text(field)) > limit:
                raise bad_request(f"bot {field.replace('_', ' ')} is too long")
            world.account.profile[field, params.text("language_code")] = params.text(field)
    return True


def set_chat_menu_button(_world: World, _params: Params) -> bool:
    """setChatMenuButton: the page always offers the commands."""
    return True


def commands_for(world: World, chat_id: int, language: str) -> list[Json]:
    """What a person sees as menu: the narrowest scope first, in it the person's language before the default."""
    kind = "all_private_chats" if chat_id > 0 else "all_group_chats"
    for scope, number in (("chat", chat_id), (kind, 0), ("default", 0)):
        for code in (language[:2], ""):
            found = world.account.commands.get((scope, number, 0, code))
            if found:
                return found
    return []


def _commands_key(world: World, params: Params) -> tuple[str, int, int, str]:
    language = params.text("language_code")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad_request("invalid language code specified")
    scope: Any = params.parsed("scope") or {"type": "default"}
    kind = scope.get("type") if isinstance(scope, dict) else None
    if kind in _PLAIN_SCOPES:
        return str(kind), 0, 0, language
    if kind not in _CHAT_SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    chat = world.chat_for_bot(str(scope.get("chat_id") or ""))
    return str(kind), chat.id, int(scope.get("user_id") or 0), language


def _menus_changed(world: World) -> None:
    revision = world.changed()
    for chat in world.chats.values():
        chat.revision = revision


def _command(item: Json) -> Json:
    command, description = str(item.get("command", "")), str(item.get("description", "")).strip()
    if not _COMMAND.fullmatch(command):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": command.removeprefix("/"), "description": description}


def _drop_pending(world: World, params: Params) -> None:
    if params.flag("drop_pending_updates"):
        world.updates.clear()
