"""The real process is killed again and again while updates and reminders flow over HTTP; nothing is lost or doubled."""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channel.crashpoints import HOUSE_POINTS, POINTS
from bot.localchat.api import BotApi, Call
from bot.localchat.clock import MovableClock
from bot.localchat.standin import StandIn
from bot.texts.sentences import sentence
from storage import audit
from storage.database import Database
from storage.tables import Agency, Card, Inbox, Outbox, Reminder, Report
from tests.journeys.births import Forked
from tests.journeys.county import BEIJING, County, found
from tests.journeys.crowd import Crowd, buttons_of
from tests.journeys.lives import Lives

pytestmark = pytest.mark.slow

ACTIVATED = datetime(2022, 3, 23, 15, 0, tzinfo=BEIJING)
# Each morning of two quarters on which an agency's contact is owed something; what the first owes, then each later one.
DAYS = ((3, 24), (4, 2), (4, 7), (4, 8), (4, 11), (6, 23), (7, 4), (7, 6), (7, 7), (7, 8))
MORNINGS = tuple(datetime(2022, month, day, 9, 0, 5, tzinfo=BEIJING) for month, day in DAYS)
RUNGS = ("D-10", "D-3", "D-1", "D", "D+1")
EXPECTED = (("assignment", "D"), *(("2022Q1", rung) for rung in RUNGS), *(("2022Q2", rung) for rung in RUNGS))
# Two hundred agencies are decided in five parts.
PRESETS = {"bot.services.waves:STEP": 40}
# On each database. Two hundred take six to eight minutes where others work on the machine, too.
KILLS = int(os.environ.get("DUBAN_TEST_KILLS") or 24)
STRANGERS = (9001, 9002)
AGAIN = sentence("sent_again", {}, "zh")
UPDATES = 600
T = TypeVar("T")


@dataclass
class Trial:
    """Everything around the process that dies: its chat, its people, its database, and what was in flight at kills."""

    api: BotApi
    county: County
    crowd: Crowd
    lives: Lives
    url: str | None
    random: random.Random
    mornings: int
    in_flight: set[str] = field(default_factory=set)
    often_in_flight: Counter[str] = field(default_factory=Counter)

    def look(self, work: Callable[[Session], T]) -> T:
        """Read the database while nobody runs (opening it checks the file, too)."""
        db = Database.open(self.url, self.lives.folder)
        try:
            return db.read_now(work)
        finally:
            db.close()

    def die(self) -> None:
        """kill -9, then note what was being sent."""
        self.lives.kill()
        self.note(self.look(lambda session: in_state(session, "sending")))

    def note(self, keys: Iterable[str]) -> None:
        """These were being sent when their sender was killed."""
        keys = tuple(keys)
        self.in_flight |= set(keys)
        self.often_in_flight.update(keys)

    def morning(self, at: datetime, kills: int, points: Iterable[str], updates: int) -> None:
        """One morning: `kills` deaths, some at the named `points`, while the crowd makes `updates`; then it settles."""
        self.api.clock.set(at)
        self.lives.env["DUBAN_CLOCK_OFFSET"] = self.lives.offset_to(at)
        plan: list[str] = [f"{point}:{self.random.randint(1, 6)}" for point in points]
        plan += [""] * (kills - len(plan) - len(HOUSE_POINTS))
        self.random.shuffle(plan)
        # While the morning is being decided, once half-way and once just after; the others find it decided.
        plan = [
            f"part-decided:{self.random.randint(1, 5)}",
            "decided",
            f"lease-taken:{self.random.randint(1, 2)}",
            *plan,
        ]
        before = self.crowd.updates
        for number, crash_at in enumerate(plan, 1):
            share = before + updates * number // len(plan)
            self.live(crash_at, share)
            self.die()
        self.lives.start()
        self.lives.until_ready()
        self.lives.until(lambda: self.crowd.updates >= before + updates, 60, self.crowd.act)
        self.settle()

    def live(self, crash_at: str, share: int) -> None:
        """One life: work comes in until the share is used up and a random moment has passed, or the point was hit."""
        self.lives.start(crash_at)
        if not crash_at and self.random.random() < 0.15:
            time.sleep(self.random.uniform(0.0, 0.5))  # killed while it starts
            return
        self.lives.until_ready()
        until = time.monotonic() + self.random.uniform(0.05, 0.8)
        if crash_at:
            assert not self.lives.until(lambda: False, 30, self.crowd.act), f"{crash_at} was not hit"
            return

        def act() -> None:
            if self.crowd.updates < share:
                self.crowd.act()

        self.lives.until(lambda: time.monotonic() > until and self.crowd.updates >= share, 30, act)

    def settle(self) -> None:
        """Let the last life finish everything, then end it in good order."""
        quiet = Quiet(self.api)
        self.lives.until(lambda: quiet.for_seconds() > 4.0, 90)
        assert self.lives.stop() == 0, self.lives.tail()


class Quiet:
    """How long the bot has said nothing and left no update unfetched."""

    def __init__(self, api: BotApi) -> None:
        self.api, self.seen, self.since = api, (0, 0), time.monotonic()

    def for_seconds(self) -> float:
        now = (len(self.api.calls), len(self.api.world.updates.pending))
        if now != self.seen or now[1]:
            self.seen, self.since = now, time.monotonic()
        return time.monotonic() - self.since


def in_state(session: Session, state: str) -> list[str]:
    return list(session.scalars(select(Outbox.key).where(Outbox.state == state)))


def trial(url: str | None, home: Path, seed: int, mornings: int, kills: int, updates: int) -> Trial:
    started = time.monotonic()
    api = BotApi(MovableClock(ACTIVATED, running=True))
    home.mkdir(mode=0o700)
    county = found(url, home, api, ACTIVATED)
    for stranger in STRANGERS:
        api.add_user(stranger, "路人")
    dice = random.Random(seed)
    chatty = dice.sample(county.contacts, 60)
    crowd = Crowd(api, chatty, STRANGERS, seed)
    with StandIn(api) as chat:
        env = {"DUBAN_TOKEN": api.token, "DUBAN_API_URL": chat.url, "DUBAN_HOME": str(home), "DUBAN_PROXY": ""}
        env |= {"DUBAN_DATABASE_URL": url or "", "DUBAN_TICK_SECONDS": "1"}
        lives = Lives(home, env, launch=lambda *life: Forked(*life, PRESETS))
        it = Trial(api, county, crowd, lives, url, dice, mornings)
        try:
            points = dice.sample(POINTS, len(POINTS))
            for number in range(mornings):
                it.morning(MORNINGS[number], kills // mornings, points[number::mornings], updates // mornings)
        finally:
            lives.close()
    figures = it.look(figures_of)
    sys.stderr.write(
        f"\nseed {seed}: {lives.killed} kills, {crowd.updates} updates {dict(crowd.made)}, {figures}, "
        f"{len(doubled(it))} doubled, {time.monotonic() - started:.0f} s\n"
    )
    return it


def figures_of(session: Session) -> dict[str, object]:
    waves = select(Outbox.state).where(Outbox.kind == "wave")
    return {
        "waves": dict(Counter(session.scalars(waves))),
        "reminders": dict(Counter(session.scalars(select(Reminder.state)))),
        "outbox": dict(Counter(session.scalars(select(Outbox.state)))),
        "reports": len(session.scalars(select(Report.id)).all()),
    }


def seed() -> int:
    """A new one every time, printed with the figures; DUBAN_TEST_SEED plays one again."""
    return int(os.environ.get("DUBAN_TEST_SEED") or random.SystemRandom().randint(1, 10**6))


def test_on_sqlite_nothing_is_lost_or_doubled_over_hundreds_of_kills(tmp_path: Path) -> None:
    mornings = min(len(MORNINGS), max(1, KILLS // 12))
    judge(trial(None, tmp_path / "home", seed(), mornings, KILLS, UPDATES), KILLS // mornings * mornings)


def judge(it: Trial, kills: int) -> None:
    assert it.lives.killed >= kills
    every_update_was_handled_once(it)
    every_submit_made_one_report(it)
    order_held_in_each_chat(it)
    no_reminder_is_missing(it)
    doubles_were_in_flight(it)
    assert it.look(audit.verify).first_bad_id is None


def every_update_was_handled_once(it: Trial) -> None:
    """V1: what was issued is in the inbox, done at the first attempt; help and strangers got what was owed, once."""
    rows = it.look(lambda session: [(r.update_id, r.state, r.attempts) for r in session.scalars(select(Inbox))])
    assert {row[0] for row in rows} == set(range(1, it.crowd.updates + 1))
    assert Counter((state, attempts) for _, state, attempts in rows) == {("done", 0): it.crowd.updates}
    assert it.look(lambda session: in_state(session, "dead") + in_state(session, "failed")) == []
    helps = it.look(lambda session: Counter(r.person_id for r in session.scalars(select(Outbox)) if "menu:" in r.key))
    assert sum(helps.values()) == it.crowd.made["start"]


def every_submit_made_one_report(it: Trial) -> None:
    """V2: as many versions as submitting taps in each chat, double taps and kills or not."""

    def made(session: Session) -> Counter[int]:
        rows = session.scalars(select(Report)).all()
        return Counter(row.sender_id for row in rows)

    wanted = Counter(
        {
            player.person_id: len(set(it.crowd.people[player.user_id].submitted))
            for player in it.county.contacts
            if player.user_id in it.crowd.people and it.crowd.people[player.user_id].submitted
        }
    )
    assert it.look(made) == wanted


def order_held_in_each_chat(it: Trial) -> None:
    """What somebody wrote is answered in the order it was written; an answer left out is listed as unknown."""
    unknown = it.look(words_of_unknown_cards)
    for someone in it.crowd.people.values():
        said = " ".join(str(call.params.get("text", "")) for call in it.api.transcript(chat_id=someone.chat_id))
        places = {marker: said.find(marker) for marker in someone.markers}
        assert all(marker in unknown for marker, place in places.items() if place < 0), (someone, places)
        assert all(a < b for a, b in pairwise(place for place in places.values() if place >= 0)), (someone, places)


def words_of_unknown_cards(session: Session) -> str:
    rows = session.scalars(select(Card).join(Outbox, Outbox.card_id == Card.id).where(Outbox.state == "unknown"))
    return " ".join(f"{card.state}" for card in rows)


def no_reminder_is_missing(it: Trial) -> None:
    """V3: for every town and morning the rung was sent, is listed as unknown, or was made needless by a report."""
    agencies, rows, reported = it.look(what_became_of_reminders)
    waves = it.look(keys_of_waves)
    delivered = {(chat_id, card_id) for chat_id, card_id, _ in sends(it)}
    for player in it.county.contacts:
        agency_id = agencies[player.agency]
        for what, rung in EXPECTED[: it.mornings + 1]:
            state, reason, card_id = rows[agency_id, what, rung]
            if state == "sent":
                assert (player.user_id, card_id) in delivered, (player, what, rung)
            elif state == "unknown":
                assert it.often_in_flight[waves[card_id]] > 1, (player, what, rung)
            else:
                assert (state, reason) == ("dropped", "reported"), (player, what, rung, state, reason)
                assert (agency_id, what) in reported, (player, what, rung)
    wanted = {(agencies[player.agency], *rung) for player in it.county.contacts for rung in EXPECTED[: it.mornings + 1]}
    assert set(rows) == wanted


def what_became_of_reminders(session: Session) -> tuple[dict[str, int], dict[Any, Any], set[Any]]:
    """Agencies by name; of each contact's rung the state, the reason and the card it went out on; what was reported."""
    agencies = {row.name: row.id for row in session.scalars(select(Agency))}
    cards = {row.id: row.card_id for row in session.scalars(select(Outbox))}
    rows = {
        (row.agency_id, row.what, row.rung): (row.state, row.reason, cards.get(row.outbox_id))
        for row in session.scalars(select(Reminder).where(Reminder.audience == "contact"))
    }
    return agencies, rows, {(row.agency_id, row.what) for row in session.scalars(select(Report))}


def sends(it: Trial) -> dict[tuple[int, int, int], list[Call]]:
    """First sendings (not edits) by chat, card and the revision it was drawn in."""
    found: dict[tuple[int, int, int], list[Call]] = {}
    for call in it.api.transcript("sendMessage"):
        markup = json.loads(call.params.get("reply_markup") or "{}")
        for button in buttons_of({"reply_markup": markup})[:1]:
            found.setdefault((int(call.params["chat_id"]), button.card_id, button.rev), []).append(call)
    return found


def doubled(it: Trial) -> dict[tuple[int, int, int], list[Call]]:
    return {drawn: calls for drawn, calls in sends(it).items() if len(calls) > 1}


def doubles_were_in_flight(it: Trial) -> None:
    """V4: only what was being sent at a kill came twice, never thrice, and the second copy says so."""
    waves = it.look(keys_of_waves)
    for (_, card_id, rev), calls in doubled(it).items():
        assert {f"card:{card_id}:{rev}", waves.get(card_id)} & it.in_flight, calls
        assert len(calls) == 2, calls
        assert AGAIN not in calls[0].params["text"]
        assert AGAIN in calls[1].params["text"]


def keys_of_waves(session: Session) -> dict[int | None, str]:
    return {row.card_id: row.key for row in session.scalars(select(Outbox).where(Outbox.kind == "wave"))}
