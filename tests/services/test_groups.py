"""Working groups: put in, bound by a tap, posted to by a tap, moved, lost; nothing else is ever said in a group."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.localchat.faults import Fault
from bot.services import entering
from bot.texts.sentences import sentence
from storage.tables import Audit, ChatGroup, Outbox
from tests.services.stage_play import FARMS, WATER, Play, at

GROUP, SUPER = -5001, -100_5001
TITLE = "河道整治工作群"
BOSS = "王牵头"


async def put_in(play: Play, by: str = BOSS, group: int = GROUP) -> None:
    others = [player.user_id for player in play.cast.values() if player.name != by]
    play.api.add_group(group, TITLE, [play.user(by), *others])
    await play.house.settle()


async def bound(play: Play) -> int:
    await put_in(play)
    await tap(play, "bind")
    return play.user(BOSS)


def posts(play: Play, group: int = GROUP) -> list[str]:
    return [str(call.params["text"]) for call in play.api.transcript("sendMessage", group)]


async def tap(play: Play, arg: str, who: str = BOSS) -> None:
    """A tap and all that follows: what a post's end draws in another chat is another round."""
    assert await play.taps(play.user(who), "yg", arg)
    await play.house.settle()


def group_row(play: Play) -> ChatGroup:
    (row,) = play.rows(ChatGroup)
    return row


async def test_a_coordinator_is_asked_in_private_and_the_group_hears_nothing(play: Play) -> None:
    await put_in(play)
    assert f"把“{TITLE}”作为工作群" in play.last(play.user(BOSS))
    assert group_row(play).bound_at is None
    await tap(play, "bind")
    assert group_row(play).bound_by == play.person_id(BOSS)
    assert play.api.transcript(chat_id=GROUP) == []
    assert play.dead() == []


async def test_the_figures_go_out_once_after_the_coordinator_has_seen_them(play: Play) -> None:
    boss = await bound(play)
    await tap(play, "see:state")
    preview = play.last(boss)
    assert posts(play) == []
    assert "应报4份，已报0份" in preview
    await tap(play, "send")
    (text,) = posts(play)
    assert text in preview
    assert WATER not in text and FARMS not in text
    assert "✅ 已发到" in play.last(boss)
    (entry,) = play.rows(Audit, Audit.action == "group_released")
    assert (entry.actor, entry.detail["post"]["reported"]) == (f"person:{play.person_id(BOSS)}", 0)

