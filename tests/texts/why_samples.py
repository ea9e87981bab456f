"""Views of the preview and of the answers to “why”, as an office sees them in the autumn of 2022."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from bot.domain.model import DutyRole
from bot.domain.previewviews import PreviewGroup, PreviewLeftOut, PreviewPerson, PreviewView, PreviewWave
from bot.domain.views import DuesView, View
from bot.domain.whyviews import WhyDue, WhyRung, WhyView
from tests.texts.plan_samples import AGENCIES, PLAN, TITLES, ZONE, number_of

NOW = datetime(2022, 9, 28, 10, 0, tzinfo=ZONE)
D = date(2022, 10, 12)
PEOPLE = tuple(
    PreviewPerson(place + 1, name, (AGENCIES[place % 3],), place + 1)
    for place, name in enumerate(["李喆", "王敏", "赵强", "孙丽", "周平"])
)
WAVE = PreviewWave(
    datetime(2022, 10, 9, 9, 0, tzinfo=ZONE),
    (
        PreviewGroup("due", "2022Q3", D, "D-3", 4, 9),
        PreviewGroup("due", "milestone:2022-10-20", date(2022, 10, 20), "D-10", 1, 1, PLAN),
        PreviewGroup("snooze", "2022Q3", D, "S1009", 1, 1),
        PreviewGroup("assignment", "assignment", D, "D", 2, 2),
        PreviewGroup("chase", "2022Q2", date(2022, 7, 7), "D+1", 2, 3),
        PreviewGroup("unit", "", date(2022, 7, 7), "", 1, 2),
        PreviewGroup("review", "2022Q2", date(2022, 7, 7), "D+3", 0, 1),
        PreviewGroup("summary", "2022Q2", date(2022, 7, 7), "D+4", 0, 1),
    ),
    (*PEOPLE, PreviewPerson(9, "何主任", ("coordinator",), 5)),
    (
        PreviewLeftOut("reported", ((AGENCIES[0], 2), (AGENCIES[1], 1))),
        PreviewLeftOut("paused", ((AGENCIES[2], 1),)),
        PreviewLeftOut("muted", ((AGENCIES[1], 1),)),
        PreviewLeftOut("cap", ((AGENCIES[2], 3),)),
        PreviewLeftOut(
            "nobody", ((AGENCIES[3], 1), ("", 1)), ((AGENCIES[3], "陈晨", "13800000009"), (AGENCIES[1], "", ""))
        ),
    ),
)
PREVIEW = PreviewView(81, 2, NOW, WAVE, 1, True, "wave")


def rung(name: str, on: date, state: str, **changes: object) -> WhyRung:
    return replace(WhyRung(name, "contact", on, state), **changes)  # type: ignore[arg-type]


REPORTED = {"on": date(2022, 9, 30), "number": "Q3-0117"}
AT = datetime(2022, 9, 23, 9, 0, tzinfo=ZONE)
DUE = WhyDue(
    plan_id=1,
    plan_title=PLAN,
    task_id=1,
    number=number_of(0),
    title=TITLES[0],
    agency_id=1,
    agency=AGENCIES[0],
    role=DutyRole.LEAD,
    what="2022Q3",
    due_on=D,
    rungs=(
        rung("D-10", date(2022, 9, 23), "sent", at=AT, to="李喆", facts={"away": "王强", "message_id": 7}),
        rung("D-3", date(2022, 10, 9), "dropped", reason="reported", facts=REPORTED),
        rung("D-1", date(2022, 10, 11), "spared", reason="cap", facts={"count": 12, "limit": 12}),
        rung("D", D, "coming", to="李喆"),
        replace(rung("D+1", date(2022, 10, 13), "coming", to="何主任"), audience="coordinator"),
    ),
    source="每季度报送排查进展。",
    rule="workday",
    rule_facts={"n": 5},
)
_REASONS = {
    "task_closed": {"on": AT.date()},
    "muted": {"on": AT.date()},
    "paused": {"on": AT.date()},
    "plan_closed": {},
    "moved": {"on": AT.date(), "until": D, "extended": True},
    "signed": {"on": AT.date()},
    "duty_ended": {"on": AT.date()},
    "recent_report": {"on": AT.date(), "number": "Q3-0117"},
    "overtaken": {"rung": "D-1", "on": date(2022, 10, 11)},
    "nobody": {"name": "陈晨", "phone": "13800000009"},
    "policy": {},
}
EVERY = replace(
    DUE,
    what="milestone:2022-12-31",
    due_on=date(2022, 12, 30),
    rule="rolled",
    rule_facts={"on": date(2022, 12, 31)},
    planned_on=date(2022, 12, 29),
    rungs=(
        rung("D-30", date(2022, 3, 1), "never", reason="before_activation", facts={"on": date(2022, 4, 1)}),
        rung("D-30", date(2022, 3, 2), "never", reason="before_duty", facts={"on": date(2022, 4, 1)}),
        rung("D-30", date(2022, 3, 3), "never", reason="before_round", facts={}),
        *(rung("D-3", D, "dropped", reason=reason, facts=facts) for reason, facts in _REASONS.items()),
        rung("D-1", D, "dropped", reason="moved", facts={"on": AT.date(), "until": D, "returned": True}),
        rung("D-1", D, "waiting", reason="paused", facts={"on": AT.date(), "until": D}),
        rung("S1013", D, "waiting"),
        rung("N221013", D, "queued", to="李喆"),
        rung("D", D, "unknown", to="李喆", at=AT),
        rung("D", D, "open"),
        rung("D+1", D, "coming", reason="nobody", facts={}),
    ),
)
LIST = WhyView(82, 1, NOW, "list", choices=((1, AGENCIES[0]),), dues=(DUE, EVERY))


def why_views(message: DuesView) -> dict[str, View]:
    """Each stage of both cards; `message` is what somebody will read."""
    asked = WhyView(82, 1, NOW, "ask", choices=tuple(enumerate(AGENCIES, 1)))
    read = replace(PREVIEW, mode="text", person=PEOPLE[0], message=message)
    return {
        "preview": PREVIEW,
        "preview-people": replace(PREVIEW, mode="people"),
        "preview-text": read,
        "preview-text-english": replace(read, language="en"),
        "preview-none": replace(PREVIEW, wave=None, number=0, more=False),
        "why-ask": asked,
        "why-list": LIST,
        "why-list-empty": replace(LIST, dues=(), own=True),
        "why-due": replace(LIST, stage="one", dues=(DUE,)),
        "why-every-reason": replace(LIST, stage="one", dues=(EVERY,)),
    }
