"""What a bot shows of itself: commands by scope and language, names, menu buttons."""

from __future__ import annotations

from typing import Any

import pytest

from bot.localchat.api import BotApi
from bot.localchat.menus import commands_for
from tests.localchat.conftest import LI, WANG

GROUP = -100


def commands(word: str) -> list[dict[str, str]]:
    return [{"command": "help", "description": word}]


@pytest.fixture
def shown(api: BotApi):
    """What somebody sees as menu: the description of the one command there."""
    api.add_group(GROUP, "群", [LI, WANG])

    def look(chat_id: int, language: str = "zh-hans", user_id: int | None = None) -> str:
        found = commands_for(api.world, chat_id, language, user_id)
        return found[0]["description"] if found else ""

    return look


SCOPES: list[tuple[dict[str, Any], int, int | None]] = [
    ({"type": "default"}, GROUP, LI),
    ({"type": "all_group_chats"}, GROUP, LI),
    ({"type": "all_chat_administrators"}, GROUP, LI),
    ({"type": "chat", "chat_id": GROUP}, GROUP, LI),
    ({"type": "chat_administrators", "chat_id": GROUP}, GROUP, LI),
    ({"type": "chat_member", "chat_id": GROUP, "user_id": LI}, GROUP, LI),
]


def test_in_a_group_the_narrower_scope_wins_step_by_step(ok, shown) -> None:
    for scope, chat_id, user_id in SCOPES:
        ok("setMyCommands", commands=commands(scope["type"]), scope=scope)
        assert shown(chat_id, user_id=user_id) == scope["type"]
    assert shown(GROUP, user_id=WANG) == "chat", "who manages nothing sees the group's menu"
    for scope, chat_id, user_id in reversed(SCOPES):
        assert shown(chat_id, user_id=user_id) == scope["type"]
        ok("deleteMyCommands", scope=scope)
    assert shown(GROUP, user_id=LI) == ""


def test_in_a_private_chat_its_own_menu_then_the_private_one_then_the_default(ok, shown) -> None:
    for scope in ({"type": "default"}, {"type": "all_private_chats"}, {"type": "chat", "chat_id": LI}):
        ok("setMyCommands", commands=commands(scope["type"]), scope=scope)
        assert shown(LI) == scope["type"]
    assert shown(WANG) == "all_private_chats"


def test_the_persons_language_wins_within_a_scope_and_not_across(ok, shown) -> None:
    ok("setMyCommands", commands=commands("帮助"))
    ok("setMyCommands", commands=commands("Help"), language_code="en")
    assert [shown(WANG, "en-gb"), shown(LI)] == ["Help", "帮助"]
    ok("setMyCommands", commands=commands("私聊帮助"), scope={"type": "all_private_chats"})
    assert shown(WANG, "en") == "私聊帮助"
    assert ok("getMyCommands", language_code="en") == commands("Help")
    assert ok("getMyCommands", language_code="fr") == []


@pytest.mark.parametrize(
    ("method", "field"), [("Name", "name"), ("Description", "description"), ("ShortDescription", "short_description")]
)
def test_names_and_descriptions_are_kept_by_language(api: BotApi, ok, method: str, field: str) -> None:
    assert ok(f"getMy{method}")[field] == (api.world.account.name if field == "name" else "")
    ok(f"setMy{method}", **{field: "督办"})
    ok(f"setMy{method}", **{field: "Duban"}, language_code="en")
    assert [ok(f"getMy{method}", language_code=code)[field] for code in ("", "en", "fr")] == ["督办", "Duban", "督办"]


def test_menu_buttons_are_kept_for_one_chat_or_all(ok) -> None:
    assert ok("getChatMenuButton") == {"type": "commands"}
    button = {"type": "web_app", "text": "开", "web_app": {"url": "https://a.cn"}}
    ok("setChatMenuButton", chat_id=LI, menu_button=button)
    assert [ok("getChatMenuButton", chat_id=LI), ok("getChatMenuButton")] == [button, {"type": "commands"}]


def test_default_rights_and_profile_photos_can_be_asked(ok) -> None:
    ok("setMyDefaultAdministratorRights", rights={"can_delete_messages": True})
    rights = ok("getMyDefaultAdministratorRights")
    assert (rights["can_delete_messages"], rights["can_manage_chat"]) == (True, False)
    assert ok("getUserProfilePhotos", user_id=LI) == {"total_count": 0, "photos": []}
    assert ok("logOut") is ok("close") is True
