"""A revised document beside its plan, in every stage of its card; nothing of a real plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from bot.domain.model import Cadence, DutyRole
from bot.domain.reading import DeadlineReading, DutyReading, PlanReading, Source, TargetReading, TaskReading
from bot.domain.revision import compare
from bot.domain.revisionviews import Effect, RelievedBlock, RevisionView
from tests.texts.plan_samples import AGENCIES, PLAN, TITLES, ZONE, number_of

_BODIES = (
    "沿河逐户查看排水口去向，登记成册，能当场改的当场改，改不了的列出期限。",
    "大户自建储粪池，小户集中收储，谁收谁付运费，一季度一结账。",
    "破损褪色的牌子全部换新，新牌写明责任人和举报电话。",
    "枯水月份每旬取样一次，数据当天上传，异常时两小时内复测。",
    "设定油罐车侧翻的情形，从报警到清污走一遍，走完写出改进清单。",
)


def _task(at: int, *agencies: str, **changes: object) -> TaskReading:
    said = f"（{agencies[0]}牵头，{'、'.join(agencies[1:])}参与）"
    duties = [DutyReading(agencies[0], DutyRole.LEAD, source=Source(at + 5, 0, 4, said))]
    duties += [DutyReading(name, DutyRole.PARTICIPANT, source=Source(at + 5, 5, 9, said)) for name in agencies[1:]]
    base = TaskReading(
        number=number_of(at),
        section_number="（一）",
        section="水源地保护",
        title=TITLES[at],
        body=_BODIES[at],
        duties=tuple(duties),
        open_list=False,
        lead_by_duty=False,
        deadlines=(),
        targets=(),
        responsibility_text=said,
        key=f"t{at + 1}",
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def _day(month: int, day: int, words: str) -> DeadlineReading:
    sentence = f"以上工作{words}完成。"
    return DeadlineReading(words, date(2022, month, day), None, source=Source(6, 0, 4, sentence))


def _goal(value: float) -> TargetReading:
    return TargetReading(f"水质达标率达到{value:g}%以上", ">=", value, "%")


_OLD = PlanReading(
    PLAN,
    2022,
    "县",
    (_goal(90),),
    (
        _task(0, AGENCIES[0], AGENCIES[1], deadlines=(_day(12, 31, "2022年底前"),), targets=(_goal(92),)),
        _task(1, AGENCIES[1], AGENCIES[2]),
        _task(2, AGENCIES[2], AGENCIES[3], deadlines=(DeadlineReading("每季度末", None, Cadence.QUARTERLY),)),
        _task(3, AGENCIES[0], AGENCIES[2]),
    ),
    (),
)
_NEW = replace(
    _OLD,
    targets=(_goal(93),),
    tasks=(
        replace(_OLD.tasks[0], deadlines=(_day(10, 31, "10月底前"),), targets=(_goal(95),)),
        replace(_OLD.tasks[1], duties=(*_OLD.tasks[1].duties[:1], DutyReading("县林业局", DutyRole.PARTICIPANT))),
        replace(_OLD.tasks[3], number=number_of(2), title=f"{TITLES[3]}并公开结果",
                body=_BODIES[3] + "结果每月在公示栏张贴。", duties=(_OLD.tasks[3].duties[0],)),
        _task(4, AGENCIES[2], AGENCIES[0], key="t9", number=number_of(3)),
    ),
)  # fmt: skip
_CHANGES = compare(_OLD, _NEW).changes
_FIRST_AT = datetime(2022, 5, 9, 9, 0, tzinfo=ZONE)
_EFFECT = Effect(1, 1, ("县林业局", AGENCIES[2]), (AGENCIES[2], AGENCIES[3]), ("县林业局",), _FIRST_AT)
_VIEW = RevisionView(
    card_id=80,
    rev=2,
    stage="offer",
    plan_title=PLAN,
    document_name="清洁水源计划（修订）.docx",
    active=True,
    likely=True,
    changes=_CHANGES,
    accepted=frozenset(),
    page=0,
    chosen=0,
    effect=Effect(),
)


def revision_views() -> dict[str, RevisionView]:
    """The card of a revision by stage."""
    every = frozenset(range(len(_CHANGES)))
    edited = (replace(_CHANGES[1], edited=True), *_CHANGES[2:])
    named = {change.code: place for place, change in enumerate(_CHANGES)}
    done = replace(_VIEW, changes=(), stage="done", effect=_EFFECT)
    return {
        "revision-offer": _VIEW,
        "revision-offer-unlike": replace(_VIEW, likely=False),
        "revision-same": replace(_VIEW, changes=()),
        "revision-list": replace(_VIEW, stage="list", changes=edited),
        "revision-list-chosen": replace(_VIEW, stage="list", page=1, accepted=every),
        "revision-one-day": replace(_VIEW, stage="one", chosen=named["deadline_changed"]),
        "revision-one-text": replace(_VIEW, stage="one", chosen=named["text_changed"], accepted=every),
        "revision-one-task": replace(_VIEW, stage="one", chosen=named["task_dropped"]),
        "revision-confirm": replace(_VIEW, stage="confirm", accepted=frozenset({0, 2}), effect=_EFFECT),
        "revision-confirm-draft": replace(_VIEW, stage="confirm", accepted=every, active=False, effect=Effect(1, 1)),
        "revision-done": done,
        "revision-done-draft": replace(done, active=False, effect=Effect(1, 1), doubts=2),
        "revision-declined": replace(_VIEW, stage="declined"),
        "revision-imported": replace(_VIEW, stage="imported", changes=()),
    }


RELIEVED = RelievedBlock(AGENCIES[2], PLAN, ((number_of(2), TITLES[2]), (number_of(3), TITLES[3])))
