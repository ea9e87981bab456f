"""The sender's units of work: what it claims, what it records, what it finds left behind."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.channel.client import Delivered
from bot.channel.errors import Next
from bot.channel.protocols import Composer, Prepared, Right, Withheld
from storage import outbox
from storage.tables import Card, Outbox

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)


@dataclass(frozen=True)
class Job:
    """A claimed row as plain values, so that nothing touches the database while it is sent."""

    row_id: int
    prepared: Prepared
    card_rev: int
    attempts: int
    uncertain: int
    resend: bool


@dataclass(frozen=True)
class Result:
    """What became of a job: the `step` to record, with the delivery when there was one."""

    step: Next
    reason: str = ""
    delivered: Delivered | None = None
    moved_to: int | None = None


@dataclass(frozen=True)
class Claimed:
    """Rows taken: how many, and the jobs among them; the others were withheld."""

    count: int
    jobs: tuple[Job, ...]


class Ledger:
    """Functions of a session for one worker; `composer` is asked and told inside them."""

    def __init__(self, composer: Composer, worker: str, right: Right) -> None:
        self._composer = composer
        self._right = right
        self._worker = worker

    def claim(self, session: Session, now: datetime, limit: int, busy: frozenset[int]) -> Claimed:
        """Take what is due and still needed; what is not needed ends here as cancelled. Nothing without the right."""
        if not self._right.confirmed(session):
            return Claimed(0, ())
        rows = outbox.claim(session, self._worker, now, limit, LEASE, busy)
        jobs = (self._prepare(session, row, now) for row in rows)
        return Claimed(len(rows), tuple(job for job in jobs if job is not None))

    def _prepare(self, session: Session, row: Outbox, now: datetime) -> Job | None:
        row_id, kind = row.id, row.kind
        try:
            with session.begin_nested():
                prepared = self._composer.prepare(session, row, now)
        except Exception as error:
            log.exception("not prepared: outbox=%s kind=%s", row_id, kind)
            self._end(session, row_id, "dead", now, reason=f"{type(error).__name__}: {error}")
            return None
        if isinstance(prepared, Withheld):
            self._end(session, row_id, "cancelled", now, reason=prepared.reason)
            return None
        card = session.get(Card, row.card_id) if row.card_id is not None else None
        return Job(row_id, prepared, card.rev if card else 0, row.attempts, row.uncertain, row.resend)

    def record(self, session: Session, job: Job, result: Result, now: datetime) -> None:
        """Write down what became of a job, and tell the house when that is the end of it."""
        if result.moved_to is not None:
            outbox.move_chat(session, job.prepared.chat_id, result.moved_to)
        step = result.step
        if step.state == "due":
            outbox.postpone(
                session,
                job.row_id,
                self._worker,
                step.not_before or now,
                reason=result.reason,
                counted=step.counted,
                uncertain=step.uncertain,
            )
            return
        message_id = result.delivered.message_id if result.delivered else None
        row = self._end(session, job.row_id, step.state, now, message_id=message_id, reason=result.reason)
        if row is not None and row.card_id is not None and result.delivered is not None:
            _show(session, row.card_id, job, result.delivered)

    def recover(self, session: Session, now: datetime, alive: frozenset[int], alone: bool) -> outbox.Recovered:
        """Settle what a dead sender left; `alive` are the rows this one is sending, `alone` as in outbox.recover."""
        if not self._right.confirmed(session):
            return outbox.Recovered((), ())
        found = outbox.recover(session, now, self._worker, alive, alone=alone)
        for row in found.unknown:
            self._tell(session, row, "unknown", now)
        return found

    def _end(
        self,
        session: Session,
        row_id: int,
        state: str,
        now: datetime,
        *,
        message_id: int | None = None,
        reason: str = "",
    ) -> Outbox | None:
        row = outbox.finish(session, row_id, self._worker, state, now, message_id=message_id, reason=reason)
        if row is None:
            log.error("no longer ours, not recorded: outbox=%s state=%s", row_id, state)
            return None
        self._tell(session, row, state, now)
        return row

    def _tell(self, session: Session, row: Outbox, state: str, now: datetime) -> None:
        row_id = row.id
        try:
            # A savepoint: should the house fail over the news, the end of the message is recorded all the same.
            with session.begin_nested():
                self._composer.settled(session, row, state, now)
        except Exception:
            log.exception("not settled: outbox=%s state=%s", row_id, state)


def _show(session: Session, card_id: int, job: Job, delivered: Delivered) -> None:
    card = session.get(Card, card_id)
    if card is None:
        return
    card.chat_id, card.message_id = job.prepared.chat_id, delivered.message_id
    card.is_photo, card.shown_rev = delivered.is_photo, job.card_rev
