"""Each person's one message of a morning, over all plans: opened once, it carries rungs and copies of others' rungs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from bot.domain.model import Role
from storage import outbox, people, reminders
from storage.tables import Outbox

# Longer than any round of deciding takes; a round that broke off is begun anew well before.
_HOLD = timedelta(minutes=10)
URGENCY = 2


@dataclass(frozen=True)
class Carrier:
    """The message that carries what everybody in a role hears; without an id it has left for this morning."""

    outbox_id: int | None


class Mornings:
    """The messages of one round of deciding. With `hold` they wait until the round's end, or ten minutes."""

    def __init__(self, session: Session, now: datetime, *, hold: bool = False) -> None:
        self.session, self.now = session, now
        self._not_before = now + _HOLD if hold else None
        self._open: dict[int, Outbox | None] = {}
        self._holders: dict[tuple[int, Role], tuple[int, ...]] = {}

    def open_all(self, person_ids: Iterable[int], office_id: int, today: date) -> None:
        """Make sure each person has a message of this morning."""
        new = {person_id: key_of(person_id, today) for person_id in person_ids if person_id not in self._open}
        if not new:
            return
        outbox.put_all(
            self.session,
            new,
            kind="wave",
            payload={"on": today.isoformat()},
            now=self.now,
            office_id=office_id,
            urgency=URGENCY,
            not_before=self._not_before,
        )
        found = reminders.morning_messages(self.session, new.values())
        self._open.update({person_id: found.get(key) for person_id, key in new.items()})

    def message(self, person_id: int) -> int | None:
        """The id of a person's message while it can still take more; None when it has left."""
        row = self._open[person_id]
        return row.id if row else None

    def doubt(self, outbox_id: int) -> None:
        """What this message says may have arrived before: it says so, and is not sent once more if it is lost again."""
        for row in self._open.values():
            if row is not None and row.id == outbox_id:
                row.uncertain = max(row.uncertain, 1)

    def copy(self, person_id: int, outbox_id: int, name: str) -> None:
        """Let a person's message repeat what another one says, under `name` (copies, escalations)."""
        row = self._open[person_id]
        if row is None or row.id == outbox_id or outbox_id in row.payload.get(name, []):
            return
        row.payload = {**row.payload, name: [*row.payload.get(name, []), outbox_id]}

    def tell_all(self, office_id: int, role: Role, today: date) -> Carrier | None:
        """Open the message of everybody who holds a role: the first one's carries, the others repeat it.

        None when nobody holds the role and can be written to.
        """
        holders = self.holders(office_id, role)
        if not holders:
            return None
        self.open_all(set(holders), office_id, today)
        carrier = self.message(holders[0])
        for person_id in holders[1:]:
            if carrier is not None:
                self.copy(person_id, carrier, "copies")
        return Carrier(carrier)

    def holders(self, office_id: int, role: Role) -> tuple[int, ...]:
        """Who holds an office role and can be written to, oldest first."""
        known = self._holders.get((office_id, role))
        if known is None:
            found = people.holders_of(self.session, office_id, role)
            reached = (row for row in found if row.chat_id is not None and row.unreachable_since_at is None)
            known = self._holders[office_id, role] = tuple(row.id for row in reached)
        return known

    def let_go(self) -> None:
        """The round is over: messages held for it may leave."""
        outbox.let_go(self.session, "wave")


def key_of(person_id: int, today: date) -> str:
    """What makes a person's message of a morning the only one."""
    return f"wave:{today.isoformat()}:{person_id}"
