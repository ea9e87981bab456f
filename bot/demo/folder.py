"""The built-in chat's own folder: its mark, what is kept in it, and the wall between it and a real bot's data."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from bot.domain.model import DubanError
from storage import settings
from storage.database import Database
from storage.tables import Office

NAME = "built-in-chat"
MARK = "built-in-chat.json"
LOCK = "built-in-chat.lock"
CHAT, STORY = "chat", "story.jsonl"
_SETTING = "built_in_chat"
_VERSION = 1


@dataclass(frozen=True)
class Kept:
    """What the demo itself keeps: the bot's token, whether and how the cast answers, whom a human acted as and when.

    `manners` by user id as text; `humans` ISO instants by user id as text.
    """

    token: str
    seed: int
    answering: bool = False
    manners: dict[str, str] = field(default_factory=dict)
    humans: dict[str, str] = field(default_factory=dict)


def read(folder: Path) -> Kept:
    """What is kept in a folder. ValueError, KeyError or TypeError when it is of another version or half-written."""
    state = json.loads((folder / MARK).read_text(encoding="utf-8"))
    if state.pop("version") != _VERSION:
        raise ValueError(f"{folder} was written by another version")
    return Kept(**state)


def write(folder: Path, kept: Kept) -> None:
    """Keep it; the file is the old or the new one, never a half."""
    fresh = folder / f"{MARK}.new"
    fresh.write_text(json.dumps({"version": _VERSION, **asdict(kept)}, ensure_ascii=False), encoding="utf-8")
    fresh.replace(folder / MARK)


def exists(folder: Path) -> bool:
    """Whether a chat is kept here. Raises DubanError folder_of_real_bot when the folder holds something else."""
    if (folder / MARK).exists():
        return True
    if folder.exists() and any(folder.iterdir()):
        raise DubanError("folder_of_real_bot", where=str(folder))
    return False


def fresh_one(folder: Path) -> Path:
    """An empty folder beside `folder` in which a new world is built; what a crash left there goes."""
    fresh = _beside(folder)
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True, mode=0o700)
    return fresh


def finish_move(folder: Path) -> None:
    """A finished world that a crash kept from its place takes it now; the mark is the last thing a world gets."""
    if not folder.exists() and (_beside(folder) / MARK).exists():
        _beside(folder).rename(folder)


def _beside(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.next")


def put_in_place(fresh: Path, folder: Path) -> None:
    """Let a finished world take the place of the old one."""
    old = folder.with_name(f"{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def move_aside(folder: Path, now: datetime) -> Path:
    """Keep an unreadable world under a name with the date, out of the way."""
    name = f"{folder.name}-{now:%Y%m%d-%H%M%S}"
    names = (name, *(f"{name}-{number}" for number in range(2, 1000)))
    aside = next(path for path in (folder.with_name(free) for free in names) if not path.exists())
    folder.rename(aside)
    return aside


def mark(session: Session, office_id: int) -> None:
    """Mark the database itself, so that it is known wherever it is copied to."""
    settings.write(session, office_id, _SETTING, {"made_by": NAME})


def refuse_marked_folder(folder: Path) -> None:
    """A real bot's command keeps out of the built-in chat's folder. Raises DubanError data_of_built_in_chat."""
    if (folder / MARK).exists():
        raise DubanError("data_of_built_in_chat", where=str(folder))


def refuse_marked_database(db: Database) -> None:
    """The same for its database, wherever that is. Raises DubanError data_of_built_in_chat."""

    def marked(session: Session) -> bool:
        return any(settings.read(session, office.id, _SETTING) for office in session.query(Office))

    if db.read_now(marked):
        raise DubanError("data_of_built_in_chat", where=db.where)
