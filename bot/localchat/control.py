"""The people's door: `/control/…`, JSON in and out; what the page and tests do as people.

What each address takes and gives is listed in server.py.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import asdict
from urllib.parse import quote
from zoneinfo import ZoneInfo

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.localchat.api import BotApi
from bot.localchat.botdoor import MAX_BODY, received
from bot.localchat.clockdoor import ClockDoor
from bot.localchat.groupdoor import GroupDoor
from bot.localchat.jsonroute import Action, body_of, endpoint, limited
from bot.localchat.menus import commands_for
from bot.localchat.moving import Mover
from bot.localchat.trialdoor import TrialDoor
from bot.localchat.views import bot_view, page_view
from bot.localchat.waiting import Waiters
from bot.localchat.world import Chat, Json, StoredFile

MAX_WAIT_SECONDS = 50.0
FIRST_MESSAGES = 40
"""Messages of each chat in the first state; older ones are fetched when somebody scrolls up."""


class PeopleDoor:
    """Serves the page and tests. `zone` is the local time of the page and of times written without an offset.

    `panel`: address of the script the page loads for the product's own panel; empty for none.
    """

    def __init__(self, api: BotApi, waiters: Waiters, mover: Mover, zone: ZoneInfo, panel: str = "") -> None:
        self._api = api
        self._waiters = waiters
        self._clock = ClockDoor(api, mover, zone)
        self._groups = GroupDoor(api)
        self._trials = TrialDoor(api)
        self._panel = panel
        self._run = secrets.token_hex(6)

    def routes(self) -> list[Route]:
        """All addresses under /control."""
        posts: dict[str, Action] = {
            "users": self.add_user,
            "start": self.start,
            "send": self.send,
            "edit": self.edit,
            "delete": self.delete,
            "forward": self.forward,
            "contact": self.contact,
            "location": self.location,
            "read": self.read,
            "press": self.press,
            "upload": self.upload,
            "block": self.block,
        }
        gets: dict[str, Action] = {"state": self.state, "users": self.users, "messages": self.messages}
        routes = [Route(f"/control/{path}", endpoint(act), methods=["POST"]) for path, act in posts.items()]
        routes += [Route(f"/control/{path}", endpoint(act), methods=["GET"]) for path, act in gets.items()]
        routes.append(Route("/control/file/{file_id}", self.file, methods=["GET"]))
        return [*routes, *self._clock.routes(), *self._groups.routes(), *self._trials.routes()]

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
        """Messages of one chat: all, those changed since a revision, or a page of older ones."""
        query = request.query_params
        chat_id, since = int(query["chat"]), int(query.get("since", 0))
        before = int(query["before"]) if "before" in query else None
        if "limit" not in query:
            return {"messages": self._api.messages(chat_id, since, before=before), "more": False}
        messages, more = self._page_of(chat_id, max(1, int(query["limit"])), since, before)
        return {"messages": messages, "more": more}

    async def add_user(self, request: Request) -> Json:
        """A new person."""
        body = await body_of(request)
        page = {key: str(body[key]) for key in ("username", "title", "group", "start") if key in body}
        language = str(body.get("language_code", "zh-hans"))
        return {"id": self._api.add_user(int(body["id"]), str(body["name"]), language, **page).id}

    async def start(self, request: Request) -> Json:
        """/start, with the given payload or the person's own."""
        body = await body_of(request)
        chat_id = int(body["chat"])
        payload = body.get("payload", self._api.world.person(chat_id).start)
        return {"message_id": self._api.user_starts(chat_id, str(payload))}

    async def send(self, request: Request) -> Json:
        """A text."""
        body = await body_of(request)
        message_id = self._api.user_sends(int(body["chat"]), str(body["text"]), body.get("reply_to"), by=body.get("by"))
        return {"message_id": message_id}

    async def edit(self, request: Request) -> Json:
        """A correction of an own message."""
        body = await body_of(request)
        self._api.user_edits(int(body["chat"]), int(body["message_id"]), str(body["text"]))
        return {}

    async def delete(self, request: Request) -> Json:
        """A message taken away by a person."""
        body = await body_of(request)
        self._api.user_deletes(int(body["chat"]), int(body["message_id"]), by=body.get("by"))
        return {}

    async def forward(self, request: Request) -> Json:
        """A message passed on to another chat of the same person."""
        body = await body_of(request)
        chat_id, source, message_id = int(body["chat"]), int(body["from_chat"]), int(body["message_id"])
        return {"message_id": self._api.user_forwards(chat_id, source, message_id, by=body.get("by"))}

    async def contact(self, request: Request) -> Json:
        """The own telephone number."""
        body = await body_of(request)
        return {"message_id": self._api.user_shares_contact(int(body["chat"]), by=body.get("by"))}

    async def location(self, request: Request) -> Json:
        """Where the person is, in degrees."""
        body = await body_of(request)
        where = float(body["latitude"]), float(body["longitude"])
        return {"message_id": self._api.user_shares_location(int(body["chat"]), *where, by=body.get("by"))}

    async def read(self, request: Request) -> Json:
        """How far a person has read."""
        body = await body_of(request)
        self._api.user_reads(int(body["chat"]), int(body["message_id"]))
        return {}

    async def press(self, request: Request) -> Json:
        """A press, by callback data or by the button's words."""
        body = await body_of(request)
        chat_id, message_id, by = int(body["chat"]), int(body["message_id"]), body.get("by")
        if "label" in body:
            return {"query_id": self._api.user_presses_label(chat_id, message_id, str(body["label"]), by=by)}
        unchecked = bool(body.get("unchecked"))
        query_id = self._api.user_presses(chat_id, message_id, str(body["data"]), by=by, unchecked=unchecked)
        return {"query_id": query_id}

    async def upload(self, request: Request) -> Json:
        """A photo or a document, as multipart form."""
        async with limited(request, MAX_BODY).form(max_files=1, max_fields=20) as form:
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
        body = await body_of(request)
        act = self._api.block if body.get("blocked", True) else self._api.unblock
        act(int(body["user"]))
        return {}

    async def file(self, request: Request) -> Response:
        """A file for the page: pictures, sound and film as such, anything else only as a download."""
        stored = self._api.file_by_id(request.path_params["file_id"])
        if stored is None:
            return Response(status_code=404)
        kind = _shown_as(stored)
        name = f"photo.{kind.partition('/')[2]}" if stored.kind == "photo" else stored.name
        disposition = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
        return Response(stored.content, media_type=kind, headers=disposition)

    def _page_of(self, chat_id: int, limit: int, since: int = 0, before: int | None = None) -> tuple[list[Json], bool]:
        found = self._api.messages(chat_id, since, before=before, limit=limit + 1)
        return found[-limit:], len(found) > limit

    def _state(self, since: int) -> Json:
        world = self._api.world
        with self._api.locked():
            chats = list(world.chats.values())
            pages = {chat.id: self._news(chat, since) for chat in chats}
            messages = [message for page, _ in pages.values() for message in page]
            notices = [n for chat in chats for n in chat.notices if since and n["revision"] > since]
            return {
                "revision": world.revision,
                "run": self._run,
                "clock": self._clock.shown(),
                "bot": bot_view(world.account),
                "panel": self._panel,
                "users": [self._chat(c) for c in chats if not since or c.revision > since or pages[c.id][0]],
                "messages": messages,
                "more": [chat_id for chat_id, (_, more) in pages.items() if more],
                "notices": notices,
            }

    def _news(self, chat: Chat, since: int) -> tuple[list[Json], bool]:
        if since:
            return self._api.messages(chat.id, since), False
        return self._page_of(chat.id, FIRST_MESSAGES)

    def _chat(self, chat: Chat) -> Json:
        world = self._api.world
        person = world.people.get(chat.id)
        described = asdict(person) if person is not None else {"id": chat.id, "name": chat.title, "title": ""}
        language = person.language_code if person is not None else ""
        pins = [chat.messages[pinned] for pinned in chat.pinned if pinned in chat.messages]
        return {
            **described,
            "kind": chat.kind,
            "members": sorted(chat.members),
            "started": chat.started,
            "blocked": chat.blocked,
            "bot_status": chat.bot_status,
            "moved_to": chat.moved_to,
            "keyboard": chat.keyboard,
            "pinned": list(chat.pinned),
            "pins": [page_view(world, message) for message in pins],
            "unread": self._api.unread(chat.id),
            "read_to": chat.read_to,
            "action": chat.action if time.monotonic() < chat.action_until else "",
            "commands": commands_for(world, chat.id, language),
            "revision": chat.revision,
        }


def _shown_as(stored: StoredFile) -> str:
    if stored.kind == "photo":
        return _picture_type(stored.content)
    plays = stored.kind != "document" and stored.mime_type.startswith(("audio/", "video/"))
    return stored.mime_type if plays else "application/octet-stream"


def _picture_type(content: bytes) -> str:
    if content.startswith(b"\x89PNG"):
        return "image/png"
    return "image/gif" if content.startswith(b"GIF8") else "image/jpeg"
