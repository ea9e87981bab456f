"""The levers in typed words: 暂停 农业农村局 到6月1日, 恢复 （三）2, 免催 （二）1, 催办 水利局."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.agencies import find_agency
from bot.domain.dates import read_date
from bot.domain.last_days import check_last_day
from bot.domain.model import DubanError, Role
from bot.domain.people import Actor
from bot.domain.task_refs import TaskRef, mentions
from bot.domain.wording import plain
from bot.services.pauses import Reach
from storage import facts as fact_queries
from storage import people, plans
from storage.tables import Plan, Task

PAUSE, RESUME, MUTE, UNMUTE, URGE = "pause", "resume", "mute", "unmute", "urge"
_VERBS = {
    **dict.fromkeys(("暂停催办", "暂停提醒", "暂停", "pause"), PAUSE),
    **dict.fromkeys(("恢复催办", "恢复提醒", "恢复", "resume"), RESUME),
    **dict.fromkeys(("取消免催", "解除免催", "unmute"), UNMUTE),
    **dict.fromkeys(("免催", "mute"), MUTE),
    **dict.fromkeys(("立即催办", "马上催办", "催办", "催一下", "remind"), URGE),
}
_SPOKEN = re.compile(rf"\s*({'|'.join(_VERBS)})(?![a-z])[\s:：,，]*(\S.*?)[\s。.!！]*$", re.IGNORECASE | re.DOTALL)
_END = re.compile(r"(?:直?到|至|\b(?:until|till|to)\b)\s*", re.IGNORECASE)
_WHOLE = re.compile(
    r"(?:整个|全部|所有|整)?(?:计划|提醒|催办|单位|任务|未报)?的?|all|everything|(?:the )?(?:whole )?plan"
)
_ORDINAL = re.compile(r"(?:第|task |item )?\s*(\d{1,4})\s*(?:项|号|条)?(?:任务)?", re.IGNORECASE)
_AROUND = " 　的、，,:：和在"
_LONGEST = 200


@dataclass(frozen=True)
class Said:
    """What the words ask for: the act, what it is about, and through which day."""

    act: str
    reach: Reach
    through_on: date | None


def speaks(actor: Actor, text: str) -> bool:
    """Whether a coordinator's words pull a lever; a contact's 暂停 is a report."""
    spoken = _SPOKEN.match(text) is not None and len(text) <= _LONGEST
    return spoken and actor.is_a(Role.COORDINATOR) and not actor.is_a(Role.CONTACT)


def read(session: Session, plan: Plan, text: str, now: datetime) -> Said:
    """The words as an act on something of the plan.

    Raises DubanError question_not_understood, task_unknown, agency_unknown, and lever_needs_task for 免催 of anything
    else than a task.
    """
    match = _SPOKEN.match(text)
    if match is None:
        raise DubanError("question_not_understood")
    act, rest = _VERBS[match[1].lower()], match[2]
    through_on = None
    if act == PAUSE:
        rest, through_on = _with_end(session, plan, rest, now)
    reach = named(session, plan, rest)
    if act in (MUTE, UNMUTE) and reach.task_id is None:
        raise DubanError("lever_needs_task")
    return Said(act, reach, through_on)


def day_in(session: Session, plan: Plan, text: str, now: datetime) -> date:
    """The day a typed answer names. Raises DubanError date_not_understood and last_day_far."""
    calendar = fact_queries.calendar_of(session, plan.office_id)
    local = now.astimezone(fact_queries.zone_of(session, plan.office_id))
    reading = read_date(_END.sub("", text, count=1) if _END.match(text) else text, local, calendar)
    if reading is None:
        raise DubanError("date_not_understood")
    check_last_day(text, reading.end, local.date())
    return reading.end


def named(session: Session, plan: Plan, words: str) -> Reach:
    """What the words name: a task by number, place or title, an agency, both, or nothing less than the plan."""
    words = plain(words).strip(_AROUND)
    if _WHOLE.fullmatch(words):
        return Reach()
    tasks = _tasks(session, plan)
    if ordinal := _ORDINAL.fullmatch(words):
        return Reach(_by_place(tasks, ordinal[1]).id)
    numbers = mentions(words, [TaskRef(task.number, "") for task in tasks], ())
    if not numbers:
        return _agency_or_title(session, plan, tasks, words)
    task = _by_number(tasks, numbers[0].numbers[0])
    others = (words[: numbers[0].start] + words[numbers[0].end :]).strip(_AROUND)
    if not others or others in plain(task.title):
        return Reach(task.id)
    return Reach(task.id, _agency(session, plan, others))


def task_named(session: Session, plan: Plan, words: str) -> int:
    """The id of a task by number or place. Raises DubanError task_unknown."""
    tasks = _tasks(session, plan)
    written = plain(words).strip(_AROUND)
    same = [task for task in tasks if _narrow(task.number) == _narrow(written)]
    return (same[0] if len(same) == 1 else _by_place(tasks, written)).id


def agency_named(session: Session, plan: Plan, words: str) -> int:
    """The id of an agency with a duty in the plan. Raises DubanError agency_unknown with the likeliest names."""
    return _agency(session, plan, words)


def _with_end(session: Session, plan: Plan, rest: str, now: datetime) -> tuple[str, date | None]:
    """The words without their 到6月1日, and that day; a 到 inside a name is no end."""
    for mark in reversed(list(_END.finditer(rest))):
        try:
            return rest[: mark.start()], day_in(session, plan, rest[mark.end() :], now)
        except DubanError as error:
            if error.code != "date_not_understood":
                raise
    return rest, None


def _tasks(session: Session, plan: Plan) -> list[Task]:
    query = select(Task).where(Task.plan_id == plan.id, Task.removed_at.is_(None)).order_by(Task.position)
    return list(session.scalars(query))


def _by_number(tasks: list[Task], number: str) -> Task:
    for task in tasks:
        if _narrow(task.number) == _narrow(number):
            return task
    raise DubanError("task_unknown", number=number, count=len(tasks))


def _by_place(tasks: list[Task], written: str) -> Task:
    """By its number where only one task has it, else by its place in the plan, counted from 1."""
    same = [task for task in tasks if _narrow(task.number) == written]
    if len(same) == 1:
        return same[0]
    if written.isdecimal() and 1 <= int(written) <= len(tasks):
        return tasks[int(written) - 1]
    raise DubanError("task_unknown", number=written, count=len(tasks))


def _narrow(number: str) -> str:
    return re.sub(r"[\s.、]", "", plain(number))


def _agency_or_title(session: Session, plan: Plan, tasks: list[Task], words: str) -> Reach:
    known = _known(session, plan)
    sure = find_agency(words, known).found
    if sure is not None:
        return Reach(agency_id=sure)
    titled = mentions(words, [TaskRef(str(task.id), task.title) for task in tasks], ())
    if titled:
        return Reach(int(titled[0].numbers[0]))
    return Reach(agency_id=_agency(session, plan, words))


def _agency(session: Session, plan: Plan, words: str) -> int:
    known = _known(session, plan)
    match = find_agency(words.strip(_AROUND), known)
    if match.found is not None:
        return match.found
    names = {agency_id: name for agency_id, name, _ in known}
    candidates = [names[candidate] for candidate in match.candidates]
    raise DubanError("agency_unknown", agency=words, candidates=candidates)


def _known(session: Session, plan: Plan) -> list[tuple[int, str, tuple[str, ...]]]:
    mine = plans.agency_ids(session, plan.id)
    return [one for one in people.known_agencies(session, plan.office_id) if one[0] in mine]
