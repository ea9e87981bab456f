"""The outbox: owed once, claimed once, in order inside a chat, and never lost sight of. On both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, event, select
from sqlalchemy.orm import Session

from storage import outbox
from storage.database import Database
from storage.tables import Card, Outbox, Person
from tests.channel.fakes import START, add_card, add_person

SECOND = timedelta(seconds=1)


def put(db: Database, key: str, chat_id: int | None = 1, **more: object) -> int | None:
    values = {"kind": "note", "payload": {"text": key}, "now": START, "chat_id": chat_id, **more}
    return db.write_now(lambda session: outbox.put(session, key=key, **values))


def claim(
    db: Database, worker: str = "w1", now=START, limit: int = 10, busy: frozenset[int] = frozenset()
) -> list[str]:
    def work(session: Session) -> list[str]:
        return [row.key for row in outbox.claim(session, worker, now, limit, busy_chats=busy)]

    return db.write_now(work)


def row(db: Database, key: str) -> Outbox:
    return db.read_now(lambda session: session.scalars(select(Outbox).where(Outbox.key == key)).one())


def finish(db: Database, key: str, state: str = "sent", worker: str = "w1") -> bool:
    number = row(db, key).id
    return db.write_now(lambda session: outbox.finish(session, number, worker, state, START, message_id=9) is not None)


def postpone(db: Database, key: str, until, **more: bool) -> bool:
    number = row(db, key).id
    return db.write_now(lambda session: outbox.postpone(session, number, "w1", until, **more) is not None)


def recover(db: Database, now, **more: object) -> tuple[list[str], list[str]]:
    def work(session: Session) -> tuple[list[str], list[str]]:
        found = outbox.recover(session, now, **more)
        return [r.key for r in found.again], [r.key for r in found.unknown]

    return db.write_now(work)


def test_the_next_message_of_a_backlog_is_found_without_sorting_or_reading_all_of_it(database: Database) -> None:
    """SQLite plans by rules, so a small backlog shows what a large one costs."""
    asked: list[tuple[str, Any]] = []

    def note(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("UPDATE outbox"):
            asked.append((statement, parameters))

    put(database, "a")
    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert claim(database) == ["a"]
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    [(statement, parameters)] = asked
    plan = database.read_now(
        lambda s: [row[-1] for row in s.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    )
    reads = [step for step in plan if " outbox" in step]
    assert reads[0] == "SEARCH outbox USING INTEGER PRIMARY KEY (rowid=?)"
    assert all("ix_outbox_state_urgency" in step for step in reads[1:])
    before_window = plan[: plan.index("SCAN anon_2")]
    assert not [step for step in before_window if "ORDER BY" in step]


def test_the_same_key_is_owed_once(any_database: Database) -> None:
    assert put(any_database, "a") is not None
    assert put(any_database, "a", chat_id=2) is None
    assert row(any_database, "a").chat_id == 1


def test_a_key_stays_taken_after_its_message_was_sent(any_database: Database) -> None:
    put(any_database, "a")
    claim(any_database)
    finish(any_database, "a")
    assert put(any_database, "a") is None
    assert claim(any_database) == []


def test_only_the_first_row_of_each_chat_is_claimed(any_database: Database) -> None:
    for key, chat_id in [("a1", 1), ("a2", 1), ("b1", 2), ("b2", 2)]:
        put(any_database, key, chat_id)
    assert claim(any_database) == ["a1", "b1"]
    assert claim(any_database, "w2") == []
    finish(any_database, "a1")
    assert claim(any_database) == ["a2"]


def test_urgent_rows_go_first_then_the_longest_owed(any_database: Database) -> None:
    put(any_database, "rest", 1, urgency=3, due_at=START - 9 * SECOND)
    put(any_database, "late", 2, urgency=2, due_at=START - SECOND)
    put(any_database, "later", 3, urgency=2)
    put(any_database, "answer", 4)
    put(any_database, "answer in the first chat", 1)
    assert claim(any_database) == ["answer", "answer in the first chat", "late", "later"]


def test_what_is_not_due_yet_is_left(any_database: Database) -> None:
    put(any_database, "tomorrow", due_at=START + timedelta(days=1))
    assert claim(any_database) == []
    assert claim(any_database, now=START + timedelta(days=1)) == ["tomorrow"]


def test_busy_chats_are_left_alone(any_database: Database) -> None:
    put(any_database, "a", 1)
    put(any_database, "b", -2)
    assert claim(any_database, busy=frozenset({1})) == ["b"]


def test_a_row_without_chat_goes_where_its_person_is_and_shares_that_chats_order(any_database: Database) -> None:
    add_person(any_database, chat_id=5)
    put(any_database, "first", None, person_id=1)
    put(any_database, "second", 5)
    assert claim(any_database) == ["first"]
    assert claim(any_database, busy=frozenset()) == []


def test_rows_for_people_not_bound_yet_do_not_wait_for_each_other(any_database: Database) -> None:
    add_person(any_database, chat_id=None)
    put(any_database, "a", None, person_id=1)
    put(any_database, "b", None, person_id=1)
    assert claim(any_database) == ["a", "b"]


def test_a_postponed_row_keeps_its_place_but_lets_more_urgent_ones_pass(any_database: Database) -> None:
    put(any_database, "reminder", urgency=2)
    put(any_database, "second reminder", urgency=2)
    claim(any_database)
    assert postpone(any_database, "reminder", START + 5 * SECOND)
    assert claim(any_database) == []
    put(any_database, "answer")
    assert claim(any_database) == ["answer"]
    finish(any_database, "answer")
    assert claim(any_database, now=START + 5 * SECOND) == ["reminder"]
    assert row(any_database, "reminder").attempts == 1


def test_waiting_out_a_penalty_is_no_attempt(any_database: Database) -> None:
    put(any_database, "a")
    claim(any_database)
    postpone(any_database, "a", START, counted=False)
    assert row(any_database, "a").attempts == 0


def test_another_worker_cannot_finish_or_postpone_what_is_not_his(any_database: Database) -> None:
    put(any_database, "a")
    claim(any_database, "w2")
    assert not finish(any_database, "a", worker="w1")
    assert not postpone(any_database, "a", START)
    assert row(any_database, "a").state == "sending"


def test_a_dead_senders_rows_are_sent_once_more_only_when_they_ask_for_it(any_database: Database) -> None:
    put(any_database, "reminder", 1, resend=True)
    put(any_database, "note", 2)
    claim(any_database)
    assert recover(any_database, START + 59 * SECOND) == ([], [])
    assert recover(any_database, START + 60 * SECOND) == (["reminder"], ["note"])
    assert row(any_database, "reminder").uncertain == 1
    claim(any_database, now=START + 60 * SECOND)
    assert recover(any_database, START + 120 * SECOND) == ([], ["reminder"])


def test_an_edit_left_behind_is_simply_done_again(any_database: Database) -> None:
    add_person(any_database, chat_id=1)
    card_id = add_card(any_database, chat_id=1, message_id=77)
    put(any_database, "edit", card_id=card_id)
    claim(any_database)
    assert recover(any_database, START + 60 * SECOND) == (["edit"], [])
    assert row(any_database, "edit").uncertain == 0


def test_a_returning_sender_takes_up_its_own_rows_at_once_but_not_those_it_is_sending(any_database: Database) -> None:
    put(any_database, "mine", 1, resend=True)
    put(any_database, "alive", 2, resend=True)
    claim(any_database)
    put(any_database, "another's", 3, resend=True)
    claim(any_database, "w2")
    alive = {row(any_database, "alive").id}
    assert recover(any_database, START, worker="w1", alive=alive) == (["mine"], [])


def test_a_moved_group_is_moved_everywhere_but_in_the_past(any_database: Database) -> None:
    add_person(any_database, chat_id=-5)
    card_id = add_card(any_database, chat_id=-5, message_id=1)
    put(any_database, "old", -5)
    claim(any_database)
    finish(any_database, "old")
    put(any_database, "open", -5)
    any_database.write_now(lambda session: outbox.move_chat(session, -5, -1005))
    chats = any_database.read_now(lambda s: (s.get_one(Person, 1).chat_id, s.get_one(Card, card_id).chat_id))
    assert chats == (-1005, -1005)
    assert (row(any_database, "old").chat_id, row(any_database, "open").chat_id) == (-5, -1005)


def test_the_next_moment_is_when_a_row_is_due_or_its_wait_or_lease_ends(any_database: Database) -> None:
    next_due_at = lambda: any_database.read_now(outbox.next_due_at)  # noqa: E731
    assert next_due_at() is None
    put(any_database, "a", 1, due_at=START + 9 * SECOND)
    put(any_database, "b", 2)
    assert next_due_at() == START
    claim(any_database)
    assert next_due_at() == START + 9 * SECOND
    postpone(any_database, "b", START + 4 * SECOND)
    assert next_due_at() == START + 4 * SECOND


steps = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(1, 3), st.integers(0, 2)),
        st.tuples(st.just("claim"), st.sampled_from(["w1", "w2"]), st.integers(1, 3)),
        st.tuples(st.just("finish"), st.integers(0, 5), st.just(0)),
        st.tuples(st.just("wait"), st.integers(1, 40), st.just(0)),
        st.tuples(st.just("crash"), st.just(0), st.just(0)),
    ),
    max_size=40,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_however_it_goes_no_row_is_in_two_hands_and_each_has_at_most_two_copies(database: Database, plan) -> None:
    """V4, V9: claims are disjoint, one in flight per chat, copies of a key at most one more than lost senders."""
    database.write_now(lambda session: session.execute(delete(Outbox)))
    now, hands, copies, put_count = START, {}, {}, 0
    for what, first, second in plan:
        if what == "put":
            put_count += 1
            put(database, f"k{put_count}", first, urgency=second, resend=True, now=now)
        elif what == "claim":
            for key in claim(database, first, now, second):
                assert key not in hands
                hands[key] = first
                copies[key] = copies.get(key, 0) + 1
            chats = [row(database, key).chat_id for key in hands]
            assert len(chats) == len(set(chats))
        elif what == "finish" and hands:
            key = sorted(hands)[first % len(hands)]
            assert finish(database, key, worker=hands.pop(key))
        elif what == "wait":
            now += first * SECOND
        elif what == "crash":
            again, unknown = recover(database, now)
            for key in (*again, *unknown):
                del hands[key]
    assert all(count <= 2 for count in copies.values())


def test_a_backlog_that_must_wait_does_not_hide_what_may_go(any_database: Database) -> None:
    put(any_database, "waits", 1, urgency=0)
    claim(any_database)
    postpone(any_database, "waits", START + SECOND)

    def fill(session: Session) -> None:
        for number in range(outbox.WINDOW + 5):
            outbox.put(session, key=f"behind {number}", kind="note", payload={}, now=START, chat_id=1)

    any_database.write_now(fill)
    put(any_database, "another's", 2, urgency=3)
    assert claim(any_database) == ["another's"]
