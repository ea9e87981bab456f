"""Why something was, or was not, sent, before words: each rung of a ladder with its fate and the facts behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from bot.domain.model import DutyRole
from bot.domain.policy import Policy

# Why a rung stands in no table, beside the codes of `bot.domain.facts.Reason`.
BEFORE_ACTIVATION, BEFORE_DUTY, BEFORE_ROUND = "before_activation", "before_duty", "before_round"


@dataclass(frozen=True)
class WhyRung:
    """One rung: the day it falls on and what became of it.

    `state` is sent, unknown, queued, waiting, dropped, never (it was never owed), coming, spared (it will not be said
    as things stand) or open (owed, not yet decided). `at` is when it went out or was decided (aware, local), `to` who
    got or would get it. `facts` are particulars by name: dates, numbers of reports, counts, names.
    """

    rung: str
    audience: str
    on: date
    state: str
    at: datetime | None = None
    to: str = ""
    reason: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class WhyDue:
    """One due of an agency with its rungs in order; `what` may be "assignment". `planned_on` where a pause moved it.

    `number` and `title` are the task's, empty for what concerns all tasks; `agency` is empty for the whole plan.
    `source` is what the plan says of it; `rule` names how the day was found: workday, day, year_end, milestone, rolled,
    ahead or moved, with its particulars.
    """

    plan_id: int
    plan_title: str
    task_id: int
    number: str
    title: str
    agency_id: int
    agency: str
    role: DutyRole | None
    what: str
    due_on: date | None
    rungs: tuple[WhyRung, ...]
    planned_on: date | None = None
    source: str = ""
    rule: str = ""
    rule_facts: Mapping[str, object] = field(default_factory=dict)
    closes_at: time = Policy.report_time

    @property
    def next(self) -> WhyRung | None:
        """The next rung that will be said as things stand."""
        return next((rung for rung in self.rungs if rung.state == "coming"), None)

    @property
    def last(self) -> WhyRung | None:
        """The newest rung whose day has come."""
        return next((rung for rung in reversed(self.rungs) if rung.state not in ("coming", "spared")), None)


@dataclass(frozen=True)
class WhyView:
    """The card; `stage` ask (choose an agency), list (choose a due) or one. `choices` are agencies (id, name)."""

    card_id: int
    rev: int
    now: datetime
    stage: str
    choices: tuple[tuple[int, str], ...] = ()
    dues: tuple[WhyDue, ...] = ()
    page: int = 0
    own: bool = False
