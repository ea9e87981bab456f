"""One fault at a time against the real process over HTTP: nothing is lost, nothing doubles unsaid, all goes on."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.localchat.faults import Fault
from storage.tables import Outbox, Reminder
from tests.journeys.county import BEIJING
from tests.journeys.faultcase import AGAIN, FIRST, TOWNS, Case, case, plan_text

pytestmark = pytest.mark.slow
LATE = "请谅解"


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
        it.morning(FIRST, len(TOWNS) + 2)
        it.morning(at(3, 25), 0)
        for player in (covered, alone):
            assert len(it.api.refusals("sendMessage", player.user_id)) == 1
            told = [
                words for words in it.words(it.county.coordinator) if "收不到消息了" in words and player.name in words
            ]
            assert len(told) == 1
        assert len(it.words(it.deputy)) == 1
        assert "签收" in it.words(it.deputy)[0]
        it.morning(at(4, 2), len(TOWNS) - 1)
        assert len(it.sent(it.deputy)) == 1
        assert sum(len(it.api.refusals("sendMessage", player.user_id)) for player in (covered, alone)) == 2
        listed = [words for words in it.words(it.county.coordinator) if "无人可联系" in words]
        assert any(alone.agency in words for words in listed)
        assert not any(covered.agency in words for words in listed)


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
        "Bad Request: can't parse entities: unsupported start tag at byte offset 7",
        "Bad Request: BUTTON_DATA_INVALID",
        "Bad Request: message is too long",
        "Bad Request: something nobody has seen before",
    ],
)
def test_a_400_about_the_message_sets_it_aside_and_the_next_go_on(tmp_path: Path, words: str) -> None:
    """Plainer copies are refused as well; the rung is tried again on the next working morning."""
    with case(tmp_path) as it:
        unlucky = it.contacts[0]
        it.api.faults.add(Fault("sendMessage", "error", code=400, description=words, count=99, chat_id=unlucky.user_id))
        it.up(FIRST)
        it.wait(lambda: len(it.sent()) >= len(TOWNS) - 1)
        it.linger()
        said = it.log
        it.down()
        assert it.words(unlucky) == []
        assert "our_fault" in said
        (row,) = it.rows(Outbox, Outbox.state == "dead")
        assert row.reason
        for player in it.contacts[1:]:
            assert len(it.words(player)) == 1
        assert {row.state for row in it.rows(Reminder, Reminder.outbox_id.is_(None))} == {"waiting"}
        assert len(it.api.refusals("sendMessage")) <= 4
        it.api.faults.clear()
        it.morning(at(3, 25), 1)
        assert len(it.words(unlucky)) == 1
        assert Counter(row.state for row in it.rows(Reminder)) == {"sent": 2 * len(TOWNS)}


def test_a_message_whose_formatting_is_refused_arrives_without_it_at_once(tmp_path: Path) -> None:
    with case(tmp_path) as it:
        unlucky = it.contacts[0]
        words = "Bad Request: can't parse entities: can't find end tag corresponding to start tag b"
        it.api.faults.add(Fault("sendMessage", "error", code=400, description=words, chat_id=unlucky.user_id))
        it.morning(FIRST, len(TOWNS))
        everybody_heard_once(it)
        assert "<b>" not in it.words(unlucky)[0]


# Away for a while


def test_down_over_one_rung_comes_one_message_that_says_it_is_late(tmp_path: Path) -> None:
    """F20: the rung of 2 April is said on 6 April, after the holiday."""
    with case(tmp_path) as it:
        it.morning(FIRST, len(TOWNS))
        it.morning(at(4, 6, 9, 40), len(TOWNS))
        everybody_heard_once(it)
        assert all(LATE in it.sent(player)[0].params["text"] for player in it.contacts)
        assert it.fates("2022Q1") == {("D-10", "sent", ""), ("D-3", "sent", "")}


def test_down_over_several_rungs_and_the_quarters_end_comes_one_message_about_the_newest(tmp_path: Path) -> None:
    """F20, V6: of D-3, D-1, D and D+1 the last is said, the others are down as overtaken."""
    with case(tmp_path) as it:
        it.morning(FIRST, len(TOWNS))
        it.morning(at(4, 12, 10, 0), len(TOWNS) + 1)
        everybody_heard_once(it)
        assert all(LATE in it.sent(player)[0].params["text"] for player in it.contacts)
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


def test_down_from_20_december_to_5_january_both_the_year_and_the_fourth_quarter_come_right(tmp_path: Path) -> None:
    """The 31 December one text names is overdue since 30 December, the fourth quarter is at D-3: one late message."""
    with case(tmp_path, text=plan_text(deadline="2022年12月31日前完成。"), activated=at(12, 8, 15)) as it:
        it.morning(at(12, 9), len(TOWNS))
        it.morning(at(12, 16), len(TOWNS))
        it.morning(at(12, 20), 0)
        it.morning(at(1, 5, year=2023), len(TOWNS) + 1)
        everybody_heard_once(it)
        named = it.contacts[0]
        text = it.sent(named)[0].params["text"]
        assert LATE in text
        assert "12月31日" in text
        assert "第四季度" in text
        assert "1月9日" in text
        assert it.fates("2022Q4") == {("D-10", "dropped", "overtaken"), ("D-3", "sent", "")}
        ladder = {
            row.rung: (row.state, row.reason)
            for row in it.rows(Reminder, Reminder.task_id == 1, Reminder.audience == "contact")
            if "12-31" in row.what
        }
        assert ladder == {
            "D-10": ("sent", ""),
            "D-3": ("dropped", "overtaken"),
            "D-1": ("dropped", "overtaken"),
            "D": ("dropped", "overtaken"),
            "D+1": ("sent", ""),
        }
        assert any(named.agency in call.params["text"] for call in it.sent(it.county.coordinator))


# Clocks


def test_a_clock_moved_on_by_two_hours_says_what_fell_meanwhile_once_and_back_again_nothing(tmp_path: Path) -> None:
    """F23, F24, without a restart."""
    with case(tmp_path) as it:
        clock = moved(tmp_path, 0)
        it.up(at(3, 24, 7, 30), DUBAN_TEST_CLOCK=str(clock))
        it.linger()
        assert it.sent() == []
        moved(tmp_path, 2 * 3600)
        it.wait(lambda: len(it.sent()) >= len(TOWNS))
        moved(tmp_path, -3600)
        it.linger()
        moved(tmp_path, 3 * 3600)
        it.linger(4.0)
        it.down()
        everybody_heard_once(it)
        assert len(it.sent()) == len(TOWNS)


def test_a_clock_that_jumps_by_days_holds_everything_until_it_is_right_again(tmp_path: Path) -> None:
    """F23: more than six hours at once are not believed."""
    with case(tmp_path) as it:
        clock = moved(tmp_path, 0)
        it.up(at(3, 24), DUBAN_TEST_CLOCK=str(clock))
        it.wait(lambda: len(it.sent()) >= len(TOWNS))
        moved(tmp_path, 9 * 86400)
        it.wait(lambda: "planning, handling and sending wait" in it.log)
        it.api.user_starts(it.contacts[0].user_id)
        it.linger(3.0)
        assert len(it.sent()) == len(TOWNS)
        moved(tmp_path, 0)
        it.wait(lambda: len(it.sent()) > len(TOWNS), 60)
        it.down()
        assert len(it.sent()) == len(TOWNS) + 1


def test_a_process_started_two_weeks_ahead_and_then_right_sends_nothing_twice(tmp_path: Path) -> None:
    """F24: what a wrong clock sent stays sent."""
    with case(tmp_path) as it:
        it.morning(at(4, 7), len(TOWNS))
        for moment in (FIRST, at(4, 2), at(4, 7, 10)):
            it.morning(moment, 0)
            assert it.sent() == []
        it.morning(at(4, 8), len(TOWNS))
        everybody_heard_once(it)


def moved(folder: Path, seconds: int) -> Path:
    """The machine's clock is off by so much from now on."""
    fresh, file = folder / "clock.new", folder / "clock"
    fresh.write_text(str(seconds))
    fresh.replace(file)
    return file
