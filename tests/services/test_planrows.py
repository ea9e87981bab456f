"""A plan's rows and its reading say the same after any change and undo, and nothing in force is ever deleted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain import editing
from bot.domain.model import Cadence, DubanError, DutyRole
from bot.domain.reading import DeadlineReading, PlanReading, Remark, TargetReading
from bot.intake.plan import read_plan
from bot.services import entering, planning
from storage import facts, readings
from storage.database import Database
from storage.tables import Agency, AgencyAlias, Duty, Milestone, Plan, Section, Target, Task
from tests.services.stage_play import DITCHES, at

NOW = at(7, 1)
DOCUMENT = read_plan("plan.txt", DITCHES.encode())
WHAT = Remark("tried")


def said(session: Session, plan: Plan) -> list[object]:
    """What the rows in force say, task by task in the plan's order."""
    names = dict(session.execute(select(Agency.id, Agency.name)).all())
    sections = {row.id: (row.number, row.title) for row in session.scalars(select(Section))}
    found: list[object] = []
    open_tasks = select(Task).where(Task.plan_id == plan.id, Task.removed_at.is_(None)).order_by(Task.position)
    for task in session.scalars(open_tasks):
        duties = session.scalars(select(Duty).where(Duty.task_id == task.id, Duty.ended_at.is_(None)))
        limits = session.scalars(select(Milestone).where(Milestone.task_id == task.id, Milestone.removed_at.is_(None)))
        targets = session.scalars(select(Target).where(Target.task_id == task.id, Target.removed_at.is_(None)))
        found.append(
            (
                *(task.key, task.number, task.title, task.body, sections.get(task.section_id or 0, ("", ""))),
                {names[row.agency_id]: row.role for row in duties},
                sorted((str(row.day_on), str(row.cadence), row.words, row.assumed) for row in limits),
                sorted((row.words, row.op, row.value, row.unit) for row in targets),
            )
        )
    return found


def meant(reading: PlanReading) -> list[object]:
    """The same of a reading."""
    return [
        (
            *(task.key, task.number, task.title, task.body, (task.section_number, task.section)),
            {d.agency: d.role for d in reversed(task.duties)},
            sorted((str(d.on), str(d.cadence), d.text, d.assumed) for d in task.deadlines),
            sorted((t.text, t.op, t.value, t.unit) for t in task.targets),
        )
        for task in reading.tasks
    ]


@pytest.fixture
def plan_id(database: Database) -> int:
    def work(session: Session) -> int:
        office = entering.ensure_office(session, "牵头办", "Asia/Shanghai", at(1, 2))
        return planning.import_reading(session, office.id, DOCUMENT, ("plan.txt", b"x"), "test", at(1, 2)).id

    return database.write_now(work)


Edit = Callable[[PlanReading, str, str, str], PlanReading]
NAMES = ("县水利局", "水利局", "县财政局", "县气象局")
EDITS: tuple[Edit, ...] = (
    lambda reading, key, other, name: editing.retitle(reading, key, f"{name}的事"),
    lambda reading, key, other, name: editing.set_duty(reading, key, name, DutyRole.LEAD),
    lambda reading, key, other, name: editing.set_duty(reading, key, name, DutyRole.PARTICIPANT),
    lambda reading, key, other, name: editing.remove_duty(reading, key, name),
    lambda reading, key, other, name: editing.rename_agency(reading, "县水利局", name),
    lambda reading, key, other, name: editing.set_deadline(
        reading, key, DeadlineReading("9月底前", date(2024, 9, 30), None)
    ),
    lambda reading, key, other, name: editing.set_cadence(reading, key, DeadlineReading("每月", None, Cadence.MONTHLY)),
    lambda reading, key, other, name: editing.drop_deadline(reading, key, 0),
    lambda reading, key, other, name: editing.set_target(reading, key, TargetReading("5处", ">=", 5.0, "处")),
    lambda reading, key, other, name: editing.drop_target(reading, key, 0),
    lambda reading, key, other, name: editing.merge(reading, key, other),
    lambda reading, key, other, name: editing.drop_task(reading, key),
    lambda reading, key, other, name: editing.split(
        reading, key, editing.pieces(editing.task_of(reading, key))[0], f"s{len(reading.tasks)}-{name[0]}", "新的一项"
    ),
)
KEYS = st.sampled_from([task.key for task in DOCUMENT.tasks])
STEPS = st.lists(
    st.one_of(st.none(), st.tuples(st.sampled_from(EDITS), KEYS, KEYS, st.sampled_from(NAMES))), max_size=8
)


def tried(edit: Edit, reading: PlanReading, key: str, other: str, name: str) -> PlanReading | None:
    """The reading after an edit; None when it was refused or is not possible here."""
    try:
        changed = edit(reading, key, other, name)
    except (DubanError, IndexError):
        return None
    keys = [task.key for task in changed.tasks]
    return changed if len(keys) == len(set(keys)) else None


@pytest.mark.parametrize("active", [False, True])
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_rows_follow_the_reading_through_any_edits_and_undos_and_back(
    database: Database, plan_id: int, active: bool, steps: list[tuple[Edit, str, str, str] | None]
) -> None:
    def work(session: Session) -> None:
        plan = session.get_one(Plan, plan_id)
        if active:
            planning.activate(session, plan.office_id, plan.id, "test", at(1, 2))
        history = [planning.reading_of(plan)]
        for step in [*steps, *[None] * len(steps)]:
            if step is None:
                if len(history) > 1:
                    planning.undo(session, "test", plan, NOW)
                    history.pop()
            elif (changed := tried(step[0], history[-1], *step[1:])) is not None:
                planning.change(session, "test", plan, changed, WHAT, NOW)
                history.append(changed)
            assert planning.reading_of(plan) == history[-1]
            assert said(session, plan) == meant(history[-1])
        assert history == [DOCUMENT]
        with pytest.raises(DubanError, match="nothing_to_undo"):
            planning.undo(session, "test", plan, NOW)
        session.rollback()

    database.write_now(work)


def change(session: Session, plan_id: int, edit: Callable[[PlanReading], PlanReading], now: datetime = NOW) -> Plan:
    plan = session.get_one(Plan, plan_id)
    planning.change(session, "test", plan, edit(planning.reading_of(plan)), WHAT, now)
    return plan


def test_a_reading_is_kept_whole(database: Database) -> None:
    assert readings.from_json(readings.to_json(DOCUMENT)) == DOCUMENT


def test_before_activation_what_falls_away_leaves_no_trace(database: Database, plan_id: int) -> None:
    def work(session: Session) -> None:
        change(session, plan_id, lambda reading: replace(reading, tasks=reading.tasks[1:2]))
        assert [task.key for task in session.scalars(select(Task))] == ["t2"]
        assert {row.task_id for table in (Duty, Milestone) for row in session.scalars(select(table))} == {2}
        assert set(session.scalars(select(Agency.name))) == {"县水利局", "县农业农村局"}
        assert len(session.scalars(select(Section)).all()) == 1

    database.write_now(work)


def test_after_activation_what_falls_away_is_ended_and_given_again_begins_anew(
    database: Database, plan_id: int
) -> None:
    def work(session: Session) -> None:
        plan = session.get_one(Plan, plan_id)
        planning.activate(session, plan.office_id, plan.id, "test", at(1, 2))
        counts = [len(session.scalars(select(table)).all()) for table in (Task, Duty, Milestone, Target)]
        change(session, plan_id, lambda reading: editing.drop_task(reading, "t1"))
        task = session.scalars(select(Task).where(Task.key == "t1")).one()
        held = session.scalars(select(Duty).where(Duty.task_id == task.id)).all()
        assert task.removed_at == NOW
        assert all(duty.ended_at == NOW for duty in held)
        assert counts == [len(session.scalars(select(table)).all()) for table in (Task, Duty, Milestone, Target)]
        planning.undo(session, "test", plan, at(8, 1))
        assert task.removed_at is None
        assert [(duty.ended_at, duty.begun_at) for duty in held] == [(None, at(8, 1))] * len(held)
        owed = facts.plan_facts(session, plan).task_by_id[task.id]
        assert all(duty.begun_at == at(8, 1) for duty in owed.duties)

    database.write_now(work)


def test_one_who_took_part_and_now_leads_owes_only_what_is_still_to_come(database: Database, plan_id: int) -> None:
    def work(session: Session) -> None:
        plan = session.get_one(Plan, plan_id)
        planning.activate(session, plan.office_id, plan.id, "test", at(1, 2))
        change(session, plan_id, lambda reading: editing.set_duty(reading, "t3", "县财政局", DutyRole.LEAD))
        begun = {d.begun_at for t in facts.plan_facts(session, plan).tasks for d in t.duties}
        assert begun == {None, NOW}

    database.write_now(work)


def test_time_limits_and_targets_in_force_are_the_ones_listed(database: Database, plan_id: int) -> None:
    def work(session: Session) -> None:
        plan = session.get_one(Plan, plan_id)
        planning.activate(session, plan.office_id, plan.id, "test", at(1, 2))
        change(session, plan_id, lambda reading: editing.drop_deadline(reading, "t1", 0))
        change(session, plan_id, lambda reading: editing.drop_target(reading, "t1", 0))
        assert facts.plan_facts(session, plan).tasks[0].milestones == ()
        assert session.scalars(select(Milestone.removed_at).where(Milestone.task_id == 1)).all() == [NOW]
        assert session.scalars(select(Target.removed_at).where(Target.task_id == 1)).all() == [NOW]

    database.write_now(work)


def test_an_agency_written_otherwise_keeps_its_people_and_another_one_does_not_inherit_them(
    database: Database, plan_id: int
) -> None:
    def work(session: Session) -> None:
        before = dict(session.execute(select(Agency.name, Agency.id)).all())
        change(session, plan_id, lambda reading: editing.rename_agency(reading, "县水利局", "清河县水利局"))
        renamed = dict(session.execute(select(Agency.name, Agency.id)).all())
        assert renamed["清河县水利局"] == before["县水利局"]
        session.add(AgencyAlias(office_id=1, agency_id=renamed["清河县水利局"], alias="水利"))
        change(session, plan_id, lambda reading: editing.rename_agency(reading, "清河县水利局", "县教育局"))
        other = dict(session.execute(select(Agency.name, Agency.id)).all())
        assert other["县教育局"] not in renamed.values()
        assert other["清河县水利局"] == renamed["清河县水利局"]

    database.write_now(work)
