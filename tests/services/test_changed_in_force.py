"""What a change of a plan in force leaves alone: closed and muted tasks, reports, seals, rungs that were said."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain import editing, ladder
from bot.domain.model import DubanError
from bot.domain.reading import DeadlineReading, PlanReading, Remark
from bot.intake.plan import read_plan
from bot.services import entering, planning, sealing, summaries
from storage import audit, facts, planversions
from storage.database import Database
from storage.tables import Milestone, Plan, PlanVersion, Reminder, Report, Seal, Task
from tests.services.stage_play import DITCHES, Play, at

MAY = DeadlineReading("5月10日前", date(2024, 5, 10), None)
WHAT = Remark("tried")
Edit = Callable[[PlanReading], PlanReading]


@pytest.fixture
def plan_id(any_database: Database) -> int:
    def work(session: Session) -> int:
        office = entering.ensure_office(session, "牵头办", "Asia/Shanghai", at(1, 2))
        reading = read_plan("plan.txt", DITCHES.encode())
        plan = planning.import_reading(session, office.id, reading, ("plan.txt", b"x"), "test", at(1, 2))
        planning.activate(session, office.id, plan.id, "test", at(1, 2))
        return plan.id

    return any_database.write_now(work)


def change(session: Session, plan_id: int, edit: Edit, month: int, day: int) -> Plan:
    plan = session.get_one(Plan, plan_id)
    planning.change(session, "test", plan, edit(planning.reading_of(plan)), WHAT, at(month, day))
    return plan


def test_a_closed_or_muted_task_stays_so_through_changes_and_a_removed_one_that_was_closed_comes_back_closed(
    any_database: Database, plan_id: int
) -> None:
    def work(session: Session) -> None:
        first, second = session.scalars(select(Task).order_by(Task.position).limit(2))
        first.closed_at, second.muted_at = at(3, 1), at(3, 2)
        change(session, plan_id, lambda reading: editing.retitle(reading, "t1", "清淤"), 4, 1)
        change(session, plan_id, lambda reading: editing.drop_task(reading, "t1"), 4, 2)
        plan = session.get_one(Plan, plan_id)
        planning.undo(session, "test", plan, at(4, 3))
        assert (first.title, first.closed_at, first.removed_at, second.muted_at) == ("清淤", at(3, 1), None, at(3, 2))
        by_id = facts.plan_facts(session, plan).task_by_id
        assert (by_id[first.id].closed, by_id[second.id].muted) == (True, True)

    any_database.write_now(work)


def rungs(session: Session, plan: Plan, what: str) -> list[str]:
    calendar = facts.calendar_of(session, plan.office_id)
    owed = ladder.owed(facts.plan_facts(session, plan), calendar)
    return [rung.key.rung for rung in owed if rung.key.what == what and rung.key.audience == "contact"]


@pytest.mark.parametrize(
    ("month", "day", "owed"),
    [
        (5, 11, []),
        (5, 10, ["D", "D+1"]),
        (5, 1, ["D-3", "D-1", "D", "D+1"]),
        (1, 3, ["D-10", "D-3", "D-1", "D", "D+1"]),
    ],
)
def test_of_a_day_named_in_mid_year_only_what_is_still_to_come_is_said(
    database: Database, month: int, day: int, owed: list[str]
) -> None:
    def work(session: Session) -> None:
        office = entering.ensure_office(session, "牵头办", "Asia/Shanghai", at(1, 2))
        reading = read_plan("plan.txt", DITCHES.encode())
        plan = planning.import_reading(session, office.id, reading, ("plan.txt", b"x"), "test", at(1, 2))
        planning.activate(session, office.id, plan.id, "test", at(1, 2))
        change(session, plan.id, lambda reading: editing.set_deadline(reading, "t4", MAY), month, day)
        assert rungs(session, plan, "milestone:2024-05-10") == owed

    database.write_now(work)


def test_a_day_called_otherwise_keeps_the_rungs_it_had(any_database: Database, plan_id: int) -> None:
    other = replace(MAY, text="5月10日以前")

    def work(session: Session) -> None:
        plan = change(session, plan_id, lambda reading: editing.set_deadline(reading, "t4", MAY), 1, 3)
        before = rungs(session, plan, "milestone:2024-05-10")
        change(session, plan_id, lambda reading: editing.set_deadline(reading, "t4", other, 0), 5, 9)
        assert rungs(session, plan, "milestone:2024-05-10") == before
        assert len(session.scalars(select(Milestone).where(Milestone.day_on == MAY.on)).all()) == 2
        assert rungs(session, plan, "milestone:2024-06-30")

    any_database.write_now(work)


def test_every_version_is_read_back_as_it_was(any_database: Database, plan_id: int) -> None:
    def work(session: Session) -> None:
        plan = session.get_one(Plan, plan_id)
        meant = [planning.reading_of(plan)]
        document = replace(meant[0], tasks=meant[0].tasks[1:])
        for edit in (
            lambda reading: editing.drop_task(reading, "t2"),
            lambda reading: editing.retitle(reading, "t3", "计量"),
        ):
            change(session, plan_id, edit, 4, 1)
            meant.append(planning.reading_of(plan))
            planversions.keep(session, plan, document, WHAT, "test", at(4, 2))
            meant.append(document)
        planning.undo(session, "test", plan, at(4, 3))
        meant.append(meant[1])
        count = planning.version_of(session, plan)
        assert [planning.version_reading(session, plan, number + 1) for number in range(count)] == meant
        assert planning.reading_of(plan) == meant[-1]

    any_database.write_now(work)


def test_two_coordinators_who_undo_at_once_take_back_two_changes_and_never_one_twice(
    any_database: Database, plan_id: int
) -> None:
    titles = ("清淤一", "清淤二", "清淤三")

    def retitle(title: str) -> None:
        any_database.write_now(
            lambda session: change(session, plan_id, lambda reading: editing.retitle(reading, "t1", title), 4, 1).id
        )

    for title in titles:
        retitle(title)

    def undo(session: Session) -> None:
        planning.undo(session, "test", session.get_one(Plan, plan_id), at(4, 2))

    pair = [threading.Thread(target=any_database.write_now, args=(undo,)) for _ in range(2)]
    for thread in pair:
        thread.start()
    for thread in pair:
        thread.join()

    def look(session: Session) -> tuple[str, list[int]]:
        reading = planning.reading_of(session.get_one(Plan, plan_id))
        versions = session.scalars(select(PlanVersion.version).order_by(PlanVersion.version))
        return editing.task_of(reading, "t1").title, list(versions)

    assert any_database.read_now(look) == ("清淤一", [1, 2, 3, 4, 5, 6])
    assert any_database.read_now(lambda session: audit.verify(session).first_bad_id) is None


def test_a_change_that_fails_half_way_leaves_nothing(any_database: Database, plan_id: int) -> None:
    before = any_database.read_now(lambda session: session.get_one(Plan, plan_id).reading)

    def broken(session: Session) -> None:
        change(session, plan_id, lambda reading: editing.drop_task(reading, "t1"), 4, 1)
        session.flush()
        raise DubanError("nothing_accepted")

    with pytest.raises(DubanError):
        any_database.write_now(broken)
    assert any_database.read_now(lambda session: session.get_one(Plan, plan_id).reading) == before
    assert any_database.read_now(lambda session: len(session.scalars(select(PlanVersion)).all())) == 1
    assert any_database.read_now(lambda s: s.scalars(select(Task).where(Task.removed_at.is_not(None))).all()) == []


async def test_a_dropped_task_with_reports_leaves_the_figures_but_its_reports_and_the_seal_stay(play: Play) -> None:
    farms, boss = play.user("钱农业"), play.user("王牵头")
    for action, arg in (("f", "1"), ("st", "done"), ("go", None)):
        assert await play.taps(farms, action, arg)
    (answer,) = play.rows(Report)
    assert play.rows(Task, Task.id == answer.task_id)[0].title == "排查入河排污口"

    def sealed(session: Session) -> str:
        return sealing.seal(session, session.get_one(Plan, play.plan_id), "2024Q1", play.clock.now()).sha256

    figures = play.write(sealed)

    def drop(session: Session) -> None:
        plan = session.get_one(Plan, play.plan_id)
        reading = planning.reading_of(plan)
        task = next(task for task in reading.tasks if task.title == "排查入河排污口")
        planning.change(session, "test", plan, editing.drop_task(reading, task.key), WHAT, play.clock.now())

    play.write(drop)
    for who, words in ((boss, "/summary"), (boss, "/board"), (boss, "/chase"), (boss, "/review"), (farms, "/tasks")):
        await play.says(who, words)
    await play.says(farms, "排查入河排污口又查了一遍")

    def look(session: Session) -> tuple[list[str], int]:
        plan = session.get_one(Plan, play.plan_id)
        actor = summaries.office_actor(session, plan)
        summary = summaries.build(session, plan, "2024Q1", play.clock.now(), actor)
        return [line.title for line in summary.tasks], summary.unreported

    titles, unreported = play.read(look)
    assert "排查入河排污口" not in titles
    assert unreported == len(titles) == 3
    assert [row.id for row in play.rows(Report)] == [answer.id]
    assert play.write(sealed) == figures
    assert len(play.rows(Seal)) == 1
    await play.until(at(4, 12))
    sent = [row for row in play.rows(Reminder) if row.what == "2024Q1" and row.state == "sent"]
    assert len({(row.task_id, row.agency_id, row.rung, row.audience) for row in sent}) == len(sent)
    assert play.dead() == []
