"""Two hundred people at their phones: each waits for the answer to what was done, then writes or presses again."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.localchat.api import BotApi
from bot.stage import Player

Answered = Callable[[], bool]
HELP_SECONDS = 8.0
SUBMITS = ("go", "wy")


@dataclass(frozen=True)
class Button:
    """A button somebody can see: its card, the card's revision, and where it is."""

    message_id: int
    data: str
    action: str
    card_id: int
    rev: int


@dataclass
class Someone:
    """One person: what was written (marker by message), what was submitted, and what is being waited for."""

    chat_id: int
    markers: list[str] = field(default_factory=list)
    written: dict[int, str] = field(default_factory=dict)
    submitted: list[tuple[int, int]] = field(default_factory=list)
    answered: Answered = lambda: True


class Crowd:
    """Feeds updates through `api`, one a call of `act`, until `wanted` were made."""

    def __init__(self, api: BotApi, contacts: Sequence[Player], strangers: Sequence[int], seed: int) -> None:
        self.api = api
        self.random = random.Random(seed)
        self.people = {player.user_id: Someone(player.user_id) for player in contacts}
        self.strangers = tuple(strangers)
        self.made: Counter[str] = Counter()
        self.count = 0

    @property
    def updates(self) -> int:
        """How many updates the stand-in has issued."""
        return self.api.world.updates.next_id - 1

    def act(self) -> None:
        """One person who is not waiting does one thing; nothing when the one picked still waits."""
        if self.strangers and self.random.random() < 0.03:
            self.made["stranger"] += 1
            self.api.user_sends(self.random.choice(self.strangers), "你们这是干什么的？")
            return
        someone = self.random.choice(list(self.people.values()))
        if someone.answered():
            someone.answered = self._do(someone)

    def _do(self, someone: Someone) -> Answered:
        seen = self.buttons(someone.chat_id)
        submits = [button for button in seen if button.action in SUBMITS]
        statuses = [button for button in seen if button.action == "st"]
        draw = self.random.random()
        if submits and draw < 0.6:
            return self._press(someone, submits[-1])
        if statuses and draw < 0.75:
            return self._press(someone, self.random.choice(statuses))
        if draw < 0.85:
            return self._write(someone)
        if draw < 0.92 and someone.written:
            return self._edit(someone)
        return self._start(someone)

    def _start(self, someone: Someone) -> Answered:
        self.made["start"] += 1
        self.api.user_starts(someone.chat_id)
        until = time.monotonic() + HELP_SECONDS  # a lost help is not sent again: the person goes on after a while
        return lambda: time.monotonic() > until

    def _write(self, someone: Someone) -> Answered:
        marker = self._marker(someone)
        self.made["text"] += 1
        message_id = self.api.user_sends(someone.chat_id, self._words(marker))
        someone.written[message_id] = marker
        return lambda: self._shows(someone.chat_id, marker)

    def _edit(self, someone: Someone) -> Answered:
        message_id = max(someone.written)
        marker = self._marker(someone)
        self.made["edit"] += 1
        someone.written[message_id] = marker
        # Telegram tells edits apart by the second.
        self.api.user_edits(someone.chat_id, message_id, self._words(marker))
        return lambda: self._shows(someone.chat_id, marker)

    def _press(self, someone: Someone, button: Button) -> Answered:
        self.made["press"] += 1
        if button.action in SUBMITS:
            someone.submitted.append((button.card_id, button.rev))
        self.api.user_presses(someone.chat_id, button.message_id, button.data)
        if button.action in SUBMITS and self.random.random() < 0.2:
            self.made["double tap"] += 1
            self.api.user_presses(someone.chat_id, button.message_id, button.data)
        return lambda: self._moved_on(someone.chat_id, button)

    def _words(self, marker: str) -> str:
        return f"巡查记录{marker}，已清理{self.random.randint(1, 90)}处，正在推进"

    def _marker(self, someone: Someone) -> str:
        marker = f"甲{someone.chat_id}乙{len(someone.markers):03}丙"
        someone.markers.append(marker)
        return marker

    def _shows(self, chat_id: int, marker: str) -> bool:
        return any(marker in words_of(message) for message in self.api.messages(chat_id) if message["from_bot"])

    def _moved_on(self, chat_id: int, button: Button) -> bool:
        return any(seen.card_id == button.card_id and seen.rev > button.rev for seen in self.buttons(chat_id))

    def buttons(self, chat_id: int) -> list[Button]:
        """The buttons a person can see, those of each card in its newest shape only, oldest message first."""
        found = [button for message in self.api.messages(chat_id) for button in buttons_of(message)]
        newest: dict[int, int] = {}
        for button in found:
            newest[button.card_id] = max(newest.get(button.card_id, 0), button.rev)
        return [button for button in found if button.rev == newest[button.card_id]]


def words_of(message: dict[str, object]) -> str:
    return str(message.get("text") or message.get("caption") or "")


def buttons_of(message: dict[str, object]) -> list[Button]:
    markup = message.get("reply_markup")
    rows = markup.get("inline_keyboard", []) if isinstance(markup, dict) else []
    return [
        Button(int(str(message.get("message_id", 0))), key["callback_data"], *_parts(key["callback_data"]))
        for row in rows
        for key in row
        if "callback_data" in key
    ]


def _parts(data: str) -> tuple[str, int, int]:
    _, action, card_id, rev, *_ = data.split(":")
    return action, int(card_id), int(rev)
