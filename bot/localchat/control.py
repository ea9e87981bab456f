"""The people's door: `/control/…`, JSON in and out. What each address takes and gives is written in server.py."""

from __future__ import annotations

import asyncio
import time
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.localchat.account import commands_for
from bot.localchat.api import BotApi, Call
from bot.localchat.botdoor import received
from bot.localchat.faults import Fault
from bot.localchat.jsonroute import Action, endpoint
from bot.localchat.moving import Mover
from bot.localchat.views import bot_view
from bot.localchat.waiting import Waiters
from bot.localchat.world import Chat, Json

MAX_WAIT_SECONDS = 50.0


class PeopleDoor:
    """Serves the page and tests. `zone` is the local time of the page and of times written without an offset.

    `panel`: address of the script the page loads for the product's own panel; empty for none.
    """

    def __init__(self, api: BotApi, waiters: Waiters, mover: Mover, zone: ZoneInfo, panel: str = "") -> None:
        self._api = api
        self._waiters = waiters
        self._mover = mover
        self._zone = zone
        self._panel = panel

    def routes(self) -> list[Route]:
        """All addresses under /control."""
        posts: dict[str, Action] = {
            "users": self.add_user,
            "groups": self.add_group,
            "start": self.start,
            "send": self.send,
            "edit": self.edit,
            "press": self.press,
            "upload": self.upload,
            "block": self.block,
            "clock/set": self.clock_set,
            "clock/advance": self.clock_advance,
            "clock/run": self.clock_run,
            "clock/next": self.clock_next,
            "faults": self.add_fault,
        }
        gets: dict[str, Action] = {
            "state": self.state,
            "users": self.users,
            "messages": self.messages,
            "clock": self.clock,
            "transcript": self.transcript,
            "faults": self.faults,
        }
        routes = [Route(f"/control/{path}", endpoint(act), methods=["POST"]) for path, act in posts.items()]
        routes += [Route(f"/control/{path}", endpoint(act), methods=["GET"]) for path, act in gets.items()]
        routes.append(Route("/control/faults", endpoint(self.clear_faults), methods=["DELETE"]))
        routes.append(Route("/control/file/{file_id}", self.file, methods=["GET"]))
        return routes

    async def state(self, request: Request) -> Json:
        """Everything that changed after revision `since`, waiting up to `wait` seconds for a change."""
        since = int(request.query_params.get("since", 0))
        seconds = min(MAX_WAIT_SECONDS, float(request.query_params.get("wait", 0)))
        until = asyncio.get_running_loop().time() + seconds
        while True:
            ticket = self._waiters.ticket()
            left = until - asyncio.get_running_loop().time()
            if self._api.world.revision != since or left <= 0:
                break
            if not await self._waiters.wait(ticket, left):
                break
        return self._state(since)

    async def users(self, _request: Request) -> Json:
        """All people and groups as the page lists them."""
        with self._api.locked():
            return {"users": [self._chat(chat) for chat in self._api.world.chats.values()]}

    async def messages(self, request: Request) -> Json:
        """The messages of one chat."""
        chat_id = int(request.query_params["chat"])
        return {"messages": self._api.messages(chat_id, int(request.query_params.get("since", 0)))}

    async def add_user(self, request: Request) -> Json:
        """A new person."""
        body = await request.json()
        page = {key: str(body[key]) for key in ("username", "title", "group", "start") if key in body}
        language = str(body.get("language_code", "zh-hans"))
        return {"id": self._api.add_user(int(body["id"]), str(body["name"]), language, **page).id}

    async def add_group(self, request: Request) -> Json:
        """A new group."""
        body = await request.json()
        members = [int(member) for member in body["members"]]
        return {"id": self._api.add_group(int(body["id"]), str(body["title"]), members).id}

    async def start(self, request: Request) -> Json:
        """/start, with the given payload or the person's own."""
        body = await request.json()
        chat_id = int(body["chat"])
        payload = body.get("payload", self._api.world.person(chat_id).start)
        return {"message_id": self._api.user_starts(chat_id, str(payload))}

    async def send(self, request: Request) -> Json:
        """A text."""
        body = await request.json()
        message_id = self._api.user_sends(int(body["chat"]), str(body["text"]), body.get("reply_to"), by=body.get("by"))
        return {"message_id": message_id}

    async def edit(self, request: Request) -> Json:
        """A correction of an own message."""
        body = await request.json()
        self._api.user_edits(int(body["chat"]), int(body["message_id"]), str(body["text"]))
        return {}

    async def press(self, request: Request) -> Json:
        """A press, by callback data or by the button's words."""
        body = await request.json()
        chat_id, message_id, by = int(body["chat"]), int(body["message_id"]), body.get("by")
        if "label" in body:
            return {"query_id": self._api.user_presses_label(chat_id, message_id, str(body["label"]), by=by)}
        unchecked = bool(body.get("unchecked"))
        query_id = self._api.user_presses(chat_id, message_id, str(body["data"]), by=by, unchecked=unchecked)
        return {"query_id": query_id}

    async def upload(self, request: Request) -> Json:
        """A photo or a document, as multipart form."""
        async with request.form(max_files=1, max_fields=20) as form:
            part = form.get("file")
            if not isinstance(part, UploadFile):
                raise ValueError("a file is expected")
            file = await received(part)
            more = {key: int(str(form[key])) for key in ("reply_to", "by") if form.get(key)}
            album = {"album": str(form["album"])} if form.get("album") else {}
            chat_id, kind = int(str(form["chat"])), str(form.get("kind") or "document")
            caption = str(form.get("caption") or "")
        return {"message_id": self._api.user_sends_file(chat_id, kind, file, caption, **more, **album)}

    async def block(self, request: Request) -> Json:
        """Block or unblock the bot."""
        body = await request.json()
        act = self._api.block if body.get("blocked", True) else self._api.unblock
        act(int(body["user"]))
        return {}

    async def clock(self, _request: Request) -> Json:
        """What the clock shows."""
        return self._clock()

    async def clock_set(self, request: Request) -> Json:
        """Go to an instant."""
        body = await request.json()
        when = datetime.fromisoformat(str(body["to"]))
        when = when if when.tzinfo is not None else when.replace(tzinfo=self._zone)
        return await self._move(when, bool(body.get("direct")))

    async def clock_advance(self, request: Request) -> Json:
        """Go on by days, hours, minutes and seconds."""
        body = await request.json()
        step = {key: float(body[key]) for key in ("days", "hours", "minutes", "seconds") if key in body}
        return await self._move(self._api.clock.now() + timedelta(**step), bool(body.get("direct")))

    async def clock_next(self, _request: Request) -> Json:
        """Go to the next planned instant."""
        moved = await self._mover.to_next()
        return {**self._clock(), "moved": moved}

    async def clock_run(self, request: Request) -> Json:
        """Let time flow, or stop it."""
        self._api.clock.run(bool((await request.json()).get("running", True)))
        self._api.moved()
        return self._clock()

    async def transcript(self, request: Request) -> Json:
        """The bot's calls after number `after`, refused ones with `ok` false."""
        query = request.query_params
        chat_id = int(query["chat"]) if "chat" in query else None
        method, after = query.get("method"), int(query.get("after", 0))
        found = self._api.transcript(method, chat_id) + self._api.refusals(method, chat_id)
        found.sort(key=lambda call: call.number)
        return {"calls": [_call(call) for call in found if call.number > after]}

    async def faults(self, _request: Request) -> Json:
        """The faults still to come."""
        return {"faults": [asdict(rule) for rule in self._api.faults.rules]}

    async def add_fault(self, request: Request) -> Json:
        """One more fault."""
        body = await request.json()
        if body.get("kind") not in {"delay", "drop_before", "drop_after", "error"}:
            raise ValueError("kind is delay, drop_before, drop_after or error")
        return asdict(self._api.faults.add(Fault(**body)))

    async def clear_faults(self, _request: Request) -> Json:
        """No more faults."""
        self._api.faults.clear()
        return {}

    async def file(self, request: Request) -> Response:
        """A file for the page; anything but a picture comes as a download."""
        stored = self._api.file_by_id(request.path_params["file_id"])
        if stored is None:
            return Response(status_code=404)
        if stored.kind == "photo":
            return Response(stored.content, media_type=_picture_type(stored.content))
        return Response(
            stored.content,
            media_type="application/octet-stream",
            headers={"Content-Disposition": "attachment"},
        )

    async def _move(self, when: datetime, direct: bool) -> Json:
        stops = await self._mover.to(when, direct)
        return {**self._clock(), "stops": stops}

    def _clock(self) -> Json:
        clock = self._api.clock
        return {"now": clock.now().astimezone(self._zone).isoformat(), "running": clock.running}

    def _state(self, since: int) -> Json:
        world = self._api.world
        with self._api.locked():
            chats = list(world.chats.values())
            return {
                "revision": world.revision,
                "clock": {**self._clock(), "zone": self._zone.key},
                "bot": bot_view(world.account),
                "panel": self._panel,
                "users": [self._chat(chat) for chat in chats if not since or chat.revision > since],
                "messages": [m for chat in chats for m in self._api.messages(chat.id, since)],
                "notices": [n for chat in chats for n in chat.notices if since and n["revision"] > since],
            }

    def _chat(self, chat: Chat) -> Json:
        world = self._api.world
        person = world.people.get(chat.id)
        described = asdict(person) if person is not None else {"id": chat.id, "name": chat.title, "title": "群"}
        language = person.language_code if person is not None else ""
        return {
            **described,
            "kind": chat.kind,
            "members": sorted(chat.members),
            "started": chat.started,
            "blocked": chat.blocked,
            "keyboard": chat.keyboard,
            "pinned": list(chat.pinned),
            "action": chat.action if time.monotonic() < chat.action_until else "",
            "commands": commands_for(world, chat.id, language),
            "revision": chat.revision,
        }


def _picture_type(content: bytes) -> str:
    if content.startswith(b"\x89PNG"):
        return "image/png"
    return "image/gif" if content.startswith(b"GIF8") else "image/jpeg"


def _call(call: Call) -> dict[str, Any]:
    return {**asdict(call), "at": call.at.isoformat()}
