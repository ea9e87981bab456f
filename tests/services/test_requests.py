"""What contacts ask for: more time, not ours, ask somebody else, a question; and what the coordinator decides."""

from __future__ import annotations

import pytest

from bot.domain.model import Role
from bot.services import entering
from bot.texts.sentences import sentence
from storage.tables import Card, Extension, Report
from tests.services.stage_play import Play, at

WATER, BOSS = "李水利", "王牵头"


async def test_an_extension_asked_in_time_and_granted_moves_the_due_day(play: Play) -> None:
    who = play.user(WATER)
    await play.says(who, "（一）1 资金未到位，申请延期到4月26日")
    (asked,) = play.rows(Extension)
    assert (asked.until_on.isoformat(), asked.granted) == ("2024-04-26", None)
    await play.taps(play.user(BOSS), "qg")
    assert play.rows(Extension)[0].granted is True
    assert sentence("extension_granted", {"until": "2024-04-26"}, "zh") == play.last(who)
    await play.until(at(4, 10, 9))
    assert "（一）1" not in play.last(who)


async def test_the_same_request_twice_is_one_request(play: Play) -> None:
    for _ in range(3):
        await play.says(play.user(WATER), "（一）1 申请延期到4月26日")
    assert len(play.rows(Extension)) == 1
    assert len(play.rows(Card, Card.kind == "request")) == 1


async def test_after_the_due_day_no_extension_can_be_asked(play: Play) -> None:
    await play.until(at(4, 9, 10))
    await play.says(play.user(WATER), "（一）1 申请延期到4月26日")
    assert play.last(play.user(WATER)) == sentence("extension_too_late", {}, "zh")
    assert play.rows(Extension) == []


@pytest.mark.parametrize(
    ("text", "code", "params"),
    [
        ("申请延期到4月26日", "extension_which_task", {}),
        ("（一）1 申请延期", "extension_needs_date", {}),
        ("（一）1 申请延期到4月3日", "extension_not_later", {"day": "2024-04-08"}),
    ],
)
async def test_an_incomplete_request_is_answered_with_what_is_missing(
    play: Play, text: str, code: str, params: dict[str, str]
) -> None:
    await play.says(play.user(WATER), text)
    assert play.last(play.user(WATER)) == sentence(code, params, "zh")
    assert play.rows(Extension) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("（一）1 这项工作不是我们单位的职责", "decline"),
        ("（一）1 请问要报哪些数据？", "question"),
        ("（一）1 这事请找张三，他负责", "delegate"),
    ],
)
async def test_requests_go_to_the_coordinator_whose_answer_comes_back(play: Play, text: str, kind: str) -> None:
    who = play.user(WATER)
    await play.says(who, text)
    assert play.last(who) == sentence(f"{kind}_forwarded", {}, "zh")
    card = play.newest_card(BOSS, "request")
    assert (card.state["kind"], card.state["words"]) == (kind, text)
    action, outcome = ("qg", "granted") if kind == "question" else ("qr", "refused")
    await play.taps(play.user(BOSS), action)
    assert play.last(who) == sentence(f"{kind}_{outcome}", {}, "zh")
    toast = await play.forges(play.user(BOSS), f"1:qg:{card.id}:{play.newest_card(BOSS, 'request').rev}")
    assert toast == sentence("already_decided", {}, "zh")
    assert play.rows(Report) == []


async def test_deciding_one_request_leaves_the_others_of_that_moment_open(play: Play) -> None:
    for number in ("（一）1", "（二）2"):
        await play.says(play.user(WATER), f"{number} 这项工作不是我们单位的职责")
    await play.taps(play.user(BOSS), "qg")
    assert sorted(card.state["decided"] for card in play.rows(Card, Card.kind == "request")) == ["", "granted"]


async def test_a_second_coordinators_copy_follows_the_first_ones_decision(play: Play) -> None:
    def second(session):  # type: ignore[no-untyped-def]
        person = entering.add_person(session, 1, "陈牵头", Role.COORDINATOR, play.clock.now())
        person.user_id = person.chat_id = 7007
        return person.id

    play.api.add_user(7007, "陈牵头")
    play.write(second)
    play.api.user_starts(7007)
    await play.house.settle()
    await play.says(play.user(WATER), "（一）1 这项工作不是我们单位的职责")
    await play.taps(7007, "qr")
    assert [card.state["decided"] for card in play.rows(Card, Card.kind == "request")] == ["refused", "refused"]
    await play.taps(play.user(BOSS), "qg")
    assert [card.state["decided"] for card in play.rows(Card, Card.kind == "request")] == ["refused", "refused"]


async def test_who_has_left_hears_no_decision_any_more(play: Play) -> None:
    who = play.user(WATER)
    await play.says(who, "（一）1 这项工作不是我们单位的职责")
    play.write(lambda s: entering.leave(s, play.actor(BOSS), play.person_id(WATER), play.clock.now()))
    heard = play.texts(who)
    await play.taps(play.user(BOSS), "qr")
    assert play.texts(who) == heard
