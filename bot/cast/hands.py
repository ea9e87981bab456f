"""A person's hands in the chat: read the buttons that are there, press, write, send a file; then let the bot answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from bot.localchat.api import BotApi
from bot.localchat.errors import ControlError
from bot.localchat.params import UploadedFile
from bot.stage import data_of, keys_of, parts_of

Json = dict[str, Any]


class Hands:
    """Acts as one person; after every act `settle` lets the bot answer. `on_words` is called after words are heard.

    `own_updates` collects the updates it caused.
    """

    def __init__(
        self,
        api: BotApi,
        user_id: int,
        settle: Callable[[], Awaitable[None]],
        own_updates: set[int],
        on_words: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self.api, self.user_id = api, user_id
        self._settle, self._own, self._on_words = settle, own_updates, on_words

    async def press(self, action: str, arg: str | None = None, on: int | None = None) -> bool:
        """Press the newest button of this action and argument (the first parts of it are enough) on message `on`.

        Anywhere in the chat without `on`. False when there is none, or the bot has been blocked.
        """
        found = next((button for button in self._buttons(on) if _is(button[1], action, arg)), None)
        return found is not None and await self._act(lambda: self.api.user_presses(self.user_id, *found))

    async def say(self, text: str, reply_to: int | None = None, *, heard: bool = True) -> int | None:
        """Write a text; its message id, None when that was not possible. `heard` False: no matter of its own."""
        written: list[int] = []
        afterwards = self._on_words if heard else None
        await self._act(lambda: written.append(self.api.user_sends(self.user_id, text, reply_to)), afterwards)
        return written[0] if written else None

    async def pause(self) -> None:
        """A moment between two matters."""
        if self._on_words is not None:
            await self._on_words()

    async def edit(self, message_id: int, text: str) -> bool:
        """Correct an own text."""
        return await self._act(lambda: self.api.user_edits(self.user_id, message_id, text), self._on_words)

    async def send_file(self, kind: str, file: UploadedFile, caption: str, reply_to: int | None) -> bool:
        """Send a "photo" or "document"."""
        more = {"reply_to": reply_to} if reply_to is not None else {}
        return await self._act(lambda: self.api.user_sends_file(self.user_id, kind, file, caption, **more))

    def offered(self, after: int = 0) -> frozenset[str]:
        """The actions of the buttons on the newest message of the bot after message `after`."""
        newest = self.newest(after)
        return frozenset(parts_of(data)[1] for data in data_of(newest)) if newest is not None else frozenset()

    def newest(self, after: int = 0) -> Json | None:
        """The newest message of the bot after message `after`."""
        return next((message for message in self._newest_first() if message["message_id"] > after), None)

    def labels(self, action: str, on: int) -> Iterator[tuple[str, str]]:
        """Label and first argument of every button of this action on message `on`."""
        for message in self._newest_first():
            for button in keys_of(message) if message["message_id"] == on else ():
                parts = parts_of(button.get("callback_data", ""))
                if parts[1] == action:
                    yield str(button["text"]), parts[4] if len(parts) > 4 else ""

    def _newest_first(self) -> Iterator[Json]:
        return (message for message in reversed(self.api.messages(self.user_id)) if message["from_bot"])

    def _buttons(self, on: int | None) -> Iterator[tuple[int, str]]:
        for message in self._newest_first():
            if on is None or message["message_id"] == on:
                yield from ((message["message_id"], data) for data in data_of(message))

    async def _act(self, act: Callable[[], object], afterwards: Callable[[], Awaitable[None]] | None = None) -> bool:
        before = self.api.world.updates.next_id
        try:
            act()
        except ControlError:
            return False
        self._own.update(range(before, self.api.world.updates.next_id))
        await self._settle()
        if afterwards is not None:
            await afterwards()
        return True


def _is(data: str, action: str, arg: str | None) -> bool:
    parts = parts_of(data)
    said = ":".join(parts[4:])
    return parts[1] == action and (arg is None or said == arg or said.startswith(f"{arg}:"))
