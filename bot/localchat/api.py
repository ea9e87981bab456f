"""The Bot API in memory: what the bot calls and what people do. Synchronous and thread-safe."""

from __future__ import annotations

import hmac
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.localchat import account, editing, people, sending
from bot.localchat.clock import MovableClock
from bot.localchat.errors import ApiError, ConnectionDropped, ControlError
from bot.localchat.faults import Fault, Faults
from bot.localchat.pacing import FloodGate
from bot.localchat.params import Params, UploadedFile
from bot.localchat.views import page_view
from bot.localchat.world import Account, Chat, Json, Person, StoredFile, World

Method = Callable[[World, Params], Any]
METHODS: dict[str, Method] = {
    "getme": account.get_me,
    "getupdates": account.get_updates,
    "setwebhook": account.set_webhook,
    "deletewebhook": account.delete_webhook,
    "getwebhookinfo": account.get_webhook_info,
    "answercallbackquery": account.answer_callback_query,
    "getfile": account.get_file,
    "getchat": account.get_chat,
    "getchatmember": account.get_chat_member,
    "setmycommands": account.set_my_commands,
    "getmycommands": account.get_my_commands,
    "deletemycommands": account.delete_my_commands,
    "setmyname": account.set_profile,
    "setmydescription": account.set_profile,
    "setmyshortdescription": account.set_profile,
    "setchatmenubutton": account.set_chat_menu_button,
    "sendmessage": sending.send_message,
    "sendphoto": sending.send_photo,
    "senddocument": sending.send_document,
    "sendmediagroup": sending.send_media_group,
    "sendchataction": sending.send_chat_action,
    "editmessagetext": editing.edit_message_text,
    "editmessagecaption": editing.edit_message_caption,
    "editmessagemedia": editing.edit_message_media,
    "editmessagereplymarkup": editing.edit_message_reply_markup,
    "deletemessage": editing.delete_message,
    "pinchatmessage": editing.pin_chat_message,
    "unpinchatmessage": editing.unpin_chat_message,
    "setmessagereaction": editing.set_message_reaction,
}
DEFAULT_TOKEN = "1000001:LOCAL-built-in-chat-no-secret-000000"  # noqa: S105 - opens nothing outside this machine


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the bot. `ok` tells whether it was accepted; `result` is the answer's result, or the refusal."""

    number: int
    at: datetime
    method: str
    params: Json
    ok: bool
    result: Any


class BotApi:
    """A whole messenger with one bot in it.

    token: what the bot must present. limits: whether flood limits are enforced, by `seconds`: real
    time as a rule, because the clock of the chat may jump.
    first_update_id: where update ids start; a chat that is opened anew for the same bot database must start above
    all ids used before.
    """

    def __init__(
        self,
        clock: MovableClock,
        token: str = DEFAULT_TOKEN,
        limits: bool = False,
        *,
        username: str = "duban_local_bot",
        name: str = "督办",
        first_update_id: int = 1,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self.clock = clock
        self.gate = FloodGate(seconds) if limits else None
        self.world = World(clock, Account(token, username, name), self.gate, first_update_id)
        self.faults = Faults()
        self.calls: list[Call] = []
        self._lock = threading.RLock()

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.world.account.token

    @property
    def early_calls(self) -> int:
        """Calls made inside a flood penalty; a well-behaved bot makes none."""
        return self.gate.early_calls if self.gate is not None else 0

    def is_token(self, token: str) -> bool:
        """Whether somebody presents the right token."""
        return hmac.compare_digest(token.encode(), self.token.encode())

    def call(self, method: str, params: Mapping[str, Any], files: Mapping[str, UploadedFile] | None = None) -> Json:
        """One Bot API call; returns the envelope. ConnectionDropped when a planned fault cuts the wire."""
        name = method.lower()
        reader = Params(params, files or {})
        with self._lock:
            fault = self.faults.take(name, _chat_number(params))
            if fault is not None and fault.kind == "drop_before":
                raise ConnectionDropped(stored=False)
            envelope = self._answer(name, reader, fault)
            self._record(method, reader, envelope)
        if fault is not None and fault.kind == "drop_after":
            raise ConnectionDropped(stored=True)
        return envelope

    def delay_for(self, method: str, params: Mapping[str, Any]) -> float:
        """Seconds a planned fault holds this call back; whoever carries the call waits that long before `call`."""
        fault = self.faults.take(method.lower(), _chat_number(params), delays=True)
        return fault.seconds if fault is not None else 0.0

    def transcript(self, method: str | None = None, chat_id: int | None = None) -> list[Call]:
        """Accepted calls, oldest first (getUpdates and getMe left out), of one method or for one chat."""
        return [call for call in tuple(self.calls) if call.ok and _concerns(call, method, chat_id)]

    def refusals(self, method: str | None = None, chat_id: int | None = None) -> list[Call]:
        """Refused calls, oldest first."""
        return [call for call in tuple(self.calls) if not call.ok and _concerns(call, method, chat_id)]

    def add_user(self, user_id: int, name: str, language_code: str = "zh-hans", **page: str) -> Person:
        """Let a person exist; `page` may give username, title, group and start (see Person)."""
        with self._lock:
            return people.add_user(self.world, Person(user_id, name, language_code, **page))

    def add_group(self, group_id: int, title: str, members: list[int]) -> Chat:
        """Open a group with the bot in it."""
        with self._lock:
            return people.add_group(self.world, group_id, title, members)

    def migrate_group(self, group_id: int, new_id: int) -> None:
        """Let a group become a supergroup under `new_id`."""
        with self._lock:
            people.migrate_group(self.world, group_id, new_id)

    def user_starts(self, chat_id: int, payload: str = "") -> int:
        """Tap 开始: sends "/start payload"; returns the message id."""
        return self.user_sends(chat_id, f"/start {payload}".rstrip())

    def user_sends(self, chat_id: int, text: str, reply_to: int | None = None, *, by: int | None = None) -> int:
        """A person writes (`by`: who, in a group); returns the message id."""
        with self._lock:
            return people.user_sends(self.world, chat_id, text, reply_to, by)

    def user_sends_file(self, chat_id: int, kind: str, file: UploadedFile, caption: str = "", **more: Any) -> int:
        """A person sends a "photo" or "document"; `more`: reply_to, by, album. Returns the message id."""
        with self._lock:
            return people.user_sends_file(self.world, chat_id, kind, file, caption, more)

    def user_edits(self, chat_id: int, message_id: int, text: str) -> None:
        """A person corrects an own message."""
        with self._lock:
            people.user_edits(self.world, chat_id, message_id, text)

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
            people.set_blocked(self.world, user_id, True)

    def unblock(self, user_id: int) -> None:
        """A person lets the bot in again."""
        with self._lock:
            people.set_blocked(self.world, user_id, False)

    def messages(self, chat_id: int, since: int = 0) -> list[Json]:
        """A chat's messages, oldest first. With `since`: those changed after that revision, deleted ones included."""
        with self._lock:
            found = self.world.chat(chat_id).messages.values()
            return [page_view(self.world, m) for m in found if m.revision > since and (since or not m.deleted)]

    def last_message(self, chat_id: int) -> Json:
        """The newest message in a chat; ControlError when there is none."""
        seen = self.messages(chat_id)
        if not seen:
            raise ControlError("no_such_message", f"chat {chat_id} is empty")
        return seen[-1]

    def file_at(self, path: str) -> StoredFile | None:
        """The stored file under a `file_path`."""
        with self._lock:
            return next((stored for stored in self.world.files.values() if stored.path == path), None)

    def file_by_id(self, file_id: str) -> StoredFile | None:
        """The stored file with that file_id."""
        return self.world.files.get(file_id)

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after every change (from the changing thread, so be quick); returns how to stop."""
        self.world.listeners.append(listener)
        return lambda: self.world.listeners.remove(listener)

    def moved(self) -> None:
        """Tell the listeners that the clock was moved."""
        self.world.changed()

    def locked(self) -> AbstractContextManager[bool]:
        """The lock that guards the world, for reading several things at one instant."""
        return self._lock

    def _answer(self, name: str, params: Params, fault: Fault | None) -> Json:
        try:
            if fault is not None and fault.kind == "error":
                raise fault.error()
            method = METHODS.get(name)
            if method is None:
                raise ApiError(404, "Not Found: method not found")
            return {"ok": True, "result": method(self.world, params)}
        except ApiError as refusal:
            return refusal.envelope()

    def _record(self, method: str, params: Params, envelope: Json) -> None:
        if method.lower() in {"getupdates", "getme"} and envelope["ok"]:
            return
        ok = bool(envelope["ok"])
        result = envelope["result"] if ok else envelope
        self.calls.append(Call(len(self.calls) + 1, self.clock.now(), method, params.plain(), ok, result))


def _concerns(call: Call, method: str | None, chat_id: int | None) -> bool:
    right_method = method is None or call.method.lower() == method.lower()
    return right_method and (chat_id is None or str(call.params.get("chat_id")) == str(chat_id))


def _chat_number(params: Mapping[str, Any]) -> int | None:
    text = str(params.get("chat_id", ""))
    return int(text) if text.lstrip("-").isdigit() else None
