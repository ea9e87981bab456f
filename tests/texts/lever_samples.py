"""The card of the levers: what stands still, what may be stopped, whom a send-now reaches and whom it does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.leverviews import Choice, Fate, LeversView, Scope, Silenced, Stopped, Urged, Urging
from bot.domain.views import View

_NOW = datetime(2022, 9, 28, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
_HOME = LeversView(card_id=91, rev=3, now=_NOW, plan_title="清河县2022年净水工作计划", stage="home")
_STOPPED = (
    Stopped(4, Scope("（三）2", "修复<示范>田"), date(2022, 9, 20), None),
    Stopped(6, Scope(agency="县农业农村局"), date(2022, 9, 26), date(2022, 10, 10)),
    Stopped(7, Scope("（一）1", "排查排污口", "县水利局"), date(2022, 9, 28), date(2023, 1, 5)),
)
_TASKS = tuple(Choice(at, f"（一）{at} 第{at}项任务") for at in range(1, 12))
_GOING = (
    Urged(Fate.GO, "县水利局", "李水利", "13800000003", (("（一）1", "2022Q3"), ("（二）2", "2022Q3"))),
    Urged(Fate.GO, "县农业农村局", "钱农业", "13800000004", (("（一）2", "milestone:2022-09-30"),)),
)
_REST = (
    Urged(Fate.NOBODY, "县交通运输局", "孙交通", "13800000005", (("（二）1", "2022Q3"),)),
    Urged(Fate.NOBODY, "县商务局", "", "", (("（二）3", "2022Q3"),)),
    Urged(Fate.TODAY, "县财政局", "周财政", "13800000006", (("（四）1", "2022Q3"),)),
    Urged(Fate.PAUSED, "县林业局", "吴林业", "13800000007", (("（三）2", "2022Q3"),)),
    Urged(Fate.MUTED, "县林业局", "吴林业", "13800000007", (("（三）4", "2022Q3"),)),
)
_URGING = Urging(at=_NOW, merged=False, lines=(*_GOING, *_REST), agencies=2, people=2, dues=3)


def lever_views() -> dict[str, View]:
    """One view for each way the card looks."""
    urge = replace(_HOME, stage="urge", urging=_URGING)
    noon, morning = datetime(2022, 9, 28, 14, 30, tzinfo=_NOW.tzinfo), datetime(2022, 9, 29, 9, 0, tzinfo=_NOW.tzinfo)
    resumed = {"what": "县水利局", "still": ["《清河县2022年净水工作计划》"]}
    return {
        "levers": _HOME,
        "levers-some": replace(
            _HOME,
            stopped=_STOPPED,
            silenced=(Silenced(12, "（四）1", "编制台账", date(2022, 8, 1)),),
            note="lever_resumed_still",
            note_params=resumed,
        ),
        "levers-whole-plan": replace(
            _HOME,
            stopped=(Stopped(9, Scope(), date(2022, 9, 28), None),),
            note="lever_paused",
            note_params={"what": "《清河县2022年净水工作计划》", "until": ""},
            other_plans=(Choice(2, "清河县2022年乡村道路工作计划"),),
        ),
        "levers-tasks": replace(_HOME, stage="tasks", purpose="pause", choices=_TASKS),
        "levers-tasks-end": replace(_HOME, stage="tasks", purpose="mute", choices=_TASKS, page=1),
        "levers-agencies": replace(_HOME, stage="agencies", purpose="urge"),
        "levers-ask": replace(_HOME, stage="ask", asked=Scope("（三）2", "修复示范田")),
        "levers-ask-plan": replace(_HOME, stage="ask"),
        "levers-urge": urge,
        "levers-urge-noon": replace(urge, urging=replace(_URGING, at=noon, lines=_GOING)),
        "levers-urge-evening": replace(urge, urging=replace(_URGING, at=morning, merged=True, lines=_GOING[:1])),
        "levers-urge-nobody": replace(urge, urging=replace(_URGING, lines=_REST, agencies=0, people=0, dues=0)),
        "levers-urged": replace(urge, stage="urged"),
        "levers-urged-none": replace(
            urge, stage="urged", urging=replace(_URGING, lines=_REST[2:3], agencies=0, people=0, dues=0)
        ),
    }
