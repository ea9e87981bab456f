"""日历: the year's days off in chat, a notice or a day by hand; what changes is shown before the tap that keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.domain import notices
from bot.domain.calendarviews import CalendarView, Changes, MovedDay, Proposal
from bot.domain.model import DubanError, Role
from bot.domain.notice_words import Said
from bot.domain.notices import Festivity, HolidayNotice
from bot.domain.people import Actor
from bot.domain.workdays import Calendar
from bot.services import calendarchange, cards
from storage.calendars import calendar_of, overrides_of
from storage.tables import Card

KIND = "calendar"
_FIRST_YEAR, _LAST_YEAR = 2004, 2099
_LONGEST_FILE = 60_000


def show(session: Session, actor: Actor, now: datetime) -> Card:
    """日历: this year's days; in December next year's, for which it is time."""
    today = now.astimezone(actor.zone).date()
    year = today.year + 1 if today.month == 12 else today.year
    return cards.show(session, actor, KIND, {"stage": "year", "year": year}, now)


def notice_in(data: bytes) -> str | None:
    """The text of a file that is a holiday notice, in text or JSON; None for any other file."""
    if len(data) > _LONGEST_FILE:
        return None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        is_json = text.lstrip().startswith("{") and any(f'"{key}"' in text for key in ("off", "isOffDay", "holiday"))
        return text if is_json or notices.looks_like_notice(text) else None
    return None


def notice_arrived(session: Session, actor: Actor, text: str, now: datetime) -> Card:
    """A holiday notice pasted or sent as a file: what was read and what it changes, to be confirmed.

    Raises DubanError as `notices.read_notice` does, and notice_partial.
    """
    notice = notices.read_notice(text)
    calendarchange.with_notice(calendar_of(session, actor.office_id), notice)
    replaces = calendarchange.kept_notice(session, actor.office_id, notice.year) is not None
    proposal = {"notice": _notice_json(notice), "replaces": replaces}
    return cards.show(session, actor, KIND, {"stage": "check", "year": notice.year, "proposal": proposal}, now)


def is_notice(actor: Actor, text: str) -> bool:
    """Whether a coordinator's words are a holiday notice."""
    return actor.is_a(Role.COORDINATOR) and notices.looks_like_notice(text)


def reads(text: str) -> bool:
    """Whether words set days by hand (“5月6日上班”), also with a slip in them; any others are not for the calendar."""
    try:
        return bool(notices.read_setting(text, _FIRST_YEAR))
    except DubanError:
        return True


def listens(card: Card) -> bool:
    """A calendar card takes typed days in every stage."""
    return True


def take_days(session: Session, actor: Actor, card: Card, text: str, now: datetime, key: str) -> None:
    """Days by hand, shown with what they change. Raises DubanError for a weekday or a day that is none."""
    days = notices.read_setting(text, card.state["year"])
    if not days or any(not _FIRST_YEAR <= day.year <= _LAST_YEAR for day in days):
        raise DubanError("calendar_year")
    state: dict[str, Any] = {"stage": "check", "year": min(days).year, "proposal": {"days": _days_json(days)}}
    if card.state["stage"] == "check" and "notice" in card.state["proposal"]:
        cards.show(session, actor, KIND, state, now)
    else:
        cards.redraw(session, card, now, **state)


def press(session: Session, actor: Actor, card: Card, words: Sequence[str], now: datetime) -> str | None:
    """A button: another year, keep what was read, leave it, take it back. Raises DubanError button_unknown."""
    verb, choice = words[0] if words else "", "".join(words[1:2])
    stage = card.state["stage"]
    if verb == "y" and choice.isdecimal() and _FIRST_YEAR <= int(choice[:5]) <= _LAST_YEAR:
        cards.redraw(session, card, now, stage="year", year=int(choice))
    elif verb == "no" and stage == "check":
        cards.redraw(session, card, now, stage="year", proposal=None)
        return "calendar_unchanged"
    elif verb == "yes" and stage == "check":
        _keep(session, actor, card, now)
    elif verb == "undo" and stage == "done":
        _undo(session, actor, card, now)
    else:
        raise DubanError("button_unknown")
    return None


def calendar_view(session: Session, card: Card, actor: Actor, now: datetime) -> CalendarView:
    """The year, or the change to be confirmed with what it moves."""
    state = card.state
    proposal = state.get("proposal") if state["stage"] in ("check", "done", "undone") else None
    if state["stage"] == "check":
        after = _proposed(calendar_of(session, actor.office_id), state["proposal"])
        seen = calendarchange.changes(session, actor.office_id, after, now)
    else:
        seen = _changes_of(state.get("changes") or {}) if proposal else Changes()
    return CalendarView(
        card_id=card.id,
        rev=card.rev,
        stage=state["stage"],
        year=calendarchange.year_days(session, actor.office_id, state["year"]),
        proposal=_proposal_of(proposal, state["year"]) if proposal else None,
        changes=seen,
    )


def notice_view(session: Session, office_id: int, notice: HolidayNotice, now: datetime) -> CalendarView:
    """What a notice says and would change, beside no card. Raises DubanError notice_partial."""
    replaces = calendarchange.kept_notice(session, office_id, notice.year) is not None
    proposal = {"notice": _notice_json(notice), "replaces": replaces}
    return _unasked(session, office_id, notice.year, proposal, now)


def days_view(session: Session, office_id: int, days: Mapping[date, bool | None], now: datetime) -> CalendarView:
    """What days set by hand would change, beside no card."""
    return _unasked(session, office_id, min(days).year, {"days": _days_json(days)}, now)


def kept(view: CalendarView) -> CalendarView:
    """The same once it is done."""
    return replace(view, stage="done")


def _unasked(session: Session, office_id: int, year: int, proposal: Mapping[str, Any], now: datetime) -> CalendarView:
    after = _proposed(calendar_of(session, office_id), proposal)
    seen = calendarchange.changes(session, office_id, after, now)
    shown = calendarchange.year_days(session, office_id, year)
    return CalendarView(0, 0, "check", shown, _proposal_of(proposal, year), seen)


def _keep(session: Session, actor: Actor, card: Card, now: datetime) -> None:
    proposal, office_id, by = card.state["proposal"], actor.office_id, f"person:{actor.person_id}"
    after = _proposed(calendar_of(session, office_id), proposal)
    seen = _changes_json(calendarchange.changes(session, office_id, after, now))
    if "notice" in proposal:
        notice = _notice_of(proposal["notice"])
        before: dict[str, Any] = {"notice": calendarchange.kept_notice(session, office_id, notice.year)}
        calendarchange.keep(session, office_id, notice, by, now)
        before["kept"] = calendarchange.kept_notice(session, office_id, notice.year)
    else:
        set_by_hand, days = overrides_of(session, office_id), _days_of(proposal["days"])
        before = {"days": {day.isoformat(): set_by_hand.get(day) for day in days}}
        calendarchange.set_days(session, office_id, days, by, now)
    cards.redraw(session, card, now, stage="done", changes=seen, before=before)


def _undo(session: Session, actor: Actor, card: Card, now: datetime) -> None:
    """Take back what this card kept. Raises DubanError card_moved_on when the calendar has changed again since."""
    state, office_id, by = card.state, actor.office_id, f"person:{actor.person_id}"
    before = state["before"]
    if "days" in before:
        set_by_hand, days = overrides_of(session, office_id), _days_of(state["proposal"]["days"])
        if any(set_by_hand.get(day) != worked for day, worked in days.items()):
            raise DubanError("card_moved_on")
        calendarchange.set_days(session, office_id, _days_of(before["days"]), by, now)
    else:
        year = state["proposal"]["notice"]["year"]
        if calendarchange.kept_notice(session, office_id, year) != before["kept"]:
            raise DubanError("card_moved_on")
        calendarchange.put_back(session, office_id, year, before["notice"], by, now)
    cards.redraw(session, card, now, stage="undone", before=None)


def _proposed(calendar: Calendar, proposal: Mapping[str, Any]) -> Calendar:
    if "notice" in proposal:
        return calendarchange.with_notice(calendar, _notice_of(proposal["notice"]))
    return calendarchange.with_days(calendar, _days_of(proposal["days"]))


def _proposal_of(proposal: Mapping[str, Any], year: int) -> Proposal:
    if "notice" not in proposal:
        days = tuple(sorted(_days_of(proposal["days"]).items()))
        return Proposal(year, False, False, False, (), days, ())
    notice = _notice_of(proposal["notice"])
    found = notice.festivities
    return Proposal(notice.year, True, notice.partial, proposal["replaces"], found, (), notice.doubts)


def _days_json(days: Mapping[date, bool | None]) -> dict[str, bool | None]:
    return {day.isoformat(): worked for day, worked in days.items()}


def _days_of(kept: Mapping[str, bool | None]) -> dict[date, bool | None]:
    return {date.fromisoformat(day): worked for day, worked in kept.items()}


def _notice_json(notice: HolidayNotice) -> dict[str, Any]:
    return {
        "year": notice.year,
        "days": {day.isoformat(): worked for day, worked in notice.days.items()},
        "festivities": [
            [one.name, [day.isoformat() for day in one.off], [day.isoformat() for day in one.work]]
            for one in notice.festivities
        ],
        "doubts": [[doubt.code, dict(doubt.params)] for doubt in notice.doubts],
        "partial": notice.partial,
        "words": notice.words,
    }


def _notice_of(kept: Mapping[str, Any]) -> HolidayNotice:
    return HolidayNotice(
        year=kept["year"],
        days={date.fromisoformat(day): worked for day, worked in kept["days"].items()},
        festivities=tuple(Festivity(name, _dates(off), _dates(work)) for name, off, work in kept["festivities"]),
        doubts=tuple(Said(code, tuple(params.items())) for code, params in kept["doubts"]),
        partial=kept["partial"],
        words=kept["words"],
    )


def _dates(days: Sequence[str]) -> tuple[date, ...]:
    return tuple(date.fromisoformat(day) for day in days)


def _changes_json(seen: Changes) -> dict[str, Any]:
    return {
        "days": [[day.isoformat(), worked] for day, worked in seen.days],
        "moved": [[one.plan, one.what, one.before.isoformat(), one.after.isoformat()] for one in seen.moved],
        "reminders": seen.reminders,
    }


def _changes_of(kept: Mapping[str, Any]) -> Changes:
    return Changes(
        days=tuple((date.fromisoformat(day), worked) for day, worked in kept.get("days", ())),
        moved=tuple(
            MovedDay(plan, what, date.fromisoformat(before), date.fromisoformat(after))
            for plan, what, before, after in kept.get("moved", ())
        ),
        reminders=kept.get("reminders", 0),
    )
