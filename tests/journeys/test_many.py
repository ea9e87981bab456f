"""Several real processes share one PostgreSQL and are killed at random: nothing lost, nothing twice, order kept."""

from __future__ import annotations

import random
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.localchat.api import BotApi
from bot.localchat.clock import MovableClock
from bot.localchat.standin import StandIn
from storage import audit, leases
from storage.database import Database
from storage.engines import IDLE_SECONDS
from storage.tables import Outbox
from tests.journeys import test_kill as kills
from tests.journeys.county import found
from tests.journeys.crowd import Crowd
from tests.journeys.fleet import Fleet, Ship
from tests.journeys.lives import Lives
from tests.postgres import Cluster

pytestmark = pytest.mark.slow
HAND_OVER_SECONDS = 8.0


class Sea:
    """The stand-in, the county on PostgreSQL, the crowd, and the fleet that serves it."""

    def __init__(self, trial: kills.Trial, fleet: Fleet, chat: StandIn) -> None:
        self.trial, self.fleet, self.chat = trial, fleet, chat
        self.db = Database.open(trial.url, fleet.folder)
        self.hand_overs: list[float] = []

    def holder(self, lease: str) -> str | None:
        """Who has the lease now."""
        held = self.db.read_now(lambda session: leases.holders(session, [lease]))
        return held[0].name if held else None

    def ship(self, lease: str) -> Ship | None:
        """The process that has it."""
        name = self.holder(lease)
        return next((ship for ship in self.fleet.of() if ship.ready and ship.name == name), None)

    def kill(self, ship: Ship) -> None:
        """kill -9, note what it was sending, and time the hand-over of what it held."""
        held = [lease for lease in self.leases() if self.holder(lease) == ship.name]
        began = time.monotonic()
        self.fleet.kill(ship)
        self.note_flights()
        self.await_successor(held, ship.name, began)

    def await_successor(self, held: list[str], name: str, began: float) -> None:
        for lease in held:
            self.fleet.until(lambda lease=lease: self.holder(lease) not in (None, name), 40)
            self.hand_overs.append(time.monotonic() - began)

    def note_flights(self) -> None:
        self.trial.in_flight |= set(self.db.read_now(lambda session: kills.in_state(session, "sending")))

    def leases(self) -> tuple[str, str]:
        return leases.SENDER, leases.poller_of(int(self.trial.api.token.split(":")[0]))

    def busy(self, updates: int) -> None:
        """The crowd makes so many updates more."""
        share = self.trial.crowd.updates + updates
        self.fleet.until(lambda: self.trial.crowd.updates >= share, 90, self.trial.crowd.act)

    def settle(self) -> None:
        """Everything is handled and sent, then all end in good order."""
        quiet = kills.Quiet(self.trial.api)
        self.fleet.until(lambda: quiet.for_seconds() > 6.0 and not self.owed(), 120)
        for ship in self.fleet.of():
            self.fleet.stop(ship)

    def owed(self) -> int:
        def count(session: Session) -> int:
            now = kills.MORNINGS[0]
            rows = session.scalars(select(Outbox).where(Outbox.state.in_(("due", "sending")), Outbox.due_at <= now))
            return len(rows.all())

        return self.db.read_now(count)


@contextmanager
def sea(url: str, home: Path, seed: int, **more: str) -> Iterator[Sea]:
    """Two hundred towns and sixty talkative contacts; nobody serves them yet."""
    api = BotApi(MovableClock(kills.ACTIVATED, running=True))
    home.mkdir(mode=0o700)
    county = found(url, home, api, kills.ACTIVATED)
    for stranger in kills.STRANGERS:
        api.add_user(stranger, "路人")
    dice = random.Random(seed)
    crowd = Crowd(api, dice.sample(county.contacts, 60), kills.STRANGERS, seed)
    api.clock.set(kills.MORNINGS[0])
    with StandIn(api) as chat:
        env = {"DUBAN_TOKEN": api.token, "DUBAN_API_URL": chat.url, "DUBAN_HOME": str(home), "DUBAN_PROXY": ""}
        env |= {"DUBAN_DATABASE_URL": url, "DUBAN_TICK_SECONDS": "1", **more}
        env["DUBAN_CLOCK_OFFSET"] = Lives.offset_to(kills.MORNINGS[0])
        fleet = Fleet(home, env)
        it = Sea(kills.Trial(api, county, crowd, Lives(home, env), url, dice, 1), fleet, chat)
        try:
            yield it
        finally:
            fleet.close()
            it.db.close()
            sys.stderr.write(
                f"\nseed {seed}: {fleet.sunk} killed, {crowd.updates} updates {dict(crowd.made)}, "
                f"hand-overs {[round(seconds, 1) for seconds in it.hand_overs]} s, "
                f"{it.trial.look(kills.figures_of)}, {len(kills.doubled(it.trial))} doubled\n"
            )


def judge(it: Sea) -> None:
    kills.every_update_was_handled_once(it.trial)
    kills.every_submit_made_one_report(it.trial)
    kills.order_held_in_each_chat(it.trial)
    kills.no_reminder_is_missing(it.trial)
    kills.doubles_were_in_flight(it.trial)
    assert it.trial.look(audit.verify).first_bad_id is None


def test_workers_and_lease_holders_are_killed_while_hundreds_of_updates_arrive(
    tmp_path: Path, postgres_url: str
) -> None:
    with sea(postgres_url, tmp_path / "home", kills.seed()) as it:
        for role in ("worker", "worker", "worker", "sender", "sender"):
            it.fleet.start(role)
        it.fleet.until_ready()
        for number in range(12):
            it.busy(30)
            line = it.ship(it.leases()[number % 2])
            victim = it.trial.random.choice(it.fleet.of("worker")) if number % 3 else line
            if victim is not None:
                it.kill(victim)
                it.fleet.start(victim.role)
                if number % 4 == 0:
                    it.fleet.until_ready()
        it.fleet.until_ready()
        it.settle()
    judge(it)
    assert it.hand_overs
    assert max(it.hand_overs) < HAND_OVER_SECONDS


def test_the_server_crashes_in_the_middle_and_everybody_goes_on(
    tmp_path: Path, postgres_cluster: Cluster, postgres_url: str
) -> None:
    with sea(postgres_url, tmp_path / "home", kills.seed()) as it:
        for role in ("all", "all", "worker"):
            it.fleet.start(role)
        it.fleet.until_ready()
        for down in (0.0, 5.0, 0.0):
            it.busy(40)
            postgres_cluster.stop("immediate")
            until = time.monotonic() + down
            it.fleet.until(lambda until=until: time.monotonic() >= until, 30, it.trial.crowd.act)
            postgres_cluster.start()
            it.note_flights()
        it.busy(40)
        it.fleet.until(lambda: it.ship(leases.SENDER) is not None, 20)
        it.settle()
        assert it.fleet.sunk == 0
    judge(it)


def test_updates_brought_to_a_receiver_that_dies_are_handled_once_and_polling_takes_over(
    tmp_path: Path, postgres_url: str
) -> None:
    port = free_port()
    hook = {"DUBAN_WEBHOOK_URL": f"http://127.0.0.1:{port}/hook"}
    with sea(postgres_url, tmp_path / "home", kills.seed(), **hook) as it:
        it.fleet.start("web", DUBAN_PORT=str(port))
        for role in ("worker", "sender"):
            it.fleet.start(role)
        it.fleet.until_ready()
        it.fleet.until(lambda: bool(it.trial.api.world.account.webhook.url), 10)
        it.busy(60)
        found_health = httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False).json()
        assert found_health["status"] == "ok"
        assert found_health["processes"] == 3
        assert set(found_health["leases"]) == {leases.SENDER}
        for ship in it.fleet.of("web"):
            it.fleet.kill(ship)
        for _ in range(20):
            it.trial.crowd.act()
        it.fleet.start("web", DUBAN_PORT=str(port))
        it.busy(40)
        back_to_polling(it)
        it.busy(20)
        it.settle()
    judge(it)


def back_to_polling(it: Sea) -> None:
    for ship in it.fleet.of():
        it.fleet.stop(ship)
    it.fleet.env["DUBAN_WEBHOOK_URL"] = ""
    it.fleet.start("all")
    it.fleet.until_ready()


def free_port() -> int:
    with StandIn(BotApi(MovableClock(kills.ACTIVATED))) as chat:
        return chat.port


def test_a_holder_that_froze_is_succeeded_and_sends_nothing_when_it_thaws(tmp_path: Path, postgres_url: str) -> None:
    with sea(postgres_url, tmp_path / "home", kills.seed()) as it:
        for role in ("all", "all"):
            it.fleet.start(role)
        it.fleet.until_ready()
        it.busy(30)
        frozen = it.ship(leases.SENDER)
        assert frozen is not None
        began = time.monotonic()
        frozen.process.send_signal(signal.SIGSTOP)
        it.note_flights()
        it.await_successor([leases.SENDER], frozen.name, began)
        it.busy(30)
        frozen.process.send_signal(signal.SIGCONT)
        it.busy(30)
        it.settle()
    judge(it)
    # Frozen in the middle of writing it keeps everybody waiting until the server ends its transaction.
    assert it.hand_overs[0] < IDLE_SECONDS + HAND_OVER_SECONDS


@pytest.mark.skip(reason="on a busy machine it settles before the last messages are out; the cause is not found yet")
def test_while_the_messengers_clock_disagrees_updates_come_in_and_nothing_goes_out(
    tmp_path: Path, postgres_url: str
) -> None:
    with sea(postgres_url, tmp_path / "home", kills.seed()) as it:
        say_date(it.chat, datetime.now(UTC) + timedelta(hours=7))
        ship = it.fleet.start("all")
        it.fleet.until_ready()
        for person in it.trial.crowd.people.values():
            it.trial.crowd._start(person)
        it.fleet.until(lambda: not it.trial.api.world.updates.pending, 30)
        time.sleep(3)
        assert it.trial.api.transcript("sendMessage") == []
        assert ship.words.count("differs from the messenger's by -7.0 hours") == 1
        say_date(it.chat, datetime.now(UTC))
        it.fleet.until(lambda: len(it.trial.api.transcript("sendMessage")) > len(it.trial.crowd.people), 60)
        it.settle()
    judge(it)


def say_date(chat: StandIn, at: datetime) -> None:
    """What the stand-in's answers give as their Date."""
    config = chat._server.config
    config.date_header = False
    config.headers = [("date", format_datetime(at, usegmt=True))]
    config.encoded_headers = [(b"date", format_datetime(at, usegmt=True).encode())]


def test_on_sqlite_one_process_does_everything_and_a_second_is_refused(tmp_path: Path) -> None:
    api = BotApi(MovableClock(kills.ACTIVATED, running=True))
    with StandIn(api) as chat:
        env = {"DUBAN_TOKEN": api.token, "DUBAN_API_URL": chat.url, "DUBAN_HOME": str(tmp_path), "DUBAN_PROXY": ""}
        fleet = Fleet(tmp_path, {**env, "DUBAN_DATABASE_URL": ""})
        try:
            fleet.start("all")
            fleet.until_ready()
            refused = {role: fleet.start(role) for role in ("all", "worker", "web")}
            said = {role: (ship.process.wait(timeout=120), ship.words.strip()) for role, ship in refused.items()}
        finally:
            fleet.close()
    assert said["all"][0] == said["worker"][0] == said["web"][0] == 1
    assert "正被另一个督办程序使用" in said["all"][1]
    assert all("PostgreSQL" in said[role][1] and "\n" not in said[role][1] for role in ("worker", "web"))
