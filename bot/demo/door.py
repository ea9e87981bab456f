"""The panel's door: `/demo/…`, JSON in and out, and the panel's own files.

    GET  state?language=&story_after=N   {plan, cast, play, board, story, last_story}
    GET  board?language=&period=         {board}
    POST play    {days_per_second}       POST pause {}       POST cast {answering?, manner?, user_id?}
    POST reset   {}
    POST load    multipart: plan, roster?; gives {title, tasks, agencies, people, doubts}
    GET  roster-template                 the table to fill in, as .xlsx
    GET  panel.js and its neighbours     the files of page/

What is refused is 400 {error, text} in the language of the request (`language`, else Chinese), and changes nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from bot.demo import curtain, folder
from bot.demo.scene import Scene
from bot.domain.model import DubanError
from bot.domain.story import StoryEntry
from bot.intake.rosters import roster_template_xlsx
from bot.localchat.extension import Extension
from bot.localchat.jsonroute import body_of, endpoint, limited
from bot.localchat.world import Json
from bot.services import plannow, rosters
from bot.texts.screens.progress import play_note
from bot.texts.screens.story import story_line
from bot.texts.sentences import sentence

PAGE = Path(__file__).parent / "page"
SCRIPT = "/demo/panel.js"
MOST_STORY = 100
MOST_BYTES = 20 * 1024 * 1024
_MOST_SENT = 3 * MOST_BYTES
_KINDS = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LEAVE_SECONDS = 0.1
Do = Callable[[Request], Awaitable[Json]]


class PanelDoor:
    """Serves the panel beside the chat of one scene."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._one_world = asyncio.Lock()
        self._leaving = False

    def extension(self) -> Extension:
        """What the chat's server is given."""
        posts: dict[str, Do] = {
            "play": self.play,
            "pause": self.pause,
            "cast": self.cast,
            "reset": self.reset,
            "load": self.load,
        }
        gets: dict[str, Do] = {"state": self.state, "board": self.board}
        routes = [Route(f"/demo/{name}", _spoken(act), methods=["POST"]) for name, act in posts.items()]
        routes += [Route(f"/demo/{name}", _spoken(act), methods=["GET"]) for name, act in gets.items()]
        routes.append(Route("/demo/roster-template", self.template, methods=["GET"]))
        routes.append(Route("/demo/{name}", _file, methods=["GET"]))
        return Extension(SCRIPT, tuple(routes))

    async def state(self, request: Request) -> Json:
        """Everything the panel shows."""
        scene, language = self._scene, _language(request)
        now = scene.house.now()
        plan = await scene.db.read(lambda session: plannow.plan_now(session, now))
        told = scene.journal.after(int(request.query_params.get("story_after") or 0), MOST_STORY)
        play = scene.play
        return {
            "plan": {"title": plan.title, "year": plan.year, "state": plan.state} if plan else None,
            "cast": {"answering": scene.kept.answering, "manners": scene.kept.manners},
            "play": {
                "on": play.on,
                "days_per_second": play.days_per_second,
                "note": play_note(play.note, language),
            },
            "board": await scene.board(language, None),
            "story": [_told(number, entry, language) for number, entry in told],
            "last_story": scene.journal.last,
        }

    async def board(self, request: Request) -> Json:
        """The board of another period."""
        return {"board": await self._scene.board(_language(request), request.query_params.get("period"))}

    async def play(self, request: Request) -> Json:
        """Let the year play."""
        await self._scene.begin_playing(float((await body_of(request))["days_per_second"]))
        return {}

    async def pause(self, _request: Request) -> Json:
        """Stop it."""
        self._scene.play.pause()
        return {}

    async def cast(self, request: Request) -> Json:
        """How the cast answers."""
        body = await body_of(request)
        answering, user_id = body.get("answering"), body.get("user_id")
        await self._scene.direct(
            None if answering is None else bool(answering),
            str(body["manner"]) if body.get("manner") is not None else None,
            None if user_id is None else int(user_id),
        )
        return {}

    async def reset(self, _request: Request) -> Json:
        """Back to the sample plan's first morning."""
        await self._begin_anew(await asyncio.to_thread(curtain.sample_script))
        return {}

    async def load(self, request: Request) -> Json:
        """Another plan, perhaps with its people."""
        async with limited(request, _MOST_SENT).form(max_files=2, max_fields=10) as form:
            plan, roster = await _uploaded(form, "plan"), await _uploaded(form, "roster")
        if plan is None:
            raise DubanError("plan_missing")
        loaded = await self._begin_anew(await asyncio.to_thread(curtain.script, *plan, roster))
        return {
            "title": loaded.title,
            "tasks": loaded.tasks,
            "agencies": loaded.agencies,
            "people": loaded.people,
            "doubts": loaded.doubts,
        }

    async def _begin_anew(self, played: curtain.Script) -> curtain.Loaded:
        """Put the new world together beside the old one, then leave the stage to it once this has been answered."""
        scene = self._scene
        async with self._one_world:
            if self._leaving:
                raise DubanError("beginning_anew")
            fresh = folder.fresh_one(scene.where)
            loaded = await curtain.build(fresh, scene.settings, played)
            # From here on nothing may be built in that folder any more: it is about to take the stage.
            self._leaving = True
            asyncio.get_running_loop().call_later(_LEAVE_SECONDS, _leave, scene, fresh)
        return loaded

    async def template(self, _request: Request) -> Response:
        """The roster's table with the plan's agencies."""
        names = await self._scene.db.read(lambda session: rosters.agencies_to_fill(session, 1))
        data = await asyncio.to_thread(roster_template_xlsx, names)
        return Response(data, media_type=_XLSX, headers={"content-disposition": 'attachment; filename="roster.xlsx"'})


def _leave(scene: Scene, fresh: Path) -> None:
    if not scene.leave.done():
        scene.leave.set_result(fresh)


def _spoken(act: Do) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of an act; the house's refusals come in words too."""
    answer = endpoint(act)

    async def answering(request: Request) -> Response:
        try:
            return await answer(request)
        except DubanError as error:
            text = sentence(error.code, error.params, _language(request))
            return JSONResponse({"error": error.code, "text": text}, status_code=400)

    return answering


def _language(request: Request) -> str:
    return request.query_params.get("language") or request.headers.get("accept-language") or "zh"


async def _uploaded(form: FormData, name: str) -> tuple[str, bytes] | None:
    part = form.get(name)
    if not isinstance(part, UploadFile) or not part.filename:
        return None
    data = await part.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise DubanError("document_too_large", name=part.filename, limit_mb=MOST_BYTES // (1024 * 1024))
    return part.filename, data


def _told(number: int, entry: StoryEntry, language: str) -> Json:
    who, what, why = story_line(entry, language)
    told: dict[str, Any] = {"number": number, "at": entry.at.isoformat(), "user_id": entry.user_id}
    return {**told, "who": who, "what": what, "why": why, "chat_id": entry.chat_id, "message_id": entry.message_id}


async def _file(request: Request) -> Response:
    path = PAGE / request.path_params["name"]
    if path.parent != PAGE or path.suffix not in _KINDS or not path.is_file():
        return Response(status_code=404)
    return FileResponse(path, media_type=_KINDS[path.suffix])
