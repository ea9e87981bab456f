"""A year as an office lives it: 16 tasks, four quarters, reports missing, late, partial and blocked, hostile words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.model import Status
from bot.domain.summary import AgencyLine, Attention, Cell, CellState, Light, ReportLine, Summary, TaskLine

SHANGHAI = ZoneInfo("Asia/Shanghai")
AS_OF = datetime(2022, 10, 13, 9, 0, tzinfo=SHANGHAI)
HOSTILE = "#panic() *x* $a$ #import"
QUARTERS = ("2022Q1", "2022Q2", "2022Q3", "2022Q4")

TITLES = (
    "排查整治涉重金属企业遗留问题",
    "清理历史遗留固体废物堆场",
    "加强重点行业企业日常监管并按季度公布抽查结果",
    "压实重点单位自行监测责任",
    "核发排污许可证",
    "推进涉铊企业规范管理与废水治理设施升级改造工作",
    "动态调整耕地类别",
    "推广安全利用技术，扩大示范区面积",
    "开展建设用地状况调查和风险评估",
    "严格名录地块准入管理，未完成修复的地块一律不得开工建设与修复无关的项目",
    HOSTILE,
    "调查评估地下水状况",
    "充实项目储备库",
    "强化资金与项目管理",
    "完善监管体制机制",
    "组织基层人员培训（喆镕㛃）",
)
AGENCIES = (
    "柳州市鹿寨生态环境局",
    "县农业农村局",
    "县自然资源和规划局",
    "县科技工贸和信息化局",
    "县水利局",
    "县财政局",
)
STATES = ["✓", "●", "●", "●", "✓", "▲", "●", "½", "●", "●", "×", "●", "○", "▲", "●", "●"]
NUMBERS = [f"（{section}）{n}" for section in "一二三四五六" for n in (1, 2, 3)][:16]


def report(agency: str, status: Status, *, late: bool = False, words: str = "已排查23家，完成19家") -> ReportLine:
    return ReportLine(
        number="Q3-0117",
        agency=agency,
        sender="李喆",
        at=datetime(2022, 10, 12, 10, 12, tzinfo=SHANGHAI),
        status=status,
        percent=80,
        words=words,
        difficulty="缺监测数据" if status is Status.BLOCKED else "",
        on_behalf=False,
        late=late,
        review="accepted",
        evidence=2,
    )


def _third_quarter(sign: str) -> Cell:
    cells = {
        "✓": Cell("2022Q3", CellState.IN, Status.DONE, Light.GREEN, 1, 1),
        "●": Cell("2022Q3", CellState.IN, Status.IN_PROGRESS, Light.GREEN, 1, 1),
        "▲": Cell("2022Q3", CellState.IN, Status.BLOCKED, Light.RED, 1, 1),
        "½": Cell("2022Q3", CellState.PARTIAL, Status.IN_PROGRESS, Light.YELLOW, 3, 2),
        "×": Cell("2022Q3", CellState.MISSING, None, Light.RED, 1, 0),
        "○": Cell("2022Q3", CellState.IN, Status.NOT_STARTED, Light.YELLOW, 1, 1),
    }
    return cells[sign]


def _owing(index: int, cell: Cell) -> tuple[str, ...]:
    return tuple(AGENCIES[(index + n) % len(AGENCIES)] for n in range(cell.owed))


def _task(index: int, title: str, sign: str) -> TaskLine:
    cell = _third_quarter(sign)
    owing = _owing(index, cell)
    earlier = [
        Cell(QUARTERS[0], CellState.IN, Status.IN_PROGRESS, Light.GREEN, cell.owed, cell.owed),
        Cell(QUARTERS[1], CellState.IN, Status.IN_PROGRESS, Light.YELLOW, cell.owed, cell.owed),
    ]
    later = Cell(QUARTERS[3], CellState.NOT_DUE, None, Light.NONE, cell.owed, 0)
    status = cell.status or Status.NOT_STARTED
    return TaskLine(
        task_id=index + 1,
        number=NUMBERS[index],
        title=title,
        section="强化源头监管",
        owing=owing,
        missing=owing[cell.reported :],
        status=cell.status,
        light=cell.light,
        cells=(*earlier, cell, later),
        reports=tuple(report(name, status, late=index == 1) for name in owing[: cell.reported]),
        next_due_on=date(2023, 1, 9),
    )


def _agencies(tasks: Sequence[TaskLine]) -> tuple[AgencyLine, ...]:
    lines = []
    for number, name in enumerate(AGENCIES, start=1):
        owed = [t for t in tasks if name in t.owing]
        silent = [t for t in owed if name in t.missing]
        late = [r for t in owed for r in t.reports if r.agency == name and r.late]
        reported = len(owed) - len(silent)
        lines.append(
            AgencyLine(number, name, len(owed), reported, reported - len(late), tuple(t.number for t in silent))
        )
    return tuple(lines)


ATTENTION = (
    Attention("（五）2", "强化资金与项目管理", "difficulty", (AGENCIES[0], AGENCIES[5]), "资金执行率41%，年底要求52%"),
    Attention("（四）2", HOSTILE, "missing", (AGENCIES[4],), reminded=2),
    Attention("（二）3", TITLES[5], "blocked", (AGENCIES[3],)),
)


def _year(titles: Sequence[str]) -> Summary:
    tasks = tuple(_task(i, title, STATES[i]) for i, title in enumerate(titles))
    agencies = _agencies(tasks)
    owed, reported = sum(a.owed for a in agencies), sum(a.reported for a in agencies)
    on_time = sum(a.on_time for a in agencies)

    def standing(status: Status | None) -> int:
        return sum(t.status is status for t in tasks)

    return Summary(
        plan_id=1,
        title="鹿寨县2022年度净土保卫工作计划",
        year=2022,
        period="2022Q3",
        due_on=date(2022, 10, 12),
        as_of=AS_OF,
        owed=owed,
        reported=reported,
        on_time=on_time,
        late=reported - on_time,
        missing=owed - reported,
        done=standing(Status.DONE),
        in_progress=standing(Status.IN_PROGRESS),
        blocked=standing(Status.BLOCKED),
        not_started=standing(Status.NOT_STARTED),
        unreported=standing(None),
        attention=ATTENTION,
        done_change=2,
        missing_change=-1,
        tasks=tasks,
        agencies=agencies,
    )


@pytest.fixture
def summary() -> Summary:
    """The third quarter of 2022, the morning after it was due."""
    return _year(TITLES)


@pytest.fixture
def saying(summary: Summary) -> Callable[[str], Summary]:
    """The same summary with one text in every place a person can write in."""

    def everywhere(text: str) -> Summary:
        task = summary.tasks[0]
        line = replace(task.reports[0], sender=text, words=text, difficulty=text, number=text, agency=text, review=text)
        poisoned = replace(task, title=text, section=text, number=text, owing=(text,), reports=(line,), missing=())
        silent = replace(poisoned, reports=(), missing=(text,))
        agency = replace(summary.agencies[0], agency=text, missing_tasks=(text,), phone=text)
        attention = replace(summary.attention[0], title=text, detail=text, agencies=(text,), number=text)
        return replace(summary, title=text, tasks=(poisoned, silent), agencies=(agency,), attention=(attention,))

    return everywhere
