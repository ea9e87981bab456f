"""The Bot API in memory: what the bot calls and what people do. Synchronous and thread-safe."""

from __future__ import annotations

import hmac
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.localchat.account import Noted
from bot.localchat.clock import MovableClock
from bot.localchat.errors import ApiError, ConnectionDropped
from bot.localchat.faults import Fault, Faults
from bot.localchat.methods import METHODS
from bot.localchat.pacing import FloodGate
from bot.localchat.params import Params, UploadedFile
from bot.localchat.peopleside import PeopleSide
from bot.localchat.world import Account, Json, StoredFile, World

CALLS_KEPT = 20_000
"""How many of the newest calls the transcript holds."""
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


class BotApi(PeopleSide):
    """A whole messenger with one bot in it.

    token: what the bot must present. limits: whether flood limits are enforced, by `seconds`: real
    time as a rule, because the clock of the chat may jump.
    strict: whether fields and keys that Telegram would ignore are refused.
    first_update_id: where update ids start; a chat that is opened anew for the same bot database must start above
    all ids used before.
    """

    def __init__(
        self,
        clock: MovableClock,
        token: str = DEFAULT_TOKEN,
        limits: bool = False,
        *,
        strict: bool = True,
        username: str = "duban_local_bot",
        name: str = "督办",
        first_update_id: int = 1,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self.clock = clock
        self.strict = strict
        self.gate = FloodGate(seconds) if limits else None
        self.world = World(clock, Account(token, username, name), self.gate, first_update_id)
        self.faults = Faults()
        self.calls: deque[Call] = deque(maxlen=CALLS_KEPT)
        self._call_count = 0
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
        reader = Params(name, params, files or {}, self.strict)
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

    def file_at(self, path: str) -> StoredFile | None:
        """The stored file under a `file_path`."""
        with self._lock:
            return self.world.paths.get(path)

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
            params.check()
            result = method(self.world, params)
            if isinstance(result, Noted):
                return {"ok": True, "result": result.result, "description": result.description}
            return {"ok": True, "result": result}
        except ApiError as refusal:
            return refusal.envelope()

    def _record(self, method: str, params: Params, envelope: Json) -> None:
        if method.lower() in {"getupdates", "getme"} and envelope["ok"]:
            return
        ok = bool(envelope["ok"])
        result = envelope["result"] if ok else envelope
        self._call_count += 1
        self.calls.append(Call(self._call_count, self.clock.now(), method, params.plain(), ok, result))


def _concerns(call: Call, method: str | None, chat_id: int | None) -> bool:
    right_method = method is None or call.method.lower() == method.lower()
    return right_method and (chat_id is None or str(call.params.get("chat_id")) == str(chat_id))


def _chat_number(params: Mapping[str, Any]) -> int | None:
    text = str(params.get("chat_id", ""))[:20]
    return int(text) if text.removeprefix("-").isdecimal() else None
