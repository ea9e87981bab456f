"""The questions a coordinator settles about reminders: which settings each holds, the answers offered, typed ones."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.model import DubanError
from bot.domain.numerals import to_number
from bot.domain.policy import Policy
from bot.domain.policy_settings import written

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Topic:
    """One question: the settings it holds, the answers offered as JSON values of these, and whether one may type."""

    settings: tuple[str, ...]
    choices: tuple[Values, ...]
    typed: Callable[[str], Values] | None = None


_NUMERAL = re.compile(r"[零〇○一二两三四五六七八九十]+")
# 早一点, 晚一点 is no hour.
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})|(?<![早快慢有大小多少勤])(?!(?<=晚)1[点时])(\d{1,2})[点时](半|\d{1,2}分?)?")
_AFTERNOON = re.compile(r"(下午|傍晚|晚上?|pm)")
_DAY = re.compile(r"(\d{1,2})[月/.-](\d{1,2})[日号]?")
_OF_MONTH = re.compile(r"次月|下个?月|month|(?<!工作)[日号]")
_NONE = re.compile(r"不限|没有?|无|不设|不提醒|不另|none|no|同季度.*|as.*quarter.*", re.IGNORECASE)
_OVERDUE = re.compile(r"(?:逾期|超期|过期|\+)第?(\d+(?:个?(?:工作日|天)?[、,，和及]\d+)*)|(\d+)个?(?:工作日|天)?后")
_AHEAD = re.compile(r"(?:提前|-)第?(\d+(?:个?(?:工作日|天)?[、,，和及]\d+)*)|(\d+)个?(?:工作日|天)?前")
_ON_THE_DAY = re.compile(r"当[天日]|[Dd](?![+-])(?![a-z])")


def _plain(text: str) -> str:
    """Half-width, Chinese numerals as digits: 季后第六个 → 季后第6个."""
    kept = unicodedata.normalize("NFKC", text).replace("：", ":").replace("－", "-").replace("−", "-").strip()

    def digits(found: re.Match[str]) -> str:
        number = to_number(found[0])
        return found[0] if number is None else str(int(number))

    return _NUMERAL.sub(digits, kept)


def _refused(name: str, text: str) -> DubanError:
    return DubanError("policy_setting_bad", name=name, value=text)


def _number(name: str, text: str) -> int:
    """The one number in the words; 不限 is 0."""
    found = re.findall(r"\d+", text)
    if len(found) == 1:
        return int(found[0])
    if not found and _NONE.search(text):
        return 0
    raise _refused(name, text)


def _numbered(name: str) -> Callable[[str], Values]:
    return lambda text: {name: _number(name, _plain(text))}


def _report(text: str) -> Values:
    plain = _plain(text)
    named = _OF_MONTH.search(plain) and "工作日" not in plain
    number = _number("report_day" if named else "report_workday", plain)
    return {"report_day": number} if named else {"report_workday": number, "report_day": 0}


def _year_end(text: str) -> Values:
    plain = _plain(text)
    found = _DAY.search(plain)
    if found:
        return {"year_end_on": f"{int(found[1]):02}-{int(found[2]):02}"}
    if _NONE.search(plain):
        return {"year_end_on": None}
    raise _refused("year_end_on", text)


def _clocks(name: str, text: str) -> list[str]:
    found: list[str] = []
    plain = _plain(text)
    for match in _CLOCK.finditer(plain):
        hour = int(match[1] or match[3])
        minute = match[2] or {None: "0", "半": "30"}.get(match[4], (match[4] or "").removesuffix("分"))
        # 下午2点半到6点: the second time is said without 下午.
        earlier = bool(found) and hour < int(found[-1][:2])
        if hour < 12 and (earlier or _AFTERNOON.search(plain[max(0, match.start() - 3) : match.start()])):
            hour += 12
        found.append(f"{hour:02}:{int(minute or 0):02}")
    if not found:
        raise _refused(name, text)
    return found


def _clock(name: str) -> Callable[[str], Values]:
    def read(text: str) -> Values:
        found = _clocks(name, text)
        if len(found) != 1:
            raise _refused(name, text)
        return {name: found[0]}

    return read


def _hours(text: str) -> Values:
    found = _clocks("hours", text)
    if len(found) % 2:
        raise _refused("hours", text)
    return {"hours": [found[at : at + 2] for at in range(0, len(found), 2)]}


def _offsets(name: str) -> Callable[[str], Values]:
    """Days of a ladder in words: 提前10、3天，当天，逾期1天; or as D-10 D-3 D D+1; or bare as -10,-3,0,1."""

    def read(text: str) -> Values:
        plain = _plain(text)
        if re.fullmatch(r"[-+Dd\d,，、\s]+", plain):
            return {name: re.sub(r"[,，、\s]+", ",", plain).upper().replace("+", "").strip(",")}
        found: set[int] = set()
        for sign, pattern in ((1, _OVERDUE), (-1, _AHEAD)):
            for match in pattern.finditer(plain):
                found |= {sign * int(number) for number in re.findall(r"\d+", match[1] or match[2])}
        if _ON_THE_DAY.search(plain):
            found.add(0)
        if not found and not _NONE.search(plain):
            raise _refused(name, text)
        return {name: sorted(found)}

    return read


def _one(name: str, *values: Any) -> tuple[Values, ...]:
    return tuple({name: value} for value in values)


def _after(name: str, *values: int) -> Topic:
    return Topic((name,), _one(name, *values), _numbered(name))


def _ladder(name: str, *values: list[int]) -> Topic:
    return Topic((name,), _one(name, *values), _offsets(name))


TOPICS: Mapping[str, Topic] = {
    "report": Topic(
        ("report_workday", "report_day"),
        (*({"report_workday": day, "report_day": 0} for day in (3, 5, 7, 10)), {"report_day": 10}),
        _report,
    ),
    "year_end": Topic(("year_end_on",), _one("year_end_on", None, "12-20", "12-31", "01-15"), _year_end),
    "roll": Topic(("roll",), _one("roll", "before", "after")),
    "report_time": Topic(("report_time",), _one("report_time", "12:00", "17:30", "18:00"), _clock("report_time")),
    "rungs": _ladder("rungs", [-10, -3, -1, 0, 1], [-5, -1, 0, 1], [-3, 0, 1], [0, 1]),
    "year_end_rungs": _ladder("year_end_rungs", [-30, -10, -3, -1, 0, 1], [-10, -3, -1, 0, 1], [-30, -10, 0, 1]),
    "heads_up_rungs": _ladder("heads_up_rungs", [-30, -10, -3], [-30, -10], [-10], []),
    "invited_rungs": _ladder("invited_rungs", [-10], [-5], [-10, -3]),
    "send_time": Topic(("send_time",), _one("send_time", "08:30", "09:00", "10:00", "15:00"), _clock("send_time")),
    "hours": Topic(
        ("hours",),
        _one("hours", [["08:30", "11:30"], ["14:30", "17:30"]], [["08:00", "12:00"], ["14:30", "17:30"]])
        + _one("hours", [["09:00", "12:00"], ["13:30", "17:00"]]),
        _hours,
    ),
    "participants": Topic(("participants",), _one("participants", "none", "invited", "required")),
    "participants_ahead": _after("participants_ahead", 0, 1, 2, 3),
    "cap_per_week": _after("cap_per_week", 0, 1, 2, 3),
    "cap_per_quarter": _after("cap_per_quarter", 0, 6, 12, 20),
    "missing_rung": _after("missing_rung", 1, 2, 3),
    "escalation_rung": _after("escalation_rung", 2, 3, 4),
    "review_rung": _after("review_rung", 1, 2, 3),
    "summary_rung": _after("summary_rung", 4, 5, 7),
    "sign_workdays": _after("sign_workdays", 1, 2, 3, 5),
    "escalate_to": Topic(("escalate_to",), _one("escalate_to", ["deputy", "head"], ["deputy"], ["head"], [])),
    "reach_check": Topic(("reach_check",), _one("reach_check", True, False)),
}
GROUPS: Mapping[str, tuple[str, ...]] = {
    "due": ("report", "year_end", "roll", "report_time"),
    "ladder": ("rungs", "year_end_rungs", "heads_up_rungs", "invited_rungs"),
    "time": ("send_time", "hours"),
    "participants": ("participants", "participants_ahead"),
    "caps": ("cap_per_week", "cap_per_quarter"),
    "follow": (
        *("missing_rung", "escalation_rung", "escalate_to", "review_rung"),
        *("summary_rung", "sign_workdays", "reach_check"),
    ),
}


def group_of(topic: str) -> str:
    """The group a topic stands in."""
    return next(group for group, topics in GROUPS.items() if topic in topics)


def differs(policy: Policy, other: Policy, topic: str) -> bool:
    """Whether two policies answer a topic otherwise."""
    return any(written(policy, name) != written(other, name) for name in TOPICS[topic].settings)
