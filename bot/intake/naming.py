"""Duties of every task with the agencies' names completed over the whole document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.domain.agency_names import complete_list, has_sections, is_internal, place_stems, region_prefix, written_level
from bot.domain.model import DutyRole
from bot.domain.reading import CERTAIN, DutyReading, Source
from bot.domain.short_names import same_agencies
from bot.intake.duty_names import Part
from bot.intake.responsibilities import BY_ORDER, Responsibility
from bot.intake.tasks import RawTask

# 2026年金川市民生实事: what may stand before the place in a title.
_BEFORE_PLACE = re.compile(r"^(?:中共|20\d\d年度?|关于|印发|下达|开展|[《〈])*")
_RANK = {DutyRole.LEAD: 0, DutyRole.SHARED: 1, DutyRole.PARTICIPANT: 2}
# How sure a duty is by where it was said; a column's cell is read by its own rule.
_SURENESS = {"sentence": 0.9, "heading": 0.9, "standing": 0.9}


@dataclass(frozen=True)
class NamedDuties:
    """Duties per task, the region's prefix, and the names completed from elsewhere than their own list.

    `unified` holds (name as completed, the fuller name of the same agency that the document also writes).
    """

    duties: tuple[tuple[DutyReading, ...], ...]
    region: str
    unusual: tuple[tuple[int, str, str], ...]
    inherited: int
    unified: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class _Said:
    """A part, what it was said by, and the rule that read it there."""

    part: Part
    by: Responsibility
    rule: str

    def source(self) -> Source | None:
        """Where the name stands; the whole responsibility where a line break parts the name."""
        passage = self.by.passage
        if passage is None:
            return None
        at = passage.text.find(self.part.name)
        span = (at, at + len(self.part.name)) if at >= 0 else (0, len(passage.text))
        return passage.source(*span, rule=self.rule)


def name_duties(tasks: Sequence[RawTask], opening: Sequence[str] = ()) -> NamedDuties:
    """Complete names task by task; the `opening` lines tell the region's own name.

    `unusual` holds (index of the task, name as written, name as completed).
    """
    listed = [tuple(_said(task)) for task in tasks]
    written = [said.part.name for parts in listed for said in parts]
    stems = place_stems([*written, *(_BEFORE_PLACE.sub("", line) for line in opening)])
    internal = is_internal([[said.part.name for said in parts] for parts in listed], stems)
    region = "" if internal else region_prefix(written)
    full = {name for name in written if written_level(name) or len(name) > 6}
    sections = has_sections(written)
    duties: list[list[DutyReading]] = []
    unusual: list[tuple[int, str, str]] = []
    inherited = 0
    for index, parts in enumerate(listed):
        listed_here = [said.part.name for said in parts]
        completed = complete_list(listed_here, region, full, stems, internal=internal, sections=sections)
        unusual.extend((index, s.part.name, c.name) for s, c in zip(parts, completed, strict=True) if c.unusual)
        inherited += sum(c.inferred and not c.unusual for c in completed)
        duties.append([_duty(s, c.name, c.inferred) for s, c in zip(parts, completed, strict=True)])
    unified = same_agencies(duty.agency for found in duties for duty in found)
    return NamedDuties(
        tuple(_merged([replace(d, agency=unified.get(d.agency, d.agency)) for d in found]) for found in duties),
        region,
        tuple(unusual),
        inherited,
        tuple(unified.items()),
    )


def _said(task: RawTask) -> Iterator[_Said]:
    """The task's parts in order: its own, those of its section's heading, those that hold for all later tasks."""
    above = {id(r) for r in task.inherited}
    named: set[str] = set()
    for by in task.said:
        rule = "heading" if id(by) in above else by.rule
        for part in by.parts:
            named.add(part.name)
            yield _Said(part, by, "first_listed" if part.confidence == BY_ORDER else rule)
    for by in task.standing:
        yield from (_Said(part, by, "standing") for part in by.standing if part.name not in named)


def _duty(said: _Said, name: str, inferred: bool) -> DutyReading:
    confidence = min(said.part.confidence, _SURENESS.get(said.rule, CERTAIN))
    return DutyReading(name, said.part.role, inferred, said.source(), confidence)


def _merged(duties: Sequence[DutyReading]) -> tuple[DutyReading, ...]:
    """One duty an agency, the weightier when it is named twice; several leads become joint leads."""
    best: dict[str, DutyReading] = {}
    for duty in duties:
        held = best.get(duty.agency)
        if held is None:
            best[duty.agency] = duty
            continue
        weightier = duty if _RANK[duty.role] < _RANK[held.role] else held
        best[duty.agency] = replace(weightier, inferred=held.inferred and duty.inferred)
    leads = sum(duty.role is DutyRole.LEAD for duty in best.values())
    return tuple(
        replace(d, role=DutyRole.JOINT_LEAD) if d.role is DutyRole.LEAD and leads > 1 else d for d in best.values()
    )
