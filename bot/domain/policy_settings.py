"""The settings of a reminder policy by name: read from and written as plain JSON, each checked with a clear refusal."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time
from typing import Any

from bot.domain.model import DubanError, Position
from bot.domain.policy import Participants, Policy, Roll
from bot.domain.workdays import WorkingHours

_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_MONTH_DAY = re.compile(r"(0?[1-9]|1[0-2])-(0?[1-9]|[12][0-9]|3[01])")
_SWITCHES = {**dict.fromkeys(("true", "yes", "on", "1"), True), **dict.fromkeys(("false", "no", "off", "0"), False)}
_FARTHEST = 60
_MOST_RUNGS = 12
_SINCE, _BEFORE = _HISTORY = ("since", "before")


@dataclass(frozen=True)
class Setting:
    """How one setting is read from JSON and written as JSON; `read` raises ValueError for what it cannot be."""

    read: Callable[[Any], Any]
    write: Callable[[Any], Any]


def from_json(kept: Mapping[str, Any]) -> Policy:
    """The policy kept with a plan: what it does not name stays at the default."""
    policy = changed(Policy(), {name: value for name, value in kept.items() if name not in _HISTORY})
    if _SINCE not in kept:
        return policy
    return replace(policy, since=datetime.fromisoformat(kept[_SINCE]), before=from_json(kept.get(_BEFORE) or {}))


def as_json(policy: Policy) -> dict[str, Any]:
    """The policy as it is kept with a plan: its settings and what they replaced."""
    own = settings_of(policy)
    if policy.since is None or policy.before is None:
        return own
    return {**own, _SINCE: policy.since.isoformat(), _BEFORE: as_json(policy.before)}


def every(policy: Policy) -> dict[str, Any]:
    """All settings as JSON, those at their default too."""
    return {name: written(policy, name) for name in SETTINGS}


def settings_of(policy: Policy) -> dict[str, Any]:
    """Only what differs from the defaults, so that a default that is mended later reaches old plans too."""
    default = Policy()
    return {name: written(policy, name) for name in SETTINGS if getattr(policy, name) != getattr(default, name)}


def replaced(policy: Policy, values: Mapping[str, Any], since: datetime) -> Policy:
    """The policy with some settings changed from a moment (in the office's time) on.

    Of several changes on one day only the last one counts: no due's day has come in between.
    """
    new = changed(policy, values)
    same_day = policy.since is not None and policy.since.date() == since.date()
    return replace(new, since=since, before=policy.before if same_day else policy)


def written(policy: Policy, name: str) -> Any:
    """A setting's value as JSON."""
    return SETTINGS[name].write(getattr(policy, name))


def changed(policy: Policy, values: Mapping[str, Any]) -> Policy:
    """The policy with some settings changed.

    Raises DubanError policy_setting_unknown (name), policy_setting_bad (name, value), policy_order or
    policy_send_time_outside_hours.
    """
    return _checked(replace(policy, **read(values)))


def read(values: Mapping[str, Any]) -> dict[str, Any]:
    """Settings each read by itself, whether they fit one another or not. Raises as `changed` for one of them."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if name not in SETTINGS:
            raise DubanError("policy_setting_unknown", name=name)
        try:
            found[name] = SETTINGS[name].read(value)
        except (ValueError, TypeError, AttributeError) as error:
            raise DubanError("policy_setting_bad", name=name, value=str(value)) from error
    return found


def _checked(policy: Policy) -> Policy:
    """Settings that must fit one another. The order of a period is: leads, who is missing, review, summary."""
    if not 0 < policy.missing_rung <= policy.escalation_rung <= policy.summary_rung:
        raise DubanError("policy_order", name="missing_rung, escalation_rung, summary_rung")
    if not 0 <= policy.review_rung <= policy.summary_rung:
        raise DubanError("policy_order", name="review_rung, summary_rung")
    if not policy.hours.contains(policy.send_time):
        raise DubanError("policy_send_time_outside_hours", time=f"{policy.send_time:%H:%M}")
    return policy


def _whole(least: int, most: int) -> Setting:
    def read(value: Any) -> int:
        number = int(str(value))
        if not least <= number <= most:
            raise ValueError(value)
        return number

    return Setting(read, lambda value: value)


def _clock(value: Any) -> time:
    found = _TIME.fullmatch(str(value).strip())
    if not found:
        raise ValueError(value)
    return time(int(found[1]), int(found[2]))


def _rungs(value: Any) -> tuple[int, ...]:
    """Offsets from D in working days, as a list or as text "-10,-3,D,1"."""
    parts = re.split(r"[,，、\s]+", value.strip()) if isinstance(value, str) else list(value)
    found = sorted({int(str(part).upper().removeprefix("D") or 0) for part in parts if str(part).strip()})
    if len(found) > _MOST_RUNGS or any(abs(offset) > _FARTHEST for offset in found):
        raise ValueError(value)
    return tuple(found)


def _some_rungs(value: Any) -> tuple[int, ...]:
    """As `_rungs`; who owes a report is asked for it at least once."""
    found = _rungs(value)
    if not found:
        raise ValueError(value)
    return found


def _hours(value: Any) -> WorkingHours:
    """Spans as a list of pairs or as text "08:30-11:30,14:30-17:30"."""
    parts = re.split(r"[,，、\s]+", value.strip()) if isinstance(value, str) else value
    pairs = [part.split("-") if isinstance(part, str) else part for part in parts]
    spans = tuple((_clock(start), _clock(end)) for start, end in pairs)
    flat = [moment for span in spans for moment in span]
    if not spans or flat != sorted(set(flat)):
        raise ValueError(value)
    return WorkingHours(spans)


def _year_end(value: Any) -> tuple[int, int] | None:
    """A month and day as "12-20", or nothing for the same rule as every quarter; a day that every year has."""
    if value in (None, "", "none"):
        return None
    found = _MONTH_DAY.fullmatch(str(value).strip())
    if not found:
        raise ValueError(value)
    day = date(2001, int(found[1]), int(found[2]))
    return day.month, day.day


def _positions(value: Any) -> tuple[Position, ...]:
    parts = re.split(r"[,，、\s]+", value.strip()) if isinstance(value, str) else list(value)
    return tuple(dict.fromkeys(Position(str(part)) for part in parts if str(part) not in ("", "none")))


def _switch(value: Any) -> bool:
    found = _SWITCHES.get(str(value).lower())
    if found is None:
        raise ValueError(value)
    return found


_RUNGS, _SOME_RUNGS = Setting(_rungs, list), Setting(_some_rungs, list)
_CLOCK = Setting(_clock, lambda value: f"{value:%H:%M}")
SETTINGS: Mapping[str, Setting] = {
    "report_workday": _whole(1, 30),
    "report_day": _whole(0, 28),
    "year_end_on": Setting(_year_end, lambda value: f"{value[0]:02}-{value[1]:02}" if value else None),
    "roll": Setting(Roll, str),
    "send_time": _CLOCK,
    "report_time": _CLOCK,
    "hours": Setting(_hours, lambda value: [[f"{start:%H:%M}", f"{end:%H:%M}"] for start, end in value.spans]),
    "rungs": _SOME_RUNGS,
    "year_end_rungs": _SOME_RUNGS,
    "heads_up_rungs": _RUNGS,
    "invited_rungs": _RUNGS,
    "missing_rung": _whole(1, 30),
    "escalation_rung": _whole(1, 30),
    "review_rung": _whole(0, 30),
    "summary_rung": _whole(1, 30),
    "sign_workdays": _whole(1, 30),
    "participants": Setting(Participants, str),
    "participants_ahead": _whole(0, 20),
    "escalate_to": Setting(_positions, list),
    "cap_per_week": _whole(0, 99),
    "cap_per_quarter": _whole(0, 999),
    "reach_check": Setting(_switch, bool),
}
if {*SETTINGS, *_HISTORY} != {field.name for field in fields(Policy)}:
    raise RuntimeError("every setting of a policy needs its way to JSON and back")
