"""Duties of every task with the agencies' names completed over the whole document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.agency_names import complete_list, place_stems, region_prefix, written_level
from bot.domain.model import DutyRole
from bot.domain.reading import DutyReading
from bot.intake.responsibilities import Part
from bot.intake.tasks import RawTask

_RANK = {DutyRole.LEAD: 0, DutyRole.SHARED: 1, DutyRole.PARTICIPANT: 2}


@dataclass(frozen=True)
class NamedDuties:
    """Duties per task, the region's prefix, and the names completed from elsewhere than their own list."""

    duties: tuple[tuple[DutyReading, ...], ...]
    region: str
    unusual: tuple[tuple[int, str, str], ...]
    inherited: int


def name_duties(tasks: Sequence[RawTask], opening: Sequence[str] = ()) -> NamedDuties:
    """Complete names task by task; the `opening` lines tell the region's own name.

    `unusual` holds (index of the task, name as written, name as completed).
    """
    listed = [_parts(task) for task in tasks]
    written = [part.name for parts in listed for part in parts]
    region = region_prefix(written)
    stems = place_stems([*written, *(line.removeprefix("中共") for line in opening)])
    full = {name for name in written if written_level(name) or len(name) > 6}
    duties: list[tuple[DutyReading, ...]] = []
    unusual: list[tuple[int, str, str]] = []
    inherited = 0
    for index, parts in enumerate(listed):
        completed = complete_list([p.name for p in parts], region, full, stems)
        unusual.extend((index, p.name, c.name) for p, c in zip(parts, completed, strict=True) if c.unusual)
        inherited += sum(c.inferred and not c.unusual for c in completed)
        named = [(c.name, p.role, c.inferred) for p, c in zip(parts, completed, strict=True)]
        duties.append(_duties(named))
    return NamedDuties(tuple(duties), region, tuple(unusual), inherited)


def _parts(task: RawTask) -> tuple[Part, ...]:
    own = tuple(part for said in task.said for part in said.parts)
    return (*own, *(p for p in task.standing if p.name not in {o.name for o in own}))


def _duties(named: Sequence[tuple[str, DutyRole, bool]]) -> tuple[DutyReading, ...]:
    """One duty an agency, the weightier when it is named twice; several leads become joint leads."""
    best: dict[str, tuple[DutyRole, bool]] = {}
    for name, role, inferred in named:
        held = best.get(name)
        if held is None or _RANK[role] < _RANK[held[0]]:
            best[name] = (role, inferred if held is None else held[1] and inferred)
    leads = sum(role is DutyRole.LEAD for role, _ in best.values())
    return tuple(
        DutyReading(name, DutyRole.JOINT_LEAD if role is DutyRole.LEAD and leads > 1 else role, inferred)
        for name, (role, inferred) in best.items()
    )
