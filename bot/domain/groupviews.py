"""Working groups (工作群) before words: the coordinator's card about them, and what is posted into a group."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

STATE, DAY, NAMES, TEXT = "state", "day", "names", "text"
FIGURES = (STATE, DAY, NAMES)


@dataclass(frozen=True)
class GroupPost:
    """What is said in a group: a period's figures, its due day, who has not reported, or the coordinator's own text.

    `time` is the report time as "17:30" and `over` whether the due moment has passed; `today` and `due_on` are local
    days. `missing` are agencies in the plan's order, for `names` only: nobody is ranked.
    """

    kind: str
    plan: str = ""
    period: str = ""
    owed: int = 0
    reported: int = 0
    due_on: date | None = None
    today: date | None = None
    time: str = ""
    over: bool = False
    workdays_left: int = 0
    missing: tuple[str, ...] = ()
    text: str = ""

    def as_json(self) -> dict[str, Any]:
        """For a card's state and an outbox row."""
        days = {
            name: day.isoformat() if day else None for name, day in (("due_on", self.due_on), ("today", self.today))
        }
        return {**asdict(self), **days, "missing": list(self.missing)}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> GroupPost:
        """The same post back."""
        post = cls(**{**kept, "missing": tuple(kept["missing"])})
        return replace(post, due_on=_day(kept["due_on"]), today=_day(kept["today"]))


def _day(kept: str | None) -> date | None:
    return date.fromisoformat(kept) if kept else None


@dataclass(frozen=True)
class GroupPostView:
    """A message in a group: never a button, never anything that a coordinator has not seen and released."""

    post: GroupPost


@dataclass(frozen=True)
class GroupLine:
    """A group the bot is in; `bound` once a coordinator has taken it on as a working group."""

    group_id: int
    title: str
    bound: bool


@dataclass(frozen=True)
class GroupView:
    """The coordinator's card, in private.

    `stage` is list, offer, one, write, preview, confirm, sending, sent, unsent, leaving, gone or moved. `named` are the
    agencies a post names; `at` is when it was sent, `outcome` why it was not. `plan` is the plan figures come from, ""
    when none is in force; `more_plans` whether another can be chosen.
    """

    card_id: int
    rev: int
    stage: str
    groups: tuple[GroupLine, ...] = ()
    title: str = ""
    plan: str = ""
    more_plans: bool = False
    post: GroupPost | None = None
    named: tuple[str, ...] = ()
    at: datetime | None = None
    outcome: str = ""
    outside_hours: bool = False
    limit: int = 0
