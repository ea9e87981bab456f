"""The built-in chat in a background thread on a free port of this machine, for tests."""

from __future__ import annotations

import threading
import time
from types import TracebackType
from zoneinfo import ZoneInfo

from bot.localchat.api import BotApi
from bot.localchat.moving import Hooks, Mover
from bot.localchat.server import DEFAULT_ZONE, bound_socket, build_app, configured
from bot.localchat.waiting import Waiters

START_SECONDS = 10.0


class StandIn:
    """`with StandIn(api) as chat:` serves `api` over HTTP until the block ends. Hooks run in the server's own loop."""

    def __init__(
        self,
        api: BotApi,
        hooks: Hooks | None = None,
        *,
        port: int = 0,
        zone: ZoneInfo = DEFAULT_ZONE,
        password: str = "",
    ) -> None:
        self.api = api
        self._socket = bound_socket("127.0.0.1", port)
        self.port: int = self._socket.getsockname()[1]
        waiters = Waiters()
        app = build_app(api, Mover(api, hooks or Hooks()), zone, password=password, waiters=waiters)
        self._server = configured(app, waiters)
        self._thread = threading.Thread(target=self._run, name="built-in chat", daemon=True)

    @property
    def url(self) -> str:
        """The page's address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def base_url(self) -> str:
        """python-telegram-bot's `base_url`."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        """python-telegram-bot's `base_file_url`."""
        return f"{self.url}/file/bot"

    def start(self) -> StandIn:
        """Start serving; returns when connections are taken. RuntimeError when that does not happen."""
        self._thread.start()
        until = time.monotonic() + START_SECONDS
        while not self._server.started:
            if time.monotonic() > until or not self._thread.is_alive():
                raise RuntimeError("the built-in chat did not start")
            time.sleep(0.005)
        return self

    def stop(self) -> None:
        """Stop serving and wait for the thread."""
        self._server.should_exit = True
        self._thread.join(timeout=START_SECONDS)
        self._socket.close()

    def __enter__(self) -> StandIn:
        """Start."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])
