"""The reminder policy: to JSON and back, what a change names, what it moves and what it must leave alone."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.domain import ladder, owing, policy_changes, policy_settings
from bot.domain.facts import Audience, DutyFact, PlanFacts, ReportFact, TaskFact
from bot.domain.model import DubanError, DueKey, DutyRole, Position, Status
from bot.domain.policy import Participants, Policy, Roll
from bot.domain.workdays import Calendar, WorkingHours

BEIJING = ZoneInfo("Asia/Shanghai")
CALENDAR = Calendar()
_OFFSETS = st.integers(-20, 5)


def at(month: int, day: int, hour: int = 9, minute: int = 0, year: int = 2022) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=BEIJING)


def _rungs(least: int) -> st.SearchStrategy[tuple[int, ...]]:
    return st.sets(_OFFSETS, min_size=least, max_size=5).map(lambda found: tuple(sorted(found)))


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    missing, escalation, summary = sorted(draw(st.tuples(*[st.integers(1, 9)] * 3)))
    return Policy(
        report_workday=draw(st.integers(1, 30)),
        report_day=draw(st.sampled_from((0, 0, 1, 10, 28))),
        year_end_on=draw(st.sampled_from((None, (12, 20), (1, 15), (2, 28)))),
        roll=draw(st.sampled_from(Roll)),
        send_time=draw(st.sampled_from((time(8, 30), time(9, 0), time(11, 29), time(14, 30), time(17, 29)))),
        report_time=draw(st.times().map(lambda moment: moment.replace(second=0, microsecond=0))),
        hours=draw(st.sampled_from((WorkingHours(), WorkingHours(((time(8), time(18)),))))),
        rungs=draw(_rungs(1)),
        year_end_rungs=draw(_rungs(1)),
        heads_up_rungs=draw(_rungs(0)),
        invited_rungs=draw(_rungs(0)),
        missing_rung=missing,
        escalation_rung=escalation,
        review_rung=draw(st.integers(0, summary)),
        summary_rung=summary,
        sign_workdays=draw(st.integers(1, 9)),
        participants=draw(st.sampled_from(Participants)),
        participants_ahead=draw(st.integers(0, 5)),
        escalate_to=draw(st.sampled_from(((), (Position.HEAD,), (Position.DEPUTY, Position.HEAD)))),
        cap_per_week=draw(st.integers(0, 9)),
        cap_per_quarter=draw(st.integers(0, 99)),
        reach_check=draw(st.booleans()),
    )


MOMENTS = st.integers(0, 360 * 24 * 60).map(lambda minutes: at(1, 5, 0) + timedelta(minutes=minutes))


def plan(policy: Policy | None = None, **changes: Any) -> PlanFacts:
    duties = (DutyFact(1, DutyRole.LEAD), DutyFact(2, DutyRole.PARTICIPANT), DutyFact(3, DutyRole.SHARED))
    task = TaskFact(1, duties, (date(2022, 6, 25), date(2022, 12, 31)))
    facts = PlanFacts(1, 2022, BEIJING, at(1, 4), (task,), policy=policy or Policy())
    return replace(facts, **changes)


def under(facts: PlanFacts, now: datetime, **values: Any) -> PlanFacts:
    """The same plan after a change of some settings at a moment."""
    return replace(facts, policy=policy_settings.replaced(facts.policy, values, now))


def said_by(facts: PlanFacts, now: datetime) -> set[Any]:
    return {rung.key for rung in ladder.owed(facts, CALENDAR, until=now)}


def compared(now: datetime, facts: PlanFacts | None = None, **values: Any) -> policy_changes.PolicyChange:
    facts = facts or plan()
    return policy_changes.compare(facts, under(facts, now, **values), CALENDAR, said_by(facts, now), now)


@given(policies(), policies(), st.lists(MOMENTS, max_size=3, unique=True).map(sorted))
@settings(max_examples=30)
def test_a_policy_comes_back_from_json_as_it_was_with_what_it_replaced(
    one: Policy, other: Policy, days: list[datetime]
) -> None:
    policy = one
    for place, moment in enumerate(days):
        policy = policy_settings.replaced(policy, policy_settings.every(one if place % 2 else other), moment)
    assert policy_settings.from_json(policy_settings.as_json(policy)) == policy


@given(policies(), policies())
@settings(max_examples=30)
def test_a_change_names_exactly_the_settings_that_differ(one: Policy, other: Policy) -> None:
    named = {change.name for change in policy_changes.differences(one, other)}
    assert named == {f.name for f in fields(Policy) if getattr(one, f.name) != getattr(other, f.name)}
    changed = policy_settings.changed(one, {c.name: c.new for c in policy_changes.differences(one, other)})
    assert changed == other


@given(policies(), policies(), MOMENTS)
@settings(max_examples=20, deadline=None)
def test_a_change_loses_nothing_owed_by_then_and_makes_nothing_owed_before_it(
    old: Policy, new: Policy, now: datetime
) -> None:
    before = plan(old)
    after = replace(before, policy=policy_settings.replaced(old, policy_settings.every(new), now))
    written = {rung.key for rung in policy_changes.to_write_down(before, after, CALENDAR, now)}
    assert said_by(before, now) <= written
    assert all(rung.owed_at > now for rung in ladder.owed(after, CALENDAR))
    today = {rung.key for rung in ladder.owed(before, CALENDAR) if rung.owed_at.date() == now.date()}
    assert written - said_by(before, now) <= today


@given(policies(), policies(), MOMENTS)
@settings(max_examples=20, deadline=None)
def test_what_was_due_before_a_change_stays_due_as_it_was(old: Policy, new: Policy, now: datetime) -> None:
    before = plan(old)
    after = replace(before, policy=policy_settings.replaced(old, policy_settings.every(new), now))
    becomes = {due.key: due for due in owing.dues(after, CALENDAR)}
    leads = [due for due in owing.dues(before, CALENDAR) if due.key.agency_id == 1 and due.due_on < now.date()]
    for due in leads:
        assert becomes[due.key].due_on == due.due_on
        assert becomes[due.key].followed_up == due.followed_up


@given(policies(), policies(), MOMENTS)
@settings(max_examples=20, deadline=None)
def test_setting_back_on_the_same_day_or_later_gives_the_old_days_again(
    old: Policy, new: Policy, now: datetime
) -> None:
    assume(now.day < 28)
    changed = policy_settings.replaced(old, policy_settings.every(new), now)
    for later in (timedelta(minutes=1), timedelta(days=1)):
        back = policy_settings.replaced(changed, policy_settings.every(old), now + later)
        for period in ("2022Q1", "2022Q2", "2022Q3", "2022Q4"):
            in_between = now.date() <= changed.report_due_on(period, CALENDAR) < (now + later).date()
            assert in_between or back.report_due_on(period, CALENDAR) == old.report_due_on(period, CALENDAR)


def test_a_due_day_that_moves_is_told_with_both_days_for_the_quarters_to_come_only() -> None:
    found = compared(at(8, 1), report_workday=3)
    moves = {(move.what, move.participants): (move.old_on, move.new_on, move.dues) for move in found.days}
    assert moves == {
        ("2022Q3", False): (date(2022, 10, 12), date(2022, 10, 10), 2),
        ("2022Q4", False): (date(2023, 1, 9), date(2023, 1, 5), 2),
    }
    assert found.dropped == found.added == 0
    assert found.moved > 10


def test_a_rung_that_would_have_fallen_yesterday_is_not_owed() -> None:
    now = at(10, 10, 10)  # D is 12 October, D−2 was this morning
    found = compared(now, rungs=[-10, -3, -2, -1, 0, 1])
    assert [(count.rung, count.before, count.after) for count in found.rungs if count.rung == "D-2"] == [("D-2", 0, 2)]
    after = under(plan(), now, rungs=[-10, -3, -2, -1, 0, 1])
    assert [r.key.what for r in ladder.owed(after, CALENDAR) if r.key.rung == "D-2" and r.key.agency_id == 1] == [
        "2022Q4"
    ]


def test_an_earlier_hour_today_says_what_is_still_to_come_today_once() -> None:
    facts, now = plan(Policy(send_time=time(15, 0))), at(10, 12, 10)
    after = under(facts, now, send_time="09:00")
    today = [rung for rung in policy_changes.to_write_down(facts, after, CALENDAR, now) if rung.owed_at > now]
    assert {(rung.key.rung, rung.owed_at) for rung in today} == {("D", at(10, 12, 15))}
    assert compared(now, facts, send_time="09:00").dropped == 0


def test_a_due_day_moved_into_the_past_counts_what_can_no_longer_be_said() -> None:
    found = compared(at(10, 11, 10), report_workday=1)
    assert found.passed == found.dropped > 0


def test_participants_who_must_report_from_now_on_are_named_and_owe_nothing_for_quarters_gone() -> None:
    now = at(8, 1)
    assert compared(now, participants="required").asked == (2,)
    assert compared(now, participants="none").spared == (2,)
    after = under(plan(), now, participants="required")
    asked = [due.key.what for due in owing.dues(after, CALENDAR) if due.key.agency_id == 2 and due.followed_up]
    assert asked == ["2022Q3", "2022Q4"]


def test_what_is_reported_already_is_not_counted() -> None:
    key = DueKey(1, 1, "2022Q3")
    reported = plan(reports={key: ReportFact(key, Status.IN_PROGRESS, at(9, 20), at(9, 20))})
    with_it, without = compared(at(9, 21), reported, report_workday=3), compared(at(9, 21), report_workday=3)
    assert [move.dues for move in with_it.days if move.what == "2022Q3"] == [1]
    assert with_it.moved < without.moved


def test_a_summary_that_went_out_is_not_sent_again_on_its_new_day() -> None:
    now = at(10, 19, 10)  # D+4 was 18 October
    facts, after = plan(), under(plan(), now, summary_rung=6)
    spared = policy_changes.said_already(after, facts.policy, CALENDAR, said_by(facts, now), now)
    assert [(rung.key.what, rung.key.audience, rung.key.rung) for rung in spared] == [
        ("2022Q3", Audience.LEADER, "D+6")
    ]


def test_a_list_on_one_day_with_another_is_still_said_when_only_one_of_them_was() -> None:
    now = at(10, 13, 10)  # D+1: who is missing has been listed; D+3 is to come
    facts, after = plan(), under(plan(), now, missing_rung=3)
    assert not policy_changes.said_already(after, facts.policy, CALENDAR, said_by(facts, now), now)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("report_workday", 0),
        ("report_workday", "五"),
        ("report_day", 31),
        ("year_end_on", "02-30"),
        ("roll", "sideways"),
        ("send_time", "25:00"),
        ("hours", "11:30-08:30"),
        ("rungs", ""),
        ("rungs", "-90"),
        ("participants", "perhaps"),
        ("escalate_to", "mayor"),
        ("cap_per_week", -1),
        ("reach_check", "perhaps"),
    ],
)
def test_a_value_a_setting_cannot_have_is_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(DubanError) as refused:
        policy_settings.changed(Policy(), {name: value})
    assert (refused.value.code, refused.value.params["name"]) == ("policy_setting_bad", name)


@pytest.mark.parametrize("name", ["since", "before", "colour"])
def test_what_is_no_setting_cannot_be_set(name: str) -> None:
    with pytest.raises(DubanError) as refused:
        policy_settings.changed(Policy(), {name: "1"})
    assert refused.value.code == "policy_setting_unknown"
