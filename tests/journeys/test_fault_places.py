"""Faults of the place a house lives in: its database away, locked or full, a second process, a group that moves."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.localchat.faults import Fault
from storage import audit
from storage.engines import sqlite_driver
from storage.tables import Inbox, Outbox, Reminder
from tests.journeys.births import Forked
from tests.journeys.county import BEIJING
from tests.journeys.faultcase import AGAIN, FIRST, TOWNS, Case, case, plan_text
from tests.journeys.lives import Lives
from tests.journeys.test_many import free_port
from tests.postgres import Cluster

pytestmark = pytest.mark.slow
# Enough for some seconds of sending.
MANY = tuple(
    chr(number) for number in range(ord("一"), ord("一") + 400) if chr(number) not in "一丁七万三上下不与丑专且"
)[:60]
GROUP, SUPER, TITLE = -5001, -1005001, "沟渠管护工作群"


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2022, month, day, hour, minute, 5, tzinfo=BEIJING)


def write(it: Case, rounds: int = 1) -> None:
    """Everybody asks for the menu."""
    for _ in range(rounds):
        for player in it.contacts:
            it.api.user_starts(player.user_id)


def everything_came_once(it: Case, updates: int) -> None:
    """Every update handled once, every morning message sent once and unmarked, nothing uncertain."""
    assert {row.state for row in it.rows(Inbox)} == {"done"}
    assert len(it.rows(Inbox)) == updates
    assert {row.state for row in it.rows(Reminder)} == {"sent"}
    assert it.rows(Outbox, Outbox.uncertain > 0) == []
    assert {row.state for row in it.rows(Outbox)} == {"sent"}
    assert len(it.sent()) == len(it.contacts) + updates
    assert not any(AGAIN in call.params["text"] for call in it.sent())
    assert it.look(audit.verify).first_bad_id is None


def test_a_second_process_on_the_same_file_is_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    """F27."""
    with case(tmp_path) as it:
        it.up(FIRST)
        env = {**os.environ, **it.lives.env}
        second = Forked(("run",), env, tmp_path / "second.log", {})
        assert second.wait(60) == 1
        assert "正被另一个督办程序使用" in (tmp_path / "second.log").read_text()
        write(it)
        it.wait(lambda: len(it.sent()) >= 2 * len(TOWNS))
        it.linger()
        it.down()
        everything_came_once(it, len(TOWNS))


def test_two_processes_on_one_postgresql_share_the_morning(tmp_path: Path, postgres_url: str) -> None:
    """F27: each message once; when the one that sends is killed the other takes over."""
    with case(tmp_path, postgres_url, text=plan_text(MANY)) as it:
        it.up(FIRST)
        other = Forked(("run",), {**os.environ, **it.lives.env}, tmp_path / "second.log", {})
        try:
            write(it)
            it.wait(lambda: len(it.sent()) >= 2 * len(MANY), 60)
            it.linger()
            assert other.poll() is None
            it.lives.kill()
            it.api.user_starts(it.contacts[0].user_id)
            heard = len(it.sent())
            seconds = iter(range(300))
            while len(it.sent()) == heard and next(seconds, None) is not None:
                with_patience()
            assert len(it.sent()) == heard + 1
        finally:
            other.terminate()
            assert other.wait(30) == 0
        everything_came_once(it, len(MANY) + 1)


def with_patience() -> None:
    subprocess.run(["sleep", "0.1"], check=True)


def test_postgresql_crashes_in_the_middle_of_a_morning(
    tmp_path: Path, postgres_cluster: Cluster, postgres_url: str
) -> None:
    """F10: away for some seconds, twice; what was in flight is written down when it is back."""
    with case(tmp_path, postgres_url, text=plan_text(MANY)) as it:
        it.up(FIRST)
        for share, down in ((10, 0.0), (30, 4.0)):
            it.wait(lambda share=share: len(it.sent()) >= share)
            postgres_cluster.stop("immediate")
            write(it)
            it.linger(down)
            postgres_cluster.start()
        it.wait(lambda: len(it.sent()) >= 3 * len(MANY), 90)
        it.linger(3.0)
        it.down()
        everything_came_once(it, 2 * len(MANY))


def test_the_file_is_locked_by_another_program_for_ten_seconds(tmp_path: Path) -> None:
    """F6: nothing is confirmed or sent unrecorded; all goes on by itself."""
    with case(tmp_path, text=plan_text(MANY)) as it:
        it.up(FIRST)
        it.wait(lambda: len(it.sent()) >= 10)
        other = sqlite_driver.connect(tmp_path / "home" / "duban.sqlite3", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        write(it)
        it.linger(10.0)
        before = len(it.sent())
        assert before < len(MANY)
        assert len(it.api.world.updates.pending) == len(MANY)
        it.linger(1.0)
        assert len(it.sent()) == before
        other.rollback()
        other.close()
        it.wait(lambda: len(it.sent()) >= 2 * len(MANY), 60)
        it.linger(3.0)
        it.down()
        everything_came_once(it, len(MANY))


@contextmanager
def small_disk(place: Path) -> Iterator[Path]:
    """A file system of eight megabytes; only root may make one."""
    place.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=8m,mode=0700", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("a small file system cannot be mounted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(place: Path) -> Path:
    """Not a byte is left."""
    ballast = place / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (65536, 4096, 512, 1):
            try:
                while file.write(b"x" * size):
                    pass
            except OSError:
                continue
    return ballast


def test_the_disk_is_full_for_a_while(tmp_path: Path) -> None:
    """F7: no offset moves, nothing goes out that could not be recorded, and freed space is enough to go on."""
    with small_disk(tmp_path / "disk") as disk, case(tmp_path, home=disk, text=plan_text(MANY)) as it:
        it.up(FIRST)
        it.wait(lambda: len(it.sent()) >= 10)
        ballast = fill(disk)
        write(it)
        it.wait(lambda: "updates not stored" in it.log)
        it.linger(5.0)
        before, waiting = len(it.sent()), len(it.api.world.updates.pending)
        it.linger(3.0)
        assert len(it.sent()) == before
        assert waiting > 0
        ballast.unlink()
        it.wait(lambda: len(it.sent()) >= 2 * len(MANY), 60)
        it.linger(3.0)
        it.down()
        everything_came_once(it, len(MANY))


# A group that becomes a supergroup


def working_group(it: Case) -> None:
    """The coordinator puts the bot into a group and makes it the working group."""
    boss = it.county.coordinator
    it.api.add_group(GROUP, TITLE, [boss.user_id, *(player.user_id for player in it.contacts)])
    it.press(boss, "yg", "bind")


def release(it: Case) -> None:
    """The coordinator looks at what would be posted and taps it through."""
    for step in ("see:state", "send"):
        it.press(it.county.coordinator, "yg", step)


def post(it: Case, chat_id: int, seen: int) -> None:
    """One post, and back to where the next begins."""
    release(it)
    it.wait(lambda: len(it.api.transcript("sendMessage", chat_id)) > seen)
    go_back(it)


def go_back(it: Case) -> None:
    """Once the card says that it was posted, another one can be begun."""
    boss = it.county.coordinator
    it.wait(lambda: any("已发到" in str(message.get("text")) for message in it.api.messages(boss.user_id)))
    it.press(boss, "yg", "back")


@pytest.mark.parametrize("first", ["the refusal", "the news"])
def test_a_group_is_followed_to_its_new_address(tmp_path: Path, first: str) -> None:
    """F15: one post under the new address, whichever comes first; the old one is never used again."""
    with case(tmp_path) as it:
        it.up(FIRST)
        it.wait(lambda: len(it.sent()) >= len(TOWNS))
        working_group(it)
        post(it, GROUP, 0)
        if first == "the refusal":
            it.api.faults.add(Fault("sendMessage", "error", retry_after=3, chat_id=GROUP))
            release(it)
            it.wait(lambda: len(it.api.refusals("sendMessage", GROUP)) == 1)
            it.api.faults.add(Fault("getUpdates", "delay", seconds=6.0))
            it.api.user_starts(it.contacts[0].user_id)  # ends the poll that waits; the next one is held back
            it.linger(0.5)
            it.api.migrate_group(GROUP, SUPER)
            it.wait(lambda: len(it.api.transcript("sendMessage", SUPER)) == 1)
            assert len(it.api.refusals("sendMessage", GROUP)) == 2
            go_back(it)
        else:
            it.api.migrate_group(GROUP, SUPER)
            it.wait(lambda: not it.api.world.updates.pending)
            it.linger()
            post(it, SUPER, 0)
            assert it.api.refusals("sendMessage", GROUP) == []
        refused = len(it.api.refusals("sendMessage", GROUP))
        post(it, SUPER, 1)
        it.linger()
        it.down()
        assert len(it.api.refusals("sendMessage", GROUP)) == refused
        assert len(it.api.transcript("sendMessage", SUPER)) == 2
        assert {row.state for row in it.rows(Outbox, Outbox.kind == "group_post")} == {"sent"}
        assert it.look(lambda session: session.scalar(select(func.count(Reminder.id)))) == 2 * len(TOWNS)


def test_the_messenger_is_not_there_when_the_house_starts(tmp_path: Path) -> None:
    """F32, F13: it ends with one sentence, for whoever starts it again; what is owed waits, unmarked and undoubled."""
    with case(tmp_path) as it:
        it.morning(FIRST, len(TOWNS))
        away = {**os.environ, **it.lives.env, "DUBAN_API_URL": "http://127.0.0.1:9"}
        away["DUBAN_CLOCK_OFFSET"] = Lives.offset_to(at(4, 2))
        for number in range(2):
            log = tmp_path / f"away-{number}.log"
            assert Forked(("run",), away, log, {}).wait(90) == 1
            assert "Traceback" not in log.read_text()
        it.morning(at(4, 2, 10), len(TOWNS))
        assert [len(it.sent(player)) for player in it.contacts] == [1] * len(TOWNS)
        assert it.rows(Outbox, Outbox.uncertain > 0) == []


def test_a_receiver_dies_between_keeping_an_update_and_saying_so(tmp_path: Path) -> None:
    """F4, F16: the messenger brings it again, and it is handled once."""
    port = free_port()
    with case(tmp_path) as it:
        hook = {"DUBAN_WEBHOOK_URL": f"http://127.0.0.1:{port}/hook", "DUBAN_PORT": str(port)}
        it.lives.env |= {"DUBAN_CLOCK_OFFSET": Lives.offset_to(FIRST), **hook}
        it.api.clock.set(FIRST)
        it.lives.start("poll-stored:3")
        it.lives.until_ready()
        it.wait(lambda: it.api.world.account.webhook.url)
        it.wait(lambda: len(it.sent()) >= len(TOWNS))
        write(it)
        assert not it.lives.until(lambda: False, 30)
        it.lives.kill()
        it.lives.start()
        it.lives.until_ready()
        it.wait(lambda: len(it.sent()) >= 2 * len(TOWNS), 60)
        it.linger(3.0)
        it.down()
        rows = it.rows(Inbox)
        assert [(row.state, row.attempts) for row in rows] == [("done", 0)] * len(TOWNS)
        assert len(it.sent()) == 2 * len(TOWNS)
