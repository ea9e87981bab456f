"""Who answers how: the manners of the cast, and how a county's people are made up of them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.model import Position, Role
from bot.domain.workdays import Calendar
from bot.stage import Player


class Manner(StrEnum):
    """How somebody answers: within the hour by taps; after the due day; in loose words; never; with difficulties."""

    PROMPT = "prompt"
    LATE = "late"
    VAGUE = "vague"
    SILENT = "silent"
    DIFFICULT = "difficult"


MIXED = "mixed"
_SHARES = {Manner.PROMPT: 50, Manner.LATE: 20, Manner.VAGUE: 15, Manner.SILENT: 5, Manner.DIFFICULT: 10}
_EVEN_MINUTES = 40
_WAKES, _SLEEPS = time(8, 0), time(20, 30)


@dataclass(frozen=True)
class Temper:
    """A person's manner; `minutes` a prompt one lets a message lie, `talks` how often words go with a tap (0 to 1)."""

    manner: Manner
    minutes: int = _EVEN_MINUTES
    talks: float = 0.0


def alike(players: Iterable[Player], manner: Manner) -> dict[int, Temper]:
    """Everybody in one manner and at one pace, by user id."""
    return {player.user_id: Temper(manner) for player in _contacts(players)}


def county(players: Iterable[Player], seed: int) -> dict[int, Temper]:
    """A believable county by user id: half prompt, a fifth late, some vague, some difficult, few silent.

    Which contact is what is drawn by the seed, the shares are not; deputies, who stand in when somebody is away, are
    prompt.
    """
    contacts = _contacts(players)
    asked = sorted(player.user_id for player in contacts if player.position is Position.CONTACT)
    draw = random.Random(f"county:{seed}")  # noqa: S311  (a play, nothing secret)
    manners = _shared_out(len(asked))
    draw.shuffle(manners)
    drawn = dict(zip(asked, manners, strict=True))
    return {
        player.user_id: tempered(player.user_id, drawn.get(player.user_id, Manner.PROMPT), seed) for player in contacts
    }


def tempered(user_id: int, manner: Manner, seed: int) -> Temper:
    """One person in a manner, at a pace of the own."""
    draw = random.Random(f"pace:{seed}:{user_id}")  # noqa: S311
    return Temper(manner, draw.randint(4, 58), draw.choice((0.2, 0.5, 0.8)))


def manners_of(tempers: Mapping[int, Temper]) -> dict[str, str]:
    """The manners alone, by user id as text."""
    return {str(user_id): temper.manner.value for user_id, temper in tempers.items()}


def waking(at: datetime, zone: ZoneInfo, draw: random.Random) -> datetime:
    """`at`, or some minutes after eight in the morning when that is at night."""
    local = at.astimezone(zone)
    if _WAKES <= local.time() <= _SLEEPS:
        return at
    day = local.date() if local.time() < _WAKES else local.date() + timedelta(days=1)
    return datetime.combine(day, _WAKES, zone) + timedelta(minutes=draw.randint(5, 90))


def at_work(after: datetime, days: int, zone: ZoneInfo, calendar: Calendar, draw: random.Random) -> datetime:
    """A moment in the working hours of the nth working day after."""
    day = calendar.shift(after.astimezone(zone).date(), days)
    hours = time(9, 5) if draw.random() < 0.6 else time(14, 35)
    return datetime.combine(day, hours, zone) + timedelta(minutes=draw.randint(0, 115))


def _contacts(players: Iterable[Player]) -> list[Player]:
    return [player for player in players if player.role is Role.CONTACT]


def _shared_out(people: int) -> list[Manner]:
    """The shares as whole people: each gets its whole part, the largest remainders what is left."""
    exact = {manner: people * share / 100 for manner, share in _SHARES.items()}
    counts = {manner: int(value) for manner, value in exact.items()}
    by_rest = sorted(exact, key=lambda manner: counts[manner] - exact[manner])
    for manner in by_rest[: people - sum(counts.values())]:
        counts[manner] += 1
    return [manner for manner, count in counts.items() for _ in range(count)]
