"""A chat that others can reach asks for a password, and only the bot's own side does without it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from bot.domain.model import DubanError
from bot.localchat import passwords
from bot.localchat.api import DEFAULT_TOKEN, BotApi
from bot.localchat.passwords import FREE_ATTEMPTS, MAX_PAUSE, Attempts, PasswordDoor
from bot.localchat.server import page_paths, serve
from bot.localchat.standin import StandIn
from bot.localchat.wire import answer
from tests.localchat.conftest import LI

PASSWORD = "县里的密码 2022"


class Seconds:
    """Seconds that pass when told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def chat(api: BotApi) -> Iterator[StandIn]:
    with StandIn(api, password=PASSWORD) as chat:
        yield chat


@pytest.fixture
def client(chat: StandIn) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=chat.url) as client:
        yield client


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost", "LOCALHOST"])
def test_on_this_machine_alone_no_password_is_needed(host: str) -> None:
    passwords.check(host, "")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "duban.example", "localhost.example", ""])  # noqa: S104
async def test_an_address_others_reach_is_refused_without_a_password(host: str, api: BotApi) -> None:
    with pytest.raises(DubanError) as refused:
        await serve(api, host=host, port=0)
    assert refused.value.code == "password_needed"
    passwords.check(host, PASSWORD)


def test_a_short_password_is_refused_even_here() -> None:
    with pytest.raises(DubanError) as refused:
        passwords.check("127.0.0.1", "1234567")
    assert refused.value.code == "password_short"


async def test_the_token_everybody_knows_is_refused_beside_a_password(api: BotApi) -> None:
    with pytest.raises(ValueError, match="token"):
        await serve(api, port=0, password=PASSWORD)


def test_beside_a_password_each_start_draws_a_token_of_its_own() -> None:
    drawn = {passwords.token_for(PASSWORD) for _ in range(20)}
    assert len(drawn) == 20
    assert {token.partition(":")[0] for token in drawn} == {DEFAULT_TOKEN.partition(":")[0]}
    assert all(len(token.partition(":")[2]) >= 35 for token in drawn)
    assert passwords.token_for(PASSWORD, "7:given") == "7:given"
    assert passwords.token_for("") == DEFAULT_TOKEN


@pytest.mark.parametrize(
    "path", [*page_paths()[1:], "/control/state", "/control/transcript", "/demo/state", "/nowhere"]
)
def test_without_the_password_nothing_is_told(client: httpx.Client, path: str) -> None:
    told = client.get(path)
    assert (told.status_code, told.json()["error"]) == (401, "password_needed")


def test_without_the_password_nobody_speaks_for_a_person(client: httpx.Client, api: BotApi) -> None:
    before = len(api.messages(LI))
    assert client.post("/control/send", json={"chat": LI, "text": "伪造"}).status_code == 401
    assert len(api.messages(LI)) == before


def test_the_right_password_opens_the_page_by_a_cookie_scripts_cannot_read(client: httpx.Client) -> None:
    assert 'type="password"' in client.get("/").text
    entered = client.post("/login", data={"password": PASSWORD})
    assert (entered.status_code, entered.headers["location"]) == (303, "/")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(entered.headers["set-cookie"].split("; "))
    assert PASSWORD not in entered.headers["set-cookie"]
    assert "chat.js" in client.get("/").text
    assert client.post("/control/send", json={"chat": LI, "text": "进来了"}).status_code == 200


@pytest.mark.parametrize("typed", ["", "县里的密码", PASSWORD + " ", "' or 1=1"])
def test_a_wrong_password_is_refused_in_words_and_gives_no_cookie(client: httpx.Client, typed: str) -> None:
    refused = client.post("/login", data={"password": typed})
    assert refused.status_code == 401
    assert "密码不对" in refused.text
    assert "set-cookie" not in refused.headers
    assert client.get("/control/state").status_code == 401


@pytest.mark.parametrize("form", [b"", b"password", b"\xff\xfe=%ff", b"password=" + b"x" * 5000, b"a=1&" * 50])
def test_a_strange_form_is_a_wrong_password(client: httpx.Client, form: bytes) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post("/login", content=form, headers=headers).status_code == 401


def test_a_cookie_made_up_or_of_another_start_opens_nothing(client: httpx.Client, api: BotApi) -> None:
    entered = client.post("/login", data={"password": PASSWORD})
    name = entered.headers["set-cookie"].partition("=")[0]
    cookie = entered.headers["set-cookie"].partition(";")[0]
    with StandIn(api, password=PASSWORD) as other, httpx.Client(base_url=other.url) as stranger:
        for shown in (cookie, f"{name}=", f"{name}=guessed", "=;;=", "ä" * 10):
            assert stranger.get("/control/state", headers={"cookie": shown.encode()}).status_code == 401


def test_a_foreign_page_cannot_even_try(client: httpx.Client) -> None:
    origin = {"origin": "https://evil.example"}
    assert client.post("/login", data={"password": PASSWORD}, headers=origin).status_code == 403


def test_the_bot_needs_its_token_only(client: httpx.Client, api: BotApi) -> None:
    sent = api.call("sendMessage", {"chat_id": LI, "text": "好"})
    assert client.get(f"/bot{api.token}/getMe").json()["ok"]
    assert client.get("/bot1000001:wrong/getMe").status_code == 401
    assert sent["ok"]


def test_the_page_that_asks_speaks_the_readers_language_and_lets_its_form_go_here_only(client: httpx.Client) -> None:
    chinese = client.get("/")
    english = client.get("/login", headers={"accept-language": "en-GB,en;q=0.9"})
    assert ('lang="zh-CN"' in chinese.text, "Enter" in english.text) == (True, True)
    assert "form-action 'self'" in chinese.headers["content-security-policy"]
    # A form sent under no-referrer has the origin "null" and would be taken for a foreign one.
    assert chinese.headers["referrer-policy"] == "same-origin"
    assert client.get("/login.css").headers["content-type"].startswith("text/css")
    client.post("/login", data={"password": PASSWORD})
    assert "form-action 'none'" in client.get("/").headers["content-security-policy"]


def test_each_further_wrong_attempt_closes_the_door_for_longer() -> None:
    seconds = Seconds()
    attempts = Attempts(seconds)
    pauses = []
    for _ in range(FREE_ATTEMPTS + 40):
        attempts.failed()
        pauses.append(attempts.pause())
        seconds.now += pauses[-1]
    assert pauses[: FREE_ATTEMPTS + 2] == [0, 0, 0, 0, 1, 2, 4]
    assert pauses[-1] == MAX_PAUSE
    attempts.succeeded()
    attempts.failed()
    assert attempts.pause() == 0


async def inside(_scope: Scope, _receive: Receive, send: Send) -> None:
    await answer(send, 200, b"inside")


async def test_while_the_door_is_closed_the_right_password_is_not_looked_at_either() -> None:
    seconds = Seconds()
    door = PasswordDoor(inside, PASSWORD, Attempts(seconds))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(door), base_url="http://127.0.0.1") as client:
        for _ in range(FREE_ATTEMPTS):
            await client.post("/login", data={"password": "guess"})
        closed = await client.post("/login", data={"password": PASSWORD})
        seconds.now += 1.01
        opened = await client.post("/login", data={"password": PASSWORD})
        told = await client.get("/anything")
    assert (closed.status_code, closed.headers["retry-after"], "秒" in closed.text) == (429, "2", True)
    assert (opened.status_code, told.text) == (303, "inside")


def test_a_strange_cookie_of_another_program_locks_nobody_out(client: httpx.Client) -> None:
    entered = client.post("/login", data={"password": PASSWORD})
    own = entered.headers["set-cookie"].partition(";")[0]
    client.cookies.clear()
    for cookies in (f'theme={{"dark": 1, "[x]": "a"}}; {own}', f"a b=@;;=; {own}", f"{own}; \xe9=\xfc"):
        assert client.get("/control/users", headers={"cookie": cookies.encode("latin-1")}).status_code == 200
    assert client.get("/control/users", headers={"cookie": own[:-1]}).status_code == 401
