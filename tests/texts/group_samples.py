"""The coordinator's card about working groups in each stage, and what is posted into one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from bot.domain.groupviews import GroupLine, GroupPost, GroupPostView, GroupView
from bot.domain.views import View
from tests.texts.plan_samples import AGENCIES, PLAN, ZONE

_STATE = GroupPost(
    kind="state",
    plan=PLAN,
    period="2022Q3",
    owed=29,
    reported=20,
    due_on=date(2022, 10, 12),
    today=date(2022, 10, 10),
    time="17:30",
    workdays_left=2,
)
_LATE = replace(_STATE, over=True, today=date(2022, 10, 13), workdays_left=-1)
_NAMES = replace(_STATE, kind="names", missing=AGENCIES[:3])
_DAY = replace(_STATE, kind="day", reported=0)
_TEXT = GroupPost("text", text="各位：<明天>下午3点\n在三楼开会&报到")
_ONE = GroupView(
    card_id=91,
    rev=4,
    stage="one",
    groups=(GroupLine(1, "河道整治<工作>群", True), GroupLine(2, "另一个群", False)),
    title="河道整治<工作>群",
    plan=PLAN,
    more_plans=True,
    limit=1000,
)


def group_views() -> dict[str, View]:
    """One view for each way the card and the posts look."""
    preview = replace(_ONE, stage="preview", post=_STATE)
    named = replace(preview, post=_NAMES, named=_NAMES.missing)
    at = datetime(2022, 10, 10, 10, 12, tzinfo=ZONE)
    unsent = replace(preview, stage="unsent")
    return {
        "group-list": replace(_ONE, stage="list"),
        "group-list-empty": replace(_ONE, stage="list", groups=()),
        "group-offer": replace(_ONE, stage="offer"),
        "group-one": _ONE,
        "group-one-without-plan": replace(_ONE, plan="", more_plans=False, groups=_ONE.groups[:1]),
        "group-write": replace(_ONE, stage="write"),
        "group-preview": preview,
        "group-preview-outside-hours": replace(preview, outside_hours=True),
        "group-preview-named": named,
        "group-confirm": replace(named, stage="confirm"),
        "group-sending": replace(preview, stage="sending"),
        "group-sent": replace(preview, stage="sent", at=at),
        "group-unsent": replace(unsent, outcome="dead"),
        **{f"group-unsent-{code}": replace(unsent, outcome=code) for code in ("failed", "changed", "unknown")},
        "group-unsent-left": replace(unsent, outcome="group_left"),
        "group-leaving": replace(_ONE, stage="leaving"),
        "group-gone": replace(_ONE, stage="gone"),
        "group-moved": replace(_ONE, stage="moved"),
        **_posts(),
    }


def _posts() -> dict[str, View]:
    posts = {
        "state": _STATE,
        "state-late": _LATE,
        "state-today": replace(_STATE, today=_STATE.due_on, workdays_left=0),
        "state-all-in": replace(_STATE, reported=29),
        "day": _DAY,
        "day-late": replace(_DAY, over=True, today=date(2022, 10, 12), workdays_left=0),
        "names": _NAMES,
        "names-just-late": replace(_NAMES, over=True, today=_STATE.due_on, workdays_left=0),
        "text": _TEXT,
    }
    return {f"group-post-{name}": GroupPostView(post) for name, post in posts.items()}
