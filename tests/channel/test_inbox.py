"""The inbox: every update once, one chat at a time, poison set aside. On both databases."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bot.channel.poller import store_raw
from storage import inbox
from storage.database import Database
from storage.tables import Inbox
from tests.channel.fakes import START

SECOND = timedelta(seconds=1)


def message(update_id: int, chat_id: int = 1, text: str = "已完成") -> dict[str, object]:
    return {"update_id": update_id, "message": {"chat": {"id": chat_id}, "text": text}}


def store(db: Database, *bodies: object, now=START) -> int:
    return db.write_now(lambda session: store_raw(session, 7, bodies, now))


def chats(db: Database, now=START, limit: int = 9, busy: tuple[int, ...] = ()) -> list[int]:
    return db.read_now(lambda session: inbox.open_chats(session, now, limit, busy))


def first(db: Database, chat_id: int = 1, now=START) -> int | None:
    row = db.read_now(lambda session: inbox.next_of(session, chat_id, now))
    return row.update_id if row else None


def done(db: Database, update_id: int) -> bool:
    return db.write_now(lambda session: inbox.mark_done(session, 7, update_id, START))


def fail(db: Database, update_id: int, now=START) -> str:
    return db.write_now(lambda session: inbox.mark_failed(session, 7, update_id, "ValueError: no", now))


def test_the_same_update_is_kept_once(any_database: Database) -> None:
    assert store(any_database, message(1), message(2)) == 2
    assert store(any_database, message(2), message(3)) == 1
    done(any_database, 1)
    assert store(any_database, message(1)) == 0


def test_ids_that_start_anew_lower_down_are_not_taken_for_old(any_database: Database) -> None:
    store(any_database, message(900_000))
    assert store(any_database, message(12)) == 1


def test_a_chat_is_handed_out_in_the_order_of_its_updates(any_database: Database) -> None:
    store(any_database, message(3), message(1), message(2))
    order = []
    while (update_id := first(any_database)) is not None:
        order.append(update_id)
        done(any_database, update_id)
    assert order == [1, 2, 3]


def test_the_chat_that_waits_longest_comes_first_and_busy_ones_not_at_all(any_database: Database) -> None:
    store(any_database, message(5, chat_id=1), now=START + SECOND)
    store(any_database, message(9, chat_id=2), message(10, chat_id=3))
    assert chats(any_database) == [2, 3, 1]
    assert chats(any_database, busy=(2,), limit=1) == [3]


def test_closing_twice_says_so(any_database: Database) -> None:
    store(any_database, message(1))
    assert done(any_database, 1)
    assert not done(any_database, 1)


def test_a_failing_update_waits_and_holds_its_chat_then_is_set_aside(any_database: Database) -> None:
    store(any_database, message(1), message(2), message(3, chat_id=2))
    assert fail(any_database, 1) == "new"
    assert chats(any_database) == [2]
    assert first(any_database) is None
    assert first(any_database, now=START + SECOND) == 1
    assert fail(any_database, 1, now=START + SECOND) == "new"
    assert first(any_database, now=START + 5 * SECOND) is None
    assert first(any_database, now=START + 6 * SECOND) == 1
    assert fail(any_database, 1) == "dead"
    assert first(any_database) == 2


def test_what_was_closed_meanwhile_cannot_fail(any_database: Database) -> None:
    store(any_database, message(1))
    done(any_database, 1)
    assert fail(any_database, 1) == "done"


def test_any_kind_of_update_finds_its_chat(any_database: Database) -> None:
    store(
        any_database,
        {"update_id": 1, "edited_message": {"chat": {"id": -11}}},
        {"update_id": 2, "callback_query": {"from": {"id": 12}, "message": {"chat": {"id": -12}}}},
        {"update_id": 3, "my_chat_member": {"chat": {"id": 13}, "from": {"id": 99}}},
        {"update_id": 4, "callback_query": {"from": {"id": 14}}},
        {"update_id": 5, "something_new": "surprise"},
    )
    found = any_database.read_now(
        lambda session: session.scalars(select(Inbox.chat_id).order_by(Inbox.update_id)).all()
    )
    assert found == [-11, -12, 13, 14, 0]


def test_what_is_no_update_is_left_and_the_rest_is_kept(any_database: Database) -> None:
    assert store(any_database, "nonsense", {"message": {}}, None, message(4)) == 1


def test_hostile_characters_come_back_as_they_went(any_database: Database) -> None:
    text = "空\x00字\ud800尾 ' \" \\u0000 \u202e"
    store(any_database, message(1, text=text))
    body = any_database.read_now(lambda session: inbox.next_of(session, 1, START).body)
    assert body["message"]["text"] == text


def test_a_clock_set_back_by_hours_does_not_stretch_the_wait_after_a_failure(any_database: Database) -> None:
    store(any_database, message(1))
    assert fail(any_database, 1) == "new"
    earlier = START - timedelta(hours=5)
    assert (chats(any_database, earlier), first(any_database, now=earlier)) == ([1], 1)
    assert (chats(any_database), first(any_database)) == ([], None)
