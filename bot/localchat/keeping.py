"""Keeps the chat across restarts: one JSON file and the files beside it, in a directory of its own.

What a crash loses is at most the last seconds. So that no id of a lost message or update is given out again, a chat
that is opened anew leaves a gap in both counts.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.localchat.api import BotApi
from bot.localchat.world import Chat, Json, Message, Person, StoredFile, Webhook, World

log = logging.getLogger(__name__)

CHAT = "chat.json"
MESSAGE_GAP = 1_000
UPDATE_GAP = 100_000
SAVE_SECONDS = 2.0
VERSION = 1
_CHAT_FIELDS = tuple(f.name for f in fields(Chat) if f.name not in {"notices", "action", "action_until", "recent"})

_FILE_FIELDS = tuple(f.name for f in fields(StoredFile) if f.name != "content")


class Keeper:
    """Saves one BotApi into `folder` and restores it from there."""

    def __init__(self, api: BotApi, folder: Path) -> None:
        self._api = api
        self._folder = folder
        self._saved_revision = -1
        self._one_save = threading.Lock()

    def load(self) -> bool:
        """Take up the kept chat, clock included; False when nothing was kept. ValueError when it cannot be read."""
        path = self._folder / CHAT
        if not path.exists():
            return False
        state = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(state, dict) or state.get("version") != VERSION:
            raise ValueError(f"{path} was written by another version of the built-in chat")
        with self._api.locked():
            _restore(self._api.world, state, self._folder)
        return True

    def save(self) -> None:
        """Write the chat as it is now; the file is the old or the new one, never a half."""
        with self._one_save:
            self._write()

    async def keep(self) -> None:
        """Save after changes, until cancelled, and once more then."""
        try:
            while True:
                await asyncio.sleep(SAVE_SECONDS)
                if self._api.world.revision != self._saved_revision:
                    await asyncio.to_thread(self._try)
        finally:
            self._try()

    def _try(self) -> None:
        """Save, or say why not: what a full disk refuses now it may take the next time."""
        try:
            self.save()
        except (OSError, ValueError) as error:
            log.error("the chat could not be kept in %s: %s", self._folder, error)

    def _write(self) -> None:
        with self._api.locked():
            revision = self._api.world.revision
            state = _state(self._api.world)
            files = list(self._api.world.files.values())
        self._folder.mkdir(parents=True, exist_ok=True)
        for stored in files:
            path = self._folder / stored.id
            if not path.exists():
                _replace(path, stored.content)
        _replace(self._folder / CHAT, json.dumps(state, ensure_ascii=False).encode())
        self._saved_revision = revision


def _replace(path: Path, content: bytes) -> None:
    """Write a file so that under its name there is never a half of it."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_bytes(content)
    fresh.replace(path)


def _state(world: World) -> Json:
    account = world.account
    return {
        "version": VERSION,
        "now": world.clock.now().isoformat(),
        "revision": world.revision,
        "people": [asdict(person) for person in world.people.values()],
        "chats": [_chat_state(chat) for chat in world.chats.values()],
        "files": [_file_state(stored) for stored in world.files.values()],
        "commands": [[*key, commands] for key, commands in account.commands.items()],
        "webhook": asdict(account.webhook),
        "next_update": world.updates.next_id,
        "updates": [[at.isoformat(), update] for at, update in world.updates.waiting],
    }


def _chat_state(chat: Chat) -> Json:
    state = {name: getattr(chat, name) for name in _CHAT_FIELDS}
    state.update(members=sorted(chat.members), pinned=list(chat.pinned), admins=list(chat.admins))
    return {**state, "messages": [asdict(message) for message in chat.messages.values()]}


def _file_state(stored: StoredFile) -> dict[str, Any]:
    return {name: getattr(stored, name) for name in _FILE_FIELDS}


def _restore(world: World, state: Json, folder: Path) -> None:
    world.clock.set(datetime.fromisoformat(state["now"]))
    world.people = {item["id"]: Person(**item) for item in state["people"]}
    world.chats = {item["id"]: _chat(item) for item in state["chats"]}
    world.take_files(_file(item, folder) for item in state["files"])
    world.account.commands = {
        (kind, chat, user, language): commands for kind, chat, user, language, commands in state["commands"]
    }
    world.account.webhook = Webhook(**state.get("webhook", {}))
    waiting = [(datetime.fromisoformat(at), update) for at, update in state["updates"]]
    world.updates.refill(state["next_update"] + UPDATE_GAP, waiting)
    world.revision = state["revision"]


def _chat(item: Json) -> Chat:
    messages = {message["id"]: _message(message) for message in item["messages"]}
    kept = {**item, "messages": messages, "members": set(item["members"])}
    kept["next_id"] += MESSAGE_GAP
    recent = sorted(messages.values(), key=lambda message: message.revision)
    return Chat(**kept, recent={message.id: message for message in recent})


def _message(item: Json) -> Message:
    return Message(**{**item, "reaction": tuple(item["reaction"])})


def _file(item: Json, folder: Path) -> StoredFile:
    path = folder / item["id"]
    if not path.is_file():
        raise ValueError(f"{path} is missing")
    return StoredFile(**item, content=path.read_bytes())
