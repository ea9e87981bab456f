"""代填 in each of its stages, the phone list, and the list of what the limits held back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.behalfviews import (
    AgencyChoice,
    BehalfView,
    Callee,
    HeldDue,
    HeldEntry,
    Limits,
    PhoneDue,
    PhoneEntry,
)
from bot.domain.model import Position
from bot.domain.reachviews import Barrier, Unreached
from bot.domain.views import DraftView, DueLine, ReadItem, ReceiptView, View

_NOW = datetime(2022, 10, 17, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
_HOME = BehalfView(card_id=97, rev=2, now=_NOW, stage="agencies")
_PEOPLE = (
    Callee("王<强>", "13800000021", Position.CONTACT),
    Callee("周副手", "", Position.DEPUTY),
    Callee("吴局长", "13800000023", Position.HEAD),
)
_AGENCIES = tuple(
    AgencyChoice(at, f"县第{at}局", open=max(0, 6 - at), overdue=2 if at < 3 else 0) for at in range(1, 12)
)
_DUE = PhoneDue("（一）2", "整治排污口", "2022Q3", date(2022, 10, 12), 4, True)
_PHONES = (
    PhoneEntry(1, "县水利局", _PEOPLE, None, (_DUE, replace(_DUE, number="（三）1", reminded=0))),
    PhoneEntry(
        2,
        "县交通运输局",
        (),
        Unreached("县交通运输局", "", "", Barrier.NOBODY),
        (replace(_DUE, what="milestone:2022-12-31", due_on=date(2022, 12, 30), overdue=False, plan="道路养护计划"),),
    ),
    PhoneEntry(
        3,
        "县林业局",
        (Callee("吴林业", "13800000007", Position.CONTACT),),
        Unreached("县林业局", "吴林业", "13800000007", Barrier.AWAY, date(2022, 10, 28)),
        tuple(replace(_DUE, number=f"（四）{at}") for at in range(1, 9)),
    ),
    *(PhoneEntry(at, f"县第{at}局", _PEOPLE[:1], None, (_DUE,)) for at in range(4, 9)),
)
_HELD = (
    HeldEntry(
        7,
        1,
        "县水利局",
        (
            (date(2022, 10, 10), (HeldDue("（一）2", "整治排污口", "2022Q3", False),)),
            (
                date(2022, 9, 27),
                (
                    HeldDue("（一）2", "整治排污口", "2022Q3", False),
                    HeldDue("（三）1", "巡查", "2022Q3", True),
                    HeldDue("", "修好巡河道路", "milestone:2022-09-30", True),
                ),
            ),
        ),
        still_open=True,
        plan="清河县2022年河道<整治>计划",
    ),
    HeldEntry(
        8,
        2,
        "县林业局",
        tuple((date(2022, 9, day), (HeldDue("（四）1", "造林", "2022Q3", True),)) for day in (26, 23, 22, 21, 20)),
        still_open=False,
        plan="道路养护计划",
    ),
)


def behalf_views(due: DueLine, other: DueLine, draft: DraftView, receipt: ReceiptView) -> dict[str, View]:
    """One view for each way the card looks."""
    yearly = replace(other, what="milestone:2022-12-31", due_on=date(2022, 12, 30))
    late = replace(due, due_on=date(2022, 10, 12))
    answer = replace(_HOME, agency="县水利局", people=_PEOPLE, source="电话 王强 10月17日")
    typed = replace(answer, words="水利局 （一）1 已排查12家，完成75%")
    item = ReadItem(late, draft)
    sent = replace(typed, stage="sent", items=(item,), receipts=(("（一）1", receipt),), told="王<强>")
    two_plans = tuple(replace(line, plan=f"清河县第{at}号计划") for at, line in enumerate((late, other), 1))
    return {
        "behalf": replace(_HOME, choices=_AGENCIES),
        "behalf-page-2": replace(_HOME, choices=_AGENCIES, page=1),
        "behalf-phones": replace(_HOME, stage="phones", phones=_PHONES),
        "behalf-phones-end": replace(_HOME, stage="phones", phones=_PHONES, page=1),
        "behalf-phones-none": replace(_HOME, stage="phones"),
        "behalf-held": replace(
            _HOME, stage="held", held=_HELD, limits=(Limits(3, 12, "河道计划"), Limits(0, 0, "道路"))
        ),
        "behalf-held-none": replace(_HOME, stage="held", limits=(Limits(0, 12),)),
        "behalf-dues": replace(answer, stage="dues", dues=(late, other, yearly)),
        "behalf-dues-two-plans": replace(typed, stage="dues", dues=two_plans),
        "behalf-dues-none": replace(answer, stage="dues", from_phones=True),
        "behalf-status": replace(answer, stage="status", items=(ReadItem(late, replace(draft, status=None)),)),
        "behalf-source": replace(typed, stage="source", items=(item,)),
        "behalf-confirm": replace(typed, stage="confirm", items=(item,)),
        "behalf-confirm-two": replace(
            typed, stage="confirm", items=(ReadItem(other, draft), ReadItem(two_plans[0], draft))
        ),
        "behalf-sent": sent,
        "behalf-sent-sole": replace(sent, sole=True, told=""),
    }
