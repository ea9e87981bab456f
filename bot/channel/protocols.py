"""What the sender and the house promise each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from bot.channel.client import Delivered
from bot.texts.message import Message
from storage.tables import Outbox


@dataclass(frozen=True)
class Prepared:
    """A message still needed: where it goes, which message it changes (None for a new one), what it shows."""

    chat_id: int
    edit_message_id: int | None
    view: object


@dataclass(frozen=True)
class Withheld:
    """A message no longer needed, and why not."""

    reason: str


class Composer(Protocol):
    """What the sender asks of the house. `prepare` and `settled` run inside units of work, `render` outside any."""

    def prepare(self, session: Session, row: Outbox, now: datetime) -> Prepared | Withheld:
        """Check again that `row` is needed and gather what it shows; `row.uncertain` > 0 may have arrived before."""
        ...

    def render(self, view: Any) -> Message:
        """Put a view into words; pure, in a thread of its own."""
        ...

    def settled(self, session: Session, row: Outbox, state: str, now: datetime) -> None:
        """Hear that `row` has ended as `state`: sent, failed, unknown, cancelled or dead; `row.reason` says why.

        `failed` means that the person cannot be reached.
        """
        ...


class Deliverer(Protocol):
    """The part of the client that the sender needs."""

    async def deliver(self, chat_id: int, message: Message, edit_message_id: int | None = None) -> Delivered:
        """Send or edit; raises the messenger's errors."""
        ...


class Right(Protocol):
    """The right to send, which one process has at a time and may lose."""

    def held(self) -> bool:
        """Whether it was surely ours a moment ago; asks nobody."""
        ...

    def confirmed(self, session: Session) -> bool:
        """Whether it is ours in this very transaction."""
        ...


class Always:
    """The right to send of whoever is alone."""

    def held(self) -> bool:
        """Always."""
        return True

    def confirmed(self, _session: Session) -> bool:
        """Always."""
        return True
