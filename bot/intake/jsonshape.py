"""A plan reading as plain JSON values: one list per role, dates in ISO form, recurrences as a period."""

from __future__ import annotations

from bot.domain.model import DutyRole
from bot.domain.reading import DeadlineReading, Doubt, PlanReading, Remark, TargetReading, TaskReading


def as_json(reading: PlanReading) -> dict[str, object]:
    """The reading as `duban plan read --json` prints it; doubts and assumptions come last."""
    return {
        "title": reading.title,
        "year": reading.year,
        "region_prefix": reading.region_prefix,
        "targets": [_target(t) for t in reading.targets],
        "tasks": [_task(t) for t in reading.tasks],
        "doubts": [_doubt(d, reading) for d in reading.doubts],
        "assumptions": [_remark(r) for r in reading.assumptions],
        "notes": [_remark(r) for r in reading.notes],
    }


def _task(task: TaskReading) -> dict[str, object]:
    leads = task.agencies(DutyRole.LEAD, DutyRole.JOINT_LEAD)
    return {
        "number": task.number,
        "section": task.section,
        "title": task.title,
        "lead": list(leads),
        "joint_lead": len(leads) > 1,
        "lead_by_duty": task.lead_by_duty,
        "participants": list(task.agencies(DutyRole.PARTICIPANT)),
        "shared": list(task.agencies(DutyRole.SHARED)),
        "open_list": task.open_list,
        "deadlines": [_deadline(d) for d in task.deadlines],
        "targets": [_target(t) for t in task.targets],
        "kind": "task",
    }


def _deadline(deadline: DeadlineReading) -> dict[str, object]:
    return {
        "date": deadline.on.isoformat() if deadline.on else None,
        "period": deadline.cadence.value if deadline.cadence else None,
        "text": deadline.text,
    }


def _target(target: TargetReading) -> dict[str, object]:
    value = int(target.value) if target.value.is_integer() else target.value
    return {"text": target.text, "op": target.op, "value": value, "unit": target.unit}


def _doubt(doubt: Doubt, reading: PlanReading) -> dict[str, object]:
    return {
        "code": doubt.code,
        "tasks": [t.number for t in reading.tasks if t.key in doubt.tasks],
        "params": dict(doubt.params),
        "sentence": doubt.sentence,
        "options": list(doubt.options),
    }


def _remark(remark: Remark) -> dict[str, object]:
    return {"code": remark.code, "params": dict(remark.params)}
