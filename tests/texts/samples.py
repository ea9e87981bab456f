"""One view for every kind of message, as an office sees it in the autumn of 2022; nothing of a real plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from bot.domain.manageviews import ManageView
from bot.domain.model import DutyRole, Number, Role, Status
from bot.domain.peopleviews import StandIn
from bot.domain.reachviews import Barrier, ReachView, Unreached
from bot.domain.summary import AgencyLine, Attention, Cell, CellState, Light, ReportLine, Summary, TaskLine
from bot.domain.views import (
    AssignedTask,
    AssignmentBlock,
    BoardView,
    ChaseLine,
    DraftView,
    DueLine,
    DuesView,
    FileView,
    InvitationView,
    LastReport,
    NoticeView,
    ReadItem,
    ReceiptView,
    RequestView,
    ReviewCall,
    ReviewView,
    SummaryView,
    View,
    WordsView,
)
from tests.texts.behalf_samples import behalf_views
from tests.texts.calendar_samples import calendar_views
from tests.texts.group_samples import group_views
from tests.texts.lever_samples import lever_views
from tests.texts.people_samples import people_views
from tests.texts.plan_samples import AGENCIES, PLAN, TITLES, ZONE, number_of, plan_views
from tests.texts.policy_samples import policy_views
from tests.texts.revision_samples import RELIEVED, revision_views
from tests.texts.roster_samples import roster_views
from tests.texts.why_samples import DUE, why_views

WORDS = "镉的查了12家，整改完9家，\n剩3家下月底前弄完"


def line(at: int = 0, **changes: object) -> DueLine:
    """A due of the third quarter, two working days ahead."""
    base = DueLine(
        task_id=at + 1,
        agency_id=1,
        what="2022Q3",
        number=number_of(at),
        title=TITLES[at],
        agency=AGENCIES[0],
        role=DutyRole.LEAD,
        due_on=date(2022, 10, 12),
        rung="D-3",
        late_on=None,
        milestone_words=(),
        targets=("水质达标率达到95%以上", "排查不少于20处"),
        outstanding=True,
        invited=False,
        last=LastReport(date(2022, 7, 4), Status.IN_PROGRESS, 40, "已排查8处，其余安排在三季度。", "Q2-0031"),
        days_left=3,
        body="对水源地周边排污口逐一排查，建立清单，限期整治。",
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def dues(*lines: DueLine, focus: int | None = None, **changes: object) -> DuesView:
    base = DuesView(
        card_id=71,
        rev=3,
        now=datetime(2022, 10, 9, 9, 0, tzinfo=ZONE),
        plan_title=PLAN,
        lines=lines,
        focus=focus,
        draft=None,
        receipt=None,
        show_original=False,
        assignments=(),
        chase=(),
        summary=None,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


DRAFT = DraftView(
    Status.IN_PROGRESS, 75, (Number(12, "家"), Number(9, "家")), date(2022, 10, 31), "缺检测设备", WORDS, 2
)
EMPTY_DRAFT = DraftView(Status.DONE, None, (), None, "", "", 0)
RECEIPT = ReceiptView(
    number="Q3-0117",
    status=Status.IN_PROGRESS,
    at=datetime(2022, 10, 9, 10, 12, tzinfo=ZONE),
    late=False,
    version=1,
    undo_until=datetime(2022, 10, 9, 10, 22, tzinfo=ZONE),
    withdrawn=False,
    evidence=0,
)
MILESTONE = line(1, what="milestone:2022-12-31", due_on=date(2022, 12, 30), rung="D", days_left=0)
MILESTONE = replace(MILESTONE, milestone_words=("年底前完成",), targets=())
YEAR_END = datetime(2022, 12, 30, 9, 0, tzinfo=ZONE)


def _cells(state: CellState, status: Status | None, light: Light) -> tuple[Cell, ...]:
    done = Cell("2022Q1", CellState.IN, Status.IN_PROGRESS, Light.GREEN, 1, 1)
    return (
        done,
        replace(done, period="2022Q2"),
        Cell("2022Q3", state, status, light, 1, int(status is not None)),
        Cell("2022Q4", CellState.NOT_DUE, None, Light.NONE, 1, 0),
    )


def report(agency: str, status: Status, **changes: object) -> ReportLine:
    base = ReportLine(
        number="Q3-0117",
        agency=agency,
        sender="李喆",
        at=datetime(2022, 10, 9, 10, 12, tzinfo=ZONE),
        status=status,
        percent=75,
        words=WORDS,
        difficulty="",
        on_behalf=False,
        late=False,
        review="accepted",
        evidence=2,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def _task(at: int, status: Status | None, light: Light, agency: str) -> TaskLine:
    reports = (report(agency, status),) if status else ()
    return TaskLine(
        task_id=at + 1,
        number=line(at).number,
        title=TITLES[at],
        section="水源地保护",
        owing=(agency,),
        missing=() if status else (agency,),
        status=status,
        light=light,
        cells=_cells(CellState.IN if status else CellState.MISSING, status, light),
        reports=reports,
        next_due_on=date(2023, 1, 9),
    )


TASKS = (
    _task(0, Status.DONE, Light.GREEN, AGENCIES[0]),
    _task(1, Status.IN_PROGRESS, Light.GREEN, AGENCIES[1]),
    _task(2, None, Light.RED, AGENCIES[2]),
    _task(3, Status.IN_PROGRESS, Light.YELLOW, AGENCIES[0]),
    _task(4, Status.NOT_STARTED, Light.YELLOW, AGENCIES[1]),
    _task(5, Status.BLOCKED, Light.RED, AGENCIES[3]),
)
SUMMARY = Summary(
    plan_id=1,
    title=PLAN,
    year=2022,
    period="2022Q3",
    due_on=date(2022, 10, 12),
    as_of=datetime(2022, 10, 18, 9, 0, tzinfo=ZONE),
    owed=6,
    reported=5,
    on_time=4,
    late=1,
    missing=1,
    done=1,
    in_progress=2,
    blocked=1,
    not_started=1,
    unreported=1,
    attention=(
        Attention("（三）2", TITLES[5], "blocked", (AGENCIES[3],), "资金还没拨到，工程款付不出"),
        Attention("（二）1", TITLES[2], "missing", (AGENCIES[2],), reminded=2),
        Attention("（三）1", TITLES[4], "not_started", (AGENCIES[1],), "等专家组时间"),
    ),
    done_change=1,
    missing_change=-2,
    tasks=TASKS,
    agencies=(
        AgencyLine(3, AGENCIES[2], 1, 0, 0, ("（二）1",), "13800000003"),
        AgencyLine(1, AGENCIES[0], 2, 2, 2, (), "13800000001"),
        AgencyLine(2, AGENCIES[1], 2, 2, 1, (), ""),
        AgencyLine(4, AGENCIES[3], 1, 1, 1, (), "13800000004"),
    ),
)
SILENT = replace(
    SUMMARY,
    reported=0,
    on_time=0,
    late=0,
    missing=6,
    done=0,
    in_progress=0,
    blocked=0,
    not_started=0,
    unreported=6,
    attention=(Attention("（一）1", TITLES[0], "missing", (AGENCIES[0],), reminded=5),),
    done_change=None,
    missing_change=None,
)


def chase(agency_id: int, number: str, rung: str, what: str = "2022Q3", **changes: object) -> ChaseLine:
    base = ChaseLine(
        agency=AGENCIES[agency_id - 1],
        agency_id=agency_id,
        task_id=1,
        number=number,
        title=TITLES[0],
        what=what,
        rung=rung,
        due_on=date(2022, 10, 12),
        contact="王敏",
        phone="13800000002",
    )
    return replace(base, **changes)  # type: ignore[arg-type]


ASSIGNMENT = AssignmentBlock(
    agency_id=1,
    agency=AGENCIES[0],
    plan_title=PLAN,
    tasks=(
        AssignedTask("（一）1", TITLES[0], DutyRole.LEAD, (date(2022, 10, 31), date(2022, 12, 31))),
        AssignedTask("（一）2", TITLES[1], DutyRole.PARTICIPANT, ()),
        AssignedTask("（二）2", TITLES[3], DutyRole.SHARED, (date(2022, 12, 31),)),
    ),
    signed=False,
    disputed=False,
)
WORDS_VIEW = WordsView(
    card_id=72,
    rev=0,
    now=datetime(2022, 10, 9, 9, 30, tzinfo=ZONE),
    words=WORDS,
    items=(ReadItem(line(0), DRAFT),),
    stage="confirm",
    choices=(line(0), line(1), line(2)),
    receipts=(),
)
BOARD = BoardView(
    card_id=74,
    rev=9,
    now=datetime(2022, 10, 10, 16, 0, tzinfo=ZONE),
    summary=SUMMARY,
    workdays_left=2,
    unreviewed=3,
    unbound=1,
    open_extensions=1,
    unreachable=("各镇",),
    held_back=2,
)
REACH = ReachView(
    date(2022, 10, 12),
    12,
    (
        Unreached("县交通运输局", "", "", Barrier.NOBODY),
        Unreached(AGENCIES[0], "李喆", "13800000001", Barrier.NOT_ENTERED),
        Unreached(AGENCIES[1], "王敏", "13800000002", Barrier.AWAY, date(2022, 10, 14)),
        Unreached("县气象局", "周宁", "", Barrier.BLOCKED),
    ),
)
REVIEW = ReviewView(
    card_id=75,
    rev=0,
    stage="show",
    waiting=3,
    line=line(0),
    sender="李喆",
    at=datetime(2022, 10, 9, 10, 12, tzinfo=ZONE),
    report=DRAFT,
    number="Q3-0117",
    late=True,
    evidence_names=("现场1.jpg", "清单.xlsx"),
    reason="",
    limit_on=None,
    accepted=None,
    limits=(date(2022, 10, 10), date(2022, 10, 12), date(2022, 10, 14)),
)
REQUEST = RequestView(
    card_id=76,
    rev=0,
    kind="extension",
    agency=AGENCIES[1],
    sender="王敏",
    phone="13800000002",
    line=line(1, agency=AGENCIES[1]),
    words="（一）2 连续下雨，申请延到10月31日",
    until_on=date(2022, 10, 31),
    decided="",
)
SUMMARY_VIEW = SummaryView(77, 2, SUMMARY, "all", None, 0, False)


def _invitation(role: Role, agency: str, stage: str) -> InvitationView:
    return InvitationView(78, 0, "李喆", agency, frozenset({role}), "石桥县水源办", stage)


def views() -> dict[str, View]:
    """Every kind of message by name."""
    return {**_contact(), **_coordinator(), **_others()}


def _contact() -> dict[str, View]:
    late = line(0, due_on=date(2022, 9, 30), rung="D+1", days_left=-1)
    returned = line(0, returned_reason="missing_figures", returned_note="请补排查家数", rung="", days_left=2)
    return {
        "due": dues(line(0), focus=0),
        "due-standing-in": dues(line(0, rung="H7"), focus=0, standing_in=(StandIn("李敏", date(2022, 10, 14)),)),
        "list-standing-in": dues(line(0), line(1, rung="H7"), standing_in=(StandIn("李敏", None),)),
        "due-original": dues(line(0), focus=0, show_original=True),
        "due-last-call": dues(line(0), focus=0, now=datetime(2022, 10, 12, 9, 0, tzinfo=ZONE)),
        "due-overdue": dues(late, focus=0),
        "due-returned": dues(returned, focus=0),
        "due-late-reminder": dues(line(0, late_on=date(2022, 9, 28)), focus=0),
        "due-snoozed": dues(line(0, rung="S221010"), focus=0),
        "due-urged": dues(line(0, rung="N221010"), focus=0),
        "due-paused": dues(line(0, planned_on=date(2022, 9, 28), paused_days=5), focus=0),
        "list-urged-paused": dues(
            line(0, rung="N221010", planned_on=date(2022, 9, 28), paused_days=5), line(1, what="milestone:2022-10-12")
        ),
        "due-invited": dues(line(1, invited=True, role=DutyRole.PARTICIPANT), focus=0),
        "due-invited-reported": dues(line(1, invited=True, outstanding=False), focus=0),
        "due-reported": dues(line(0, outstanding=False, rung=""), focus=0),
        "due-milestone": dues(MILESTONE, focus=0, now=YEAR_END),
        "due-draft": dues(line(0), focus=0, draft=EMPTY_DRAFT),
        "due-draft-with-words": dues(line(0), focus=0, draft=DRAFT),
        "due-receipt": dues(line(0, outstanding=False), line(1), line(2), focus=0, receipt=RECEIPT),
        "due-receipt-last": dues(
            line(0, outstanding=False), line(1, outstanding=False), focus=1, receipt=replace(RECEIPT, evidence=2)
        ),
        "due-receipt-late-corrected": dues(
            line(0, outstanding=False), focus=0, receipt=replace(RECEIPT, late=True, version=2, undo_until=None)
        ),
        "due-withdrawn": dues(line(0), focus=0, receipt=replace(RECEIPT, withdrawn=True)),
        "list": dues(line(0), line(1, outstanding=False), line(2, last=None)),
        "list-mixed": dues(line(0, late_on=date(2022, 9, 28)), replace(MILESTONE, rung="D-30"), line(2, invited=True)),
        "list-long": dues(*(line(at % 6, number=f"{at + 1}") for at in range(14))),
        "list-with-invitations": dues(*(line(at, invited=at in (1, 4), rung="D-10") for at in range(6))),
        "list-partly-reported": dues(
            *(line(at, outstanding=at > 2, returned_reason="no_seal" * (at == 4)) for at in range(5))
        ),
        "list-invitations-only": dues(line(1, invited=True), line(2, invited=True)),
        "list-two-agencies": dues(line(0), line(0, agency=AGENCIES[1], agency_id=2)),
        "list-empty": dues(),
        "list-why": dues(line(0), line(1), why=(DUE,)),
        "due-why": dues(line(0), focus=0, why=(DUE,)),
        "assignment": dues(assignments=(ASSIGNMENT,)),
        "assignment-signed": dues(assignments=(replace(ASSIGNMENT, signed=True),)),
        "assignment-disputed": dues(assignments=(replace(ASSIGNMENT, disputed=True),)),
        "assignment-added": dues(
            assignments=(replace(ASSIGNMENT, added=True, tasks=ASSIGNMENT.tasks[:1]),), relieved=(RELIEVED,)
        ),
        "relieved-with-dues": dues(line(0), line(1), relieved=(RELIEVED,)),
        "assignment-with-dues": dues(line(0), line(1), assignments=(ASSIGNMENT,)),
        "words-confirm": WORDS_VIEW,
        "words-two-tasks": replace(
            WORDS_VIEW,
            items=(ReadItem(line(0), DRAFT), ReadItem(line(1), EMPTY_DRAFT)),
            words="（一）1推进中。（一）2完成了",
        ),
        "words-which": replace(WORDS_VIEW, stage="which", items=(ReadItem(None, DRAFT),)),
        "words-status": replace(WORDS_VIEW, stage="status", items=(ReadItem(line(0), replace(DRAFT, status=None)),)),
        "words-date": replace(WORDS_VIEW, stage="date"),
        "words-sent": replace(WORDS_VIEW, stage="sent", receipts=(("（一）1", RECEIPT),)),
        "words-cancelled": replace(WORDS_VIEW, stage="cancelled"),
    }


def _coordinator() -> dict[str, View]:
    missing = (chase(2, "（一）2", "D+1"), chase(2, "（三）1", "D+1"), chase(3, "（二）1", "D+1"))
    phone = (chase(2, "（一）2", "D+3"), chase(3, "（二）1", "D+3", contact="", phone=""))
    mixed = (*missing, chase(1, "（一）1", "D+1", "milestone:2022-09-30"), chase(4, "", "D+3", "assignment"))
    two_plans = (replace(line(0), plan="清河县2022年河道整治计划"), replace(line(0), plan="清河县2022年道路养护计划"))
    judged: dict[str, Any] = {"stage": "done", "waiting": 2}
    return {
        "chase-missing": dues(chase=missing),
        "chase-phone": dues(chase=phone),
        "chase-mixed": dues(chase=(*mixed, chase(4, "（三）2", "phone", contact="", phone="", held_back=True))),
        **plan_views(),
        **revision_views(),
        **roster_views(),
        **why_views(dues(line(0), line(1))),
        **people_views(),
        **group_views(),
        **calendar_views(),
        **lever_views(),
        **behalf_views(line(0), line(1), DRAFT, RECEIPT),
        "chase-two-plans": dues(
            chase=(
                *(replace(one, plan="清河县2022年河道整治计划") for one in missing),
                replace(phone[0], plan="清河县2022年乡村道路养护计划"),
                *(chase(4, "", "D+3", "assignment", plan=f"清河县2022年第{at}号计划") for at in (1, 2)),
            )
        ),
        "due-two-plans": dues(*two_plans),
        "due-of-two-plans": dues(*two_plans, focus=1),
        **policy_views(),
        "board": BOARD,
        "review": REVIEW,
        "review-reason": replace(REVIEW, stage="reason"),
        "review-limit": replace(REVIEW, stage="limit", reason="missing_figures"),
        "review-accepted": replace(REVIEW, accepted=True, **judged),
        "review-returned": replace(REVIEW, accepted=False, reason="no_seal", limit_on=date(2022, 10, 14), **judged),
        "review-on-behalf": replace(REVIEW, on_behalf="电话 王<敏> 10月9日"),
        "review-own": replace(REVIEW, on_behalf="电话 王敏 10月9日", own=True),
        "review-on-behalf-returned": replace(
            REVIEW, on_behalf="电话 王敏", accepted=False, reason="no_seal", limit_on=date(2022, 10, 14), **judged
        ),
        "review-empty": replace(REVIEW, stage="empty", waiting=0, line=None, report=None, at=None),
        "request-extension": REQUEST,
        "request-granted": replace(REQUEST, decided="granted"),
        "request-question": replace(REQUEST, kind="question", until_on=None, line=None, words="佐证材料要盖章吗？"),
        "request-decline": replace(REQUEST, kind="decline", until_on=None, words=""),
    }


def _others() -> dict[str, View]:
    rows = (("县水利局", "王敏", "https://t.me/duban_bot?start=abc", "2022-10-05"),)
    return {
        "summary-morning": dues(summary=SUMMARY),
        "summary-two-plans": dues(
            summary=SUMMARY, more_summaries=(replace(SUMMARY, title="清河县2022年乡村道路养护计划"),)
        ),
        "review-call": dues(reviews=(ReviewCall("清河县2022年计划", "2022Q3", 5, date(2022, 10, 18)),)),
        "reach": dues(reach=(REACH,)),
        "manage": ManageView(88, 0, ("policy", "calendar", "people", "groups", "levers", "preview", "why", "behalf")),
        "summary": SUMMARY_VIEW,
        "summary-silent": replace(SUMMARY_VIEW, summary=SILENT, with_picture=True),
        "summary-agencies": replace(SUMMARY_VIEW, mode="agencies"),
        "summary-agency": replace(SUMMARY_VIEW, mode="agency", chosen=1),
        "summary-tasks": replace(SUMMARY_VIEW, mode="tasks"),
        "summary-task": replace(SUMMARY_VIEW, mode="task", chosen=1),
        "invitation-contact": _invitation(Role.CONTACT, AGENCIES[0], "ask"),
        "invitation-leader": _invitation(Role.LEADER, "", "ask"),
        "welcome-contact": _invitation(Role.CONTACT, AGENCIES[0], "bound"),
        "welcome-coordinator": _invitation(Role.COORDINATOR, "", "bound"),
        "welcome-leader": _invitation(Role.LEADER, "", "bound"),
        "invitation-refused": _invitation(Role.CONTACT, AGENCIES[0], "refused"),
        "notice-stranger": NoticeView("stranger"),
        "notice-greeting": NoticeView("greeting", {"count": 2}),
        "notice-help-contact": NoticeView("help_contact", menu=frozenset({Role.CONTACT})),
        "notice-help-coordinator": NoticeView("help_coordinator", menu=frozenset({Role.COORDINATOR})),
        "notice-help-leader": NoticeView("help_leader", menu=frozenset({Role.LEADER})),
        "file-template": FileView("roster_template", "roster.xlsx", rows=(("县水利局",),), caption="roster_template"),
        "file-invitations": FileView("invitations", "x.txt", rows=rows, caption="invitations"),
        "file-ledger": FileView("ledger", "2022Q3.xlsx", SUMMARY, caption="ledger"),
        "file-picture": FileView("picture", "summary.png", SUMMARY, caption="picture"),
    }
