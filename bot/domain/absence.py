"""A leave in somebody's own words: 我下周一到周五请假，由李四代; 我回来了. Pure; unsure words mean nothing."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.dates import DateReading, find_dates, read_date
from bot.domain.last_days import check_last_day
from bot.domain.model import DubanError
from bot.domain.numerals import to_number
from bot.domain.wording import plain
from bot.domain.workdays import Calendar

_LONGEST = 80
# A leave that seems to have begun earlier is days in the wrong order.
_BEGUN_AT_MOST = timedelta(days=60)
_BARE = re.compile(
    r"(?:我|本人)?(?:要|想|需要|正?在|将)?(?:请假|休假|休年假|出差|公出|出差在外|住院|[病产事]假)(?:中|了)?[。!]?|"
    r"i'?m on leave\.?"
)
_LEAVE = re.compile(
    r"请[^,。;]{0,8}?[年事病婚产丧]?假(?!如)|休[^,。;]{0,6}?假|[年病婚产]休?假|陪产假|探亲|出差|公出|外出|出国|住院|"
    r"离岗|脱产|不在(?:单位|岗|局里|办公室)|(?:参加|去|到|在)[^,。;]{0,10}(?:培训|学习|挂职|考察)|"
    r"\b(?:on (?:\w+ )?leave|away|out of (?:the )?office|on (?:an? )?(?:business |work )?trip|on (?:holiday|vacation)|"
    r"travelling|traveling)\b"
)
_BACK = re.compile(
    r"(?:我|本人)?(?:今天|昨天|现在|已经?|提前)*(?:(?:出差|休假|休完假|学习|培训)(?:结束|完)?(?:了,?)?)?(?:我|本人)?"
    r"(?:今天|已经?|提前|刚)*(?:回来|返岗|销假|到岗|回单位|恢复上班|上班)(?:上班|工作)?了?(?:,?(?:可以|请|以后|还是)?"
    r"(?:继续)?(?:发|找|联系)(?:给)?我(?:吧|即可|就行)?)?|(?:i'?m|i am) back(?: (?:at work|in the office|now|today))?"
)
# A message with these speaks of the work, not only of its writer's leave.
_OF_WORK = re.compile(
    r"完成|推进|推迟|延|再报|再交|晚[^,。;]{0,3}[报交]|才能|进展|进度|整改|验收|%|已报|已排查|材料|项目|"
    r"[(第][一二三四五六七八九十\d]+[)项条]|[?]|吗$|施工|补报|"
    r"\b(?:done|finished|progress|task|submit|deadline|report (?:later|by))\b"
)
# What may stand before the word of leave in its clause: the writer, and words that name nobody.
_WRITER = re.compile(
    r"(?:(?:您好|你好|领导好|老师好|大家好|报告)[,。!]?|(?:领导|老师)[,。!])?(?:因(?:公|私|病|事|故|身体原因|家里有事|工作需要)?|由于)?"
    r"(?:我|本人)?(?:局|单位)?(?:这[段几]?(?:时间|天|周)?|最近|近期|期间|今后|接下来|马上|临时|又|也|都|还)?"
    r"(?:因(?:公|私|病|事|故|身体原因|家里有事|工作需要)?|由于)?(?:我|本人)?"
    r"(?:要|得|将|需要?|会|想|打算|准备|计划|已经?|正在?|在|是|开始|从|自|起|至|到|—|-|止|、|和|的?(?:上午|下午|晚上)|"
    r"连续|一共|共|有)*(?:(?:去|到|赴|在|前往)[^,。;我他她]{0,6}?)?"
)
# And what may stand behind it: days, where to, who takes over.
_REST = re.compile(
    r"(?:了|中|在外|学习|培训|考察|开会|调研|休假|假|到|至|起|止|开始|期间|结束|、|和|-|—|的?(?:上午|下午|晚上|半天)|回来?|返岗|"
    r"回单位|上班|一下|大概|大约|左右|\s|(?:去|赴|前往)[^,。;]{2,8}|\(.*\))*(?:(?:由|找|请|让|有事|联系|工作|这边|期间).*)?"
)
_WRITER_ENGLISH = re.compile(r"\b(?:i'?m|i am|i will be|i'?ll be|i shall be|my)\b")
_OTHERS = re.compile(
    r"他|她|同事|同志|主任|局长|科长|股长|书记|镇长|乡长|所长|站长|队长|老板|师傅|人员|负责人|经办人|专家|工人|队|方|企业|"
    r"公司|我们|咱们|大家"
)
_AMOUNT = r"(?P<n>[半一二两三四五六七八九十\d]{1,3})个?(?P<half>半)?(?P<unit>工作日|天|日|周|星期|礼拜|(?<=[个半])月)"
_DURATION = re.compile(rf"(?<![第年月\d到至]){_AMOUNT}(?!\d|[底初中末]|以?[前内])")
_UNTIL = re.compile(r"(?:到|至|直到|截至|until|till|through|to)$")
_RETURN = re.compile(r"^(?:才|就|再|能|可以|我)*(?:回|返岗|返回|上班|到岗|销假|\s*(?:i'?ll be )?back)")
_RETURN_BEFORE = re.compile(
    r"(?:回来|返岗|上班|back(?: at work| in the office)?(?: on)?)(?:时间|日期)?(?:是|为|:)?\s*$"
)
_BEGINS, _BEGINS_BEFORE = re.compile(r"^(?:起|开始)"), re.compile(r"(?:从|自|from)\s*$")
_SHORT_DAY = re.compile(r"(?<![\d.])(1[0-2]|0?[1-9])[./](3[01]|[12]\d|0?[1-9])(?![\d.%/])日?")
_WEEKDAYS = "一二三四五六日"
_WEEK_RANGE = re.compile(
    r"(?P<first>(?:下下|下|本|这)?个?(?:周|星期|礼拜)(?P<a>[一二三四五六日天]))(?:开始)?(?:到|至|-|~|—)"
    r"(?:(?P<same>周|星期|礼拜)?)(?P<b>[一二三四五六日天])"
)
_POST = r"(?:副?(?:局长|主任|科长|股长|书记|所长|站长)|同事|同志)?"
_TITLE = r"(?:同志|科长|主任|局长|股长|副局长|老师)?"
_NAME = r"(?P<name>[㐀-鿿·]{2,4}?)"
_NAMED = (
    re.compile(
        rf"(?:由|让|请|叫){_POST}{_NAME}{_TITLE}(?:来|先|暂时?|临时|全权|帮忙?|协助)*"
        r"(?:代|接|负责|顶|处理|对接|填报|上报|报送|报|办|跟进)"
    ),
    re.compile(
        rf"(?:^|[,。;!]|期间|这段时间){_NAME}{_TITLE}(?:来|先|暂时?)*(?:代(?:我|班|理|为|替|报|办|$|[,。!])|接替|顶替|顶班)"
    ),
    re.compile(r"(?:[ab]角|代理人?|替班的?)(?:是|为|:|由|找)?" + rf"{_NAME}{_TITLE}(?=$|[,。;!\d(])"),
    re.compile(rf"(?:找|联系|问|交给|转给|对接){_POST}{_NAME}{_TITLE}(?:就行|即可|吧|办)?(?=$|[,。;!\d(])"),
    re.compile(
        r"(?:^|[,.;] ?|and )(?P<name>[a-z]+(?: [a-z]+)?) (?:stands in|will stand in|covers|will cover|is covering)"
    ),
)
_NOT_A_NAME = frozenset(
    ("我们", "我局", "你们", "他们", "同事", "别人", "其他人", "领导", "科室", "单位", "本人", "大家", "牵头办")
)


@dataclass(frozen=True)
class Absence:
    """What somebody said about the own leave. `kind` "away" or "back"; days local, both included, None when unsaid.

    `stand_in` is the name of the colleague who takes over, as it was written, "" when unsaid.
    """

    kind: str
    from_on: date | None = None
    until_on: date | None = None
    stand_in: str = ""


def read_absence(text: str, now: datetime, calendar: Calendar) -> Absence | None:
    """The leave a message announces or ends, `now` being the writer's local time.

    None for everything that may be about the work, about somebody else, or a question.
    """
    words = _written(text)
    if not words or len(words) > _LONGEST:
        return None
    if _BACK.fullmatch(words.strip(" ,.。!~")):
        return Absence("back")
    if _OF_WORK.search(words) or not _own_leave(words, now, calendar):
        return None
    days = read_days(text, now, calendar)
    name = stand_in_named(words)
    if days is not None and days[1] < now.date():
        return None
    if days is None and not name and not _BARE.fullmatch(words):
        return None
    from_on, until_on = days or (None, None)
    return Absence("away", from_on, until_on, name)


def _written(text: str) -> str:
    """The plain words, 6.3 and 6/3 written as a day of a month."""
    return _SHORT_DAY.sub(r"\1月\2日", plain(text))


def read_days(text: str, now: datetime, calendar: Calendar) -> tuple[date, date] | None:
    """The first and the last day of a leave in words; None when the last one is not said or they are not in order."""
    span = _days(text, now, calendar)
    begun = now.date() - _BEGUN_AT_MOST
    return span if span is not None and begun <= span[0] <= span[1] else None


def stated_days(text: str, now: datetime, calendar: Calendar) -> tuple[date, date]:
    """The same where days were asked for.

    Raises DubanError leave_days_unclear, leave_days_wrong for days in the wrong order, and last_day_far.
    """
    days = read_days(text, now, calendar)
    if days is None:
        raise DubanError("leave_days_wrong" if _days(text, now, calendar) else "leave_days_unclear")
    check_leave_end(text, days[1], now, calendar)
    return days


def check_leave_end(text: str, until_on: date, now: datetime, calendar: Calendar) -> None:
    """Raises DubanError last_day_far for a leave that ends far ahead; one of so many months may."""
    if find_dates(_written(text), now, calendar):
        check_last_day(text, until_on, now.date())


def _days(text: str, now: datetime, calendar: Calendar) -> tuple[date, date] | None:
    words = _written(text)
    return _week_range(words, now, calendar) or _span(words, now, calendar)


def stand_in_named(words: str) -> str:
    """The colleague named in plain words, "" when none is."""
    found = (match["name"] for pattern in _NAMED for match in pattern.finditer(words))
    return next((name for name in found if name not in _NOT_A_NAME), "")


def _own_leave(words: str, now: datetime, calendar: Calendar) -> bool:
    """Whether some clause speaks of leave and of nobody but the writer before that word."""
    blanked = words
    for reading in find_dates(words, now, calendar):
        blanked = blanked.replace(reading.phrase, "", 1)
    blanked = _DURATION.sub("", _WEEK_RANGE.sub("", blanked))
    for clause in re.split(r"[,。;!\n]", blanked):
        leave = _LEAVE.search(clause)
        if leave is None:
            continue
        before = clause[: leave.start()]
        if leave[0].isascii():
            return _WRITER_ENGLISH.search(before) is not None or not before.strip()
        rest = _REST.fullmatch(clause[leave.end() :])
        return not _OTHERS.search(before) and _WRITER.fullmatch(before) is not None and rest is not None
    return False


def _week_range(words: str, now: datetime, calendar: Calendar) -> tuple[date, date] | None:
    """下周一到周五: both in the week of the first."""
    match = _WEEK_RANGE.search(words)
    first = read_date(match["first"], now, calendar) if match else None
    if match is None or first is None:
        return None
    a, b = (_WEEKDAYS.index(match[part].replace("天", "日")) for part in ("a", "b"))
    return first.end, first.end + timedelta(days=(b - a) % 7)


def _span(words: str, now: datetime, calendar: Calendar) -> tuple[date, date] | None:
    dates = [one for one in find_dates(words, now, calendar) if not one.past and not _is_duration(words, one)]
    today = now.date()
    lasting = _DURATION.search(_without(words, dates))
    if not dates:
        return (today, _lasting(today, lasting, calendar)) if lasting else None
    first, last = dates[0], dates[-1]
    before, after = words[: last.at].rstrip(), words[last.at + len(last.phrase) :]
    start = today if len(dates) == 1 else first.start
    if _RETURN.match(after) or _RETURN_BEFORE.search(before):
        return start, last.start - timedelta(days=1)
    if _UNTIL.search(before) and (first.start == first.end or len(dates) == 1):
        return start, last.end
    if lasting is not None and first.start == first.end:
        return first.start, _lasting(first.start, lasting, calendar)
    if first.start == last.end and (_BEGINS.match(after) or _BEGINS_BEFORE.search(before)):
        return None
    return first.start, last.end


def _is_duration(words: str, reading: DateReading) -> bool:
    """Whether 15日 stands for so many days; behind 到 it is a day."""
    return _DURATION.fullmatch(words, reading.at, reading.at + len(reading.phrase)) is not None


def _without(words: str, dates: list[DateReading]) -> str:
    for reading in dates:
        words = words.replace(reading.phrase, "…", 1)
    return words


def _lasting(start: date, match: re.Match[str], calendar: Calendar) -> date:
    """The last day of a leave of so many days, weeks or months that begins on `start`."""
    written, unit = match["n"], match["unit"]
    count = 0.5 if written == "半" else (to_number(written) or 0) + (0.5 if match["half"] else 0)
    if unit == "工作日":
        return calendar.shift(start, max(0, round(count) - (1 if calendar.is_workday(start) else 0)))
    if unit == "月":
        return _months(start, int(count)) + timedelta(days=15 * (count % 1 > 0) - 1)
    days = count * (7 if unit in ("周", "星期", "礼拜") else 1)
    return start + timedelta(days=max(1, round(days)) - 1)


def _months(start: date, count: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + count, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
