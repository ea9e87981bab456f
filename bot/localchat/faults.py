"""Faults on order: which of the next calls are slow, cut or refused."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Literal

from bot.localchat.errors import ApiError

FaultKind = Literal["delay", "drop_before", "drop_after", "error"]


@dataclass(slots=True)
class Fault:
    """One rule. It lets `skip` matching calls pass, then strikes `count` times.

    kind: `delay` waits `seconds` (real time, over HTTP only) and then goes on; `drop_before` cuts the connection and
    stores nothing; `drop_after` stores, then cuts; `error` answers `code` with `description` and `retry_after` (s).
    method: a Bot API method, any case, or "*" for all but getUpdates. chat_id: only calls for that chat.
    """

    method: str
    kind: FaultKind
    count: int = 1
    skip: int = 0
    seconds: float = 0.0
    code: int = 500
    description: str = ""
    retry_after: int | None = None
    chat_id: int | None = None

    def matches(self, method: str, chat_id: int | None) -> bool:
        """Whether the rule is meant for this call."""
        right_method = self.method.lower() == method or (self.method == "*" and method != "getupdates")
        return right_method and (self.chat_id is None or self.chat_id == chat_id)

    def error(self) -> ApiError:
        """The refusal an `error` rule answers."""
        if self.retry_after is not None:
            return ApiError(429, f"Too Many Requests: retry after {self.retry_after}", retry_after=self.retry_after)
        return ApiError(self.code, self.description or _USUAL.get(self.code, "Internal Server Error"))


_USUAL = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    502: "Bad Gateway",
}


class Faults:
    """The rules in force, oldest first; a used-up rule disappears. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rules: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        """Put a rule in force."""
        with self._lock:
            self._rules.append(fault)
        return fault

    def clear(self) -> None:
        """Lift all rules."""
        with self._lock:
            self._rules.clear()

    @property
    def rules(self) -> tuple[Fault, ...]:
        """What is still to come."""
        with self._lock:
            return tuple(self._rules)

    def take(self, method: str, chat_id: int | None, delays: bool = False) -> Fault | None:
        """Use up one strike of the first rule for this call; `delays` asks for delays only, else for all others."""
        with self._lock:
            for rule in self._rules:
                if (rule.kind == "delay") is delays and rule.matches(method, chat_id):
                    return self._strike(rule)
        return None

    def _strike(self, rule: Fault) -> Fault | None:
        if rule.skip > 0:
            rule.skip -= 1
            return None
        rule.count -= 1
        if rule.count <= 0:
            self._rules.remove(rule)
        return rule
