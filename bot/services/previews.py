"""预告: the coordinator's look ahead: who gets what and when, who is left out and why, each text as it will read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain import ladder
from bot.domain.dispatch import PHONE
from bot.domain.facts import ASSIGNMENT, RELIEVED, Audience, OwedRung, Reason
from bot.domain.model import DubanError, Role
from bot.domain.pausing import stands_still
from bot.domain.people import Actor, Recipient, in_turn
from bot.domain.previewviews import PreviewGroup, PreviewLeftOut, PreviewPerson, PreviewView, PreviewWave
from bot.domain.views import DuesView
from bot.services import cards, forecast
from bot.services.forecast import LeftOut, Letter, Said, Wave
from storage import facts as fact_queries
from storage import people, plans, reminders
from storage.tables import Card, Outbox, Person, Reminder

KIND = "preview"
# As far as a card looks ahead.
FARTHEST = 20
# What is not worth a line: the newer rung is said, or nothing was to be said in the first place.
_UNSAID = frozenset({Reason.OVERTAKEN, Reason.NOTHING_TO_REVIEW, Reason.ALL_REACHED, Reason.UNCHANGED})

# What is said with its due day.
_DATED = ("due", "snooze")


def show(session: Session, actor: Actor, now: datetime) -> Card:
    """The next wave as a card. Raises DubanError no_active_plan."""
    if not plans.active_plans(session, actor.office_id):
        raise DubanError("no_active_plan")
    return cards.show(session, actor, KIND, {"mode": "wave", "number": 0, "page": 0, "person": None}, now)


def press(session: Session, actor: Actor, card: Card, args: Sequence[str], now: datetime) -> None:
    """wave:N, people:N:PAGE or text:N:PERSON."""
    mode, numbers = (args[0] if args else ""), [int(word) for word in args[1:] if word.isdecimal()]
    if mode not in ("wave", "people", "text") or len(numbers) != len(args) - 1 or not numbers:
        raise DubanError("button_unknown")
    number, more = min(numbers[0], FARTHEST), (numbers[1] if len(numbers) > 1 else 0)
    page = more if mode == "people" else card.state["page"] if mode == "text" else 0
    person = more if mode == "text" else None
    cards.redraw(session, card, now, mode=mode, number=number, page=page, person=person)


def preview_view(session: Session, card: Card, actor: Actor, now: datetime) -> PreviewView:
    """The card at this moment: the wave asked for, counted from now."""
    number, mode = card.state["number"], card.state["mode"]
    found = _spoken(forecast.forecast(session, actor.office_id, now, count=number + 2))
    wave = found[number] if number < len(found) else None
    shown = _Words(session, actor.office_id, now).wave(wave) if wave else None
    person = next((one for one in shown.people if one.person_id == card.state["person"]), None) if shown else None
    text = mode == "text" and wave is not None and person is not None
    view = PreviewView(
        card_id=card.id,
        rev=card.rev,
        now=now.astimezone(actor.zone),
        wave=shown,
        number=number,
        more=number + 1 < min(len(found), FARTHEST + 1),
        mode=mode if mode != "text" or text else "wave",
        page=card.state["page"],
        person=person,
    )
    if not text or wave is None or person is None:
        return view
    reader = session.get_one(Person, person.person_id)
    return replace(view, message=_as_it_will_read(session, wave, reader), language=reader.language)


def coming(
    session: Session, office_id: int, now: datetime, count: int, plan_id: int | None = None
) -> tuple[PreviewWave, ...]:
    """The next waves in which somebody is written to; with a plan, only what is said and left out of it.

    Raises DubanError no_active_plan; plan_unknown where the plan is not one in force.
    """
    active = [plan.id for plan in plans.active_plans(session, office_id)]
    if not active:
        raise DubanError("no_active_plan")
    if plan_id is not None and plan_id not in active:
        raise DubanError("plan_unknown", plan=plan_id)
    words = _Words(session, office_id, now)
    waves = _spoken(forecast.forecast(session, office_id, now, count=count))
    return tuple(words.wave(_of_plan(wave, plan_id) if plan_id is not None else wave) for wave in waves)


def _spoken(waves: Iterable[Wave]) -> list[Wave]:
    return [wave for wave in waves if wave.letters]


def _of_plan(wave: Wave, plan_id: int) -> Wave:
    letters = [
        Letter(
            one.person_id,
            tuple(said for said in one.carried if said.plan_id == plan_id),
            tuple(said for said in one.repeated if said.plan_id == plan_id),
        )
        for one in wave.letters
    ]
    left_out = tuple(one for one in wave.left_out if one.plan_id == plan_id)
    return replace(wave, letters=tuple(one for one in letters if one.everything), left_out=left_out)


class _Words:
    """Names put to a wave's ids, each looked up once."""

    def __init__(self, session: Session, office_id: int, now: datetime) -> None:
        self.session, self.office_id, self.now = session, office_id, now
        self.agencies = {agency_id: name for agency_id, name, _ in people.known_agencies(session, office_id)}
        self.plans = {plan.id: plan for plan in plans.active_plans(session, office_id)}

    def wave(self, wave: Wave) -> PreviewWave:
        """The wave with names."""
        return PreviewWave(
            wave.at,
            tuple(self._groups(wave)),
            tuple(self._person(letter) for letter in wave.letters),
            tuple(self._left_out(wave)),
        )

    def _groups(self, wave: Wave) -> Iterator[PreviewGroup]:
        grouped: dict[tuple[int, str, str, str, date | None], list[OwedRung]] = {}
        for said in (said for letter in wave.letters for said in letter.carried):
            key, kind = said.rung.key, kind_of(said.rung)
            # An invited participant's due day may lie before the lead's.
            day = said.rung.due_on if kind in _DATED else None
            grouped.setdefault((said.plan_id, kind, key.what, key.rung, day), []).append(said.rung)
        for (plan_id, kind, what, rung, _), mine in grouped.items():
            agencies = len({one.key.agency_id for one in mine})
            title = self.plans[plan_id].title if len(self.plans) > 1 else ""
            yield PreviewGroup(kind, what, min(one.due_on for one in mine), rung, agencies, len(mine), title)
        units = {said.rung for letter in wave.letters for said in letter.repeated if self._is_own(letter, said)}
        if units:
            agencies = len({one.key.agency_id for one in units})
            yield PreviewGroup("unit", "", min(one.due_on for one in units), "", agencies, len(units))

    def _is_own(self, letter: Letter, said: Said) -> bool:
        """Whether a repeated line tells somebody of the own unit, and not another coordinator."""
        actor = people.actor_of(self.session, self.session.get_one(Person, letter.person_id))
        return said.rung.key.agency_id in actor.agency_ids and not actor.is_a(Role.COORDINATOR)

    def _person(self, letter: Letter) -> PreviewPerson:
        row = self.session.get_one(Person, letter.person_id)
        actor = people.actor_of(self.session, row)
        spoken = {said.rung.key.audience for said in letter.everything}
        roles = [
            role
            for role, audience in ((Role.COORDINATOR, Audience.COORDINATOR), (Role.LEADER, Audience.LEADER))
            if actor.is_a(role) and audience in spoken
        ]
        agencies = {said.rung.key.agency_id for said in letter.everything} & actor.agency_ids
        places = (*map(str, roles), *(self.agencies[agency_id] for agency_id in sorted(agencies)))
        return PreviewPerson(row.id, row.name, places, len(letter.everything))

    def _left_out(self, wave: Wave) -> Iterator[PreviewLeftOut]:
        """One line a reason; what a pause holds back is on no list of the wave and is looked up."""
        listed = [one for one in wave.left_out if one.reason not in _UNSAID and _concerns_a_person(one)]
        grouped: dict[Reason, dict[str, int]] = {}
        for one in [*listed, *self._stopped(wave.at)]:
            name = self.agencies.get(one.rung.key.agency_id, "")
            mine = grouped.setdefault(one.reason, {})
            mine[name] = mine.get(name, 0) + 1
        unreached = {one.rung.key.agency_id for one in listed if one.reason is Reason.NOBODY} - {0}
        for reason, mine in grouped.items():
            phones = tuple(self._phones(unreached, wave.at)) if reason is Reason.NOBODY else ()
            yield PreviewLeftOut(reason, tuple(mine.items()), phones)

    def _stopped(self, at: datetime) -> Iterator[LeftOut]:
        """Reminders to contacts that would fall on the day but for a pause that lasts."""
        midnight, evening = (
            datetime.combine(at.date(), time(), at.tzinfo),
            datetime.combine(at.date(), time.max, at.tzinfo),
        )
        for plan in self.plans.values():
            facts = fact_queries.plan_facts(self.session, plan)
            lasting = [pause for pause in facts.pauses if pause.lasts(at)]
            if not lasting:
                continue
            running = replace(facts, pauses=tuple(pause for pause in facts.pauses if pause not in lasting))
            calendar = fact_queries.calendar_of(self.session, plan.office_id)
            for rung in ladder.owed(running, calendar, after=midnight, until=evening):
                key = rung.key
                held = stands_still(facts, key.task_id, key.agency_id, rung.owed_at)
                if held and key.audience is Audience.CONTACT and ladder.reason_against(rung, running, calendar) is None:
                    yield LeftOut(plan.id, rung, Reason.PAUSED)

    def _phones(self, agency_ids: Iterable[int], at: datetime) -> Iterator[tuple[str, str, str]]:
        found = people.recipients(self.session, agency_ids, at.date())
        for agency_id in sorted(agency_ids):
            staff: Sequence[Recipient] = found.get(agency_id, ())
            first = next(iter([*in_turn(staff), *staff]), None)
            yield self.agencies[agency_id], first.name if first else "", first.phone if first else ""


def kind_of(rung: OwedRung) -> str:
    """What sort of thing a rung says (see `PreviewGroup`)."""
    key = rung.key
    if key.audience is Audience.LEADER:
        return "summary"
    if key.audience is Audience.COORDINATOR:
        if key.rung == PHONE:
            return "nobody"
        if key.what == ASSIGNMENT:
            return "unsigned"
        return "chase" if key.agency_id else "review"
    if key.what in (ASSIGNMENT, RELIEVED):
        return key.what
    return "due" if ladder.rung_offset(key.rung) is not None else "snooze"


def _concerns_a_person(one: LeftOut) -> bool:
    """A coordinator's line about an agency that has answered is no news; one that reaches no coordinator is."""
    return one.rung.key.audience is Audience.CONTACT or one.reason is Reason.NOBODY


def _as_it_will_read(session: Session, wave: Wave, reader: Person) -> DuesView | None:
    """The reader's message as the sender would make it: written down for a moment, made, and taken back."""
    undone = session.begin_nested()
    try:
        session.flush()
        return _made(session, wave, reader)
    finally:
        undone.rollback()


def _made(session: Session, wave: Wave, reader: Person) -> DuesView | None:
    # Imported late: the sender draws every kind of card, this one among them.
    from bot.services import outgoing

    letters = {letter.person_id: letter for letter in wave.letters}
    carriers = dict.fromkeys([reader.id, *(said.person_id for said in letters[reader.id].repeated)])
    rows = {person_id: _message(session, person_id, reader.office_id, wave.at) for person_id in carriers}
    session.flush()
    for person_id in carriers:
        _write_down(session, letters[person_id].carried, rows[person_id].id, wave.at)
    others = [row.id for person_id, row in rows.items() if person_id != reader.id]
    roles = people.actor_of(session, reader).roles
    name = "copies" if roles & {Role.COORDINATOR, Role.LEADER} else "escalations"
    rows[reader.id].payload = {**rows[reader.id].payload, name: others}
    session.flush()
    ready = outgoing.prepare(session, rows[reader.id], wave.at)
    return ready.view if isinstance(ready, outgoing.Ready) and isinstance(ready.view, DuesView) else None


def _message(session: Session, person_id: int, office_id: int, at: datetime) -> Outbox:
    row = Outbox(
        office_id=office_id,
        key=f"preview:{at.isoformat()}:{person_id}",
        person_id=person_id,
        kind="wave",
        payload={"on": at.date().isoformat()},
        urgency=2,
        due_at=at,
        created_at=at,
        state="due",
    )
    session.add(row)
    return row


def _write_down(session: Session, carried: Iterable[Said], outbox_id: int, at: datetime) -> None:
    for plan_id, mine in _by_plan(carried).items():
        waiting = session.scalars(select(Reminder).where(Reminder.plan_id == plan_id, Reminder.state == "waiting"))
        known = {reminders.key_of(row): row for row in waiting}
        for said in mine:
            reminders.record(session, plan_id, said.rung, reminders.QUEUED, at, outbox_id=outbox_id, known=known)


def _by_plan(carried: Iterable[Said]) -> dict[int, list[Said]]:
    found: dict[int, list[Said]] = {}
    for said in carried:
        found.setdefault(said.plan_id, []).append(said)
    return found
