"""The card of a plan's reminder rules: read, a group, a question, what a change will do, done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time

from bot.domain import policy_settings
from bot.domain.facts import Audience
from bot.domain.policy import Participants, Policy
from bot.domain.policy_changes import DayMove, PolicyChange, RungCount, differences
from bot.domain.policyviews import OpenPlan, PolicyView
from bot.domain.views import View
from tests.texts.plan_samples import ZONE

_PLAN = OpenPlan(3, "清河县2022年水源地保护工作计划", True)
_DRAFT = OpenPlan(4, "清河县2023年<绿道>建设计划", False)
_ODD = Policy(report_day=10, participants=Participants.REQUIRED, cap_per_week=2, year_end_on=(12, 20))
_RULES = PolicyView(91, 3, "rules", (_PLAN,), _PLAN, date(2022, 9, 1))


def _confirm(new: Policy, **change: object) -> PolicyView:
    found = PolicyChange(differences(Policy(), new), **change)  # type: ignore[arg-type]
    return replace(_RULES, stage="confirm", group="due", topic="report", new=new, change=found)


def policy_views() -> dict[str, View]:
    """One view for each way the card looks."""
    sooner = _confirm(
        Policy(report_workday=3),
        days=(
            DayMove("2022Q3", False, date(2022, 10, 12), date(2022, 10, 10), 29),
            DayMove("2022Q4", False, date(2023, 1, 9), date(2023, 1, 5), 29),
        ),
        moved=290,
    )
    more = _confirm(
        Policy(participants=Participants.REQUIRED, send_time=time(10), rungs=(-5, 0, 1)),
        rungs=(
            RungCount("D-10", Audience.CONTACT, 12, 0),
            RungCount("D-5", Audience.CONTACT, 0, 20),
            RungCount("D", Audience.CONTACT, 12, 20),
            RungCount("D+1", Audience.COORDINATOR, 12, 20),
            RungCount("D+4", Audience.LEADER, 2, 2),
        ),
        days=(DayMove("milestone:2022-12-31", True, date(2022, 12, 30), date(2023, 1, 3), 1),),
        moved=12,
        added=1,
        dropped=14,
        passed=1,
        asked=(1, 2),
        spared=(3,),
        old_first_at=datetime(2022, 9, 20, 9, 0, tzinfo=ZONE),
        new_first_at=datetime(2022, 9, 27, 10, 0, tzinfo=ZONE),
    )
    named = {1: "县水利局", 2: "县林业局", 3: "县审计局"}
    nothing = _confirm(Policy(cap_per_week=2), old_first_at=datetime(2022, 9, 20, 9, 0, tzinfo=ZONE))
    return {
        "policy-plans": PolicyView(91, 1, "plans", (_PLAN, _DRAFT)),
        "policy-rules": _RULES,
        "policy-rules-changed": replace(_RULES, policy=_ODD, plans=(_PLAN, _DRAFT), plan=_DRAFT),
        "policy-group": replace(_RULES, stage="group", group="follow"),
        "policy-topic": replace(_RULES, stage="topic", group="due", topic="report"),
        "policy-topic-long": replace(_RULES, stage="topic", group="ladder", topic="rungs"),
        "policy-topic-taps-only": replace(_RULES, stage="topic", group="participants", topic="participants"),
        "policy-ask": replace(_RULES, stage="ask", group="time", topic="send_time"),
        "policy-confirm": sooner,
        "policy-confirm-much": replace(more, agencies=named, group="participants"),
        "policy-confirm-nothing": nothing,
        "policy-confirm-last": replace(nothing, change=replace(nothing.change, dropped=3)),
        "policy-done": replace(
            _RULES, stage="done", group="due", policy=policy_settings.changed(Policy(), {"report_workday": 3})
        ),
    }
