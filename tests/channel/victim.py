"""A whole channel in a process of its own, to be killed: `python -m tests.channel.victim URL TOKEN HOME EXPECTED`.

Every update leaves one row (an office named after it) and owes one answer. It ends by itself once EXPECTED updates
are handled and nothing is owed any more.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.channel.client import Client, build_bot
from bot.channel.pacing import Pacer
from bot.channel.poller import Poller
from bot.channel.sender import Sender
from bot.channel.worker import InboxWorkers, Received
from storage import outbox
from storage.database import Database
from storage.tables import Inbox, Office, Outbox
from tests.channel.fakes import House

BOT_ID = 1


def now() -> datetime:
    return datetime.now(UTC)


async def handle(received: Received) -> None:
    text = received.body.get("message", {}).get("text", "")

    def work(session: Session) -> None:
        session.add(Office(name=f"{received.chat_id}:{text}", created_at=received.now))
        outbox.put(
            session,
            key=f"answer:{received.update_id}",
            kind="answer",
            payload={"text": f"收到 {text}"},
            now=received.now,
            chat_id=received.chat_id,
        )

    await received.run(work)


def finished(session: Session, expected: int) -> bool:
    done = session.scalar(select(func.count()).select_from(Inbox).where(Inbox.state == "done")) or 0
    owed = session.scalar(select(func.count()).select_from(Outbox).where(Outbox.state.in_(("due", "sending"))))
    return done >= expected and not owed


async def live(url: str, token: str, home: Path, expected: int) -> None:
    db = Database.open(None, home, durable=False)
    client = Client(build_bot(token, url))
    pacer = Pacer(per_second=1000, chat_gap=0, group_gap=0)
    sender = Sender(db, client, House(), pacer, now, "victim", poll_seconds=0.05)
    workers = InboxWorkers(db, handle, now, poll_seconds=0.05)
    poller = Poller(db, client, BOT_ID, now, workers.wake, long_poll_seconds=1)
    tasks = [asyncio.create_task(each.run()) for each in (sender, workers, poller)]
    while not await db.read(lambda session: finished(session, expected)):
        await asyncio.sleep(0.02)
        for task in tasks:
            if task.done():
                task.result()
    for task in tasks:
        task.cancel()


if __name__ == "__main__":
    asyncio.run(live(sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4])))
