"""Single words and short phrases of the field in the language spoken: statuses, roles, days, periods, amounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from babel.dates import format_date, format_datetime

from bot.domain import periods
from bot.domain.model import DueKey, DutyRole, Number, Status
from bot.domain.policy import Policy
from bot.texts.language import N_, speaking, spoken, translated
from bot.texts.markup import Html, listed, plain, say, say_n

STATUSES: Mapping[Status, str] = {
    Status.DONE: N_("✅ 已完成"),
    Status.IN_PROGRESS: N_("● 推进中"),
    Status.BLOCKED: N_("▲ 有困难"),
    Status.NOT_STARTED: N_("○ 未启动"),
}
ROLES: Mapping[DutyRole, str] = {
    DutyRole.LEAD: N_("牵头"),
    DutyRole.JOINT_LEAD: N_("共同牵头"),
    DutyRole.SHARED: N_("按职责分工负责"),
    DutyRole.PARTICIPANT: N_("参与"),
}
RETURN_REASONS: Mapping[str, str] = {
    "missing_figures": N_("缺数据"),
    "missing_evidence": N_("缺佐证"),
    "wrong_scope": N_("口径不符"),
    "off_topic": N_("答非所问"),
    "no_seal": N_("未盖章"),
}
CLOSING = Policy().report_time
_QUARTERS = (N_("第一季度"), N_("第二季度"), N_("第三季度"), N_("第四季度"))
_PERIODS = (N_("{year}年第一季度"), N_("{year}年第二季度"), N_("{year}年第三季度"), N_("{year}年第四季度"))
_SOON = 5  # Working days: a due farther off is announced, a nearer one is pressed for.
_SHORT = (N_("一季度"), N_("二季度"), N_("三季度"), N_("四季度"))


def status_word(status: Status | None) -> Html:
    """● 推进中: symbol and word, never the symbol alone."""
    return say(STATUSES[status]) if status else say("× 未报")


def role_word(role: DutyRole) -> Html:
    """牵头, 共同牵头, 按职责分工负责, 参与."""
    return say(ROLES[role])


def reason_word(code: str) -> Html:
    """Why a report was returned."""
    return say(RETURN_REASONS.get(code, N_("需要补充")))


def day_text(on: date, beside: date | None = None) -> str:
    """9月30日（周五）; with the year when it is not the year of `beside`."""
    far = beside is not None and beside.year != on.year
    pattern = translated(N_("y年M月d日（EEE）")) if far else translated(N_("M月d日（EEE）"))
    return format_date(on, pattern, locale=spoken())


def day(on: date, beside: date | None = None) -> Html:
    """`day_text` for a message."""
    return Html(day_text(on, beside))


def short_day(on: date) -> Html:
    """9月30日."""
    return Html(format_date(on, translated(N_("M月d日")), locale=spoken()))


def moment(at: datetime) -> Html:
    """9月28日 10:12, in the time zone `at` carries."""
    return Html(format_datetime(at, translated(N_("M月d日 HH:mm")), tzinfo=at.tzinfo, locale=spoken()))


def limit(on: date, beside: date | None = None, at: time = CLOSING) -> Html:
    """The last moment of a due day: 9月30日（周五）17:30."""
    return say("{day}{time}", day=day(on, beside), time=f"{at:%H:%M}")


def left(due_on: date, today: date, workdays: int) -> Html:
    """How long there still is, in working days."""
    if due_on == today:
        return say("今天截止")
    if due_on > today:
        return say_n("还剩{n}个工作日", workdays)
    return say_n("已过期{n}个工作日", -workdays) if workdays < 0 else say("已过截止日")


def urgency(due_on: date, today: date, workdays: int, at: time = CLOSING) -> Html:
    """`left` as a reminder opens with it: other words as the day comes near, so that no two rungs read the same."""
    if due_on == today:
        return say("今天{time}截止", time=f"{at:%H:%M}")
    if due_on == today + timedelta(days=1):
        return say("明天截止")
    if due_on > today and workdays == 1:
        return say("下一个工作日截止")
    said = left(due_on, today, workdays)
    return say("{left}，请提前准备", left=said) if workdays > _SOON else said


def what_name(what: str) -> Html:
    """What is asked for: 第三季度进展, 12月31日时限."""
    on = DueKey(0, 0, what).milestone_on
    if on is not None:
        return say("{day}时限", day=short_day(on))
    if not periods.is_quarter(what):
        return say("年度进展")
    if what.endswith("Q4"):
        return say("第四季度暨全年进展")
    return say("{quarter}进展", quarter=say(_QUARTERS[int(what[-1]) - 1]))


def period_text(period: str) -> str:
    """2022年第三季度, 2022年度; anything else as it stands."""
    if periods.is_quarter(period):
        return plain(_PERIODS[int(period[-1]) - 1], year=period[:4])
    return plain(N_("{year}年度"), year=period) if period.isdigit() else period


def period_label(period: str, language: str) -> str:
    """ "2022Q3" as 2022年第三季度 in `language`, without HTML."""
    with speaking(language):
        return period_text(period)


def period_button(period: str) -> str:
    """A period on a button: 三季度, 全年."""
    return plain(_SHORT[int(period[-1]) - 1]) if periods.is_quarter(period) else plain("全年")


def figure(value: float) -> str:
    """An amount without needless decimals: 23, 1.5."""
    return str(int(value)) if float(value).is_integer() else f"{value:.4f}".rstrip("0").rstrip(".")


def amounts(numbers: Sequence[Number]) -> Html:
    """23家、19家."""
    return listed([f"{figure(number.value)}{number.unit}" for number in numbers])
