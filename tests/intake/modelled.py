"""Random work plans as values: what a clerk has in mind before writing them down in any format."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

VERBS = ["清理", "修缮", "整治", "普查", "建设", "改造", "规范", "推广", "扩大", "核查", "完善", "培育"]
OBJECTS = [
    "河道岸线", "农村校舍", "背街小巷", "地名标志", "智慧停车场", "老旧电梯", "农贸摊点", "节水灌溉技术",
    "社区托育服务", "地下管网", "便民服务热线", "家庭农场", "敬老院消防设施", "候鸟栖息地", "乡村图书角",
]  # fmt: skip
BUREAUS = [
    "水利局", "财政局", "林业局", "教育局", "民政局", "司法局", "审计局", "统计局", "信访局", "商务局", "公安局",
    "农业农村局", "自然资源和规划局", "住房和城乡建设局", "交通运输局", "卫生健康局", "人力资源和社会保障局",
    "文化体育和旅游局", "应急管理局", "科技工贸和信息化局", "医疗保障局", "退役军人事务局",
]  # fmt: skip
LEVELS = ["县", "区", "市"]
WORK = ["先摸清底数，再分批推进", "各项步骤有序衔接", "做到有人管、有人问", "把群众的意见收集上来逐条答复"]


@dataclass(frozen=True)
class When:
    """A dated point in words, and its day in 2024."""

    words: str
    day: str


@dataclass(frozen=True)
class Goal:
    """A number to reach, in words and as (op, value, unit)."""

    words: str
    fact: tuple[str, float, str]


@dataclass(frozen=True)
class Work:
    """One task. `leads` and `others` are bureaus without their level; one lead alone, or several together."""

    title: str
    body: str
    leads: tuple[str, ...]
    others: tuple[str, ...]
    when: When | None
    goal: Goal | None


@dataclass(frozen=True)
class Model:
    """A whole plan of the year 2024: its level and its sections, each a name with its tasks."""

    level: str
    sections: tuple[tuple[str, tuple[Work, ...]], ...]

    @property
    def works(self) -> tuple[Work, ...]:
        return tuple(work for _, works in self.sections for work in works)

    def full(self, bureau: str) -> str:
        """The bureau as every office of this level is called; 市场监督管理局 and its like are not in the list."""
        return self.level + bureau


_LAST_DAYS = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}


def _month_end(month: int) -> When:
    return When(f"{month}月底前完成", f"2024-{month:02d}-{_LAST_DAYS.get(month, 31)}")


def _day(day: tuple[int, int]) -> When:
    return When(f"{day[0]}月{day[1]}日前完成首轮", f"2024-{day[0]:02d}-{day[1]:02d}")


_QUARTERS = {"一": "03-31", "二": "06-30", "三": "09-30", "四": "12-31"}
WHEN = st.one_of(
    st.integers(2, 12).map(_month_end),
    st.tuples(st.integers(1, 12), st.integers(1, 28)).map(_day),
    st.sampled_from(sorted(_QUARTERS)).map(lambda q: When(f"{q}季度末前办结", f"2024-{_QUARTERS[q]}")),
    st.just(When("2024年底前全面完成", "2024-12-31")),
)
GOAL = st.one_of(
    st.integers(60, 99).map(lambda n: Goal(f"合格率达到{n}%以上", (">=", n, "%"))),
    st.integers(3, 400).map(lambda n: Goal(f"覆盖村庄不少于{n}个", (">=", n, "个"))),
    st.integers(3, 90).map(lambda n: Goal(f"投诉量控制在{n}件以内", ("<=", n, "件"))),
    st.integers(2, 60).map(lambda n: Goal(f"农户满意度不低于{n}%", (">=", n, "%"))),
)


@st.composite
def _works(draw: st.DrawFn) -> Work:
    bureaus = draw(st.lists(st.sampled_from(BUREAUS), min_size=2, max_size=6, unique=True))
    leads = draw(st.integers(1, min(2, len(bureaus) - 1)))
    return Work(
        title=draw(st.sampled_from(VERBS)) + draw(st.sampled_from(OBJECTS)),
        body=draw(st.sampled_from(WORK)),
        leads=tuple(bureaus[:leads]),
        others=tuple(bureaus[leads:]),
        when=draw(st.none() | WHEN),
        goal=draw(st.none() | GOAL),
    )


@st.composite
def models(draw: st.DrawFn) -> Model:
    """Two to eight tasks in one to three sections, every title once."""
    sections = draw(st.lists(st.lists(_works(), min_size=1, max_size=3), min_size=1, max_size=3))
    seen: set[str] = set()
    kept = []
    for number, works in enumerate(sections):
        unique = [w for w in works if not (w.title in seen or seen.add(w.title))]
        if unique:
            kept.append((f"{'一二三'[number]}件大事", tuple(unique)))
    if sum(len(works) for _, works in kept) < 2:
        kept.append(("补充事项", (Work("开展年终回访", WORK[0], ("统计局",), ("财政局",), None, None),)))
    return Model(draw(st.sampled_from(LEVELS)), tuple(kept))
