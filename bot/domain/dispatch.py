"""What becomes of rungs that fell due together: said to whom, or dropped and why. Pure; the forecast asks it too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.domain import ladder
from bot.domain.facts import ASSIGNMENT, RELIEVED, Audience, OwedRung, PlanFacts, Reason, RungKey
from bot.domain.people import Recipient, choose_recipient
from bot.domain.policy import Policy
from bot.domain.workdays import Calendar

# The rung's name on the coordinator's phone list: an agency that nobody can receive for.
PHONE = "phone"


@dataclass(frozen=True)
class Told:
    """On how many earlier mornings of this week and this quarter an agency's contacts were written to."""

    this_week: int = 0
    this_quarter: int = 0

    def at_limit(self, policy: Policy) -> bool:
        """Whether the policy holds further mornings back."""
        week, quarter = policy.cap_per_week, policy.cap_per_quarter
        return (0 < week <= self.this_week) or (0 < quarter <= self.this_quarter)


@dataclass(frozen=True)
class Decision:
    """One rung's fate: dropped for `reason`, said to the contact `person_id`, or to all of the audience's role."""

    rung: OwedRung
    reason: Reason | None = None
    person_id: int | None = None


def decide(
    rungs: Iterable[OwedRung],
    facts: PlanFacts,
    calendar: Calendar,
    recipients: Mapping[int, tuple[Recipient, ...]],
    told: Mapping[int, Told],
) -> tuple[Decision, ...]:
    """Decide rungs of one plan that fell due together, as things stand.

    The newest rung of each ladder overtakes the older ones. An agency that nobody can receive for goes on the
    coordinator's phone list as well.
    """
    needed: list[OwedRung] = []
    decisions: list[Decision] = []
    for rung in rungs:
        reason = ladder.reason_against(rung, facts, calendar)
        if reason is None:
            needed.append(rung)
        else:
            decisions.append(Decision(rung, reason))
    newest, overtaken = ladder.newest_only(needed)
    decisions += [Decision(rung, Reason.OVERTAKEN) for rung in overtaken]
    for rung in newest:
        decisions += _address(rung, facts.policy, recipients, told)
    return tuple(decisions)


def _address(
    rung: OwedRung, policy: Policy, recipients: Mapping[int, tuple[Recipient, ...]], told: Mapping[int, Told]
) -> Iterator[Decision]:
    agency_id = rung.key.agency_id
    if rung.key.audience is not Audience.CONTACT:
        yield Decision(rung)
        return
    asked = choose_recipient(recipients.get(agency_id, ()))
    if asked is None:
        yield Decision(rung, Reason.NOBODY)
        if rung.key.what != RELIEVED:
            yield Decision(phone_rung(rung))
    elif _capped(rung) and told.get(agency_id, Told()).at_limit(policy):
        yield Decision(rung, Reason.CAP)
    else:
        yield Decision(rung, person_id=asked.person_id)


def _capped(rung: OwedRung) -> bool:
    """Whether the limits hold it back: not what must be signed, and not what a person asked for."""
    return rung.key.what != ASSIGNMENT and ladder.rung_offset(rung.key.rung) is not None


def phone_rung(rung: OwedRung) -> OwedRung:
    """The coordinator's phone list for a rung nobody can receive: one for each due and round."""
    key = RungKey(rung.key.task_id, rung.key.agency_id, rung.key.what, rung.key.round, PHONE, Audience.COORDINATOR)
    return OwedRung(key, rung.due_on, rung.owed_at)
