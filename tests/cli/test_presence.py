"""What doctor says of the clock, the queues and the processes; and which settings of the webhook are taken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.channel import clockguard
from bot.cli import presence
from bot.domain.model import DubanError
from bot.localchat.api import BotApi
from bot.localchat.clock import MovableClock
from bot.localchat.standin import StandIn
from bot.settings import Settings, load
from storage import outbox
from storage.database import Database

TOKEN = "1000001:LOCAL-built-in-chat-no-secret-000000"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("DUBAN_TOKEN", TOKEN)
    monkeypatch.setenv("DUBAN_HOME", str(tmp_path))
    return load()


@pytest.mark.parametrize(("ahead", "good"), [(timedelta(seconds=-3), True), (timedelta(hours=7), False), (None, True)])
def test_a_clock_that_differs_from_the_messengers_is_found(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch, ahead: timedelta | None, good: bool
) -> None:
    monkeypatch.setattr(clockguard, "ask", lambda *_: ahead)
    lines = list(presence.findings(settings, database))
    assert lines[0][0] is good
    assert "DUBAN_CLOCK_CHECK=off" in lines[0][1] or good
    assert not any(TOKEN in line for _, line in lines)


def test_the_server_is_asked_what_time_it_is() -> None:
    api = BotApi(MovableClock(datetime.now(UTC)))
    with StandIn(api) as chat:
        ahead = clockguard.ask(chat.url)
    assert ahead is not None
    assert abs(ahead) < timedelta(seconds=10)
    assert clockguard.ask("http://127.0.0.1:9") is None


async def test_what_waits_and_who_does_what_is_said(
    settings: Settings, postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clockguard, "ask", lambda *_: None)
    db, since = postgres_database, datetime.now(UTC) - timedelta(hours=2)
    db.write_now(lambda session: outbox.put(session, key="a", kind="note", payload={}, now=since, chat_id=1))
    place = db.standing("north-17")
    await place.beat()
    said = [(good, line) for good, line in presence.findings(settings, db)][1:]
    assert [good for good, _ in said] == [False, False]
    await place.take("sender")
    said = list(presence.findings(settings, db))[1:]
    assert said[1] == (True, "有1个进程；发送：north-17")
    place.close()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DUBAN_WEBHOOK_URL", "http://example.org/hook"),
        ("DUBAN_WEBHOOK_URL", "example.org"),
        ("DUBAN_WEBHOOK_URL", "https://example.org/healthz"),
        ("DUBAN_WEBHOOK_URL", "https://example.org/{a}"),
        ("DUBAN_WEBHOOK_SECRET", "short"),
        ("DUBAN_WEBHOOK_SECRET", "空" * 40),
        ("DUBAN_CLOCK_CHECK", "perhaps"),
    ],
)
def test_a_bad_value_stops_the_start_and_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(DubanError) as error:
        load()
    assert error.value.params["name"] == name


@pytest.mark.parametrize("url", ["", "https://a.gov.cn/duban/in", "https://a.gov.cn:8443", "http://127.0.0.1:8086/x"])
def test_a_good_address_is_taken(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("DUBAN_WEBHOOK_URL", url)
    monkeypatch.setenv("DUBAN_WEBHOOK_SECRET", "a_B-9" * 8)
    monkeypatch.setenv("DUBAN_CLOCK_CHECK", "off")
    found = load()
    assert (found.webhook_url, found.clock_check) == (url, False)
