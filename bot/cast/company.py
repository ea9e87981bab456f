"""The cast at work: reads what the bot sent, decides who answers when, and does each deed at its own time."""

from __future__ import annotations

import heapq
import random
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.app import Duban
from bot.cast import office
from bot.cast.carried import carried_by, kind_of
from bot.cast.contacts import Answer, Letter, answered_at
from bot.cast.hands import Hands
from bot.cast.tempers import Temper, at_work
from bot.domain import owing
from bot.domain.model import Role
from bot.domain.workdays import Calendar
from bot.localchat.api import BotApi
from bot.services import summaries
from bot.services.plannow import plan_meant
from bot.stage import Player
from storage import facts as fact_queries
from storage import reports
from storage.newest import newest_id
from storage.tables import Card, Inbox, Outbox, Plan, Report, Task

HANDS_OFF = timedelta(days=1)
_BACK = timedelta(days=15)
_OPEN = ("due", "sending")


@dataclass(order=True)
class _Deed:
    """Something a member of the cast will do at a moment: answer a letter, or work the desk."""

    at: datetime
    order: int
    player: Player = field(compare=False)
    letter: Letter | None = field(compare=False, default=None)
    request: int | None = field(compare=False, default=None)


@dataclass(frozen=True)
class _Seen:
    """How far the cast has read: the newest ids, and messages that had not gone out yet."""

    row: int = 0
    card: int = 0
    report: int = 0
    open: frozenset[int] = frozenset()


@dataclass(frozen=True)
class _News:
    """What happened since the last look, in order, and how far that was read."""

    letters: tuple[Letter, ...]
    requests: tuple[int, ...]
    reported: bool
    seen: _Seen


class Company:
    """The cast of one chat. `tempers` by user id: who has none does not answer; `with_office` lets the desk be worked.

    Chance is drawn by `seed` for each message by what it asks, so the same year is played again the same. `on_words`
    is called when the bot has taken in typed words and before the cast goes on.
    """

    def __init__(
        self,
        house: Duban,
        api: BotApi,
        players: Iterable[Player],
        tempers: Mapping[int, Temper],
        seed: int,
        zone: ZoneInfo,
        *,
        with_office: bool,
        on_words: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self.house, self.api, self.seed, self.zone = house, api, seed, zone
        self.players = {player.person_id: player for player in players}
        self.tempers = dict(tempers)
        self.humans: dict[int, datetime] = {}
        self._office = next((p for p in self.players.values() if p.role is Role.COORDINATOR), None)
        self.with_office = with_office
        self._on_words = on_words
        self._calendar = Calendar()
        self._deeds: list[_Deed] = []
        self._order = 0
        self._seen = _Seen()
        self._seen_update = 0
        self._own_updates: set[int] = set()

    def next_at(self) -> datetime | None:
        """When the next deed is to be done."""
        return self._deeds[0].at if self._deeds else None

    async def begin(self) -> None:
        """Take up a year under way: what came before now is not read, what was left open lately is answered soon."""
        self._deeds.clear()
        now = self.house.now()
        self._seen = await self.house.db.read(partial(_where_it_stands, since=now - _BACK))
        await self.look(late_from=now)
        if self.with_office and await self.house.db.read(self._anything_waits):
            self._plan_review(now)

    async def skip(self) -> None:
        """Leave alone whatever was sent and done before now."""
        self._seen = await self.house.db.read(partial(_where_it_stands, since=None))
        self._seen_update = await self.house.db.read(_newest_update)

    async def watch(self) -> None:
        """Notice whom a human acts as: nobody of the cast answers for them for a day."""
        self._seen_update, acted = await self.house.db.read(self._acted)
        self.humans.update(acted)
        self._own_updates = {update_id for update_id in self._own_updates if update_id > self._seen_update}

    async def look(self, late_from: datetime | None = None) -> None:
        """Read what was sent since the last look and plan the answers; what is overdue is done soon after."""
        news = await self.house.db.read(self._news)
        self._seen = news.seen
        for letter in news.letters:
            self._plan_answer(letter, late_from)
        now = self.house.now()
        if self.with_office and self._office is not None:
            for card_id in news.requests:
                self._plan(self._desk_time(now, f"request{card_id}"), self._office, request=card_id)
            if news.reported:
                self._plan_review(now)

    async def act(self) -> int:
        """Do every deed that is due by the clock; how many there were."""
        done = 0
        while self._deeds and self._deeds[0].at <= self.house.now():
            deed = heapq.heappop(self._deeds)
            done += 1
            if not self._is_human(deed.player.user_id):
                await self._do(deed)
        return done

    async def activate_plan(self) -> None:
        """The coordinator lets the plan under check begin."""
        if self._office is not None:
            await office.activate(self._hands(self._office))

    def _is_human(self, user_id: int) -> bool:
        since = self.humans.get(user_id)
        return since is not None and self.house.now() - since < HANDS_OFF

    def _hands(self, player: Player) -> Hands:
        return Hands(self.api, player.user_id, self.house.settle, self._own_updates, self._on_words)

    def _plan(self, at: datetime, player: Player, letter: Letter | None = None, request: int | None = None) -> None:
        self._order += 1
        heapq.heappush(self._deeds, _Deed(at, self._order, player, letter, request))

    def _plan_answer(self, letter: Letter, late_from: datetime | None) -> None:
        temper = self.tempers.get(letter.player.user_id)
        at = answered_at(temper, letter, self.seed, self.zone, self._calendar) if temper is not None else None
        if at is None:
            return
        if late_from is not None and at <= late_from:
            at = at_work(late_from, 1, self.zone, self._calendar, letter.draw(self.seed, "again"))
        self._plan(at, letter.player, letter)

    def _plan_review(self, now: datetime) -> None:
        """The next working day; one round at the desk takes all that waits then."""
        planned = any(deed.letter is None and deed.request is None for deed in self._deeds)
        if self._office is not None and not planned:
            self._plan(self._desk_time(now, "review"), self._office)

    def _desk_time(self, now: datetime, about: str) -> datetime:
        draw = random.Random(f"{self.seed}:{about}:{now:%Y%m%d}")  # noqa: S311  (a play, nothing secret)
        return at_work(now, 1, self.zone, self._calendar, draw)

    async def _do(self, deed: _Deed) -> None:
        hands = self._hands(deed.player)
        if deed.letter is not None:
            await self._answer(hands, deed.player, deed.letter)
        elif deed.request is not None:
            found = await self.house.db.read(partial(_request, card_id=deed.request))
            if found is not None:
                await office.decide(hands, *found)
        elif await self.house.db.read(self._anything_waits):
            await office.accept_waiting(hands)

    async def _answer(self, hands: Hands, player: Player, letter: Letter) -> None:
        temper = self.tempers.get(player.user_id)
        if temper is None:
            return
        places = await self.house.db.read(partial(_still_open, letter=letter))
        now = self.house.now()
        await Answer(hands, letter, temper, places, now, self.seed, self.zone, self._calendar).give()

    def _anything_waits(self, session: Session) -> bool:
        plan = plan_meant(session)
        return (
            plan is not None
            and plan.activated_at is not None
            and bool(reports.waiting_for_review(session, summaries.office_actor(session, plan), plan.id))
        )

    def _acted(self, session: Session) -> tuple[int, dict[int, datetime]]:
        query = select(Inbox).where(Inbox.update_id > self._seen_update).order_by(Inbox.update_id)
        rows = session.scalars(query).all()
        acted = {row.chat_id: row.received_at for row in rows if row.update_id not in self._own_updates}
        return max((row.update_id for row in rows), default=self._seen_update), acted

    def _news(self, session: Session) -> _News:
        seen = self._seen
        rows = list(session.scalars(select(Outbox).where(or_(Outbox.id > seen.row, Outbox.id.in_(seen.open)))))
        rows.sort(key=lambda row: (row.finished_at or row.created_at, row.id))
        letters = (self._letter(session, row) for row in rows if row.state == "sent")
        asked = select(Card.id).where(Card.id > seen.card, Card.kind == "request").order_by(Card.id)
        mine = asked.where(Card.person_id == (self._office.person_id if self._office else 0))
        requests = tuple(session.scalars(mine))
        newest = newest_id(session, Report.id)
        return _News(
            letters=tuple(letter for letter in letters if letter is not None),
            requests=requests,
            reported=newest > seen.report,
            seen=_Seen(
                row=max((row.id for row in rows), default=seen.row),
                card=max(requests, default=seen.card),
                report=newest,
                open=frozenset(row.id for row in rows if row.state in _OPEN),
            ),
        )

    def _letter(self, session: Session, row: Outbox) -> Letter | None:
        player = self.players.get(row.person_id or 0)
        if player is None or kind_of(session, row, player.role) not in ("assignment", "reminder"):
            return None
        card = session.get(Card, row.card_id) if row.card_id is not None else None
        message_id = card.message_id if card is not None else row.message_id
        return Letter(player, message_id, row.finished_at or row.created_at, carried_by(session, row))


def _where_it_stands(session: Session, since: datetime | None) -> _Seen:
    """The newest ids; with `since`, messages and requests after that moment count as not read yet."""
    if since is None:
        return _Seen(newest_id(session, Outbox.id), newest_id(session, Card.id), newest_id(session, Report.id))
    before = select(Outbox.id).where(Outbox.created_at < since).order_by(Outbox.id.desc()).limit(1)
    return _Seen(session.scalars(before).first() or 0, 0, newest_id(session, Report.id))


def _newest_update(session: Session) -> int:
    return newest_id(session, Inbox.update_id)


def _request(session: Session, card_id: int) -> tuple[str, int] | None:
    """Kind and message of a request nobody has decided yet."""
    card = session.get_one(Card, card_id)
    if card.state["decided"] or card.message_id is None:
        return None
    return str(card.state["kind"]), card.message_id


def _still_open(session: Session, letter: Letter) -> tuple[int, ...]:
    """Which of a letter's dues still want an answer, by their places."""
    if not letter.dues:
        return ()
    plan = session.get_one(Plan, session.get_one(Task, letter.dues[0].task_id).plan_id)
    facts = fact_queries.plan_facts(session, plan, agency_ids=frozenset(due.agency_id for due in letter.dues))
    return tuple(place for place, due in enumerate(letter.dues) if owing.outstanding(due.key, facts))
