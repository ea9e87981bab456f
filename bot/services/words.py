"""Free text: what somebody typed, understood, shown beside the original words and confirmed with one tap."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.domain.dates import read_date
from bot.domain.model import DubanError, DueKey, Intent
from bot.domain.people import Actor
from bot.domain.understanding import ItemReading, TaskRef, Understanding, understand
from bot.services import cards, reporting, requests, wordcard
from bot.services.dues import DueBook
from bot.services.reporting import Draft, Source
from storage import cards as card_queries
from storage import plans, reports
from storage.tables import Card, Plan

MAX_LENGTH = 4096
FRESH_FOR = timedelta(minutes=30)
_ASKED = {
    Intent.EXTENSION_REQUEST: "extension",
    Intent.DECLINE: "decline",
    Intent.DELEGATE: "delegate",
    Intent.QUESTION: "question",
}


def take(session: Session, actor: Actor, text: str, source: Source, reply_to: int | None, now: datetime) -> None:
    """Handle a contact's free text. Raises DubanError with one sentence when it cannot be taken."""
    if len(text) > MAX_LENGTH:
        raise DubanError("text_too_long", limit=MAX_LENGTH)
    replied = card_queries.of_message(session, actor, reply_to) if reply_to else None
    book = _book_meant(session, actor, replied, now)
    waiting = _waiting_for_date(session, actor, replied, now)
    if waiting is not None:
        _set_date(session, waiting, text, book, now)
        return
    candidates = _candidates(book, replied)
    reading = understand(text, now.astimezone(book.facts.zone), book.calendar, refs(book, candidates))
    drafting = _draft_in_hand(session, actor, replied, now)
    if drafting is not None and _supplements(reading):
        _supplement(session, drafting, text, reading, source, now)
    else:
        _act_on(session, actor, book, candidates, reading, source, now)


def awaited(session: Session, actor: Actor, reply_to: int | None, now: datetime) -> bool:
    """Whether a report is half made, so that the next words belong to it."""
    replied = card_queries.of_message(session, actor, reply_to) if reply_to else None
    waiting = _waiting_for_date(session, actor, replied, now) or _draft_in_hand(session, actor, replied, now)
    return waiting is not None


def _book_meant(session: Session, actor: Actor, replied: Card | None, now: datetime) -> DueBook:
    """The plan a text is about: the replied card's, else the newest that asks something of the person now."""
    if replied is not None and "plan" in replied.state:
        keys = reporting.due_keys(replied)[replied.state.get("focus") or 0 :]
        plan = reporting.plan_of_due(session, keys[0]) if keys else reporting.plan_of(session, replied)
        return DueBook(session, plan, actor, now)
    books = [DueBook(session, plan, actor, now) for plan in plans.active_plans(session, actor.office_id)]
    if not books:
        raise DubanError("no_active_plan")
    return next((book for book in books if book.open_keys()), books[0])


def _act_on(
    session: Session,
    actor: Actor,
    book: DueBook,
    candidates: tuple[DueKey, ...],
    reading: Understanding,
    source: Source,
    now: datetime,
) -> None:
    if reading.intent is Intent.GREETING:
        cards.notice(session, actor, "greeting", now, _once(source), count=len(book.open_keys()))
    elif reading.intent in _ASKED:
        _ask(session, actor, book, candidates, reading, source, now)
    elif not candidates and not any(_bind(item, book, ()) for item in reading.items):
        raise DubanError("nothing_open")
    else:
        _show_reading(session, actor, book, candidates, reading, source, now)


def _once(source: Source) -> str:
    return f"{source.chat_id}:{source.message_id}:{source.edit}"


def _candidates(book: DueBook, replied: Card | None) -> tuple[DueKey, ...]:
    """What the text may be about: the replied card's due, its dues, or everything the person may report now."""
    if replied is not None and replied.kind == "dues":
        keys, focus = reporting.due_keys(replied), replied.state.get("focus")
        meant = keys if focus is None else keys[focus : focus + 1]
        return tuple(key for key in meant if book.knows(key) and key.agency_id in book.actor.agency_ids)
    return book.reportable_keys()


def refs(book: DueBook, candidates: tuple[DueKey, ...]) -> list[TaskRef]:
    """The tasks a text may name: what it may be about, and what was answered before and may be corrected."""
    tasks = dict.fromkeys(key.task_id for key in (*candidates, *book.reported_keys()))
    return [TaskRef(book.tasks[task_id].number, book.tasks[task_id].title) for task_id in tasks]


def _ask(
    session: Session,
    actor: Actor,
    book: DueBook,
    candidates: tuple[DueKey, ...],
    reading: Understanding,
    source: Source,
    now: datetime,
) -> None:
    kind = _ASKED[reading.intent]
    item = reading.items[0] if reading.items else None
    bound = _bind(item, book, candidates) if item else None
    key = bound or (candidates[0] if len(candidates) == 1 else None)
    until_on = item.expected_on if item else None
    if kind == "extension":
        _check_extension(book, key, until_on)
    agency_id = key.agency_id if key else min(actor.agency_ids)
    requests.raise_request(session, actor, kind, book.plan, key, agency_id, reading.text, now, until_on)
    cards.notice(session, actor, f"{kind}_forwarded", now, _once(source))


def _check_extension(book: DueBook, key: DueKey | None, until_on: date | None) -> None:
    if key is None:
        raise DubanError("extension_which_task")
    if until_on is None:
        raise DubanError("extension_needs_date")
    due = book.by_key[key]
    if book.today > due.due_on:
        raise DubanError("extension_too_late")
    if until_on <= due.due_on:
        raise DubanError("extension_not_later", day=due.due_on.isoformat())


def _show_reading(
    session: Session,
    actor: Actor,
    book: DueBook,
    candidates: tuple[DueKey, ...],
    reading: Understanding,
    source: Source,
    now: datetime,
) -> None:
    items = items_of(reading, book, candidates)
    state: dict[str, Any] = {
        "plan": book.plan.id,
        "words": reading.text,
        "items": items,
        "source": source.as_json(),
        "choices": [_key_state(key) for key in candidates],
        "stage": wordcard.stage_of(items),
        "receipts": [],
    }
    earlier = _card_of_message(session, actor, source)
    if earlier is not None and earlier.state["stage"] not in ("sent", "cancelled"):
        cards.redraw(session, earlier, now, **state)
    else:
        cards.show(session, actor, "words", state, now)


def items_of(reading: Understanding, book: DueBook, candidates: tuple[DueKey, ...]) -> list[dict[str, Any]]:
    """What was understood as a card keeps it: each item with its due, if it is known which, and its draft."""
    return wordcard.one_per_due([_item_state(item, _bind(item, book, candidates), reading) for item in _items(reading)])


def _items(reading: Understanding) -> tuple[ItemReading, ...]:
    return reading.items or (ItemReading(None),)


def _card_of_message(session: Session, actor: Actor, source: Source) -> Card | None:
    """The card an earlier wording of the same message already has (the message was edited)."""
    recent = card_queries.latest(session, actor, ("words",), source.told_at - timedelta(days=2))
    mine = (source.chat_id, source.message_id)
    return next(
        (card for card in recent if (card.state["source"]["chat"], card.state["source"]["message"]) == mine), None
    )


def _bind(item: ItemReading, book: DueBook, candidates: tuple[DueKey, ...]) -> DueKey | None:
    """The due an item speaks of: by its number among what may be reported or corrected, or the only candidate."""
    if item.task is None:
        return candidates[0] if len({key.task_id for key in candidates}) == 1 else None
    keys = (*candidates, *book.reportable_keys(), *book.reported_keys())
    return next((key for key in keys if book.tasks[key.task_id].number == item.task), None)


def _item_state(item: ItemReading, key: DueKey | None, reading: Understanding) -> dict[str, Any]:
    draft = Draft(
        status=item.status,
        percent=item.percent,
        numbers=item.numbers,
        expected_on=item.expected_on,
        difficulty=item.difficulty_text if item.difficulty else "",
        words=reading.text,
    )
    return {"due": _key_state(key) if key else None, "draft": draft.as_json()}


def _key_state(key: DueKey) -> dict[str, Any]:
    return {"task": key.task_id, "agency": key.agency_id, "what": key.what}


def _draft_in_hand(session: Session, actor: Actor, replied: Card | None, now: datetime) -> Card | None:
    if replied is not None:
        return replied if replied.kind == "dues" and replied.state.get("draft") else None
    recent = card_queries.latest(session, actor, ("dues",), now - FRESH_FOR)
    return recent[0] if recent and recent[0].state.get("draft") else None


def _supplements(reading: Understanding) -> bool:
    names_no_task = all(item.task is None for item in reading.items)
    return names_no_task and reading.intent in (Intent.REPORT, Intent.OTHER)


def _supplement(session: Session, card: Card, text: str, reading: Understanding, source: Source, now: datetime) -> None:
    """Words typed while a draft is open belong to it; the tapped status stays unless the words say another."""
    draft = Draft.from_json(card.state["draft"])
    item = _items(reading)[0]
    draft = replace(
        draft,
        status=draft.status or item.status,
        percent=item.percent if item.percent is not None else draft.percent,
        numbers=item.numbers or draft.numbers,
        expected_on=item.expected_on or draft.expected_on,
        difficulty=item.difficulty_text if item.difficulty else draft.difficulty,
        words=f"{draft.words}\n{text}".strip(),
    )
    cards.redraw(session, card, now, draft=draft.as_json(), source=source.as_json())


def _waiting_for_date(session: Session, actor: Actor, replied: Card | None, now: datetime) -> Card | None:
    if replied is not None and replied.kind == "words" and replied.state["stage"] == "date":
        return replied
    recent = card_queries.latest(session, actor, ("words",), now - FRESH_FOR)
    return recent[0] if recent and recent[0].state["stage"] == "date" and replied is None else None


def _set_date(session: Session, card: Card, text: str, book: DueBook, now: datetime) -> None:
    reading = read_date(text, now.astimezone(book.facts.zone), book.calendar)
    if reading is None:
        raise DubanError("date_not_understood")
    items = [{"due": item["due"], "draft": dict(item["draft"])} for item in card.state["items"]]
    for item in items:
        item["draft"]["expected"] = reading.end.isoformat()
    cards.redraw(session, card, now, items=items, stage=wordcard.stage_of(items))


def edited(session: Session, actor: Actor, text: str, source: Source, reply_to: int | None, now: datetime) -> None:
    """An edited message corrects its report: the same due, understood anew, confirmed with one tap."""
    made = reports.of_message(session, source.chat_id or 0, source.message_id or 0)
    if not made:
        take(session, actor, text, source, reply_to, now)
        return
    book = DueBook(session, session.get_one(Plan, made[0].plan_id), actor, now)
    keys = tuple(dict.fromkeys(DueKey(row.task_id, row.agency_id, row.what) for row in made))
    keys = tuple(key for key in keys if book.knows(key) and key.agency_id in actor.agency_ids)
    if not keys:
        raise DubanError("not_your_task")
    known = [TaskRef(book.tasks[key.task_id].number, book.tasks[key.task_id].title) for key in keys]
    reading = understand(text, now.astimezone(book.facts.zone), book.calendar, known)
    _show_reading(session, actor, book, keys, reading, source, now)
