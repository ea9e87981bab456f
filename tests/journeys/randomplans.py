"""Random plans with their people and a random year of answers: the same seed, the same case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

from tests.journeys.oracle import Due, dues_of, report_day
from tests.journeys.oracle_days import DAY, next_nine, step
from tests.journeys.policycase import OWING, Case, Event, PersonCase, Place, TaskCase, moment

YEARS = range(2022, 2027)
NAMES = ["水利局", "农业局", "交通局", "住建局", "财政局"]
LEADERS = ("赵领导", "孙领导")
CLOCKS = ((7, 0), (8, 40), (9, 0), (10, 20), (11, 30), (12, 0), (14, 30), (16, 0), (17, 30), (20, 0))
NEWCOMER = PersonCase("新来的", ())
STATUSES = ("in_progress", "in_progress", "in_progress", "done", "blocked", "not_started")


def random_case(seed: int) -> Case:
    """A plan of two to four tasks, put into force at any moment of its year, and what people do in it."""
    rng = Random(seed)
    year = rng.choice(YEARS)
    agencies = rng.sample(NAMES, rng.randint(2, 4))
    tasks = tuple(_task(rng, number, year, agencies) for number in range(1, rng.randint(2, 4) + 1))
    case = Case(
        year=year,
        tasks=tasks,
        people=_people(rng, list(dict.fromkeys(agency for task in tasks for agency, _ in task.duties))),
        activated_at=_activation(rng, year),
        participants=rng.choice(("none", "invited", "invited", "required")),
        cap_per_quarter=rng.choice((12, 12, 12, 4, 7)),
    )
    return scripted(case, rng)


def scripted(case: Case, rng: Random) -> Case:
    """The case with a random year of answers, decisions, leaves and falls of the house."""
    return replace(case, people=(*case.people, NEWCOMER), events=_script(rng, case))


def _task(rng: Random, number: int, year: int, agencies: list[str]) -> TaskCase:
    named = rng.sample(agencies, rng.randint(1, min(3, len(agencies))))
    first = rng.choice(("lead", "lead", "joint_lead", "shared"))
    rest = {"lead": ("participant",), "joint_lead": ("joint_lead", "participant"), "shared": ("shared", "shared")}
    duties = [(named[0], first), *((agency, rng.choice(rest[first])) for agency in named[1:])]
    days = [date(year, 1, 1) + DAY * rng.randrange(365) for _ in range(rng.choice((0, 0, 1, 2)))]
    ends = [date(year, 12, 31)] if rng.random() < 0.25 else []
    return TaskCase(str(number), tuple(duties), tuple(sorted({*days, *ends})))


def _people(rng: Random, agencies: list[str]) -> tuple[PersonCase, ...]:
    office = [PersonCase("王牵头", (Place("coordinator"),))]
    if rng.random() < 0.3:
        office.append(PersonCase("郑牵头", (Place("coordinator"),)))
    office += [PersonCase(name, (Place("leader"),)) for name in LEADERS[: rng.choice((0, 1, 1, 2))]]
    found: list[PersonCase] = []
    for agency in agencies:
        short = agency[:2]
        positions = ["contact"] * rng.choice((0, 1, 1, 1, 2))
        positions += [position for position in ("deputy", "head") if rng.random() < 0.4]
        for place, position in enumerate(positions):
            found.append(PersonCase(f"{short}{place}", (Place(position, agency),), rng.random() < 0.85))
    if len(found) > 1 and rng.random() < 0.3:
        shared = replace(found[0], places=(*found[0].places, Place("contact", agencies[-1])))
        found[0] = shared if found[0].places[0].agency != agencies[-1] else found[0]
    if rng.random() < 0.15 and office[-1].name in LEADERS:
        chair = Place(rng.choice(("contact", "deputy")), rng.choice(agencies))
        office[-1] = replace(office[-1], places=(*office[-1].places, chair))
    return (*office, *found)


def _activation(rng: Random, year: int) -> datetime:
    """On the year's first working day, on a day that has a rung, or on any day at all."""
    luck = rng.random()
    if luck < 0.3:
        return next_nine(moment(date(year, 1, 1)))
    if luck < 0.6:
        day = step(report_day(year, rng.randint(1, 3)), rng.choice((-10, -3, -1, 1, 3)))
        return moment(day, *rng.choice(CLOCKS))
    return moment(date(year, 1, 1) + DAY * rng.randrange(300), *rng.choice(CLOCKS))


def _script(rng: Random, case: Case) -> tuple[Event, ...]:
    events = [event for due in dues_of(case) for event in _answers(rng, case, due)]
    events += _signing(rng, case)
    events += _closing(rng, case)
    events += _staff(rng, case)
    return _orderly(rng, case, events)


def _role(case: Case, number: str, agency: str) -> str:
    """An agency's part in a task."""
    task = next(task for task in case.tasks if task.number == number)
    return dict(task.duties)[agency]


def _some_time(rng: Random, first: date, last: date) -> datetime:
    """Any minute that people write at, but not nine o'clock itself."""
    day = first + DAY * rng.randint(0, max((last - first).days, 0))
    return moment(day, rng.randint(7, 21), rng.randint(1, 59)) + timedelta(seconds=rng.randrange(60))


def _answers(rng: Random, case: Case, due: Due) -> list[Event]:
    """What becomes of one due: silence, an answer, a return, more time."""
    owing = any(
        (due.key.agency, role) in task.duties for task in case.tasks for role in OWING if task.number == due.key.task
    )
    said = Event(case.activated_at, "", due.key.task, due.key.agency, due.key.what)
    luck = rng.random()
    if luck < 0.5:
        first = _some_time(rng, step(due.on, -13), step(due.on, 6))
        answer = replace(said, at=first, kind="reported", status=rng.choice(STATUSES))
        return [answer, *_second_thoughts(rng, answer), *(_judged(rng, answer) if owing else ())]
    if luck < 0.65 and due.followed and owing:
        asked = _some_time(rng, step(due.on, -9), step(due.on, -1))
        until = min(due.on + DAY * rng.randint(1, 25), date(case.year + 1, 1, 20))
        more = [replace(said, at=asked, kind="extended", until=until)]
        if rng.random() < 0.6:
            later = _some_time(rng, asked.date() + DAY, until + 5 * DAY)
            more.append(replace(said, at=later, kind="reported", status=rng.choice(STATUSES)))
        return more
    return []


def _second_thoughts(rng: Random, answer: Event) -> list[Event]:
    """Taken back within ten minutes, or said otherwise later."""
    luck = rng.random()
    if luck < 0.1:
        return [replace(answer, at=answer.at + timedelta(minutes=rng.randint(1, 9)), kind="undone", status="")]
    if luck < 0.2:
        status = rng.choice(STATUSES)
        status = answer.status if answer.what.startswith("milestone") else status
        return [replace(answer, at=answer.at + timedelta(hours=rng.randint(2, 300)), status=status)]
    return []


def _judged(rng: Random, answer: Event) -> list[Event]:
    """The coordinator's word on an answer. Of milestones only what is said to be done can lack something."""
    luck, at = rng.random(), answer.at + timedelta(hours=rng.randint(1, 70))
    milestone = answer.what.startswith("milestone")
    if luck < 0.35:
        return [replace(answer, at=at, kind="accepted", status="")]
    if luck < 0.65 and (not milestone or answer.status == "done"):
        limit = step(at.date(), rng.choice((1, 3, 5)))
        status = answer.status if milestone else rng.choice(STATUSES)
        again = replace(answer, at=_some_time(rng, at.date() + DAY, limit + 6 * DAY), status=status)
        sent_back = replace(answer, at=at, kind="returned", status="", until=limit)
        return [sent_back, again, *_second_thoughts(rng, again)] if rng.random() < 0.7 else [sent_back]
    return []


def _signing(rng: Random, case: Case) -> list[Event]:
    first = case.activated_at.date()
    agencies = [agency for agency in case.agencies if rng.random() < 0.6]
    return [Event(_some_time(rng, first + DAY, first + 6 * DAY), "signed", agency=agency) for agency in agencies]


def _closing(rng: Random, case: Case) -> list[Event]:
    first, last = case.activated_at.date() + DAY, date(case.year + 1, 1, 15)
    return [Event(_some_time(rng, first, last), "closed", task.number) for task in case.tasks if rng.random() < 0.2]


def _staff(rng: Random, case: Case) -> list[Event]:
    """Somebody leaves and another takes the chair, is on leave, blocks the bot, or opens it at last."""
    first, last = case.activated_at.date() + DAY, date(case.year + 1, 1, 15)
    events: list[Event] = []
    contacts = [person for person in case.people if any(place.agency for place in person.places)]
    for person in contacts:
        at, luck = _some_time(rng, first, last), rng.random()
        if luck < 0.2:
            until = at.date() + DAY * rng.randint(3, 40)
            events.append(Event(at, "away", person=person.name, from_on=at.date(), until=until))
        elif luck < 0.3 and person.entered:
            events.append(Event(at, "blocked", person=person.name))
            events.append(Event(at + timedelta(days=rng.randint(1, 60)), "entered", person=person.name))
        elif not person.entered and luck < 0.7:
            events.append(Event(at, "entered", person=person.name))
    goers = [person for person in contacts if len(person.places) == 1 and person.places[0].position == "contact"]
    busy = {event.person for event in events}
    goers = [person for person in goers if person.name not in busy]
    if goers and rng.random() < 0.4:
        goer, at = rng.choice(goers), _some_time(rng, first, last)
        events.append(Event(at, "joined", agency=goer.places[0].agency, person=NEWCOMER.name))
        events.append(Event(at + timedelta(minutes=1), "left", person=goer.name))
    return events


def _orderly(rng: Random, case: Case, events: list[Event]) -> tuple[Event, ...]:
    """In the order of time, without what could not happen, and perhaps a stretch in which the house was down."""
    first, last = case.activated_at + timedelta(minutes=5), case.over_at
    staffed = {place.agency for person in case.people for place in person.places}
    down = _down(rng, case) if rng.random() < 0.4 else None
    kept: list[Event] = []
    for event in sorted(events, key=lambda event: event.at):
        away = down is not None and down.ends is not None and down.at - DAY <= event.at <= down.ends
        if first < event.at < last and not away and _can_happen(event, kept, case, staffed):
            kept.append(event)
    return tuple(sorted([*kept, *([down] if down else [])], key=lambda event: event.at))


def _down(rng: Random, case: Case) -> Event:
    first = case.activated_at.date() + 2 * DAY
    at = _some_time(rng, first, date(case.year + 1, 1, 10))
    return Event(at, "down", ends=at + timedelta(hours=rng.choice((3, 10, 30, 80, 200, 500, 1500))))


def _can_happen(event: Event, before: list[Event], case: Case, staffed: set[str]) -> bool:
    """Reviews need a report nobody has judged; nothing is reported on a task struck off, or by nobody."""
    if event.agency and event.agency not in staffed:
        return False
    if any(other.kind == "closed" and other.task == event.task for other in before if event.task):
        return False
    if case.participants == "none" and event.what and _role(case, event.task, event.agency) == "participant":
        return False
    key = (event.task, event.agency, event.what)
    due = [other for other in before if (other.task, other.agency, other.what) == key]
    if event.kind == "undone":
        return bool(due) and due[-1].kind == "reported" and event.at - due[-1].at < timedelta(minutes=10)
    if event.kind in ("accepted", "returned"):
        return bool(due) and due[-1].kind == "reported"
    return not (event.kind == "extended" and due)
