"""The agencies a plan names as rows: made when first named, renamed when only written otherwise, gone when unused."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.domain.agency_names import is_collective
from bot.domain.reading import PlanReading
from storage.tables import Agency, AgencyAlias, Contact, Duty, Plan, Report, Task


def ensure(session: Session, office_id: int, names: Iterable[str]) -> dict[str, int]:
    """Ids of all agencies of the office by name; the named ones are created where the office does not know them."""
    known = {agency.name: agency.id for agency in session.scalars(select(Agency).where(Agency.office_id == office_id))}
    for name in names:
        if name not in known:
            agency = Agency(office_id=office_id, name=name, is_collective=is_collective(name))
            session.add(agency)
            session.flush()
            known[name] = agency.id
    return known


def bring(session: Session, plan: Plan, reading: PlanReading) -> dict[str, int]:
    """Ids by name of every agency of the reading.

    A name that only gained or lost its beginning (水利局, 县水利局) renames the agency, so that its people stay.
    """
    office = {a.name: a for a in session.scalars(select(Agency).where(Agency.office_id == plan.office_id))}
    named = reading.agencies
    fresh = [name for name in named if name not in office]
    if fresh:
        gone = [name for name in _only_here(session, plan, office) if name not in named]
        for old, new in _rewritten(gone, fresh):
            office[old].name = new
        session.flush()
    return ensure(session, plan.office_id, named)


def _only_here(session: Session, plan: Plan, office: dict[str, Agency]) -> list[str]:
    """Names of agencies with duties in this plan and in no other."""
    plans: dict[int, set[int]] = {}
    held = select(Duty.agency_id, Task.plan_id).join(Task, Task.id == Duty.task_id)
    for agency_id, plan_id in session.execute(held.where(Task.office_id == plan.office_id).distinct()):
        plans.setdefault(agency_id, set()).add(plan_id)
    return [name for name, agency in office.items() if plans.get(agency.id) == {plan.id}]


def _rewritten(gone: list[str], fresh: list[str]) -> list[tuple[str, str]]:
    """Pairs of an old and a new name of which each is the other's only likeness."""
    pairs = [(old, new) for old in gone for new in fresh if old.endswith(new) or new.endswith(old)]
    olds, news = [old for old, _ in pairs], [new for _, new in pairs]
    return [(old, new) for old, new in pairs if olds.count(old) == 1 and news.count(new) == 1]


def sweep(session: Session, office_id: int) -> None:
    """Delete agencies without duty, people, alias and report: names corrected before anything came of them."""
    used = (Duty.agency_id, Contact.agency_id, AgencyAlias.agency_id, Report.agency_id)
    unused = [Agency.id.not_in(select(column)) for column in used]
    session.execute(delete(Agency).where(Agency.office_id == office_id, *unused))


def remember(session: Session, office_id: int, name: str, spelling: str) -> None:
    """Another spelling of an agency that a person confirmed; one that has an agency already keeps it."""
    known = select(AgencyAlias.id).where(AgencyAlias.office_id == office_id, AgencyAlias.alias == spelling)
    agency_id = session.scalar(select(Agency.id).where(Agency.office_id == office_id, Agency.name == name))
    if agency_id is not None and session.scalar(known) is None:
        session.add(AgencyAlias(office_id=office_id, agency_id=agency_id, alias=spelling))
        session.flush()
