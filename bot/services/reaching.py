"""The check of reach (能否送达): the working day before a wave the coordinator hears whom it would not reach."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.domain import ladder
from bot.domain.facts import Audience, OwedRung, PlanFacts, Reason, RungKey
from bot.domain.model import Role
from bot.domain.reachviews import ReachView, barrier_of
from bot.domain.workdays import Calendar
from bot.services.mornings import Mornings
from storage import facts as fact_queries
from storage import people, reminders, settings
from storage.tables import Plan

_PREFIX = "reach:"
# The same agencies are not named again for the waves of one period, which lie within so many days.
_SAME_PERIOD = timedelta(days=25)


def check(
    session: Session,
    plan: Plan,
    facts: PlanFacts,
    calendar: Calendar,
    wave_at: datetime | None,
    mornings: Mornings,
    now: datetime,
) -> datetime | None:
    """Do the check for the wave at `wave_at` when its day has come; the moment of the next check, None when none is.

    Everybody in reach, or the same agencies as were named for an earlier wave of the period: nothing is said, and
    the reason is written down.
    """
    if wave_at is None or not facts.policy.reach_check:
        return None
    wave_on = wave_at.astimezone(facts.zone).date()
    check_on = calendar.shift(wave_on, -1)
    check_at = datetime.combine(check_on, facts.policy.send_time, facts.zone)
    if check_at > now:
        return check_at
    allowed_at = ladder.sending_moment(now, calendar, facts.zone, facts.policy)
    if allowed_at > now:
        return allowed_at if allowed_at < wave_at else None
    key = RungKey(0, 0, f"{_PREFIX}{wave_on}", 0, "reach", Audience.COORDINATOR)
    if key not in reminders.decided(session, plan.id, frozenset({0})):
        _say(session, plan, OwedRung(key, wave_on, check_at), wave_at, mornings, now)
    return None


def _say(session: Session, plan: Plan, rung: OwedRung, wave_at: datetime, mornings: Mornings, now: datetime) -> None:
    asked = _asked(session, plan, wave_at, now)
    out = frozenset(_out_of_reach(session, asked, rung.due_on))
    reason = _reason_for_silence(session, plan, out, rung.due_on)
    outbox_id = None
    if reason is None:
        carrier = mornings.tell_all(plan.office_id, Role.COORDINATOR, now.astimezone(wave_at.tzinfo).date())
        reason, outbox_id = (None, carrier.outbox_id) if carrier else (Reason.NOBODY, None)
    state = reminders.DROPPED if reason else reminders.QUEUED if outbox_id else reminders.WAITING
    reminders.record(session, plan.id, rung, state, now, reason=reason or "", outbox_id=outbox_id)
    if reason is None:
        said = {"on": rung.due_on.isoformat(), "agencies": sorted(out), "asked": sorted(asked)}
        settings.write(session, plan.office_id, _setting(plan), said)


def _asked(session: Session, plan: Plan, wave_at: datetime, now: datetime) -> frozenset[int]:
    """The agencies a wave is for, as things stand."""
    facts = fact_queries.plan_facts(session, plan)
    calendar = fact_queries.calendar_of(session, plan.office_id)
    rungs = [
        *ladder.owed(facts, calendar, after=now, until=wave_at),
        *(reminders.rung_of(row) for row in reminders.waiting(session, plan.id)),
    ]
    return frozenset(
        rung.key.agency_id
        for rung in rungs
        if rung.key.audience is Audience.CONTACT and ladder.reason_against(rung, facts, calendar) is None
    )


def _out_of_reach(session: Session, agency_ids: frozenset[int], on: date) -> tuple[int, ...]:
    found = people.recipients(session, agency_ids, on)
    return tuple(sorted(agency for agency in agency_ids if barrier_of("", found.get(agency, ())) is not None))


def _reason_for_silence(session: Session, plan: Plan, out: frozenset[int], wave_on: date) -> Reason | None:
    if not out:
        return Reason.ALL_REACHED
    before = settings.read(session, plan.office_id, _setting(plan))
    recent = bool(before) and wave_on - date.fromisoformat(before["on"]) <= _SAME_PERIOD
    return Reason.UNCHANGED if recent and out <= set(before["agencies"]) else None


def _setting(plan: Plan) -> str:
    return f"{_PREFIX}{plan.id}"


def is_check(what: str) -> bool:
    """Whether a rung's `what` names the check before a wave."""
    return what.startswith(_PREFIX)


def state_of(what: str, plan_id: int) -> dict[str, Any]:
    """The check on a morning message, as its card keeps it."""
    return {"plan": plan_id, "on": what.removeprefix(_PREFIX)}


def reach_view(session: Session, state: dict[str, Any]) -> ReachView:
    """Whom the wave would not reach as things stand now."""
    plan, on = session.get_one(Plan, state["plan"]), date.fromisoformat(state["on"])
    said = settings.read(session, plan.office_id, _setting(plan))
    agencies = frozenset(said.get("asked", ())) if said.get("on") == state["on"] else frozenset()
    found, names = people.recipients(session, agencies, on), people.agency_names(session, agencies)
    barriers = (barrier_of(names[agency], found.get(agency, ())) for agency in sorted(agencies))
    return ReachView(on, len(agencies), tuple(one for one in barriers if one is not None))
