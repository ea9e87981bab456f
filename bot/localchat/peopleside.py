"""The people's side of the chat: what persons do there and what they see, each step under the world's lock."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from itertools import islice
from typing import Any

from bot.localchat import membership, people
from bot.localchat.errors import ControlError
from bot.localchat.params import UploadedFile
from bot.localchat.views import page_view
from bot.localchat.world import Chat, Json, Message, Person, World


class PeopleSide:
    """What persons can do. Whatever they cannot do is a ControlError."""

    world: World
    _lock: threading.RLock

    def add_user(self, user_id: int, name: str, language_code: str = "zh-hans", **page: str) -> Person:
        """Let a person exist; `page` may give username, title, group, start and phone (see Person)."""
        with self._lock:
            return people.add_user(self.world, Person(user_id, name, language_code, **page))

    def add_group(self, group_id: int, title: str, members: list[int]) -> Chat:
        """Open a group with the bot in it."""
        with self._lock:
            return membership.add_group(self.world, group_id, title, members)

    def migrate_group(self, group_id: int, new_id: int) -> None:
        """Let a group become a supergroup under `new_id`."""
        with self._lock:
            membership.migrate_group(self.world, group_id, new_id)

    def user_joins(self, chat_id: int, user_id: int, *, by: int | None = None) -> int:
        """A person joins a group, or is brought in `by` a member; returns the id of the note in the chat."""
        with self._lock:
            return membership.user_joins(self.world, chat_id, user_id, by)

    def user_leaves(self, chat_id: int, user_id: int, *, by: int | None = None) -> int:
        """A person leaves a group, or is put out `by` a member; returns the id of the note in the chat."""
        with self._lock:
            return membership.user_leaves(self.world, chat_id, user_id, by)

    def user_promotes(self, chat_id: int, user_id: int, admin: bool = True, *, by: int | None = None) -> None:
        """A person, or the bot, becomes an administrator of a group, or no longer is one."""
        with self._lock:
            membership.user_promotes(self.world, chat_id, user_id, admin, by)

    def add_bot(self, chat_id: int, by: int) -> None:
        """A member brings the bot back into a group."""
        with self._lock:
            membership.add_bot(self.world, chat_id, by)

    def remove_bot(self, chat_id: int, by: int) -> None:
        """A member puts the bot out of a group."""
        with self._lock:
            membership.remove_bot(self.world, chat_id, by)

    def user_starts(self, chat_id: int, payload: str = "") -> int:
        """Tap 开始: sends "/start payload"; returns the message id."""
        return self.user_sends(chat_id, f"/start {payload}".rstrip())

    def user_sends(self, chat_id: int, text: str, reply_to: int | None = None, *, by: int | None = None) -> int:
        """A person writes (`by`: who, in a group); returns the message id."""
        with self._lock:
            return people.user_sends(self.world, chat_id, text, reply_to, by)

    def user_sends_file(self, chat_id: int, kind: str, file: UploadedFile, caption: str = "", **more: Any) -> int:
        """A person sends a photo, document, video, … (`kind`); `more`: reply_to, by, album. Returns the message id."""
        with self._lock:
            return people.user_sends_file(self.world, chat_id, kind, file, caption, more)

    def user_shares_contact(self, chat_id: int, *, by: int | None = None) -> int:
        """A person gives the own telephone number, as after a request_contact button; returns the message id."""
        with self._lock:
            return people.user_shares_contact(self.world, chat_id, by)

    def user_shares_location(self, chat_id: int, latitude: float, longitude: float, *, by: int | None = None) -> int:
        """A person sends a place; returns the message id."""
        with self._lock:
            return people.user_shares_location(self.world, chat_id, latitude, longitude, by)

    def user_forwards(self, chat_id: int, from_chat_id: int, message_id: int, by: int | None = None) -> int:
        """A person forwards a message of another chat of theirs; returns the new message's id."""
        with self._lock:
            return people.user_forwards(self.world, chat_id, from_chat_id, message_id, by)

    def user_edits(self, chat_id: int, message_id: int, text: str) -> None:
        """A person corrects an own message."""
        with self._lock:
            people.user_edits(self.world, chat_id, message_id, text)

    def user_deletes(self, chat_id: int, message_id: int, *, by: int | None = None) -> None:
        """A person deletes a message (in a group: an own one); as at Telegram the bot hears nothing of it."""
        with self._lock:
            people.user_deletes(self.world, chat_id, message_id, by)

    def user_reads(self, chat_id: int, message_id: int) -> None:
        """The person has read up to this message; earlier reading is never taken back."""
        with self._lock:
            people.user_reads(self.world, chat_id, message_id)

    def user_presses(
        self, chat_id: int, message_id: int, data: str, *, by: int | None = None, unchecked: bool = False
    ) -> str:
        """A person presses the button carrying `data`; returns the query id.

        `unchecked` also presses what is not there: a forged button, or one that has gone since.
        """
        with self._lock:
            return people.user_presses(self.world, chat_id, message_id, data, by, unchecked)

    def user_presses_label(self, chat_id: int, message_id: int, label: str, *, by: int | None = None) -> str:
        """A person presses the one button whose words are, or contain, `label`."""
        with self._lock:
            data = people.labelled(self.world, chat_id, message_id, label)
            return people.user_presses(self.world, chat_id, message_id, data, by, unchecked=False)

    def block(self, user_id: int) -> None:
        """A person blocks the bot."""
        with self._lock:
            membership.set_blocked(self.world, user_id, True)

    def unblock(self, user_id: int) -> None:
        """A person lets the bot in again."""
        with self._lock:
            membership.set_blocked(self.world, user_id, False)

    def messages(
        self, chat_id: int, since: int = 0, *, before: int | None = None, limit: int | None = None
    ) -> list[Json]:
        """A chat's messages, oldest first. With `since`: those changed after that revision, deleted ones included.

        before: only messages with a smaller id. limit: at most that many, the newest.
        """
        with self._lock:
            chat = self.world.chat(chat_id)
            found = (m for m in _newest_first(chat, since) if before is None or m.id < before)
            newest = sorted(islice(found, limit), key=lambda message: message.id)
            return [page_view(self.world, message) for message in newest]

    def last_message(self, chat_id: int) -> Json:
        """The newest message in a chat; ControlError when there is none."""
        seen = self.messages(chat_id, limit=1)
        if not seen:
            raise ControlError("no_such_message", f"chat {chat_id} is empty")
        return seen[-1]

    def unread(self, chat_id: int) -> int:
        """How many messages of the bot the person has not read; notes that something was pinned do not count."""
        with self._lock:
            return people.unread(self.world, chat_id)


def _newest_first(chat: Chat, since: int) -> Iterable[Message]:
    if not since:
        return (message for message in reversed(chat.messages.values()) if not message.deleted)
    changed = []
    for message in reversed(chat.recent.values()):
        if message.revision <= since:
            break
        changed.append(message)
    return sorted(changed, key=lambda message: -message.id)
