"""Any modelled plan, written down in any format, is read back to its model; nothing is left over."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from bot.domain.model import DutyRole
from bot.domain.reading import PlanReading
from bot.intake.plan import read_plan
from tests.intake.modelled import Model, models
from tests.intake.rendering import MANNERS, title_of

CHEAP = ["plain text with brackets", "plain text with labels"]


def assert_read_back(reading: PlanReading, model: Model) -> None:
    assert [t.title for t in reading.tasks] == [w.title for w in model.works]
    assert [t.section for t in reading.tasks] == [name for name, works in model.sections for _ in works]
    for task, work in zip(reading.tasks, model.works, strict=True):
        leads = task.agencies(DutyRole.LEAD, DutyRole.JOINT_LEAD)
        assert leads == tuple(map(model.full, work.leads))
        assert task.agencies(DutyRole.PARTICIPANT) == tuple(map(model.full, work.others))
        assert task.agencies(DutyRole.SHARED) == ()
        assert [d.on and d.on.isoformat() for d in task.deadlines] == ([work.when.day] if work.when else [])
        assert [(g.op, g.value, g.unit) for g in task.targets] == ([work.goal.fact] if work.goal else [])
    assert (reading.title, reading.year) == (title_of(model), 2024)


@pytest.mark.parametrize("manner", CHEAP)
@given(model=models())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_plan_written_as_text_is_read_back(manner: str, model: Model) -> None:
    name, write = MANNERS[manner]
    assert_read_back(read_plan(name, write(model)), model)


@pytest.mark.parametrize("manner", [m for m in MANNERS if m not in CHEAP])
@given(model=models())
@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_plan_written_in_a_few_ways_is_read_back(manner: str, model: Model) -> None:
    name, write = MANNERS[manner]
    assert_read_back(read_plan(name, write(model)), model)


@pytest.mark.slow
@pytest.mark.parametrize("manner", [m for m in MANNERS if m not in CHEAP])
@given(model=models())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_many_plans_written_in_any_format_are_read_back(manner: str, model: Model) -> None:
    name, write = MANNERS[manner]
    assert_read_back(read_plan(name, write(model)), model)
