"""A real process is killed at every named point while updates and reminders flow over HTTP; nothing is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from bot.channel.crashpoints import POINTS
from bot.localchat.api import BotApi
from bot.localchat.clock import MovableClock
from bot.localchat.standin import StandIn
from storage import outbox
from storage.database import Database
from storage.tables import Inbox, Office, Outbox
from tests.channel.fakes import START

CHATS = (501, 502, 503)
UPDATES = 20  # of each chat
REMINDERS = 8  # for each chat
IN_SENDING = {"claimed", "slot", "sent-before-record"}


def people(api: BotApi) -> None:
    for chat_id in CHATS:
        api.add_user(chat_id, f"联络员{chat_id}")
        api.user_starts(chat_id)
    for number in range(UPDATES - 1):
        for chat_id in CHATS:
            api.user_sends(chat_id, f"第{number}条")


def owe_reminders(db: Database) -> None:
    def work(session) -> None:
        for number in range(REMINDERS):
            for chat_id in CHATS:
                text = f"催办{chat_id}-{number}"
                outbox.put(
                    session,
                    key=text,
                    kind="r",
                    payload={"text": text},
                    now=START,
                    chat_id=chat_id,
                    urgency=2,
                    resend=True,
                )

    db.write_now(work)


def live(url: str, api: BotApi, db: Database, crash_at: str = "") -> int:
    assert db.file is not None
    arguments = [url, api.token, str(db.file.parent), str(len(CHATS) * UPDATES)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.channel.victim", *arguments],
        env={**os.environ, "DUBAN_CRASH_AT": crash_at},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode


@pytest.mark.slow
def test_killed_at_every_point_nothing_is_lost_and_doubles_were_in_flight(database: Database) -> None:
    """F2, F3, F4: V1, V3, V4 over real HTTP and a real kill -9."""
    api = BotApi(MovableClock(datetime(2022, 4, 8, 1, 0, tzinfo=UTC)))
    people(api)
    owe_reminders(database)
    with StandIn(api) as chat:
        killed = {point: live(chat.url, api, database, f"{point}:{n}") for n, point in enumerate(POINTS, 1)}
        assert killed == dict.fromkeys(POINTS, -signal.SIGKILL)
        assert live(chat.url, api, database) == 0

    offices = database.read_now(lambda session: session.scalars(select(Office.name).order_by(Office.id)).all())
    wanted = ["/start", *(f"第{number}条" for number in range(UPDATES - 1))]
    for chat_id in CHATS:
        mine = [name.split(":", 1)[1] for name in offices if name.startswith(f"{chat_id}:")]
        assert mine == wanted
    assert set(database.read_now(lambda session: session.scalars(select(Inbox.state)).all())) == {"done"}

    copies = Counter(call.params["text"].removeprefix("again: ") for call in api.transcript("sendMessage"))
    states = database.read_now(lambda session: dict(session.execute(select(Outbox.key, Outbox.state)).all()))
    reminders = {key: state for key, state in states.items() if key.startswith("催办")}
    assert len(reminders) == len(CHATS) * REMINDERS
    assert all(copies[key] >= 1 or state == "unknown" for key, state in reminders.items())
    doubled = [key for key, count in copies.items() if key.startswith("催办") and count > 1]
    assert len(doubled) <= 6 * len(IN_SENDING)
    assert max(copies[key] for key in reminders) <= 2
    for chat_id in CHATS:
        for text in wanted:
            answers = [c for c in api.transcript("sendMessage", chat_id) if c.params["text"] == f"收到 {text}"]
            assert len(answers) <= 1
    unanswered = [key for key, state in states.items() if key.startswith("answer") and state != "sent"]
    assert {states[key] for key in unanswered} <= {"unknown"}
    assert len(unanswered) <= 6 * len(IN_SENDING)
