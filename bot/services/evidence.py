"""Evidence: files kept by hash under the data directory; the original name is data only, nothing is opened."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.model import DubanError, DueKey
from bot.domain.people import Actor
from bot.services import cards, reporting, trail
from storage import cards as card_queries
from storage.tables import Card, Evidence, Report

MAX_BYTES = 20 * 1024 * 1024
FRESH_FOR = timedelta(minutes=30)

# What the first bytes of a file must be for it to be kept (allow-list by content, not by name).
_KINDS = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"PK\x03\x04", "application/zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword"),
)


@dataclass(frozen=True)
class StoredFile:
    """A file already on disk under its hash."""

    sha256: str
    name: str
    media_type: str
    size: int


def store(home: Path, name: str, data: bytes) -> StoredFile:
    """Check and keep a file: temp, fsync, rename. Raises DubanError for empty, too large or unwanted files."""
    if not data:
        raise DubanError("evidence_empty", name=name)
    if len(data) > MAX_BYTES:
        raise DubanError("evidence_too_large", name=name, limit_mb=MAX_BYTES // 1024 // 1024)
    media_type = next((kind for magic, kind in _KINDS if data.startswith(magic)), "")
    if not media_type:
        raise DubanError("evidence_kind", name=name)
    digest = hashlib.sha256(data).hexdigest()
    folder = home / "evidence" / digest[:2]
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / digest
    if not target.exists():
        _write_whole(target, data)
    return StoredFile(digest, name[:255], media_type, len(data))


def _write_whole(target: Path, data: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as temporary:
        temporary.write(data)
        temporary.flush()
        os.fsync(temporary.fileno())
    Path(temporary.name).replace(target)


def expect(session: Session, actor: Actor, reply_to: int | None, now: datetime) -> None:
    """Raises DubanError when a file sent now would have nowhere to go, so that it is not even fetched."""
    if _card_for(session, actor, reply_to, now) is None:
        _only_open(session, actor, now)


def attach(session: Session, actor: Actor, stored: StoredFile, reply_to: int | None, now: datetime) -> Card:
    """Attach a file to the card it answers: the replied one, the draft in hand, the last receipt, the only open due."""
    card = _card_for(session, actor, reply_to, now) or _new_card(session, actor, now)
    if _has(session, card, stored):
        cards.redraw(session, card, now)
        return card
    row = Evidence(
        office_id=actor.office_id,
        card_id=card.id,
        sender_id=actor.person_id,
        sha256=stored.sha256,
        name=stored.name,
        media_type=stored.media_type,
        size=stored.size,
        received_at=now,
    )
    report = _reported_by(session, card)
    if report is not None:
        row.report_number, row.plan_id = report.number, report.plan_id
    session.add(row)
    trail.record(
        session,
        actor,
        "evidence_received",
        f"card:{card.id}",
        {"sha256": stored.sha256, "name": stored.name, "size": stored.size},
        now,
    )
    session.flush()
    cards.redraw(session, card, now)
    return card


def _has(session: Session, card: Card, stored: StoredFile) -> bool:
    """Whether the card has this very file already: sending it twice is normal."""
    query = select(Evidence.id).where(Evidence.card_id == card.id, Evidence.sha256 == stored.sha256)
    return session.scalars(query).first() is not None


def _reported_by(session: Session, card: Card) -> Report | None:
    """The report the card is the receipt of; of words that made several, the first."""
    receipts = [report_id for _, report_id in card.state.get("receipts", ())]
    return session.get(Report, card.state.get("receipt") or next(iter(receipts), 0))


def _card_for(session: Session, actor: Actor, reply_to: int | None, now: datetime) -> Card | None:
    if reply_to is not None:
        replied = card_queries.of_message(session, actor, reply_to)
        if replied is not None and replied.kind in ("dues", "words"):
            return _focused(replied)
    for card in card_queries.latest(session, actor, ("dues", "words"), now - FRESH_FOR):
        if card.state.get("draft") or card.state.get("receipt") or card.state.get("stage", "cancelled") != "cancelled":
            return card
    return None


def _focused(card: Card) -> Card:
    if card.kind == "dues" and card.state.get("focus") is None:
        raise DubanError("evidence_which_task")
    return card


def _only_open(session: Session, actor: Actor, now: datetime) -> DueKey:
    keys = reporting.reportable(session, actor, now)
    if not keys:
        raise DubanError("evidence_nothing_open")
    if len(keys) > 1:
        raise DubanError("evidence_which_task")
    return keys[0]


def _new_card(session: Session, actor: Actor, now: datetime) -> Card:
    key = _only_open(session, actor, now)
    state = reporting.dues_state(reporting.plan_of_due(session, key), (key,))
    return card_queries.add(session, actor.office_id, actor.person_id, "dues", state, now)
