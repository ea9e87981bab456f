"""One fault at a time against the real process over HTTP: nothing is lost, nothing doubles unsaid, all goes on."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.localchat.faults import Fault
from storage.tables import Outbox, Reminder
from tests.journeys.county import BEIJING
from tests.journeys.faultcase import AGAIN, FIRST, TOWNS, Case, case

pytestmark = pytest.mark.slow


def at(month: int, day: int, hour: int = 9, minute: int = 0, second: int = 5, year: int = 2022) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=BEIJING)


def everybody_heard_once(it: Case) -> None:
    """Each contact got one unmarked message since the process started."""
    for player in it.contacts:
        assert len(it.sent(player)) == 1, (player, it.sent(player))
        assert AGAIN not in it.sent(player)[0].params["text"]


# Telegram's refusals


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        (Fault("sendMessage", "error", retry_after=3, skip=2), 3),
        (Fault("sendMessage", "error", code=429, description="Too Many Requests", skip=2), 5),
    ],
    ids=["named", "unnamed"],
)
def test_after_a_429_nothing_is_asked_before_its_time_and_nothing_is_lost(
    tmp_path: Path, fault: Fault, seconds: int
) -> None:
    """F11."""
    with case(tmp_path) as it:
        it.api.faults.add(fault)
        it.morning(FIRST, len(TOWNS))
        (refused,) = it.api.refusals("sendMessage")
        later = [call.at for call in it.api.transcript("sendMessage") if call.number > refused.number]
        in_flight = timedelta(seconds=0.3)  # what was on its way already
        assert all(
            moment - refused.at < in_flight or (moment - refused.at).total_seconds() >= seconds for moment in later
        )
        assert sum(moment - refused.at < in_flight for moment in later) <= 6
        assert len(later) >= 1
        everybody_heard_once(it)


@pytest.mark.parametrize(
    ("fault", "copies"),
    [
        (Fault("sendMessage", "drop_before"), 1),
        (Fault("sendMessage", "drop_after"), 2),
        (Fault("sendMessage", "error", code=500), 1),
        (Fault("sendMessage", "error", code=502, description="Bad Gateway"), 1),
    ],
    ids=["cut before", "cut after", "500", "502"],
)
def test_what_may_have_arrived_is_sent_once_more_and_says_so(tmp_path: Path, fault: Fault, copies: int) -> None:
    """F12."""
    with case(tmp_path) as it:
        unlucky = it.contacts[2]
        fault.chat_id = unlucky.user_id
        it.api.faults.add(fault)
        it.morning(FIRST, len(TOWNS) - 2 + copies)
        assert len(it.words(unlucky)) == copies - 1
        assert {row.state for row in it.rows(Outbox, Outbox.kind == "wave", Outbox.uncertain == 1)} == {"due"}
        it.morning(FIRST + timedelta(minutes=2), 1)
        assert [AGAIN in words for words in it.words(unlucky)] == [False, True][2 - copies :]
        assert len(it.sent()) == 1
        assert Counter(row.state for row in it.rows(Reminder)) == {"sent": 2 * len(TOWNS)}


def test_what_may_have_arrived_twice_is_not_sent_a_third_time_and_the_coordinator_hears_of_it(tmp_path: Path) -> None:
    """V4: never a third copy."""
    with case(tmp_path) as it:
        unlucky = it.contacts[2]
        it.api.faults.add(Fault("sendMessage", "drop_after", count=2, chat_id=unlucky.user_id))
        it.morning(FIRST, len(TOWNS))
        it.morning(FIRST + timedelta(minutes=2), 2)
        it.morning(FIRST + timedelta(hours=1), 0)
        assert [AGAIN in words for words in it.words(unlucky)] == [False, True]
        assert Counter(row.state for row in it.rows(Reminder)) == {"sent": 2 * len(TOWNS) - 2, "unknown": 2}
        told = [words for words in it.words(it.county.coordinator) if "不知是否收到" in words]
        assert len(told) == 1
        assert unlucky.name in told[0]


def test_who_blocked_the_bot_is_left_alone_the_deputy_is_asked_or_the_coordinator_phones(tmp_path: Path) -> None:
    """F14: one attempt each, one line to the coordinator each; the next morning's rung goes elsewhere."""
    with case(tmp_path, deputy=True) as it:
        covered, alone = it.contacts[0], it.contacts[1]
        for player in (covered, alone):
            it.api.faults.add(Fault("sendMessage", "error", code=403, count=99, chat_id=player.user_id))
        it.morning(FIRST, len(TOWNS))
        it.morning(at(3, 24, 16), 0)
        for player in (covered, alone):
            assert len(it.api.refusals("sendMessage", player.user_id)) == 1
            told = [
                words for words in it.words(it.county.coordinator) if "收不到消息了" in words and player.name in words
            ]
            assert len(told) == 1
        it.morning(at(3, 25), 1)
        assert len(it.sent(it.deputy)) == 1
        it.morning(at(4, 2), len(TOWNS) - 1)
        assert len(it.sent(it.deputy)) == 1
        assert sum(len(it.api.refusals("sendMessage", player.user_id)) for player in (covered, alone)) == 2
        assert any(alone.agency in call.params["text"] for call in it.sent(it.county.coordinator))


@pytest.mark.parametrize(
    "words",
    [
        "Bad Request: chat not found",
        "Bad Request: PEER_ID_INVALID",
        "Bad Request: user is deactivated",
        "Bad Request: have no rights to send a message",
    ],
)
def test_a_400_about_the_person_counts_as_unreachable(tmp_path: Path, words: str) -> None:
    with case(tmp_path) as it:
        gone = it.contacts[0]
        it.api.faults.add(Fault("sendMessage", "error", code=400, description=words, count=99, chat_id=gone.user_id))
        it.morning(FIRST, len(TOWNS))
        assert len(it.api.refusals("sendMessage")) == 1
        assert sum("收不到消息了" in said for said in it.words(it.county.coordinator)) == 1
        for player in it.contacts[1:]:
            assert len(it.words(player)) == 1


@pytest.mark.parametrize(
    "words",
    [
        'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 7',
        "Bad Request: message is too long",
        "Bad Request: BUTTON_DATA_INVALID",
        "Bad Request: something nobody has seen before",
    ],
)
def test_a_400_about_the_message_sets_it_aside_and_the_next_go_on(tmp_path: Path, words: str) -> None:
    with case(tmp_path) as it:
        unlucky = it.contacts[0]
        it.api.faults.add(Fault("sendMessage", "error", code=400, description=words, chat_id=unlucky.user_id))
        it.up(FIRST)
        it.wait(lambda: len(it.sent()) >= len(TOWNS) - 1)
        it.linger()
        said = it.log
        it.down()
        assert len(it.api.refusals("sendMessage")) == 1
        assert it.words(unlucky) == []
        assert "our_fault" in said
        (row,) = it.rows(Outbox, Outbox.state == "dead")
        assert row.reason
        for player in it.contacts[1:]:
            assert len(it.words(player)) == 1
        waiting = {row.state for row in it.rows(Reminder, Reminder.outbox_id.is_(None))}
        assert waiting == {"waiting"}
        it.morning(at(3, 25), 1)
        assert len(it.words(unlucky)) == 1
        assert Counter(row.state for row in it.rows(Reminder, Reminder.audience == "contact")) == {
            "sent": 2 * len(TOWNS)
        }


# Away for a while


def test_down_over_one_rung_comes_one_message_that_says_it_is_late(tmp_path: Path) -> None:
    """F20: the rung of 2 April is said on 6 April, after the holiday."""
    with case(tmp_path) as it:
        it.morning(FIRST, len(TOWNS))
        it.morning(at(4, 6, 9, 40), len(TOWNS))
        everybody_heard_once(it)
        assert all("晚发" in it.sent(player)[0].params["text"] for player in it.contacts)
        assert it.fates("2022Q1") == {("D-10", "sent", ""), ("D-3", "sent", "")}


def test_down_over_several_rungs_and_the_quarters_end_comes_one_message_about_the_newest(tmp_path: Path) -> None:
    """F20, V6: of D-3, D-1, D and D+1 the last is said, the others are down as overtaken."""
    with case(tmp_path) as it:
        it.morning(FIRST, len(TOWNS))
        it.morning(at(4, 12, 10, 0), len(TOWNS) + 1)
        everybody_heard_once(it)
        assert all("晚发" in it.sent(player)[0].params["text"] for player in it.contacts)
        overtaken = {(rung, "dropped", "overtaken") for rung in ("D-3", "D-1", "D")}
        assert it.fates("2022Q1") == {("D-10", "sent", ""), ("D+1", "sent", ""), *overtaken}
        it.morning(at(4, 12, 15, 0), 0)
        assert it.sent() == []
        assert len(it.words(it.county.coordinator)) >= 1


def test_back_at_night_nothing_is_said_before_the_next_working_morning(tmp_path: Path) -> None:
    with case(tmp_path) as it:
        it.morning(FIRST, len(TOWNS))
        it.morning(at(4, 2, 20), 0)
        it.morning(at(4, 3, 10), 0)
        assert [len(it.words(player)) for player in it.contacts] == [1] * len(TOWNS)
        it.morning(at(4, 6), len(TOWNS))
        everybody_heard_once(it)


def test_down_from_before_christmas_to_5_january_both_the_year_and_the_fourth_quarter_come_right(
    tmp_path: Path,
) -> None:
    """The named 31 December is overdue, the fourth quarter is at D-3; one message says both, and that it is late."""
    from tests.journeys.faultcase import plan_text

    text = plan_text(deadline="2022年12月31日前完成。")
    with case(tmp_path, text=text, activated=at(12, 8, 15)) as it:
        it.morning(at(12, 9), len(TOWNS))
        it.morning(at(12, 16), len(TOWNS))
        it.morning(at(1, 5, year=2023), len(TOWNS))
        print(sorted((r.what, r.task_id, r.rung, r.audience, r.state, r.reason) for r in it.rows(Reminder)))
        for c in it.sent():
            print(c.params["chat_id"], c.params["text"])
        everybody_heard_once(it)
        assert 0
