"""A group's chat id follows its moves: once, whoever says it first, with everything that waits for the group."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage import groups, outbox
from storage.database import Database
from storage.tables import ChatGroup, Inbox, Office, Outbox, Person
from tests import postgres

NOW = datetime(2024, 3, 29, 1, tzinfo=UTC)
OLD, NEW = -5001, -1005001


def furnish(session: Session) -> None:
    session.add(Office(id=1, name="牵头办", created_at=NOW))
    session.flush()
    session.add(Person(id=1, office_id=1, name="王牵头", created_at=NOW))
    session.flush()
    group = groups.arrived(session, 1, OLD, "工作群", 1, NOW)
    group.bound_by, group.bound_at = 1, NOW
    outbox.put(session, key="post", kind="group_post", payload={}, now=NOW, chat_id=OLD)


def standing(session: Session) -> tuple[list[tuple[int, bool]], list[int | None]]:
    """Every group's chat and whether it is a working group; every owed row's chat."""
    rows = [
        (row.chat_id, row.bound_at is not None and row.left_at is None) for row in session.scalars(select(ChatGroup))
    ]
    return rows, list(session.scalars(select(Outbox.chat_id)))


@pytest.mark.slow
def test_moves_made_by_several_processes_at_once_are_one(
    postgres_cluster: postgres.Cluster, postgres_template: str, tmp_path: Path
) -> None:
    with postgres_cluster.fresh(postgres_template) as url, ExitStack() as stack:
        houses = [Database.open(url, tmp_path, durable=False) for _ in range(4)]
        for house in houses:
            stack.callback(house.close)
        houses[0].write_now(furnish)
        for turn in range(21):
            move = partial(_moved, *((OLD, NEW) if turn % 2 == 0 else (NEW, OLD)))
            with ThreadPoolExecutor(4) as pool:
                assert len(list(pool.map(move, houses))) == 4
        assert houses[0].read_now(standing) == ([(NEW, True)], [NEW])


def _moved(old: int, new: int, house: Database) -> None:
    house.write_now(lambda session: outbox.move_chat(session, old, new))


STEPS = st.lists(st.sampled_from(["move", "left", "came", "post"]), max_size=8)


@pytest.mark.slow
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_else_is_said_about_it_a_moved_group_is_one_and_stays_bound(
    database: Database, steps: list[str]
) -> None:
    def live(session: Session) -> None:
        for table in (Outbox, ChatGroup, Person, Office):
            session.execute(delete(table))
        furnish(session)
        for place, step in enumerate(steps):
            _do(session, step, place)
        outbox.move_chat(session, OLD, NEW)

    database.write_now(live)
    rows, owed = database.read_now(standing)
    assert rows == [(NEW, True)]
    assert set(owed) == {NEW}


def _do(session: Session, step: str, place: int) -> None:
    if step == "move":
        outbox.move_chat(session, OLD, NEW)
    elif step == "post":
        outbox.put(session, key=f"post:{place}", kind="group_post", payload={}, now=NOW, chat_id=OLD)
    elif step == "came" and groups.of_chat(session, NEW) is None:
        groups.arrived(session, 1, NEW, "工作群", 1, NOW)
    elif step == "left" and (group := groups.of_chat(session, OLD)) is not None:
        group.left_at = NOW


def test_a_group_given_up_stays_given_up_when_it_moves(database: Database) -> None:
    def live(session: Session) -> None:
        furnish(session)
        group = groups.of_chat(session, OLD)
        assert group is not None
        group.bound_at, group.left_at = None, NOW
        outbox.move_chat(session, OLD, NEW)

    database.write_now(live)
    assert database.read_now(standing)[0] == [(NEW, False)]


@pytest.mark.parametrize(
    ("chat", "message", "found"),
    [
        (OLD, {"migrate_to_chat_id": NEW}, (OLD, NEW)),
        (NEW, {"migrate_from_chat_id": OLD}, (OLD, NEW)),
        (-7, {"migrate_to_chat_id": -8}, None),
        (OLD, {"text": "我们要升级了"}, None),
        (OLD, {"migrate_to_chat_id": "x"}, None),
        (OLD, None, None),
    ],
)
@pytest.mark.parametrize("asked", [OLD, NEW])
def test_a_move_that_waits_for_its_turn_is_known(
    database: Database, chat: int, message: object, found: tuple[int, int] | None, asked: int
) -> None:
    def arrive(session: Session) -> None:
        common = {"bot_id": 1, "chat_id": chat, "body": {"message": message}, "received_at": NOW}
        session.add(Inbox(update_id=1, state="new", **common))
        session.add(Inbox(update_id=2, state="done", **{**common, "body": {"message": {"migrate_to_chat_id": asked}}}))

    database.write_now(arrive)
    assert database.read_now(lambda session: groups.waiting_move(session, asked)) == found
