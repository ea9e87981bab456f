"""What exists in the built-in chat: people, chats, messages, files, and the bot's own account."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.localchat.clock import MovableClock
from bot.localchat.errors import ControlError, bad_request, forbidden
from bot.localchat.keyboards import Markup
from bot.localchat.pacing import FloodGate
from bot.localchat.updates import UpdateQueue

Json = dict[str, Any]
LARGEST_ID = (1 << 52) - 1
"""Telegram's ids have at most 52 significant bits."""
QUERY_LIFE = timedelta(seconds=150)
"""How long Telegram waits for the answer to a button press."""


@dataclass(slots=True)
class Person:
    """Somebody who can chat.

    For the page: `title` (联络员·县财政局), `group` (heading in the list of people), `start` (the /start payload).
    phone: what a shared contact carries, digits with the country code; empty for a made-up one.
    """

    id: int
    name: str
    language_code: str = "zh-hans"
    username: str = ""
    title: str = ""
    group: str = ""
    start: str = ""
    phone: str = ""


@dataclass(slots=True)
class Message:
    """One message as it stands now.

    body: the Bot API's content fields (text, photo, document, caption …). extra: fields that editing leaves alone
    (has_protected_content, media_group_id, forward_origin …).
    """

    chat_id: int
    id: int
    sender_id: int
    date: int
    body: Json
    reply_to: int | None = None
    inline: Markup | None = None
    editable: bool = True
    edit_date: int | None = None
    reaction: tuple[str, ...] = ()
    deleted: bool = False
    revision: int = 0
    extra: Json = field(default_factory=dict)


@dataclass(slots=True)
class Chat:
    """A private chat (id = the person's id) or a group (negative id).

    blocked: the person has blocked the bot. bot_status: what the bot is in a group: member, left or kicked.
    admins: who may manage a group, its creator first. read_to: the newest message id the person has read.
    recent: the messages by their last change, newest last.
    """

    id: int
    kind: str = "private"
    title: str = ""
    members: set[int] = field(default_factory=set)
    moved_to: int | None = None
    started: bool = False
    blocked: bool = False
    messages: dict[int, Message] = field(default_factory=dict)
    recent: dict[int, Message] = field(default_factory=dict)
    next_id: int = 1
    keyboard: Markup | None = None
    pinned: list[int] = field(default_factory=list)
    notices: list[Json] = field(default_factory=list)
    action_until: float = 0.0
    action: str = ""
    revision: int = 0
    read_to: int = 0
    bot_status: str = "member"
    admins: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file the server keeps; pixels, seconds and names only as far as its kind has them."""

    id: str
    unique_id: str
    kind: str
    name: str
    mime_type: str
    content: bytes
    path: str
    width: int = 0
    height: int = 0
    duration: int = 0
    performer: str = ""
    title: str = ""


@dataclass(slots=True)
class Webhook:
    """Where updates are delivered to; an empty url means that the bot polls.

    last_error_at: unix seconds of the newest failure, 0 for none. changes: grows whenever the webhook is set anew.
    """

    url: str = ""
    secret: str = ""
    max_connections: int = 40
    ip_address: str = ""
    has_certificate: bool = False
    last_error_at: int = 0
    last_error: str = ""
    changes: int = 0


@dataclass(slots=True)
class Account:
    """The bot itself: who it is and what it has set about itself."""

    token: str
    username: str
    name: str
    commands: dict[tuple[str, int, int, str], list[Json]] = field(default_factory=dict)
    profile: dict[tuple[str, str], str] = field(default_factory=dict)
    webhook: Webhook = field(default_factory=Webhook)
    menu_buttons: dict[int, Json] = field(default_factory=dict)
    rights: dict[bool, Json] = field(default_factory=dict)

    @property
    def id(self) -> int:
        """The number before the colon of the token."""
        return int(self.token.split(":")[0])


@dataclass(slots=True)
class Query:
    """A button press waiting for its answer; Telegram forgets it 150 s after `at`."""

    id: str
    chat_id: int
    message_id: int
    person_id: int
    at: datetime
    answered: bool = False


class World:
    """All state, without locks or network; BotApi guards it."""

    def __init__(self, clock: MovableClock, account: Account, gate: FloodGate | None, first_update_id: int) -> None:
        self.clock = clock
        self.account = account
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.paths: dict[str, StoredFile] = {}
        self.queries: dict[str, Query] = {}
        self._presses = 0
        self.updates = UpdateQueue(first_update_id)
        self.gate = gate
        self.revision = 0
        self.listeners: list[Callable[[], None]] = []

    def unix(self) -> int:
        """Now in unix seconds, as message dates are written."""
        return int(self.clock.now().timestamp())

    def changed(self) -> int:
        """Count one change and wake whoever waits for changes; returns the new revision."""
        self.revision += 1
        for listener in tuple(self.listeners):
            listener()
        return self.revision

    def touched(self, message: Message) -> int:
        """Count a change of this message; returns the new revision."""
        recent = self.chats[message.chat_id].recent
        recent.pop(message.id, None)
        recent[message.id] = message
        message.revision = self.changed()
        return message.revision

    def update(self, kind: str, payload: Json) -> int | None:
        """Queue an update for the bot."""
        update_id = self.updates.add(self.clock.now(), kind, payload)
        self.changed()
        return update_id

    def person(self, person_id: int) -> Person:
        """The person, or ControlError."""
        if person_id not in self.people:
            raise ControlError("no_such_person", f"there is no person {person_id}")
        return self.people[person_id]

    def chat(self, chat_id: int) -> Chat:
        """The chat seen from the users' side, or ControlError."""
        if chat_id not in self.chats:
            raise ControlError("no_such_chat", f"there is no chat {chat_id}")
        return self.chats[chat_id]

    def chat_for_bot(self, chat_id: str) -> Chat:
        """The chat a call names; a refusal in Telegram's words when the bot cannot use it."""
        if not chat_id:
            raise bad_request("chat_id is empty")
        chat = self.chats.get(int(chat_id)) if _is_number(chat_id) else None
        if chat is None or not chat.started:
            raise bad_request("chat not found")
        return chat

    def chat_to_write(self, chat_id: str) -> Chat:
        """Like `chat_for_bot`, and the bot may write there."""
        chat = self.chats.get(int(chat_id)) if _is_number(chat_id) else None
        if chat is not None and not chat.started and self.in_a_group(chat.id):
            raise forbidden("bot can't initiate conversation with a user")
        chat = self.chat_for_bot(chat_id)
        if chat.moved_to is not None:
            refusal = bad_request("group chat was upgraded to a supergroup chat")
            refusal.parameters["migrate_to_chat_id"] = chat.moved_to
            raise refusal
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        if chat.bot_status == "kicked":
            raise forbidden(f"bot was kicked from the {chat.kind} chat")
        if chat.bot_status == "left":
            raise forbidden(f"bot is not a member of the {chat.kind} chat")
        return chat

    def in_a_group(self, person_id: int) -> bool:
        """Whether the bot knows the person from a group."""
        return any(person_id in chat.members for chat in self.chats.values())

    def add_message(self, chat: Chat, sender_id: int, body: Json, **more: Any) -> Message:
        """Put a new message into a chat under its next id."""
        message = Message(chat.id, chat.next_id, sender_id, self.unix(), body, **more)
        chat.next_id += 1
        chat.messages[message.id] = message
        self.touched(message)
        return message

    def ask(self, chat_id: int, message_id: int, person_id: int) -> Query:
        """A button press begins to wait for its answer; those long past are forgotten."""
        now = self.clock.now()
        while self.queries and next(iter(self.queries.values())).at + 2 * QUERY_LIFE < now:
            del self.queries[next(iter(self.queries))]
        self._presses += 1
        number = f"{person_id}{self.updates.next_id}{self._presses:04d}"
        query = Query(number, chat_id, message_id, person_id, now)
        self.queries[query.id] = query
        return query

    def keep_file(self, kind: str, name: str, mime_type: str, content: bytes, **attributes: Any) -> StoredFile:
        """Store a file once per content, kind, name and attributes; its id can be sent again."""
        described = f"|{kind}|{name}" + "".join(
            f"|{value}" for value in attributes.values() if value and kind != "photo"
        )
        digest = hashlib.sha256(content + described.encode()).hexdigest()
        file_id = f"{_ID_BEGINS[kind]}{digest[:40]}"
        known = self.files.get(file_id)
        if known is not None:
            return known
        path = f"{_FOLDERS[kind]}/{digest[:16]}{_suffix(name)}"
        stored = StoredFile(file_id, digest[:16], kind, name, mime_type, content, path, **attributes)
        self.take_files([stored])
        return stored

    def take_files(self, files: Iterable[StoredFile]) -> None:
        """Take over stored files."""
        for stored in files:
            self.files[stored.id] = self.paths[stored.path] = stored


_ID_BEGINS = {
    "photo": "AgAC",
    "document": "BQAC",
    "video": "BAAC",
    "animation": "CgAC",
    "audio": "CQAC",
    "voice": "AwAC",
}
_LONGEST_ID = 20
_FOLDERS = {
    "photo": "photos",
    "document": "documents",
    "video": "videos",
    "animation": "animations",
    "audio": "music",
    "voice": "voice",
}


def _is_number(text: str) -> bool:
    return text.removeprefix("-").isdecimal() and len(text) <= _LONGEST_ID


def _suffix(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    return f".{ending.lower()}" if stem and dot and ending.isalnum() and len(ending) <= 8 else ""
