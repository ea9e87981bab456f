"""A house on a stage: the built-in chat in this process, a movable clock, a plan, and a cast that has entered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.app import Duban
from bot.channel.direct import Files, build_direct_bot
from bot.channel.pacing import Pacer
from bot.domain.model import Position, Role
from bot.domain.reading import PlanReading
from bot.intake.rosters import RosterLine
from bot.localchat.api import BotApi
from bot.localchat.params import UploadedFile
from bot.services import entering, planning, rosters
from storage import people
from storage.database import Database
from storage.tables import Agency, Contact, Person

FIRST_USER = 1001


@dataclass(frozen=True)
class Player:
    """One member of the cast: the account in the chat and who it is in the office."""

    user_id: int
    person_id: int
    name: str
    role: Role
    position: Position
    agency: str
    token: str


def direct_house(api: BotApi, db: Database, home: Path) -> Duban:
    """A house wired to `api` without a network; its clock is the chat's, and it never waits."""
    bot = build_direct_bot(api.token, _caller(api), _fetcher(api), api.delay_for)
    bot_id = int(api.token.split(":", 1)[0])
    unhurried = Pacer(per_second=1e6, chat_gap=0.0, group_gap=0.0)
    return Duban(db, bot, bot_id, home, api.clock.now, pacer=unhurried, sleep=_no_wait, long_poll_seconds=0)


async def _no_wait(_seconds: float) -> None:
    """A clock that jumps has no slots to wait for."""


def _caller(api: BotApi) -> Any:
    def call(method: str, parameters: Mapping[str, str], files: Files) -> Mapping[str, Any]:
        uploads = {name: UploadedFile(filename, data, kind) for name, (filename, data, kind) in files.items()}
        return api.call(method, parameters, uploads)

    return call


def _fetcher(api: BotApi) -> Any:
    def fetch(path: str) -> bytes | None:
        stored = api.file_at(path)
        return stored.content if stored else None

    return fetch


def default_roster(reading: PlanReading) -> tuple[RosterLine, ...]:
    """One coordinator, one leader, and one contact for every agency the plan names, collectives too."""
    office = [
        RosterLine(1, "", "牵头办联络人", Role.COORDINATOR, Position.CONTACT, ""),
        RosterLine(2, "", "分管领导", Role.LEADER, Position.CONTACT, ""),
    ]
    contacts = [
        RosterLine(row, agency, f"{agency}联络员", Role.CONTACT, Position.CONTACT, "")
        for row, agency in enumerate(reading.agencies, start=3)
    ]
    return (*office, *contacts)


def set_up(
    session: Session,
    office_name: str,
    timezone: str,
    reading: PlanReading,
    document: tuple[str, bytes],
    lines: Sequence[RosterLine],
    now: datetime,
) -> tuple[int, tuple[Player, ...]]:
    """Office, plan under check and people with fresh invitations; returns the plan's id and the cast."""
    office = entering.ensure_office(session, office_name, timezone, now)
    name, data = document
    plan = planning.import_reading(session, office.id, reading, (name, data), "stage", now)
    imported = rosters.import_roster(session, office.id, lines, "stage", now)
    new = [session.get_one(Person, person_id) for person_id in imported.added]
    links = [entering.invite(session, person, now).token for person in new]
    players = [_player(session, person, FIRST_USER + place, links[place]) for place, person in enumerate(new)]
    return plan.id, tuple(players)


def _player(session: Session, person: Person, user_id: int, token: str) -> Player:
    """Who a person is in the office, by what the roster made of the person."""
    actor = people.actor_of(session, person)
    query = select(Agency.name, Contact.position).join(Contact, Contact.agency_id == Agency.id)
    place = session.execute(query.where(Contact.person_id == person.id).order_by(Contact.id)).first()
    office = (role for role in (Role.COORDINATOR, Role.LEADER) if actor.is_a(role))
    return Player(
        user_id=user_id,
        person_id=person.id,
        name=person.name,
        role=next(office, Role.CONTACT),
        position=Position(place.position) if place else Position.CONTACT,
        agency=place.name if place else "",
        token=token,
    )


def players_of(session: Session) -> tuple[Player, ...]:
    """The cast of a stage set up earlier: everybody who has entered."""
    bound = session.scalars(select(Person).where(Person.user_id.is_not(None)).order_by(Person.id))
    return tuple(_player(session, person, person.user_id or 0, "") for person in bound)


async def enter(house: Duban, api: BotApi, players: Sequence[Player], titles: Mapping[int, str]) -> None:
    """Everybody opens the bot with the own link and says 是我, through the same doors as real people."""
    for player in players:
        title = titles.get(player.user_id, player.agency)
        api.add_user(player.user_id, player.name, title=title, start=player.token)
        api.user_starts(player.user_id, player.token)
    await house.settle()
    for player in players:
        press(api, player.user_id, "iy")
    await house.settle()


def press(api: BotApi, user_id: int, action: str, arg: str | None = None) -> bool:
    """Press the newest button of this action (and argument) in a person's chat; False when there is none."""
    for message in reversed(api.messages(user_id)):
        for data in data_of(message):
            parts = parts_of(data)
            if parts[1] == action and (arg is None or ":".join(parts[4:]) == arg):
                api.user_presses(user_id, message["message_id"], data)
                return True
    return False


def keys_of(message: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every inline button under a message, row by row."""
    for row in message.get("reply_markup", {}).get("inline_keyboard", []):
        yield from row


def data_of(message: Mapping[str, Any]) -> Iterator[str]:
    """What the house's own buttons under a message carry: `v:action:row:rev` and perhaps an argument."""
    return (key["callback_data"] for key in keys_of(message) if len(parts_of(key.get("callback_data", ""))) >= 4)


def parts_of(data: str) -> list[str]:
    """A button's data taken apart; the action is the second part, the argument begins at the fifth."""
    return [*data.split(":"), "", ""] if ":" not in data else data.split(":")
