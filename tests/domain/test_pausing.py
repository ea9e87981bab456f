"""暂停: the clock of reminders stops and runs on fairly, whatever the pauses; lateness follows the moved day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import ladder, owing, standing
from bot.domain.facts import Audience, Due, DutyFact, PauseFact, PlanFacts, ReportFact, TaskFact
from bot.domain.model import DueKey, DutyRole, Status
from bot.domain.standing import PlanOutline, TaskOutline
from bot.domain.summary import Light
from bot.domain.workdays import Calendar

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = Calendar()
KEY = DueKey(1, 1, "2024Q2")
# The quarter's D is 5 July 2024; the ladder begins on 21 June.
D, BEGINS = date(2024, 7, 5), date(2024, 6, 21)


def facts(pauses: Iterable[PauseFact] = (), **changes: object) -> PlanFacts:
    task = TaskFact(1, (DutyFact(1, DutyRole.LEAD), DutyFact(2, DutyRole.PARTICIPANT)), (date(2024, 7, 10),))
    begun_at = datetime(2024, 1, 2, 9, tzinfo=ZONE)
    return PlanFacts(1, 2024, ZONE, begun_at, (task,), pauses=tuple(pauses), **changes)  # type: ignore[arg-type]


def due(found: PlanFacts, key: DueKey = KEY) -> Due:
    one = owing.due_of(key, found, CALENDAR)
    if one is None:
        raise LookupError(key)
    return one


def moments(found: PlanFacts, key: DueKey = KEY) -> dict[str, datetime]:
    return {
        rung.key.rung: rung.owed_at
        for rung in ladder.owed(found, CALENDAR)
        if (rung.key.task_id, rung.key.agency_id, rung.key.what) == (key.task_id, key.agency_id, key.what)
        and rung.key.audience is Audience.CONTACT
    }


def mornings(start: datetime, until: date) -> int:
    """Working mornings from a moment on, the last day included."""
    days = (start.date() + timedelta(days=at) for at in range((until - start.date()).days + 1))
    return sum(CALENDAR.is_workday(day) and datetime.combine(day, time(9), ZONE) >= start for day in days)


_MINUTES = 60 * 24 * 61
_MOMENTS = st.integers(0, _MINUTES).map(lambda at: datetime(2024, 6, 1, tzinfo=ZONE) + timedelta(minutes=at))


@st.composite
def pauses(draw: st.DrawFn) -> PauseFact:
    start = draw(_MOMENTS)
    return PauseFact(start, start + draw(st.timedeltas(timedelta(0), timedelta(days=20))))


@settings(max_examples=30, deadline=None)
@given(st.lists(pauses(), max_size=4))
def test_nothing_is_owed_inside_a_pause_and_the_rungs_keep_their_order(found: list[PauseFact]) -> None:
    paused = facts(found)
    for key in (KEY, DueKey(1, 1, "milestone:2024-07-10"), DueKey(1, 2, "2024Q2")):
        owed = moments(paused, key)
        plain = moments(facts(), key)
        assert not any(pause.lasts(at) for at in owed.values() for pause in found)
        assert list(owed) == [name for name in plain if name in owed]
        assert len(set(owed.values())) == len(owed)
        assert all(at >= plain[name] and CALENDAR.is_workday(at.date()) for name, at in owed.items())


@settings(max_examples=30, deadline=None)
@given(pauses())
def test_what_was_left_when_a_pause_began_is_left_when_it_ends(pause: PauseFact) -> None:
    if pause.until_at is None:
        raise ValueError(pause)
    begun = max(pause.from_at, datetime.combine(BEGINS, time(), ZONE))
    if begun.date() > D or pause.until_at < begun:
        assert due(facts([pause])).due_on == D
        return
    assert mornings(begun, D) == mornings(max(pause.until_at, begun), due(facts([pause])).due_on)


@settings(max_examples=30, deadline=None)
@given(pauses(), pauses())
def test_overlapping_pauses_stop_the_clock_once(one: PauseFact, other: PauseFact) -> None:
    first, second = sorted((one, other), key=lambda pause: pause.from_at)
    both = [first, second]
    if first.until_at and second.until_at and second.from_at <= first.until_at:
        both = [PauseFact(first.from_at, max(first.until_at, second.until_at))]
    assert due(facts([one, other])) == due(facts(both))
    assert moments(facts([one, other])) == moments(facts(both))
    assert moments(facts([one, other])) == moments(facts([other, one, one]))


@settings(max_examples=30, deadline=None)
@given(_MOMENTS)
def test_pausing_and_resuming_at_once_changes_nothing(at: datetime) -> None:
    assert moments(facts([PauseFact(at, at)])) == moments(facts())
    assert due(facts([PauseFact(at, at)])) == due(facts())


@settings(max_examples=30, deadline=None)
@given(pauses())
def test_what_a_pause_does_not_cover_runs_on(pause: PauseFact) -> None:
    other = PauseFact(pause.from_at, pause.until_at, agency_id=2)
    assert moments(facts([other])) == moments(facts())


def answered(at: datetime) -> dict[DueKey, ReportFact]:
    return {KEY: ReportFact(KEY, Status.IN_PROGRESS, at, at)}


def light(found: PlanFacts, as_of: datetime) -> Light:
    outline = PlanOutline("计划", (TaskOutline(1, "（一）1", "治理", "一"),), {1: "县水利局", 2: "县财政局"})
    (task,) = standing.summarise(outline, found, CALENDAR, "2024Q2", as_of).tasks
    return task.light


def test_an_answer_while_the_clock_stands_still_is_not_late_and_one_after_the_moved_day_is() -> None:
    """D is 5 July; what lasts from 3 July stops it before it is over."""
    at = datetime(2024, 7, 9, 10, tzinfo=ZONE)
    lasting = facts([PauseFact(datetime(2024, 7, 3, 8, tzinfo=ZONE))], reports=answered(at))
    assert not standing.is_late(due(lasting), lasting, at)
    assert light(lasting, at) is Light.GREEN
    ended = PauseFact(datetime(2024, 7, 3, 8, tzinfo=ZONE), datetime(2024, 7, 8, 8, tzinfo=ZONE))
    moved = facts([ended], reports=answered(at))
    assert due(moved).due_on == date(2024, 7, 10)
    assert light(moved, at) is Light.GREEN
    late = datetime(2024, 7, 11, 10, tzinfo=ZONE)
    assert light(facts([ended], reports=answered(late)), late) is Light.YELLOW


def test_silence_is_overdue_after_the_moved_day_only_and_never_while_paused() -> None:
    began = datetime(2024, 7, 3, 8, tzinfo=ZONE)
    assert light(facts(), datetime(2024, 7, 8, 10, tzinfo=ZONE)) is Light.RED
    assert light(facts([PauseFact(began)]), datetime(2024, 8, 8, 10, tzinfo=ZONE)) is Light.NONE
    ended = facts([PauseFact(began, datetime(2024, 7, 8, 8, tzinfo=ZONE))])
    assert light(ended, datetime(2024, 7, 10, 10, tzinfo=ZONE)) is Light.NONE
    assert light(ended, datetime(2024, 7, 11, 10, tzinfo=ZONE)) is Light.RED


def test_the_periods_day_moves_with_a_pause_of_the_whole_plan_only() -> None:
    began, ended = datetime(2024, 7, 3, 8, tzinfo=ZONE), datetime(2024, 7, 8, 8, tzinfo=ZONE)
    whole, part = facts([PauseFact(began, ended)]), facts([PauseFact(began, ended, agency_id=1)])
    assert standing.due_day("2024Q2", whole, CALENDAR) == date(2024, 7, 10)
    assert standing.due_day("2024Q2", part, CALENDAR) == D


def test_an_answer_late_before_the_pause_stays_late() -> None:
    at = datetime(2024, 7, 12, 10, tzinfo=ZONE)
    found = facts([PauseFact(datetime(2024, 7, 8, 8, tzinfo=ZONE))], reports=answered(at))
    assert standing.is_late(due(found), found, at)
