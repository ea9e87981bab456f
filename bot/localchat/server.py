"""The built-in chat as a web server: the Bot API for the bot, `/control` for people and tests, the page for the eyes.

    keeper = Keeper(api, folder); keeper.load()                             # in a product that goes on tomorrow
    await serve(api, "127.0.0.1", 8080, mover=Mover(api, Hooks(on_next, on_moved)), keeper=keeper)
    with StandIn(api) as chat: Bot(api.token, base_url=chat.base_url, …)    # in a test

The bot's side is `/bot<token>/<method>` and `/file/bot<token>/<path>` as at Telegram (query, JSON, form, multipart;
long poll). The people's side is `/control` and speaks JSON. `chat` is a person's id (or a group's); whatever a person
cannot do is 400 {"error": code, "text": …}.

    GET  state?since=REV&wait=S  {revision, run, clock, bot, panel, users, messages, more, notices} changed after REV;
                                 REV 0: everybody and each chat's newest messages (`more`: the chats that have older);
                                 another `run` means that another world has begun; `panel`: the product's script
    GET  users                   {users: [{id, name, title, group, start, started, blocked, keyboard, pinned, …}]}
    GET  messages?chat=&since=&before=&limit=   {messages: [Bot API Message + chat_id, revision, …], more}
    POST users    {id, name, language_code?, username?, title?, group?, start?}
    POST groups/… (groupdoor.py)  a group, who comes and goes, its move to a supergroup
    POST start    {chat, payload?}                    gives {message_id}; without payload the person's own `start`
    POST send     {chat, text, reply_to?, by?}        gives {message_id}; `by`: who speaks in a group
    POST edit     {chat, message_id, text}
    POST delete   {chat, message_id, by?}
    POST forward  {chat, from_chat, message_id, by?}  gives {message_id}
    POST contact  {chat, by?}                         gives {message_id}: the own telephone number
    POST location {chat, latitude, longitude, by?}    gives {message_id}
    POST read     {chat, message_id}                  read up to there; never taken back
    POST press    {chat, message_id, data | label, by?, unchecked?}     gives {query_id}
    POST upload   multipart: chat, file, kind (document, photo, …), caption?, reply_to?, album?, by?  gives {message_id}
    POST block    {user, blocked}
    GET  file/FILE_ID            the bytes
    GET  clock                   {now (ISO in the chat's zone), running}
    POST clock/set     {to: ISO (without offset: the chat's zone), direct?}         gives {now, running, stops}
    POST clock/advance {days?, hours?, minutes?, seconds?, direct?}                 gives {now, running, stops}
    POST clock/next    {}                             gives {now, running, moved}
    POST clock/run     {running}
    GET  transcript?method=&chat=&after=N&limit=      {calls: [{number, at, method, params, ok, result}]}
    GET, POST, DELETE faults     {method, kind, count?, skip?, seconds?, code?, description?, retry_after?, chat_id?}

Only this machine may connect by default, and a page from elsewhere may not post here (frontdoor.py). With a password
everything but the bot's side, which has its token, asks for it (passwords.py).
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.localchat import passwords
from bot.localchat.api import BotApi
from bot.localchat.botdoor import BotDoor
from bot.localchat.control import PeopleDoor
from bot.localchat.extension import Extension
from bot.localchat.frontdoor import FrontDoor
from bot.localchat.keeping import Keeper
from bot.localchat.moving import Hooks, Mover
from bot.localchat.passwords import PasswordDoor
from bot.localchat.waiting import Waiters
from bot.localchat.webhooks import WebhookCourier
from bot.localchat.wire import DroppableProtocol

PAGE = Path(__file__).parent / "page"
DEFAULT_ZONE = ZoneInfo("Asia/Shanghai")
_KINDS = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}


def build_app(
    api: BotApi,
    mover: Mover | None = None,
    zone: ZoneInfo = DEFAULT_ZONE,
    host: str = "",
    extension: Extension | None = None,
    password: str = "",
    waiters: Waiters | None = None,
) -> ASGIApp:
    """The whole application; `host` is an address besides this machine's own under which it may be called.

    With a password everything but the bot's side asks for it; it is the caller who checks it (passwords.check).
    `waiters` are given by who wants to let them go (configured).
    """
    waiters = waiters or Waiters()
    script, more = (extension.script, extension.routes) if extension is not None else ("", ())
    people = PeopleDoor(api, waiters, mover or Mover(api, Hooks()), zone, script)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        waiters.attach()
        stop = api.listen(waiters.poke)
        courier = asyncio.create_task(WebhookCourier(api, waiters).run())
        yield
        courier.cancel()
        await asyncio.gather(courier, return_exceptions=True)
        stop()
        waiters.detach()

    inside: ASGIApp = Starlette(routes=[*people.routes(), *more, *_page_routes()], lifespan=lifespan)
    if password:
        inside = PasswordDoor(inside, password)
    return FrontDoor(BotDoor(api, waiters), inside, host)


class ChatServer(uvicorn.Server):
    """A uvicorn server that leaves signals to the program it is part of, and says when it takes connections.

    When it closes, long polls end at once with what they have.
    """

    ready: Callable[[], None] | None = None
    waiters: Waiters | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        if self.started and self.ready is not None:
            self.ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let everybody go who waits, then close."""
        if self.waiters is not None:
            self.waiters.detach()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def configured(app: ASGIApp, waiters: Waiters | None = None) -> ChatServer:
    """A server for `app` that can cut connections on order; it is given its sockets when started."""
    config = uvicorn.Config(
        app,
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        http=DroppableProtocol,
        timeout_graceful_shutdown=1,
        ws="none",
    )
    server = ChatServer(config)
    server.waiters = waiters
    return server


def bound_socket(host: str, port: int) -> socket.socket:
    """A socket bound to `host` and `port` (0: any free one); OSError when it is taken.

    The protocol is named because asyncio switches Nagle's delay off only on sockets that say they are TCP.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError:
        bound.close()
        raise
    return bound


async def serve(
    api: BotApi,
    host: str = "127.0.0.1",
    port: int = 8080,
    *,
    mover: Mover | None = None,
    zone: ZoneInfo = DEFAULT_ZONE,
    keeper: Keeper | None = None,
    extension: Extension | None = None,
    password: str = "",
    ready: Callable[[int], None] | None = None,
) -> None:
    """Serve until cancelled, then close in good order; a `keeper` saves the chat meanwhile and at the end.

    `ready` is called with the port as soon as connections are taken. With a password the page asks for it. DubanError
    password_needed or password_short before anything is bound, OSError when the port is taken. Signals are the
    caller's matter.
    """
    passwords.check(host, password, api.token)
    waiters = Waiters()
    app = build_app(api, mover, zone, host, extension, password, waiters)
    with bound_socket(host, port) as bound:
        server = configured(app, waiters)
        if ready is not None:
            server.ready = partial(ready, bound.getsockname()[1])
        serving = asyncio.create_task(server.serve(sockets=[bound]))
        keeping = asyncio.create_task(keeper.keep()) if keeper is not None else None
        try:
            await asyncio.shield(serving)
        finally:
            server.should_exit = True
            await serving
            if keeping is not None:
                keeping.cancel()
                await asyncio.gather(keeping, return_exceptions=True)


def page_paths() -> list[str]:
    """The addresses of the page and of all its files."""
    return ["/", *sorted(f"/{path.name}" for path in PAGE.iterdir() if path.suffix in _KINDS)]


def _page_routes() -> list[Route]:
    files = [Route(path, _page_file(path.strip("/") or "index.html")) for path in page_paths()]
    return [*files, Route("/favicon.ico", _nothing)]


def _page_file(name: str) -> Callable[[Request], Response]:
    return lambda _request: Response((PAGE / name).read_bytes(), media_type=_KINDS[Path(name).suffix])


def _nothing(_request: Request) -> Response:
    return Response(status_code=204)
