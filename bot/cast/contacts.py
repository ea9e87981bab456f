"""How a contact answers a reminder, by manner: taps, loose words, difficulties, and what the bot then asks."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.cast import sayings
from bot.cast.carried import Carried
from bot.cast.hands import Hands
from bot.cast.tempers import Manner, Temper, at_work, waking
from bot.domain.facts import ASSIGNMENT
from bot.domain.model import Status
from bot.domain.workdays import Calendar
from bot.localchat.params import UploadedFile
from bot.stage import Player

_MOST_QUESTIONS = 5
_OVERDUE = ("D", "D+1")
_HEADS_UP = ("D-30", "D-10")
# How likely somebody vague or difficult answers at a rung; at any other rung more likely still.
_VAGUE = {"D-30": 0.0, "D-10": 0.3, "D-3": 0.6}
_DIFFICULT = {"D-30": 0.1, "D-10": 0.45, "D-3": 0.7}
_LEFT_ALONE = 0.8
_PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63785dfe010004b202583b7c32d90000000049454e44ae426082"
)
_PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"


@dataclass(frozen=True)
class Letter:
    """A message that asks somebody for something. `arrived` is aware; `message_id` None when it was not learned."""

    player: Player
    message_id: int | None
    arrived: datetime
    items: tuple[Carried, ...]

    @property
    def asks_to_sign(self) -> bool:
        """Whether it hands over the agency's tasks."""
        return any(item.what == ASSIGNMENT for item in self.items)

    @property
    def dues(self) -> tuple[Carried, ...]:
        """What it asks a report for, in the card's order."""
        return tuple(item for item in self.items if item.what != ASSIGNMENT and item.task is not None)

    @property
    def is_list(self) -> bool:
        """Whether its card shows several things, so that one must be opened first."""
        return len(self.items) > 1

    def draw(self, seed: int, about: str) -> random.Random:
        """Chance for this letter alone, the same however often it is drawn and in whatever order."""
        asked = ",".join(f"{item.task}{item.what}{item.rung}" for item in self.items)
        return random.Random(f"{seed}:{about}:{self.player.user_id}:{asked}")  # noqa: S311  (a play)


def answered_at(temper: Temper, letter: Letter, seed: int, zone: ZoneInfo, calendar: Calendar) -> datetime | None:
    """When somebody of this temper answers a letter; None for never. By day only."""
    draw = letter.draw(seed, "when")
    if temper.manner is Manner.SILENT or not letter.items:
        return None
    if temper.manner is Manner.LATE:
        return _late(letter, draw, zone, calendar)
    if temper.manner is Manner.PROMPT:
        return waking(letter.arrived + timedelta(minutes=temper.minutes), zone, draw)
    chances = _VAGUE if temper.manner is Manner.VAGUE else _DIFFICULT
    chance = max(0.9 if item.what == ASSIGNMENT else chances.get(item.rung, 0.92) for item in letter.items)
    wait = timedelta(minutes=draw.randint(60, 450))
    return waking(letter.arrived + wait, zone, draw) if draw.random() < chance else None


def _late(letter: Letter, draw: random.Random, zone: ZoneInfo, calendar: Calendar) -> datetime | None:
    if letter.asks_to_sign or any(item.rung in _OVERDUE for item in letter.dues):
        return at_work(letter.arrived, draw.randint(1, 3), zone, calendar, draw)
    return None


@dataclass(frozen=True)
class Answer:
    """One person answering one letter now. `open_places` are the places of the dues that still want an answer."""

    hands: Hands
    letter: Letter
    temper: Temper
    open_places: tuple[int, ...]
    now: datetime
    seed: int
    zone: ZoneInfo
    calendar: Calendar

    async def give(self) -> None:
        """Sign what is to be signed, then answer the dues in the person's manner."""
        if self.letter.asks_to_sign:
            await self.hands.press("sg", on=self.letter.message_id)
        draw = self.letter.draw(self.seed, "which")
        places = [place for place in self.open_places if self._wanted(self.letter.dues[place], draw)]
        if not places:
            return
        draw = self.letter.draw(self.seed, "how")
        if self.temper.manner is Manner.VAGUE:
            await self._loosely(places[0], draw)
        elif self.temper.manner is Manner.DIFFICULT:
            await self._with_difficulty(places, draw)
        else:
            for place in places:
                status = self._status(self.letter.dues[place], draw)
                await self._tap(place, status, self._words(place, status, draw))

    def _wanted(self, item: Carried, draw: random.Random) -> bool:
        """Late ones wait until it is late; most leave alone what they only take part in."""
        if item.invited and self.temper.talks > 0 and draw.random() < _LEFT_ALONE:
            return False
        return self.temper.manner is not Manner.LATE or item.due_on < self.now.astimezone(self.zone).date()

    def _status(self, item: Carried, draw: random.Random) -> Status:
        """Milestones and the last quarter are done; who talks does not call a thing done weeks ahead."""
        is_last = item.what.startswith("milestone") or item.what.endswith("Q4")
        early = self.temper.talks > 0 and item.rung in _HEADS_UP and item.what.startswith("milestone")
        return Status.DONE if is_last and not (early and draw.random() < 0.5) else Status.IN_PROGRESS

    def _words(self, place: int, status: Status, draw: random.Random) -> str:
        """What somebody who talks types under the tapped status; it fits that status."""
        item = self.letter.dues[place]
        if draw.random() >= self.temper.talks:
            return ""
        if status is Status.DONE:
            return sayings.finished(item, draw)
        return sayings.progress(item, sayings.share_done(item.what, draw), draw)

    async def _open(self, place: int) -> None:
        if self.letter.is_list:
            await self.hands.press("f", str(place), on=self.letter.message_id)

    async def _tap(self, place: int, status: Status, words: str = "") -> None:
        """The two taps of a normal report, on the letter's own card."""
        card = self.letter.message_id
        await self._open(place)
        if await self.hands.press("st", status.value, on=card) and words:
            await self.hands.say(words, heard=False)
        await self.hands.press("go", on=card)
        await self.hands.press("l", on=card)

    async def _loosely(self, place: int, draw: random.Random) -> None:
        item = self.letter.dues[place]
        words = draw.choice(sayings.LOOSE)
        if draw.random() < 0.4:
            words = f"{item.task} {words}"
        written = await self.hands.say(words, self.letter.message_id if draw.random() < 0.6 else None)
        await self._follow(written, item, draw, sure=0.85)

    async def _follow(self, written: int | None, item: Carried, draw: random.Random, sure: float = 1.0) -> None:
        """Answer what the bot asks about written words until it takes them; rephrase once when it asks nothing."""
        rephrased = False
        for _ in range(_MOST_QUESTIONS):
            offered = self.hands.offered(written) if written is not None else frozenset()
            if "wy" in offered:
                if draw.random() < sure:
                    await self.hands.press("wy")
                return
            if "wt" in offered:
                await self.hands.press("wt", self._which(written or 0, item, draw))
            elif "ws" in offered:
                await self.hands.press("ws", Status.IN_PROGRESS.value)
            elif not rephrased:
                percent = sayings.share_done(item.what, draw)
                written = await self.hands.say(sayings.said(sayings.PLAINER, item, percent, draw))
                rephrased = True
            else:
                return

    def _which(self, written: int, item: Carried, draw: random.Random) -> str:
        """The offered task that is meant, or with a shrug 全部都是."""
        newest = self.hands.newest(written)
        offered = list(self.hands.labels("wt", newest["message_id"])) if newest is not None else []
        if self.temper.manner is Manner.VAGUE and draw.random() < 0.5 and any(arg == "-1" for _, arg in offered):
            return "-1"
        return next((arg for label, arg in offered if label.endswith(item.task or "")), "0")

    async def _with_difficulty(self, places: list[int], draw: random.Random) -> None:
        """One due in a difficult way, some of the others by plain taps."""
        item = self.letter.dues[places[0]]
        before_due = self.now.astimezone(self.zone).date() <= item.due_on and item.rung not in _OVERDUE
        tricks: tuple[Callable[[int, random.Random], Awaitable[None]], ...] = (
            *(self._in_trouble, self._in_trouble, self._with_wrong_number, self._with_file, self._bare_done),
            *(self._and_edit, *((self._not_ours, self._ask_for_time) if before_due else ())),
        )
        await draw.choice(tricks)(places[0], draw)
        for place in places[1:]:
            if draw.random() < 0.6:
                await self._tap(place, Status.IN_PROGRESS)

    async def _in_trouble(self, place: int, draw: random.Random) -> None:
        await self._write(place, sayings.TROUBLE, draw)

    async def _write(self, place: int, templates: tuple[str, ...], draw: random.Random) -> int | None:
        item = self.letter.dues[place]
        written = await self.hands.say(sayings.said(templates, item, sayings.share_done(item.what, draw), draw))
        await self._follow(written, item, draw)
        return written

    async def _with_wrong_number(self, place: int, draw: random.Random) -> None:
        written = await self.hands.say("（九）9 完成一半左右，还在推进", self.letter.message_id)
        await self._follow(written, self.letter.dues[place], draw)

    async def _with_file(self, place: int, draw: random.Random) -> None:
        """A photo or a paper while the report is being made; some only send it with a line under it."""
        item, card = self.letter.dues[place], self.letter.message_id
        kind, file = draw.choice(
            (
                ("photo", UploadedFile("现场.png", _PICTURE, "image/png")),
                ("document", UploadedFile("工作台账.pdf", _PAPER, "application/pdf")),
            )
        )
        await self._open(place)
        if draw.random() < 0.4:
            newest = self.hands.newest()
            percent = sayings.share_done(item.what, draw)
            await self.hands.send_file(kind, file, sayings.said(sayings.CAPTIONS, item, percent, draw), card)
            await self._follow(newest["message_id"] if newest else 0, item, draw)
            return
        await self.hands.press("st", Status.IN_PROGRESS.value, on=card)
        await self.hands.send_file(kind, file, "", card)
        await self.hands.press("go", on=card)

    async def _bare_done(self, place: int, _draw: random.Random) -> None:
        await self._tap(place, Status.DONE)

    async def _and_edit(self, place: int, draw: random.Random) -> None:
        item = self.letter.dues[place]
        written = await self._write(place, sayings.PLAINER, draw)
        if written is None:
            return
        percent = sayings.share_done(item.what, draw)
        await self.hands.edit(written, sayings.said(sayings.CORRECTED, item, percent, draw))
        await self._confirm_newest(draw)

    async def _confirm_newest(self, draw: random.Random) -> None:
        if "wy" in self.hands.offered() and draw.random() < 0.9:
            await self.hands.press("wy")

    async def _not_ours(self, place: int, draw: random.Random) -> None:
        item = self.letter.dues[place]
        await self.hands.say(f"{item.task} {draw.choice(sayings.NOT_OURS)}")

    async def _ask_for_time(self, place: int, draw: random.Random) -> None:
        item = self.letter.dues[place]
        until = self.calendar.shift(item.due_on, draw.randint(5, 12))
        await self.hands.say(sayings.said(sayings.EXTENSION, item, 0, draw, until))
