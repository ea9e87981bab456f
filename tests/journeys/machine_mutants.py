"""Bugs to plant in the planner, one at a time: the reminder machine must find every one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.domain import dispatch, ladder, pausing
from bot.domain.dispatch import Decision
from bot.domain.facts import OwedRung
from bot.services import mornings, waves
from storage import outbox, plans, reminders
from storage.tables import Outbox, Reminder

Plant = Callable[[pytest.MonkeyPatch], None]


def no_recheck_at_sending(patch: pytest.MonkeyPatch) -> None:
    """What was put on a message is said, whatever has happened since."""

    def all_of_it(session: Session, message: Outbox, *_: Any) -> tuple[Reminder, ...]:
        return tuple(row for row in reminders.riding_on(session, [message.id]) if row.state == reminders.QUEUED)

    patch.setattr(waves, "still_needed", all_of_it)


def a_key_for_every_round(patch: pytest.MonkeyPatch) -> None:
    """A person's morning message is found again within one round of deciding only."""
    numbers = count()

    def key_of(person_id: int, today: date) -> str:
        return f"wave:{today.isoformat()}:{person_id}:{next(numbers)}"

    patch.setattr(mornings, "key_of", key_of)


def limits_ignored(patch: pytest.MonkeyPatch) -> None:
    """Neither the week's nor the quarter's limit holds anything back."""
    patch.setattr(dispatch.Told, "at_limit", lambda *_: False)


def hours_ignored(patch: pytest.MonkeyPatch) -> None:
    """Every moment is a working hour."""
    patch.setattr(ladder, "sending_moment", lambda now, *_: now)


def overtaken_said_too(patch: pytest.MonkeyPatch) -> None:
    """After a downtime every rung of a ladder is said."""

    def all_of_them(rungs: Iterable[OwedRung]) -> tuple[tuple[OwedRung, ...], tuple[OwedRung, ...]]:
        return tuple(rungs), ()

    patch.setattr(ladder, "newest_only", all_of_them)


def recipient_of_the_decision(patch: pytest.MonkeyPatch) -> None:
    """Whoever was asked when it was decided is written to, in the agency or not, on leave or not."""

    def goes_now(self: Any, _item: Reminder, stands: OwedRung) -> bool:
        return bool(self._timely and stands.owed_at <= self.now)

    patch.setattr(waves._Recheck, "goes_now", goes_now)


def asleep_before_the_decisions(patch: pytest.MonkeyPatch) -> None:
    """The plan's next moment is kept with the first part of a round, not at its end."""
    decide = waves.decide

    def early(session: Session, agency_ids: frozenset[int], now: datetime, *, hold: bool = False) -> waves.Coming:
        found = decide(session, agency_ids, now, hold=hold)
        for plan in plans.awake(session, now):
            plan.wake_at, plan.decided_to_at = now + timedelta(days=300), now
        return found

    patch.setattr(waves, "decide", early)


def pauses_not_honoured(patch: pytest.MonkeyPatch) -> None:
    """A pause counts days and stops nothing."""
    for module in (pausing, ladder):
        patch.setattr(module, "stands_still", lambda *_: False, raising=False)
    patch.setattr(pausing, "after_pauses", lambda _times, at, _agency: at)


def doubles_not_marked(patch: pytest.MonkeyPatch) -> None:
    """What a dead sender left is sent again as if for the first time."""
    due_again = outbox._due_again
    patch.setattr(outbox, "_due_again", lambda row, doubtful: due_again(row, False))


def answers_not_looked_at(patch: pytest.MonkeyPatch) -> None:
    """Nobody asks whether the report is in."""
    patch.setattr(ladder, "outstanding", lambda *_: True)


def withheld_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    """What did not go out this time stays on the message that is gone."""
    patch.setattr(reminders, "release", lambda *_: None)


def waiting_counts_as_said(patch: pytest.MonkeyPatch) -> None:
    """A phone list's line that waits for the next morning stands already, so nobody says it."""

    def once(self: Any, decisions: Iterable[Decision], _asked: object) -> list[Decision]:
        stand = reminders.decided(self.session, self.plan.id, self.agencies)
        return [one for one in decisions if one.rung.key.rung != dispatch.PHONE or one.rung.key not in stand]

    patch.setattr(waves._Wave, "_once", once)


PLANTS: Mapping[str, Plant] = {
    plant.__name__: plant
    for plant in (
        no_recheck_at_sending,
        a_key_for_every_round,
        limits_ignored,
        hours_ignored,
        overtaken_said_too,
        recipient_of_the_decision,
        asleep_before_the_decisions,
        pauses_not_honoured,
        doubles_not_marked,
        answers_not_looked_at,
        withheld_is_forgotten,
        waiting_counts_as_said,
    )
}
