"""Three processes of one house on PostgreSQL are killed one after another, in every role."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.channel.crashpoints import POINTS
from bot.localchat.api import BotApi
from bot.localchat.clock import MovableClock
from bot.localchat.standin import StandIn
from storage import audit
from storage.database import Database
from storage.tables import Inbox, Outbox
from tests.journeys import test_kill as kills
from tests.journeys.births import Forked
from tests.journeys.county import found
from tests.journeys.crowd import Crowd
from tests.journeys.fleet import Fleet, Ship
from tests.journeys.lives import Lives

pytestmark = pytest.mark.slow
COMPANIES = (("all", "all", "all"), ("sender", "worker", "worker", "worker"))
OF_WORKERS = ("handled-before-commit", "handled-after-commit", "part-decided", "decided")
OF_SENDERS = (*(point for point in POINTS if point not in OF_WORKERS), "lease-taken")
DEADLY = {"worker": OF_WORKERS, "sender": OF_SENDERS, "all": (*POINTS, "lease-taken", "part-decided", "decided")}


class Waters:
    """The fleet at work and its enemy."""

    def __init__(self, trial: kills.Trial, fleet: Fleet, db: Database) -> None:
        self.trial, self.fleet, self.db = trial, fleet, db
        self.afloat: list[Ship] = []
        self.points_hit: list[str] = []
        self.armed: dict[str, str] = {}

    def morning(self, at: datetime, company: tuple[str, ...], deaths: int, updates: int) -> None:
        """One morning of so many deaths and updates; then all is settled and everybody goes home."""
        self.trial.api.clock.set(at)
        self.fleet.env["DUBAN_CLOCK_OFFSET"] = Lives.offset_to(at)
        self.afloat = [self.launch(role, deadly=number < 2) for number, role in enumerate(company)]
        before, until = self.trial.crowd.updates, self.fleet.sunk + deaths
        while self.fleet.sunk < until:
            lost = until - self.fleet.sunk
            share = before + updates * (deaths - lost + 1) // deaths
            self.live(share)
            if self.fleet.sunk < until:
                self.sink(self.victim())
        self.harmless()
        self.fleet.until(lambda: self.trial.crowd.updates >= before + updates, 90, self.act)
        self.settle(at)

    def victim(self) -> Ship:
        """Whoever carries a death is mostly left to it."""
        spared = [ship for ship in self.afloat if not self.armed[ship.log.name]]
        return self.trial.random.choice(spared if spared and self.trial.random.random() < 0.7 else self.afloat)

    def launch(self, role: str, deadly: bool = False) -> Ship:
        """One more, which may carry its death with it."""
        dice = self.trial.random
        point = f"{dice.choice(DEADLY[role])}:{dice.randint(1, 4)}" if deadly or dice.random() < 0.4 else ""
        ship = self.fleet.start(role, DUBAN_CRASH_AT=point)
        self.armed[ship.log.name] = point
        return ship

    def live(self, share: int) -> None:
        """A moment passes, in which people write."""
        until = time.monotonic() + self.trial.random.uniform(0.05, 0.9)

        def act() -> None:
            if self.trial.crowd.updates < share:
                self.trial.crowd.act()
            self.bury()

        self.fleet.until(lambda: time.monotonic() > until, 30, act)

    def act(self) -> None:
        self.trial.crowd.act()
        self.bury()

    def bury(self) -> None:
        """Those that died of a crash point are noted and succeeded."""
        for ship in [ship for ship in self.afloat if not ship.running]:
            self.fleet.sunk += 1
            self.points_hit.append(self.armed[ship.log.name].partition(":")[0])
            self.succeed(ship)

    def sink(self, ship: Ship) -> None:
        """kill -9."""
        if ship.running:
            self.fleet.kill(ship)
            self.succeed(ship)
        else:
            self.bury()

    def succeed(self, ship: Ship) -> None:
        self.trial.note(self.db.read_now(lambda session: flights_of(session, ship.name)))
        self.afloat[self.afloat.index(ship)] = self.launch(ship.role)

    def harmless(self) -> None:
        """The last ones carry nothing that kills them."""
        for ship in [ship for ship in self.afloat if self.armed[ship.log.name]]:
            if ship.running:
                self.fleet.kill(ship)
            self.trial.note(self.db.read_now(lambda session, ship=ship: flights_of(session, ship.name)))
            successor = self.fleet.start(ship.role, DUBAN_CRASH_AT="")
            self.armed[successor.log.name] = ""
            self.afloat[self.afloat.index(ship)] = successor

    def settle(self, now: datetime) -> None:
        """Everything is handled and sent, then all end in good order."""
        quiet = kills.Quiet(self.trial.api)
        self.fleet.until_ready()
        self.fleet.until(lambda: quiet.for_seconds() > 2.5 and not self.owed(now), 120)
        for ship in self.fleet.of():
            self.fleet.stop(ship)

    def owed(self, now: datetime) -> int:
        def count(session: Session) -> int:
            open_rows = select(func.count(Outbox.id)).where(Outbox.state.in_(("due", "sending")), Outbox.due_at <= now)
            unread = select(func.count()).select_from(Inbox).where(Inbox.state == "new")
            return (session.scalar(open_rows) or 0) + (session.scalar(unread) or 0)

        return self.db.read_now(count)


def flights_of(session: Session, name: str) -> list[str]:
    """What a process had claimed and not recorded."""
    return list(session.scalars(select(Outbox.key).where(Outbox.state == "sending", Outbox.worker == name)))


@contextmanager
def waters(url: str, home: Path, seed: int, mornings: int) -> Iterator[Waters]:
    """Two hundred towns and sixty talkative contacts."""
    began = time.monotonic()
    api = BotApi(MovableClock(kills.ACTIVATED, running=True))
    home.mkdir(mode=0o700)
    county = found(url, home, api, kills.ACTIVATED)
    for stranger in kills.STRANGERS:
        api.add_user(stranger, "路人")
    dice = random.Random(seed)
    crowd = Crowd(api, dice.sample(county.contacts, 60), kills.STRANGERS, seed)
    with StandIn(api) as chat:
        env = {"DUBAN_TOKEN": api.token, "DUBAN_API_URL": chat.url, "DUBAN_HOME": str(home), "DUBAN_PROXY": ""}
        env |= {"DUBAN_DATABASE_URL": url, "DUBAN_TICK_SECONDS": "1"}
        fleet = Fleet(home, env, launch=lambda *life: Forked(*life, kills.PRESETS))
        trial = kills.Trial(api, county, crowd, Lives(home, env), url, dice, mornings)
        it = Waters(trial, fleet, Database.open(url, home))
        try:
            yield it
        finally:
            fleet.close()
            it.db.close()
            sys.stderr.write(
                f"\nseed {seed}: {fleet.sunk} kills ({len(it.points_hit)} at {len(set(it.points_hit))} points), "
                f"{crowd.updates} updates {dict(crowd.made)}, {trial.look(kills.figures_of)}, "
                f"{len(kills.doubled(trial))} doubled, {time.monotonic() - began:.0f} s\n"
            )


def test_on_postgresql_three_processes_die_again_and_again_and_nothing_is_lost_or_doubled(
    tmp_path: Path, postgres_url: str
) -> None:
    mornings = min(len(kills.MORNINGS), max(1, kills.KILLS // 12))
    each = kills.KILLS // mornings
    with waters(postgres_url, tmp_path / "home", kills.seed(), mornings) as it:
        for number, at in enumerate(kills.MORNINGS[:mornings]):
            it.morning(at, COMPANIES[number % 2], each, kills.UPDATES // mornings)
    assert it.fleet.sunk >= each * mornings
    kills.every_update_was_handled_once(it.trial)
    kills.every_submit_made_one_report(it.trial)
    kills.order_held_in_each_chat(it.trial)
    kills.no_reminder_is_missing(it.trial)
    kills.doubles_were_in_flight(it.trial)
    assert it.trial.look(audit.verify).first_bad_id is None
