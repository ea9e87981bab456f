"""What a typed command or word asks for: help, my tasks, the summary of a period or an agency."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.agencies import find_agency
from bot.domain.model import DubanError, Role
from bot.domain.people import Actor
from bot.services import cards, missing, papers_out, reporting, rosters, summaries, summarycards
from storage import people, plans
from storage.tables import Person

_QUARTER = re.compile(r"(?:(\d{4})\s*年?\s*)?(?:第?\s*([一二三四1234])\s*季度?|[Qq]([1-4]))")
_YEAR = re.compile(r"(?:(\d{4})\s*年?)?(?:全年|年度|年终)|^(\d{4})\s*年?$")
_OWING = re.compile(r"没报|未报|谁还|缺报|滞后|missing|late", re.IGNORECASE)
_WHO_OWES = re.compile(
    r"^\s*(?:请问|现在|目前|还有|[,，\s])*(?:谁|哪些|哪几个|哪个|哪家)(?:单位|部门|局)?(?:还|都|至今)*(?:没有?|未)[^,，。]{0,4}[报交填]"
    r"|^\s*(?:who|which (?:agenc|office|unit|bureau|department)\w*)\b.*"
    r"(?:\bnot\b|n['’]t\b|\bmissing\b|\blate\b|\bowes?\b|\bstill\b)",
    re.IGNORECASE,
)
_DIGIT = {"一": 1, "二": 2, "三": 3, "四": 4}


def help_for(session: Session, actor: Actor, now: datetime, key: str) -> None:
    """How it works, by role, with the fixed keyboard."""
    role = next(role for role in (Role.COORDINATOR, Role.LEADER, Role.CONTACT) if actor.is_a(role))
    cards.menu(session, actor, f"help_{role}", now, key)


def my_tasks(session: Session, actor: Actor, now: datetime, key: str) -> None:
    """我的任务 / 上报进展: the list card of what is open."""
    if reporting.my_tasks(session, actor, now) is None:
        cards.notice(session, actor, "nothing_open", now, key)


def change_language(session: Session, actor: Actor, now: datetime, key: str) -> None:
    """/language: the other language from now on."""
    person = session.get_one(Person, actor.person_id)
    person.language = "en" if actor.language == "zh" else "zh"
    cards.menu(session, people.actor_of(session, person), "language_changed", now, key)


def roster(session: Session, actor: Actor, now: datetime, key: str) -> None:
    """通讯录: the template, fresh links for people who have not entered, and the agencies nobody can be asked for."""
    papers_out.ask(session, actor, "roster_template", now, key)
    unbound = rosters.unbound_people(session, actor.office_id)
    if unbound:
        papers_out.ask(session, actor, "invitations", now, key, people=list(unbound))
    if missing.missing_agencies(session, actor.office_id):
        missing.show(session, actor, now)
    else:
        cards.notice(session, actor, "roster_complete", now, key)


def summary_words(session: Session, actor: Actor, text: str, now: datetime) -> None:
    """A leader's words: a period, an agency, or both; DubanError question_not_understood says what can be asked."""
    plan = plans.current_plan(session, actor.office_id)
    if plan is None:
        raise DubanError("no_active_plan")
    period = period_in(text, plan.year) or summaries.default_period(session, plan, now)
    named = _agency_in(session, actor, text)
    if named is not None:
        summarycards.show(session, actor, now, period=period, mode="agency", chosen=named, with_picture=False)
    elif period_in(text, plan.year) or re.search(r"汇总|进展|情况|summary|progress", text, re.IGNORECASE):
        summarycards.show(session, actor, now, period=period)
    elif _OWING.search(text) or asks_who_owes(text):
        summarycards.show(session, actor, now, period=period, mode="agencies", with_picture=False)
    else:
        raise DubanError("question_not_understood")


def asks_who_owes(text: str) -> bool:
    """Whether typed words ask who has not reported; an agency's answer never does."""
    return _WHO_OWES.search(text) is not None


def period_in(text: str, year: int) -> str | None:
    """The quarter or year named in words, of the plan's year when none is written."""
    quarter = _QUARTER.search(text)
    if quarter:
        number = quarter.group(2) or quarter.group(3)
        return f"{quarter.group(1) or year}Q{_DIGIT.get(number, number)}"
    whole = _YEAR.search(text)
    return (whole.group(1) or whole.group(2) or str(year)) if whole else None


def _agency_in(session: Session, actor: Actor, text: str) -> int | None:
    """The agency a text names: by full name or without its prefix, else by the whole text as a typed name."""
    known = people.known_agencies(session, actor.office_id)
    for agency_id, name, aliases in known:
        if any(word in text for word in (name, name[1:], *aliases) if len(word) > 2):
            return agency_id
    words = _QUARTER.sub("", text).strip(" ，,。？?的怎么样情况")
    return find_agency(words, known).found if len(words) > 2 else None
