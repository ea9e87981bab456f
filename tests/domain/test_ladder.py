"""The ladder: which rungs a plan owes, on which mornings, and why one need not be sent."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import ladder, owing
from bot.domain.facts import (
    ASSIGNMENT,
    Audience,
    DutyFact,
    ExtensionFact,
    OwedRung,
    PauseFact,
    PlanFacts,
    Reason,
    ReportFact,
    TaskFact,
)
from bot.domain.model import DueKey, DutyRole, Status
from bot.domain.policy import Participants, Policy
from bot.domain.workdays import Calendar

BEIJING = ZoneInfo("Asia/Shanghai")
CALENDAR = Calendar()
LEAD, PARTICIPANT = DutyFact(1, DutyRole.LEAD), DutyFact(2, DutyRole.PARTICIPANT)


def at(year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=BEIJING)


def plan(*milestones: date, **changes: object) -> PlanFacts:
    task = TaskFact(1, (LEAD, PARTICIPANT), milestones)
    facts = {"plan_id": 1, "year": 2022, "zone": BEIJING, "activated_at": at(2022, 1, 4), "tasks": (task,)}
    return PlanFacts(**{**facts, **changes})  # type: ignore[arg-type]


def report(what: str, when: datetime, status: Status = Status.IN_PROGRESS, **changes: object) -> ReportFact:
    return ReportFact(DueKey(1, 1, what), status, when, when, **changes)  # type: ignore[arg-type]


def with_reports(facts: PlanFacts, *reports: ReportFact) -> PlanFacts:
    return PlanFacts(**{**facts.__dict__, "reports": {r.key: r for r in reports}})


def rungs(facts: PlanFacts, what: str, agency: int = 1, audience: Audience = Audience.CONTACT) -> dict[str, OwedRung]:
    return {
        rung.key.rung: rung
        for rung in ladder.owed(facts, CALENDAR)
        if (rung.key.what, rung.key.agency_id, rung.key.audience) == (what, agency, audience)
    }


def test_the_first_quarter_of_2022_is_reminded_on_the_days_the_calendar_gives() -> None:
    days = {name: rung.owed_at.date() for name, rung in rungs(plan(), "2022Q1").items()}
    assert days == {
        "D-10": date(2022, 3, 24),
        "D-3": date(2022, 4, 2),  # a Saturday made a working day
        "D-1": date(2022, 4, 7),
        "D": date(2022, 4, 8),
        "D+1": date(2022, 4, 11),
    }


def test_reports_are_due_on_the_fifth_working_day_after_each_quarter() -> None:
    due = {due.key.what: due.due_on for due in owing.dues(plan(), CALENDAR) if due.key.agency_id == 1}
    assert [due[f"2022Q{q}"] for q in range(1, 5)] == [
        date(2022, 4, 8),
        date(2022, 7, 7),
        date(2022, 10, 12),
        date(2023, 1, 9),
    ]


def test_a_participant_is_invited_once_and_owes_nothing() -> None:
    assert set(rungs(plan(), "2022Q1", agency=2)) == {"D-10"}
    assert not rungs(plan(), "milestone:2022-12-31", agency=2)
    assert not rungs(plan(policy=Policy(participants=Participants.NONE)), "2022Q1", agency=2)
    assert "D+1" in rungs(plan(policy=Policy(participants=Participants.REQUIRED)), "2022Q1", agency=2)


def test_a_year_end_the_plan_names_has_the_whole_ladder_and_d_is_the_last_working_day_before() -> None:
    named = rungs(plan(date(2022, 12, 31)), "milestone:2022-12-31")
    assert list(named) == ["D-30", "D-10", "D-3", "D-1", "D", "D+1"]
    assert {rung.due_on for rung in named.values()} == {date(2022, 12, 30)}


def test_a_year_end_the_plan_does_not_name_is_only_a_heads_up() -> None:
    assert list(rungs(plan(), "milestone:2022-12-31")) == ["D-30", "D-10", "D-3"]
    assert not rungs(plan(), "milestone:2022-12-31", audience=Audience.COORDINATOR)


def test_several_deadlines_on_one_day_are_one_milestone() -> None:
    assert len(rungs(plan(date(2022, 6, 30), date(2022, 6, 30)), "milestone:2022-06-30")) == 5


def test_the_coordinator_gets_the_missing_list_and_then_the_phone_list() -> None:
    missing = rungs(plan(), "2022Q1", audience=Audience.COORDINATOR)
    assert {name: rung.owed_at.date() for name, rung in missing.items()} == {
        "D+1": date(2022, 4, 11),
        "D+3": date(2022, 4, 13),
    }


def test_a_plan_activated_in_mid_year_does_not_chase_what_was_due_before() -> None:
    late = plan(date(2022, 6, 30), activated_at=at(2022, 8, 1))
    whats = {rung.key.what for rung in ladder.owed(late, CALENDAR)}
    assert whats == {ASSIGNMENT, "2022Q3", "2022Q4", "milestone:2022-12-31"}


def test_a_plan_activated_inside_a_ladder_sends_only_the_rungs_ahead() -> None:
    assert list(rungs(plan(activated_at=at(2022, 4, 6)), "2022Q1")) == ["D-1", "D", "D+1"]


def test_an_assignment_given_in_the_evening_waits_for_the_next_working_morning() -> None:
    given_on_friday_evening = plan(activated_at=at(2022, 4, 8, 18))
    (assignment,) = rungs(given_on_friday_evening, ASSIGNMENT).values()
    assert assignment.owed_at == at(2022, 4, 11)


def test_nothing_is_sent_once_the_report_is_in() -> None:
    facts = with_reports(plan(), report("2022Q1", at(2022, 3, 25)))
    for rung in rungs(facts, "2022Q1").values():
        assert ladder.reason_against(rung, facts, CALENDAR) is Reason.REPORTED


def test_a_returned_report_is_owed_again_on_its_new_limit_in_a_new_round() -> None:
    returned = report(
        "2022Q1",
        at(2022, 4, 1),
        returned=True,
        returned_at=at(2022, 4, 6, 15),
        limit_on=date(2022, 4, 13),
        returns=1,
    )
    facts = with_reports(plan(), returned)
    again = rungs(facts, "2022Q1")
    assert {rung.key.round for rung in again.values()} == {1}
    assert {name: rung.owed_at.date() for name, rung in again.items()} == {
        "D-3": date(2022, 4, 8),
        "D-1": date(2022, 4, 12),
        "D": date(2022, 4, 13),
        "D+1": date(2022, 4, 14),
    }
    old = rungs(plan(), "2022Q1")["D"]
    assert ladder.reason_against(old, facts, CALENDAR) is Reason.MOVED


def test_an_extension_moves_the_ladder_and_ends_the_old_one() -> None:
    key = DueKey(1, 1, "2022Q1")
    facts = plan(extensions=(ExtensionFact(key, date(2022, 4, 20), at(2022, 4, 6, 15)),))
    assert rungs(facts, "2022Q1")["D"].owed_at == at(2022, 4, 20)
    assert ladder.reason_against(rungs(plan(), "2022Q1")["D"], facts, CALENDAR) is Reason.MOVED


def test_after_a_report_in_the_last_ten_days_a_milestone_keeps_only_the_last_call_and_overdue() -> None:
    facts = with_reports(plan(date(2022, 6, 30)), report("milestone:2022-06-30", at(2022, 6, 20)))
    kept = {
        name
        for name, rung in rungs(facts, "milestone:2022-06-30").items()
        if ladder.reason_against(rung, facts, CALENDAR) is None
    }
    assert kept == {"D", "D+1"}


def test_a_milestone_ends_when_it_or_its_task_is_reported_done() -> None:
    for what in ("milestone:2022-06-30", "2022Q1"):
        facts = with_reports(plan(date(2022, 6, 30)), report(what, at(2022, 4, 7), Status.DONE))
        reasons = {
            ladder.reason_against(rung, facts, CALENDAR) for rung in rungs(facts, "milestone:2022-06-30").values()
        }
        assert reasons == {Reason.REPORTED}


def test_one_milestone_done_does_not_end_another() -> None:
    facts = with_reports(
        plan(date(2022, 6, 30), date(2022, 12, 31)), report("milestone:2022-06-30", at(2022, 6, 20), Status.DONE)
    )
    for rung in rungs(facts, "milestone:2022-12-31").values():
        assert ladder.reason_against(rung, facts, CALENDAR) is None


def test_a_closed_plan_says_nothing() -> None:
    facts = plan(closed=True)
    for rung in ladder.owed(facts, CALENDAR):
        assert ladder.reason_against(rung, facts, CALENDAR) is Reason.PLAN_CLOSED


@pytest.mark.parametrize(
    "pause",
    [
        PauseFact(at(2022, 3, 1)),
        PauseFact(at(2022, 3, 1), task_id=1),
        PauseFact(at(2022, 3, 1), agency_id=1),
    ],
)
def test_while_a_pause_lasts_nothing_is_owed_of_what_it_stops(pause: PauseFact) -> None:
    facts = plan(pauses=(pause,))
    assert not rungs(facts, "2022Q1")
    assert bool(rungs(facts, "2022Q1", agency=2)) is (pause.agency_id == 1)


def test_a_pause_gives_back_the_days_it_took() -> None:
    # D is 8 April; the ladder begins on 24 March. 28 March to 1 April are five working days.
    facts = plan(pauses=(PauseFact(at(2022, 3, 28, 8), at(2022, 4, 2, 8)),))
    days = {name: rung.owed_at.date() for name, rung in rungs(facts, "2022Q1").items()}
    assert days == {
        "D-10": date(2022, 3, 24),
        "D-3": date(2022, 4, 12),
        "D-1": date(2022, 4, 14),
        "D": date(2022, 4, 15),
        "D+1": date(2022, 4, 18),
    }
    (due,) = [due for due in owing.dues(facts, CALENDAR) if (due.key.what, due.key.agency_id) == ("2022Q1", 1)]
    assert (due.due_on, due.planned_on) == (date(2022, 4, 15), date(2022, 4, 8))


def test_a_pause_before_a_ladder_begins_moves_nothing_and_one_over_its_beginning_starts_it_after() -> None:
    early = plan(pauses=(PauseFact(at(2022, 2, 1), at(2022, 3, 1)),))
    assert rungs(early, "2022Q1") == rungs(plan(), "2022Q1")
    over = rungs(plan(pauses=(PauseFact(at(2022, 3, 1), at(2022, 4, 1, 8)),)), "2022Q1")
    assert over["D-10"].owed_at == at(2022, 4, 1)
    assert over["D"].owed_at == at(2022, 4, 18)


def test_a_pause_after_the_day_stops_the_escalation_only() -> None:
    facts = plan(pauses=(PauseFact(at(2022, 4, 11, 10), at(2022, 4, 20, 8)),))
    assert rungs(facts, "2022Q1") == rungs(plan(), "2022Q1")
    told = rungs(facts, "2022Q1", audience=Audience.COORDINATOR)
    assert {name: rung.owed_at.date() for name, rung in told.items()} == {
        "D+1": date(2022, 4, 11),
        "D+3": date(2022, 4, 21),
    }


def test_a_muted_task_is_owed_and_nobody_is_reminded_of_it() -> None:
    task = TaskFact(1, (LEAD, PARTICIPANT), (), muted=True)
    facts = plan(tasks=(task,))
    assert [due for due in owing.dues(facts, CALENDAR) if due.key.what == "2022Q1"]
    reasons = {ladder.reason_against(rung, facts, CALENDAR) for rung in rungs(facts, "2022Q1").values()}
    assert reasons == {Reason.MUTED}


def test_participants_who_must_report_are_due_before_the_leads() -> None:
    facts = plan(policy=Policy(participants=Participants.REQUIRED))
    lead, other = (rungs(facts, "2022Q1", agency=agency) for agency in (1, 2))
    assert (lead["D"].owed_at, other["D"].owed_at) == (at(2022, 4, 8), at(2022, 4, 6))
    invited = rungs(plan(), "2022Q1", agency=2)
    assert (list(invited), invited["D-10"].owed_at, invited["D-10"].due_on) == (
        ["D-10"],
        at(2022, 3, 24),
        date(2022, 4, 6),
    )


def test_after_downtime_only_the_newest_rung_of_each_ladder_remains() -> None:
    missed = [rung for rung in ladder.owed(plan(), CALENDAR) if rung.owed_at <= at(2022, 4, 12)]
    newest, overtaken = ladder.newest_only(missed)
    contact = {(r.key.what, r.key.agency_id): r.key.rung for r in newest if r.key.audience is Audience.CONTACT}
    assert contact[("2022Q1", 1)] == "D+1"
    assert {r.key.rung for r in overtaken if r.key.what == "2022Q1"} == {"D-10", "D-3", "D-1", "D"}


@given(st.datetimes(datetime(2021, 12, 1), datetime(2023, 2, 1), timezones=st.just(BEIJING)))  # noqa: DTZ001
def test_sending_waits_for_working_hours_and_never_goes_back(now: datetime) -> None:
    moment = ladder.sending_moment(now, CALENDAR, BEIJING, Policy())
    assert moment >= now
    assert CALENDAR.is_workday(moment.date())
    assert time(9) <= moment.time() < time(17, 30)
    assert not time(11, 30) <= moment.time() < time(14, 30)
    assert ladder.sending_moment(moment, CALENDAR, BEIJING, Policy()) == moment


@given(st.dates(date(2018, 1, 1), date(2025, 12, 31)), st.integers(1, 10))
def test_every_rung_falls_at_nine_on_a_working_day(day: date, workday: int) -> None:
    facts = plan(
        day,
        year=day.year,
        activated_at=datetime(day.year, 1, 1, 9, tzinfo=BEIJING),
        policy=Policy(report_workday=workday),
    )
    owed = ladder.owed(facts, CALENDAR)
    assert all(rung.owed_at.time() == time(9) and CALENDAR.is_workday(rung.owed_at.date()) for rung in owed)
    assert len({rung.key for rung in owed}) == len(owed)
    assert all(rung.owed_at >= facts.activated_at - timedelta(0) for rung in owed)


def test_a_duty_given_in_mid_year_owes_nothing_that_was_due_before_and_is_told_when_it_begins() -> None:
    given = at(2022, 7, 20)
    late = DutyFact(3, DutyRole.LEAD, begun_at=given)
    facts = plan(tasks=(TaskFact(1, (LEAD, late), (date(2022, 6, 30),)),))
    owed = {due.key.what: due for due in owing.dues(facts, CALENDAR) if due.key.agency_id == 3}
    assert set(owed) == {"2022Q3", "2022Q4", "milestone:2022-12-31"}
    assert {due.since for due in owed.values()} == {given}
    assert {rung.owed_at for rung in rungs(facts, ASSIGNMENT, agency=3).values()} == {given}
    assert {rung.owed_at for rung in rungs(facts, ASSIGNMENT).values()} == {at(2022, 1, 4)}
    assert len([due for due in owing.dues(facts, CALENDAR) if due.key.agency_id == 1]) == 6
