"""Methods about what a bot shows of itself: commands by scope and language, names, menu buttons, default rights."""

from __future__ import annotations

import re

from bot.localchat.errors import bad_request
from bot.localchat.params import Params
from bot.localchat.world import Chat, Json, World

MAX_COMMANDS = 100
MAX_COMMAND = 32
MAX_DESCRIPTION = 256
_PLAIN_SCOPES = frozenset({"default", "all_private_chats", "all_group_chats", "all_chat_administrators"})
_CHAT_SCOPES = frozenset({"chat", "chat_administrators", "chat_member"})
_COMMAND = re.compile(r"[a-z0-9_]+")
_PROFILE = {
    "setmyname": ("name", 64, "name is too long"),
    "setmydescription": ("description", 512, "description is too long"),
    "setmyshortdescription": ("short_description", 120, "short description is too long"),
}


def set_my_commands(world: World, params: Params) -> bool:
    """setMyCommands for a scope and a language."""
    commands = [_command(item) for item in params.parsed("commands") or []]
    key = _commands_key(world, params)
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    world.account.commands[key] = commands
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
    """setMyName, setMyDescription and setMyShortDescription: kept per language, shown nowhere."""
    field, limit, refusal = _PROFILE[params.method]
    value = params.text(field).strip()
    if len(value) > limit:
        raise bad_request(refusal)
    world.account.profile[field, _language(params)] = value
    return True


def get_profile(world: World, params: Params) -> Json:
    """getMyName, getMyDescription and getMyShortDescription: of the language, else the general one."""
    field = _PROFILE[params.method.replace("get", "set", 1)][0]
    profile = world.account.profile
    given = profile.get((field, _language(params))) or profile.get((field, ""))
    return {field: given or (world.account.name if field == "name" else "")}


def set_chat_menu_button(world: World, params: Params) -> bool:
    """setChatMenuButton: of one private chat or of all; kept, and the page always offers the commands."""
    button: Json = params.parsed("menu_button") or {"type": "default"}
    if button["type"] not in {"default", "commands", "web_app"}:
        raise bad_request("can't parse menu button: MenuButton has unsupported type")
    if button["type"] == "web_app":
        _check_web_app(button)
    world.account.menu_buttons[_menu_of(world, params)] = button
    return True


def get_chat_menu_button(world: World, params: Params) -> Json:
    """getChatMenuButton: the chat's, else the general one."""
    buttons = world.account.menu_buttons
    button = buttons.get(_menu_of(world, params)) or buttons.get(0) or {"type": "commands"}
    return button if button["type"] != "default" else {"type": "commands"}


def set_my_default_administrator_rights(world: World, params: Params) -> bool:
    """setMyDefaultAdministratorRights: kept, and without effect here."""
    world.account.rights[params.flag("for_channels")] = params.parsed("rights") or {}
    return True


def get_my_default_administrator_rights(world: World, params: Params) -> Json:
    """getMyDefaultAdministratorRights."""
    return {**NO_RIGHTS, **world.account.rights.get(params.flag("for_channels"), {})}


NO_RIGHTS: Json = dict.fromkeys(
    (
        "is_anonymous",
        "can_manage_chat",
        "can_delete_messages",
        "can_manage_video_chats",
        "can_restrict_members",
        "can_promote_members",
        "can_change_info",
        "can_invite_users",
        "can_post_stories",
        "can_edit_stories",
        "can_delete_stories",
    ),
    False,
)
"""The rights every answer about administrators must state."""


def commands_for(world: World, chat_id: int, language: str, user_id: int | None = None) -> list[Json]:
    """What a person sees as menu: the narrowest scope first, in it the person's language before the general list.

    The order is the Bot API's: in a private chat chat, all_private_chats, default; in a group chat_member,
    chat_administrators, chat, all_chat_administrators, all_group_chats, default.
    """
    commands = world.account.commands
    for scope, number, user in _scopes(world.chats.get(chat_id), chat_id, user_id):
        for code in (language[:2], ""):
            found = commands.get((scope, number, user, code))
            if found:
                return found
    return []


def _scopes(chat: Chat | None, chat_id: int, user_id: int | None) -> list[tuple[str, int, int]]:
    if chat_id > 0:
        return [("chat", chat_id, 0), ("all_private_chats", 0, 0), ("default", 0, 0)]
    manages = chat is not None and user_id in chat.admins
    scopes = [("chat_member", chat_id, user_id)] if user_id is not None else []
    scopes += [("chat_administrators", chat_id, 0)] if manages else []
    scopes.append(("chat", chat_id, 0))
    scopes += [("all_chat_administrators", 0, 0)] if manages else []
    return [*scopes, ("all_group_chats", 0, 0), ("default", 0, 0)]


def _commands_key(world: World, params: Params) -> tuple[str, int, int, str]:
    scope: Json = params.parsed("scope") or {"type": "default"}
    kind = str(scope["type"])
    if kind in _PLAIN_SCOPES:
        return kind, 0, 0, _language(params)
    if kind not in _CHAT_SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    for name in ("chat_id",) if kind != "chat_member" else ("chat_id", "user_id"):
        if scope.get(name) is None:
            raise bad_request(f"can't parse BotCommandScope: Can't find field \"{name}\"")
    chat = world.chat_for_bot(str(scope["chat_id"]))
    if kind != "chat" and chat.kind == "private":
        raise bad_request("can't use specified scope in private chats")
    return kind, chat.id, int(scope.get("user_id") or 0), _language(params)


def _language(params: Params) -> str:
    language = params.text("language_code")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad_request("invalid language code specified")
    return language


def _menus_changed(world: World) -> None:
    revision = world.changed()
    for chat in world.chats.values():
        chat.revision = revision


def _command(item: Json) -> Json:
    command, description = str(item["command"]).removeprefix("/"), str(item["description"]).strip()
    if not command:
        raise bad_request("command must be non-empty")
    if len(command) > MAX_COMMAND:
        raise bad_request(f"command length must not exceed {MAX_COMMAND}")
    if not description:
        raise bad_request("command description must be non-empty")
    if len(description) > MAX_DESCRIPTION:
        raise bad_request(f"command description length must not exceed {MAX_DESCRIPTION}")
    if not _COMMAND.fullmatch(command):
        raise bad_request("BOT_COMMAND_INVALID")
    return {"command": command, "description": description}


def _check_web_app(button: Json) -> None:
    for name in ("text", "web_app"):
        if button.get(name) is None:
            raise bad_request(f"can't parse menu button: Can't find field \"{name}\"")
    url = str(button["web_app"]["url"])
    if not url.startswith("https://"):
        raise bad_request(f"menu button Web App URL '{url}' is invalid: Only HTTPS links are allowed")


def _menu_of(world: World, params: Params) -> int:
    if not params.has("chat_id"):
        return 0
    chat = world.chat_for_bot(params.text("chat_id"))
    if chat.kind != "private":
        raise bad_request("invalid chat_id specified")
    return chat.id
