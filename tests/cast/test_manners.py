"""Each manner leads to the reports one expects of it; nobody acts at night; the same seed plays the same."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import cast

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cast import sayings
from bot.cast.carried import Carried
from bot.cast.contacts import Answer, Letter, answered_at
from bot.cast.hands import Hands
from bot.cast.tempers import Manner, Temper, alike, county, waking
from bot.domain.model import Position, Role
from bot.domain.workdays import Calendar
from bot.stage import Player
from tests.cast.year import BEIJING, played

FIRST, LAST = datetime(2022, 1, 1), datetime(2023, 1, 31)  # noqa: DTZ001
# The prompt and the late are also watched, all in one, through the half year of tests/demo.
ACTING = [
    pytest.param(Manner.PROMPT, marks=pytest.mark.slow),
    pytest.param(Manner.LATE, marks=pytest.mark.slow),
    Manner.VAGUE,
    Manner.DIFFICULT,
]


def contact(user_id: int, position: Position = Position.CONTACT) -> Player:
    return Player(user_id, user_id, f"某{user_id}", Role.CONTACT, position, f"县{user_id}局", "")


@pytest.mark.slow
def test_the_prompt_answer_everything_at_the_first_reminder_and_within_the_hour() -> None:
    year = played(Manner.PROMPT)
    assert Counter(report.version for report in year.of_quarter()) == {1: len(year.of_quarter())}
    assert len(year.of_quarter()) == 3
    assert all(at.time() < time(10, 0) for at in (r.told_at.astimezone(BEIJING) for r in year.of_quarter()))
    assert all(report.told_at.astimezone(BEIJING).date() < year.due_on for report in year.of_quarter())


@pytest.mark.slow
def test_the_late_report_after_the_due_day() -> None:
    year = played(Manner.LATE)
    assert len(year.of_quarter()) == 2
    assert all(report.told_at.astimezone(BEIJING).date() > year.due_on for report in year.of_quarter())


def test_the_vague_report_in_loose_words_after_the_bot_has_asked() -> None:
    year = played(Manner.VAGUE)
    assert year.reports
    assert {report.status for report in year.reports} == {"in_progress"}
    assert all(report.words for report in year.reports)
    loose = [report for report in year.reports if any(words in report.words for words in sayings.LOOSE)]
    assert loose


def test_the_difficult_report_trouble_send_files_correct_themselves_and_ask_for_things() -> None:
    year = played(Manner.DIFFICULT)
    assert any(report.difficulty for report in year.reports)
    assert year.requests
    assert year.files or any(report.version > 1 for report in year.reports)


@pytest.mark.parametrize("manner", ACTING)
def test_nobody_acts_at_night(manner: Manner) -> None:
    acts = played(manner).acts
    assert acts
    assert all(time(8, 0) <= at.time() <= time(21, 0) for at in acts)


@pytest.mark.slow
def test_the_coordinator_accepts_what_came_on_the_next_working_day() -> None:
    year = played(Manner.PROMPT)
    came = {report.id: report.told_at.astimezone(BEIJING).date() for report in year.reports}
    judged = {review.report_id: review.reviewed_at.astimezone(BEIJING).date() for review in year.reviews}
    assert set(judged) == set(came)
    for report_id, day in judged.items():
        assert day > came[report_id]
        assert chinese_calendar.is_workday(day)
        between = (came[report_id] + timedelta(n) for n in range(1, (day - came[report_id]).days))
        assert not any(chinese_calendar.is_workday(other) for other in between)
    assert all(review.accepted for review in year.reviews)


def letter(rung: str, task: str = "1") -> Letter:
    item = Carried(1, 1, task, "巡河", "2024Q1", rung, date(2024, 4, 8))
    return Letter(contact(1001), 5, datetime(2024, 4, 8, 9, 0, tzinfo=BEIJING), (item,))


def when(manner: Manner, asked: Letter, seed: int) -> datetime | None:
    return answered_at(Temper(manner), asked, seed, BEIJING, Calendar())


@given(st.sampled_from(list(Manner)), st.sampled_from(["D-10", "D-3", "D-1", "D", "D+1"]), st.integers(0, 999))
def test_when_somebody_answers_depends_on_the_seed_and_on_nothing_else(manner: Manner, rung: str, seed: int) -> None:
    first = when(manner, letter(rung), seed)
    assert first == when(manner, letter(rung), seed)
    assert first is None or first > letter(rung).arrived
    assert manner is not Manner.SILENT or first is None
    assert manner is not Manner.PROMPT or first is not None


def test_another_seed_or_another_matter_is_another_draw() -> None:
    drawn = {when(Manner.VAGUE, letter("D", task), seed) for seed in range(20) for task in ("1", "2")}
    assert len(drawn) > 20


@given(st.integers(1, 60), st.integers(0, 999))
def test_a_county_is_made_up_in_believable_shares_whoever_is_drawn(people: int, seed: int) -> None:
    tempers = county([contact(1001 + place) for place in range(people)], seed)
    counts = Counter(temper.manner for temper in tempers.values())
    shares = {Manner.PROMPT: 50, Manner.LATE: 20, Manner.VAGUE: 15, Manner.SILENT: 5, Manner.DIFFICULT: 10}
    assert sum(counts.values()) == people
    assert all(abs(counts[manner] - people * share / 100) < 1 for manner, share in shares.items())


def test_deputies_and_leaders_stand_outside_the_draw() -> None:
    leader = Player(1, 1, "孙宏", Role.LEADER, Position.CONTACT, "", "")
    tempers = county([leader, contact(2, Position.DEPUTY)], 1)
    assert {user: temper.manner for user, temper in tempers.items()} == {2: Manner.PROMPT}
    assert alike([leader, contact(2)], Manner.LATE) == {2: Temper(Manner.LATE)}


@given(st.datetimes(FIRST, LAST), st.integers(0, 99))
def test_a_night_is_slept_through_to_the_morning(at: datetime, seed: int) -> None:
    local = at.replace(tzinfo=BEIJING)
    woken = waking(local, BEIJING, random.Random(seed))
    assert woken >= local
    assert time(8, 0) <= woken.astimezone(BEIJING).time() <= time(20, 31)
    assert woken - local < timedelta(hours=14)


def test_there_are_many_ways_to_say_the_same() -> None:
    every = [template for group in sayings.TEMPLATES for template in group]
    assert len(set(every)) == len(every) >= 40


class Noting:
    """Hands that only note what they press and say."""

    def __init__(self) -> None:
        self.deeds: list[str] = []

    async def press(self, action: str, arg: str | None = None, on: int | None = None) -> bool:
        self.deeds.append(f"{action} {arg}")
        return True

    async def say(self, text: str, reply_to: int | None = None, *, heard: bool = True) -> int | None:
        self.deeds.append(text)
        return 1


@given(st.integers(0, 999), st.sampled_from(["D-30", "D-10", "D"]))
def test_the_words_under_a_tap_say_what_the_tap_says(seed: int, rung: str) -> None:
    """Nobody taps 已完成 and writes that it has come to 65 percent."""
    item = Carried(1, 1, "1", "每周巡河", "milestone:2024-12-31", rung, date(2024, 12, 31))
    asked = Letter(contact(1001), 5, datetime(2024, 11, 18, 9, 0, tzinfo=BEIJING), (item,))
    hands = Noting()
    talker = Temper(Manner.PROMPT, talks=1.0)
    answer = Answer(cast(Hands, hands), asked, talker, (0,), asked.arrived, seed, BEIJING, Calendar())
    asyncio.run(answer.give())
    status, words = hands.deeds[0], hands.deeds[1]
    assert (status == "st done") == (words in {sayings.finished(item, random.Random(n)) for n in range(200)})
