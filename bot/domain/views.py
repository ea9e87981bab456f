"""What a chat message shows, before words: values the services fill and the texts put into a language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from bot.domain.behalfviews import BehalfView
from bot.domain.calendarviews import CalendarView
from bot.domain.groupviews import GroupPostView, GroupView
from bot.domain.leverviews import LeversView
from bot.domain.manageviews import ManageView
from bot.domain.model import DutyRole, Number, Role, Status
from bot.domain.peopleviews import AbsenceView, PeopleView, StandIn
from bot.domain.planviews import PlanView
from bot.domain.policy import Policy
from bot.domain.policyviews import PolicyView
from bot.domain.previewviews import PreviewView
from bot.domain.reachviews import ReachView
from bot.domain.revisionviews import RelievedBlock, RevisionView
from bot.domain.rosterviews import MissingView, RosterView
from bot.domain.summary import Summary
from bot.domain.whyviews import WhyDue, WhyView


@dataclass(frozen=True)
class NoticeView:
    """One sentence, by code and parameters; `menu` the roles whose fixed keyboard comes with it."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    menu: frozenset[Role] = frozenset()


@dataclass(frozen=True)
class LastReport:
    """What was said last: day, status and words."""

    on: date
    status: Status
    percent: int | None
    words: str
    number: str


@dataclass(frozen=True)
class DueLine:
    """One due on a card. `rung` names the reminder that brought it ("" when asked for), `late_on` when it is late.

    A pause moved it from `planned_on` by `paused_days` working days; empty when none did. `plan` names the plan where
    several stand in one message.
    """

    task_id: int
    agency_id: int
    what: str
    number: str
    title: str
    agency: str
    role: DutyRole
    due_on: date
    rung: str
    late_on: date | None
    milestone_words: tuple[str, ...]
    targets: tuple[str, ...]
    outstanding: bool
    invited: bool
    last: LastReport | None
    returned_reason: str = ""
    returned_note: str = ""
    days_left: int = 0
    body: str = ""
    planned_on: date | None = None
    paused_days: int = 0
    plan: str = ""
    closes_at: time = Policy.report_time


@dataclass(frozen=True)
class DraftView:
    """A report being made: what was understood, the words it came from, files attached so far."""

    status: Status | None
    percent: int | None
    numbers: tuple[Number, ...]
    expected_on: date | None
    difficulty: str
    words: str
    evidence: int


@dataclass(frozen=True)
class ReceiptView:
    """A report taken in. `undo_until` aware local; None when the time to undo is over."""

    number: str
    status: Status
    at: datetime
    late: bool
    version: int
    undo_until: datetime | None
    withdrawn: bool
    evidence: int
    accepted: bool = False


@dataclass(frozen=True)
class AssignedTask:
    """A task of the agency with its part in it."""

    number: str
    title: str
    role: DutyRole
    days: tuple[date, ...]


@dataclass(frozen=True)
class AssignmentBlock:
    """交办: an agency's tasks at the start of the plan; with `added`, those a revision gave it."""

    agency_id: int
    agency: str
    plan_title: str
    tasks: tuple[AssignedTask, ...]
    signed: bool
    disputed: bool
    added: bool = False


@dataclass(frozen=True)
class ChaseLine:
    """Something the coordinator must chase: an agency silent on a due, unsigned, or with nobody to ask.

    `plan` names the plan where several stand in one message.
    """

    agency: str
    agency_id: int
    task_id: int
    number: str
    title: str
    what: str
    rung: str
    due_on: date
    contact: str
    phone: str
    held_back: bool = False
    plan: str = ""


@dataclass(frozen=True)
class ReviewCall:
    """What waits for the coordinator's review before a period's summary goes to the leaders."""

    plan_title: str
    period: str
    waiting: int
    summary_on: date


@dataclass(frozen=True)
class DuesView:
    """A living card: assignment, list of dues or one in focus, its draft or receipt; the morning message too.

    `why`: why the reader is reminded, while that is open.
    `for_unit`: the chase lines go to the silent unit's own deputy or head, not to the coordinator.
    """

    card_id: int
    rev: int
    now: datetime
    plan_title: str
    lines: tuple[DueLine, ...]
    focus: int | None
    draft: DraftView | None
    receipt: ReceiptView | None
    show_original: bool
    assignments: tuple[AssignmentBlock, ...]
    chase: tuple[ChaseLine, ...]
    summary: Summary | None
    for_unit: bool = False
    relieved: tuple[RelievedBlock, ...] = ()
    reviews: tuple[ReviewCall, ...] = ()
    more_summaries: tuple[Summary, ...] = ()
    reach: tuple[ReachView, ...] = ()
    standing_in: tuple[StandIn, ...] = ()
    why: tuple[WhyDue, ...] = ()


@dataclass(frozen=True)
class ReadItem:
    """One item understood in a free-text message, bound to a due or not yet."""

    line: DueLine | None
    draft: DraftView


@dataclass(frozen=True)
class WordsView:
    """A free-text message as understood, to be confirmed; `stage` confirm, which, status, date, sent or cancelled."""

    card_id: int
    rev: int
    now: datetime
    words: str
    items: tuple[ReadItem, ...]
    stage: str
    choices: tuple[DueLine, ...]
    receipts: tuple[tuple[str, ReceiptView], ...]


@dataclass(frozen=True)
class InvitationView:
    """是我 / 不是我: what a used deep link shows."""

    card_id: int
    rev: int
    name: str
    agency: str
    roles: frozenset[Role]
    office: str
    stage: str


@dataclass(frozen=True)
class BoardView:
    """The coordinator's pinned board."""

    card_id: int
    rev: int
    now: datetime
    summary: Summary
    workdays_left: int
    unreviewed: int
    unbound: int
    open_extensions: int
    unreachable: tuple[str, ...]
    held_back: int


@dataclass(frozen=True)
class ReviewView:
    """One report on the review desk; `stage` show, reason, limit, done or empty.

    `on_behalf` says whose answer a 代填 is; `own`: the reader sent it, so that somebody else must judge it.
    """

    card_id: int
    rev: int
    stage: str
    waiting: int
    line: DueLine | None
    sender: str
    at: datetime | None
    report: DraftView | None
    number: str
    late: bool
    evidence_names: tuple[str, ...]
    reason: str
    limit_on: date | None
    accepted: bool | None
    limits: tuple[date, ...] = ()
    on_behalf: str = ""
    own: bool = False


@dataclass(frozen=True)
class RequestView:
    """What a contact asks the coordinator: more time, not our task, ask somebody else, a question."""

    card_id: int
    rev: int
    kind: str
    agency: str
    sender: str
    phone: str
    line: DueLine | None
    words: str
    until_on: date | None
    decided: str


@dataclass(frozen=True)
class SummaryView:
    """A summary in chat; `mode` all, agencies, agency, tasks or task; `page` for long lists."""

    card_id: int
    rev: int
    summary: Summary
    mode: str
    chosen: int | None
    page: int
    with_picture: bool


@dataclass(frozen=True)
class FileView:
    """A paper to send: ledger, roster template, invitations; `summary` or `rows` hold its data."""

    kind: str
    name: str
    summary: Summary | None = None
    rows: tuple[tuple[str, ...], ...] = ()
    caption: str = ""
    caption_params: Mapping[str, object] = field(default_factory=dict)


View = (
    NoticeView
    | ManageView
    | GroupView
    | GroupPostView
    | DuesView
    | WordsView
    | PlanView
    | PolicyView
    | InvitationView
    | BoardView
    | ReviewView
    | RevisionView
    | RosterView
    | CalendarView
    | MissingView
    | PeopleView
    | AbsenceView
    | RequestView
    | SummaryView
    | LeversView
    | BehalfView
    | PreviewView
    | WhyView
    | FileView
)
