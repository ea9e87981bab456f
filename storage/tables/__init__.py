"""Every table, facts only: late, lights and on-time are derived elsewhere. `…_at` UTC instants, `…_on` local dates."""

from storage.tables.base import NAMING, Base
from storage.tables.people import (
    Agency,
    AgencyAlias,
    CalendarNotice,
    CalendarOverride,
    ChatGroup,
    Contact,
    Invitation,
    Office,
    Person,
    RoleGrant,
    Setting,
)
from storage.tables.plans import Duty, Milestone, Pause, Plan, PlanVersion, Section, Target, Task
from storage.tables.reports import Evidence, Extension, Reminder, Report, Review, Seal
from storage.tables.traffic import Audit, Card, Inbox, Outbox

__all__ = [
    "NAMING",
    "Agency",
    "AgencyAlias",
    "Audit",
    "Base",
    "CalendarNotice",
    "CalendarOverride",
    "Card",
    "ChatGroup",
    "Contact",
    "Duty",
    "Evidence",
    "Extension",
    "Inbox",
    "Invitation",
    "Milestone",
    "Office",
    "Outbox",
    "Pause",
    "Person",
    "Plan",
    "PlanVersion",
    "Reminder",
    "Report",
    "Review",
    "RoleGrant",
    "Seal",
    "Section",
    "Setting",
    "Target",
    "Task",
]
