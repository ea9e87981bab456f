"""The webhook: only the messenger gets in, what gets in is stored once, and nothing is confirmed unstored (S8)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from bot.channel import health
from bot.channel.poller import store_raw
from bot.channel.webhook import LARGEST_BODY, build_app, secret_of
from bot.domain.model import DubanError
from storage.database import Database
from storage.tables import Inbox
from tests.channel.fakes import START, Stage

SECRET = "s" * 40
NAME = "X-Telegram-Bot-Api-Secret-Token"
KIND = ("Content-Type", "application/json")
GOOD = [(NAME, SECRET), KIND]
UPDATE = {"update_id": 5, "message": {"chat": {"id": 1}}}


class Door:
    """The receiver's application, called without a network."""

    def __init__(self, db: Database) -> None:
        self.db, self.refusing = db, False
        app = build_app("/hook/in", SECRET, self.store, lambda: health.look(db, 7, START))
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://duban")

    async def store(self, update: Any) -> None:
        if self.refusing:
            raise DubanError("database_full")
        await self.db.write(lambda session: store_raw(session, 7, [update], START))

    async def post(self, content: bytes, headers: list[tuple[str, str]], path: str = "/hook/in") -> int:
        return (await self.client.post(path, content=content, headers=headers)).status_code

    def stored(self) -> list[int]:
        return self.db.read_now(lambda session: list(session.scalars(select(Inbox.update_id))))


@pytest.fixture
def door(database: Database) -> Iterator[Door]:
    yield Door(database)


async def test_an_update_is_stored_once_however_often_it_is_brought(door: Door) -> None:
    body = json.dumps(UPDATE).encode()
    assert [await door.post(body, GOOD) for _ in range(3)] == [200] * 3
    assert await door.post(body, [(NAME, SECRET), ("Content-Type", "application/json; charset=utf-8")]) == 200
    assert door.stored() == [5]


@pytest.mark.parametrize(
    "headers",
    [
        [KIND],
        [(NAME, ""), KIND],
        [(NAME, SECRET[:-1]), KIND],
        [(NAME, SECRET + "s"), KIND],
        [(NAME, SECRET), (NAME, SECRET), KIND],
        [(NAME, SECRET), (NAME, "other"), KIND],
    ],
)
async def test_without_the_one_right_secret_nobody_gets_in(door: Door, headers: list[tuple[str, str]]) -> None:
    assert await door.post(json.dumps(UPDATE).encode(), headers) == 403
    assert await door.post(b"x" * (LARGEST_BODY + 1), headers) == 403
    assert door.stored() == []


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "json"])
async def test_what_is_no_json_by_its_type_is_refused(door: Door, kind: str) -> None:
    assert await door.post(json.dumps(UPDATE).encode(), [(NAME, SECRET), ("Content-Type", kind)]) == 415
    assert door.stored() == []


async def test_a_body_over_a_megabyte_is_refused_whatever_it_says_of_its_length(door: Door) -> None:
    large = json.dumps({**UPDATE, "padding": "x" * LARGEST_BODY}).encode()
    assert await door.post(large, GOOD) == 413

    async def in_pieces():
        for at in range(0, len(large), 65536):
            yield large[at : at + 65536]

    answer = await door.client.post("/hook/in", content=in_pieces(), headers=GOOD)
    assert answer.status_code == 413
    assert door.stored() == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"update_id": "5"}',
        b'{"update_id": 9223372036854775808}',
        b'{"update_id": 6, "message": {"chat": {"id": 9223372036854775808}}}',
    ],
)
async def test_what_is_no_update_is_refused_and_not_stored(door: Door, body: bytes) -> None:
    assert await door.post(body, GOOD) == 400
    assert door.stored() == []


async def test_what_cannot_be_stored_is_not_confirmed_and_comes_again(door: Door) -> None:
    door.refusing = True
    assert await door.post(json.dumps(UPDATE).encode(), GOOD) == 503
    door.refusing = False
    assert await door.post(json.dumps(UPDATE).encode(), GOOD) == 200
    assert door.stored() == [5]


async def test_there_is_nothing_else_there(door: Door) -> None:
    assert await door.post(b"{}", GOOD, "/") == 404
    assert (await door.client.get("/hook/in", headers=GOOD)).status_code == 405


async def test_the_operator_sees_how_long_things_wait_and_no_secret(any_database: Database) -> None:
    stage = Stage.build(any_database)
    stage.owe("a")
    any_database.write_now(lambda session: store_raw(session, 7, [UPDATE], START))
    found = any_database.read_now(lambda session: health.at(session, 7, START.replace(hour=3)))
    assert (found.status, found.inbox_lag_seconds, found.outbox_lag_seconds) == ("late", 7200, 7200)
    door = Door(any_database)
    answer = await door.client.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    assert SECRET not in answer.text
    assert health.Health("ok", inbox_lag_seconds=3).as_json() == {"status": "ok", "inbox_lag_seconds": 3}


async def test_a_database_out_of_reach_is_said_by_the_status_too(
    door: Door, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refusing(_work):
        raise DubanError("database_unreachable", where="somewhere")

    monkeypatch.setattr(database, "read", refusing)
    answer = await door.client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"status": "down", "reason": "database_unreachable"})


def test_the_secret_nobody_named_is_the_same_everywhere_and_another_for_every_token() -> None:
    drawn = secret_of("123456:abc")
    assert drawn == secret_of("123456:abc") != secret_of("123456:abd")
    assert len(drawn) >= 32
    assert drawn.isascii()
    assert drawn.isalnum()
