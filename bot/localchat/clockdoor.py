"""The clock's part of the people's door: what it shows, and how it is moved."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.routing import Route

from bot.localchat.api import BotApi
from bot.localchat.jsonroute import body_of, endpoint
from bot.localchat.moving import Mover
from bot.localchat.world import Json


class ClockDoor:
    """`/control/clock…`. `zone`: local time of the page and of times written without an offset."""

    def __init__(self, api: BotApi, mover: Mover, zone: ZoneInfo) -> None:
        self._api = api
        self._mover = mover
        self._zone = zone

    def routes(self) -> list[Route]:
        """The clock and its four moves."""
        posts = {"set": self.set, "advance": self.advance, "next": self.next, "run": self.run}
        moves = [Route(f"/control/clock/{path}", endpoint(act), methods=["POST"]) for path, act in posts.items()]
        return [Route("/control/clock", endpoint(self.look), methods=["GET"]), *moves]

    def shown(self) -> Json:
        """What the page draws: the instant, whether it runs, the zone."""
        return {**self._reading(), "zone": self._zone.key}

    async def look(self, _request: Request) -> Json:
        """What the clock shows."""
        return self._reading()

    async def set(self, request: Request) -> Json:
        """Go to an instant."""
        body = await body_of(request)
        when = datetime.fromisoformat(str(body["to"]))
        when = when if when.tzinfo is not None else when.replace(tzinfo=self._zone)
        stops = await self._mover.to(when, bool(body.get("direct")))
        return {**self._reading(), "stops": stops}

    async def advance(self, request: Request) -> Json:
        """Go on by days, hours, minutes and seconds."""
        body = await body_of(request)
        step = {key: float(body[key]) for key in ("days", "hours", "minutes", "seconds") if key in body}
        stops = await self._mover.by(timedelta(**step), bool(body.get("direct")))
        return {**self._reading(), "stops": stops}

    async def next(self, _request: Request) -> Json:
        """Go to the next planned instant."""
        moved = await self._mover.to_next()
        return {**self._reading(), "moved": moved}

    async def run(self, request: Request) -> Json:
        """Let time flow, or stop it."""
        self._api.clock.run(bool((await body_of(request)).get("running", True)))
        self._api.moved()
        return self._reading()

    def _reading(self) -> Json:
        clock = self._api.clock
        return {"now": clock.now().astimezone(self._zone).isoformat(), "running": clock.running}
