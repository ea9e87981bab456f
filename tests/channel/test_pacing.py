"""The pacer never lets more through than the messenger allows."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.channel.pacing import Pacer

START = datetime(2022, 4, 8, 1, 0, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
calls = st.lists(
    st.tuples(st.sampled_from([1, 2, 3, 4, -5, -6, *range(10, 60)]), st.integers(0, 400_000)), min_size=1, max_size=120
)


def send_moments(pacer: Pacer, plan: list[tuple[int, int]]) -> list[tuple[datetime, int]]:
    now, moments = START, []
    for chat_id, later in plan:
        now += later * MICROSECOND
        moments.append((now + timedelta(seconds=pacer.slot(chat_id, now)), chat_id))
    return sorted(moments)


@given(calls, st.sampled_from([1, 7, 25, 30]))
def test_no_second_sees_more_messages_than_allowed(plan: list[tuple[int, int]], per_second: int) -> None:
    moments = [moment for moment, _ in send_moments(Pacer(per_second=per_second), plan)]
    for i, moment in enumerate(moments):
        within = [other for other in moments[i:] if other < moment + timedelta(seconds=1) - MICROSECOND]
        assert len(within) <= per_second


@given(calls)
def test_a_chat_has_its_gap_and_a_group_a_longer_one(plan: list[tuple[int, int]]) -> None:
    moments = send_moments(Pacer(), plan)
    for chat_id in {chat_id for _, chat_id in moments}:
        own = [moment for moment, owner in moments if owner == chat_id]
        gap = timedelta(seconds=60 / 18 if chat_id < 0 else 1) - MICROSECOND
        assert all(later - earlier >= gap for earlier, later in itertools.pairwise(own))


@given(st.lists(st.integers(0, 9_000_000), min_size=20, max_size=60))
def test_a_group_sees_at_most_18_messages_in_any_minute(pauses: list[int]) -> None:
    moments = [moment for moment, _ in send_moments(Pacer(), [(-5, pause) for pause in pauses])]
    for moment in moments:
        assert sum(moment <= other < moment + timedelta(minutes=1) for other in moments) <= 18


@given(calls, st.sampled_from([None, 1, -5]), st.integers(1, 90))
def test_nothing_goes_out_during_a_penalty(plan: list[tuple[int, int]], held: int | None, seconds: int) -> None:
    pacer, end = Pacer(), START + timedelta(seconds=seconds)
    pacer.hold(held, end)
    moments = send_moments(pacer, plan)
    assert all(moment >= end for moment, chat_id in moments if held in (None, chat_id))


def test_an_idle_bot_sends_at_once() -> None:
    assert Pacer().slot(1, START) == 0


def test_a_waiting_chat_does_not_hold_up_the_others() -> None:
    pacer = Pacer()
    assert [pacer.slot(1, START) for _ in range(3)] == [0, 1, 2]
    assert pacer.slot(2, START) == 0.04


def test_a_message_that_went_out_late_moves_its_chats_gap() -> None:
    pacer = Pacer()
    pacer.slot(1, START)
    pacer.sent(1, START + timedelta(seconds=0.5))
    assert pacer.slot(1, START + timedelta(seconds=1)) == 0.5


def test_a_shorter_penalty_does_not_end_a_longer_one() -> None:
    pacer, end = Pacer(), START + timedelta(seconds=30)
    pacer.hold(None, end)
    pacer.hold(None, START + timedelta(seconds=5))
    assert pacer.held_until(7, START) == end
    assert pacer.held_until(None, end) is None


def test_it_forgets_chats_that_may_be_written_to_again() -> None:
    pacer = Pacer()
    for chat_id in range(1, 200):
        pacer.slot(chat_id, START + timedelta(seconds=chat_id))
    assert len(pacer.in_gap(START + timedelta(seconds=199))) == 1


def test_room_is_what_can_be_begun_in_a_moment_after_what_is_booked() -> None:
    pacer = Pacer(per_second=25)
    assert pacer.room(START, 0.06) == 2
    pacer.slot(1, START)
    assert (pacer.room(START, 0.06), pacer.open_in(START)) == (1, 0.04)
    pacer.slot(2, START)
    assert (pacer.room(START, 0.06), pacer.open_in(START)) == (0, 0.08)
    assert pacer.room(START + timedelta(seconds=0.04), 0.06) == 1
    assert Pacer(per_second=float("inf")).room(START, 0.06) > 1000


@given(calls, st.integers(11, 10**6))
def test_a_clock_set_back_changes_no_wait(plan: list[tuple[int, int]], seconds: int) -> None:
    back = timedelta(seconds=seconds)
    here, there = Pacer(), Pacer()
    now = START
    for chat_id, later in plan:
        now += later * MICROSECOND
        assert here.slot(chat_id, now) == there.slot(chat_id, now)
    here.hold(3, now + timedelta(seconds=9))
    there.hold(3, now + timedelta(seconds=9))
    there.set_back(back)
    for chat_id in (1, 2, 3, -5):
        assert here.slot(chat_id, now) == there.slot(chat_id, now - back)
