"""The story of a plan: one entry for everything the bot did or left undone, with the facts behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class StoryItem:
    """A due an entry is about. `left` counts working days to the due day, below 0 after it; `agency` when it matters.

    `invited`: the agency takes part and is asked this once only.
    """

    number: str
    what: str
    rung: str
    due_on: date
    left: int
    agency: str = ""
    invited: bool = False

    def as_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {**asdict(self), "due_on": self.due_on.isoformat()}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> StoryItem:
        """The inverse of `as_json`."""
        return cls(**{**kept, "due_on": date.fromisoformat(kept["due_on"])})


@dataclass(frozen=True)
class StoryEntry:
    """What happened at `at` (aware, local) to or by one person; words are put to it by `bot.texts`.

    `kind` names what happened, `code` its variant (a reason, a status, a notice), `said` the person's own words.
    """

    kind: str
    at: datetime
    user_id: int | None = None
    name: str = ""
    agency: str = ""
    role: str = ""
    items: tuple[StoryItem, ...] = ()
    code: str = ""
    said: str = ""
    number: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    chat_id: int | None = None
    message_id: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain JSON, without what is empty."""
        kept = {**asdict(self), "at": self.at.isoformat(), "items": [item.as_json() for item in self.items]}
        return {name: value for name, value in kept.items() if value not in (None, "", [], {}, ())}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> StoryEntry:
        """The inverse of `as_json`."""
        items = tuple(StoryItem.from_json(item) for item in kept.get("items", ()))
        return cls(**{**kept, "at": datetime.fromisoformat(kept["at"]), "items": items})


@dataclass(frozen=True)
class StorySeen:
    """How far the story has been read: the newest ids, and rows whose end was still open."""

    outbox: int = 0
    reminder: int = 0
    report: int = 0
    review: int = 0
    audit: int = 0
    unsent: frozenset[int] = frozenset()
    undecided: frozenset[int] = frozenset()

    def as_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {**asdict(self), "unsent": sorted(self.unsent), "undecided": sorted(self.undecided)}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> StorySeen:
        """The inverse of `as_json`."""
        sets = {name: frozenset(kept[name]) for name in ("unsent", "undecided")}
        return cls(**{**kept, **sets})
