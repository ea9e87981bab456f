"""The words of the field as values: roles, statuses, cadences, dues; one word per thing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class DutyRole(StrEnum):
    """An agency's part in a task: 牵头, 共同牵头（按职责牵头）, 按职责分工负责, 参与（配合）."""

    LEAD = "lead"
    JOINT_LEAD = "joint_lead"
    SHARED = "shared"
    PARTICIPANT = "participant"

    @property
    def owes_reports(self) -> bool:
        """Leads, joint leads and shared agencies owe one report per task and period; participants may contribute."""
        return self is not DutyRole.PARTICIPANT


class Status(StrEnum):
    """What an agency says of its task. `DONE` only when the task itself is finished."""

    DONE = "done"
    IN_PROGRESS = "in_progress"
    NOT_STARTED = "not_started"
    BLOCKED = "blocked"


class Intent(StrEnum):
    """What a person wants with a message."""

    REPORT = "report"
    EXTENSION_REQUEST = "extension_request"
    QUESTION = "question"
    DECLINE = "decline"
    DELEGATE = "delegate"
    GREETING = "greeting"
    OTHER = "other"


class Role(StrEnum):
    """What a person may do here; a contact's right comes from the agency, the others from the office."""

    COORDINATOR = "coordinator"
    CONTACT = "contact"
    LEADER = "leader"


class Position(StrEnum):
    """A contact's place in the agency: 联络员, AB角（代理）, 单位负责人."""

    CONTACT = "contact"
    DEPUTY = "deputy"
    HEAD = "head"


class Cadence(StrEnum):
    """How often a recurring deadline comes round."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half-yearly"
    ANNUAL = "annual"
    ONGOING = "ongoing"

    @property
    def comes_round(self) -> bool:
        """Whether it comes round by itself, as 每季度; 长期坚持 does not."""
        return self is not Cadence.ONGOING


@dataclass(frozen=True)
class DueKey:
    """One due: what one agency owes for one task.

    `what` is a period ("2022Q1") or a milestone ("milestone:2022-12-31").
    """

    task_id: int
    agency_id: int
    what: str

    @property
    def milestone_on(self) -> date | None:
        """The milestone's own date, or None for a period's report."""
        prefix, _, day = self.what.partition(":")
        return date.fromisoformat(day) if prefix == "milestone" else None


@dataclass(frozen=True)
class Number:
    """An amount with its unit as the writer gave it: 23 家."""

    value: float
    unit: str


class DubanError(Exception):
    """Bad input or a refused act; carries one message code and its parameters, put into words by `bot.texts`."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params
