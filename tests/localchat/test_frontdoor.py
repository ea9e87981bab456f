"""Who may speak to the server: this machine's own pages and bots, whatever other pages in the same browser try."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from bot.localchat.api import BotApi
from bot.localchat.frontdoor import FrontDoor
from bot.localchat.standin import StandIn
from bot.localchat.wire import answer
from tests.localchat.conftest import LI

LINK = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
PICTURE = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}
OTHER_PORT = {"sec-fetch-site": "same-site", "sec-fetch-mode": "cors"}
OWN_PAGE = {"sec-fetch-site": "same-origin", "sec-fetch-mode": "cors"}
TYPED = {"sec-fetch-site": "none", "sec-fetch-mode": "navigate"}


@pytest.fixture
def client(api: BotApi) -> Iterator[httpx.Client]:
    with StandIn(api) as chat, httpx.Client(base_url=chat.url) as client:
        yield client


@pytest.mark.parametrize("foreign", [LINK, PICTURE, OTHER_PORT], ids=["link", "picture", "other port"])
def test_a_foreign_page_cannot_play_the_bot_although_the_token_is_known(
    client: httpx.Client, api: BotApi, foreign: dict[str, str]
) -> None:
    before = len(api.calls)
    told = client.get(f"/bot{api.token}/sendMessage?chat_id={LI}&text=x", headers=foreign)
    assert told.status_code == 403
    assert len(api.calls) == before
    assert client.get(f"/file/bot{api.token}/documents/x", headers=foreign).status_code == 403


def test_a_foreign_page_may_link_here_and_nothing_else(client: httpx.Client) -> None:
    assert client.get("/", headers=LINK).status_code == 200
    assert client.post("/control/start", json={"chat": LI}, headers=LINK).status_code == 403
    for foreign in (PICTURE, OTHER_PORT):
        assert client.get("/control/state", headers=foreign).status_code == 403


@pytest.mark.parametrize("own", [OWN_PAGE, TYPED, {}], ids=["page", "typed", "program"])
def test_the_own_page_and_programs_come_in(client: httpx.Client, api: BotApi, own: dict[str, str]) -> None:
    assert client.get("/control/state", headers=own).status_code == 200
    assert client.get(f"/bot{api.token}/getMe", headers=own).status_code == 200


async def served(_scope: Scope, _receive: Receive, send: Send) -> None:
    await answer(send, 200, b"served")


@pytest.mark.parametrize(
    ("bound", "host", "served_there"),
    [
        ("", "127.0.0.1:8080", True),
        ("", "LocalHost", True),
        ("", "[::1]:8080", True),
        ("", "duban.example", False),
        ("", "127.0.0.1.evil.example", False),
        ("", "", False),
        ("192.168.1.5", "192.168.1.5:8080", True),
        ("192.168.1.5", "192.168.1.6", False),
        ("fe80::1", "[fe80::1]:80", True),
        ("Duban.Example", "duban.example:8080", True),
        ("0.0.0.0", "any.name:8080", True),  # noqa: S104
    ],
)
async def test_it_answers_under_the_names_it_was_bound_to(bound: str, host: str, served_there: bool) -> None:
    statuses: list[int] = []

    async def send(message: dict[str, object]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(int(str(message["status"])))

    scope = {"type": "http", "method": "GET", "path": "/", "headers": [(b"host", host.encode())]}
    await FrontDoor(served, served, bound)(scope, None, send)  # type: ignore[arg-type]
    assert statuses == [200 if served_there else 403]
