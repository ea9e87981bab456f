"""The bot's door takes every way of writing a call alike, and answers nonsense in Telegram's own shape."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from urllib.parse import quote_plus

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.localchat import botdoor
from bot.localchat.api import BotApi
from bot.localchat.faults import Fault
from bot.localchat.params import UploadedFile
from bot.localchat.standin import StandIn
from tests.localchat.conftest import LI

JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
UNREADABLE = "Bad Request: can't parse request"


@pytest.fixture
def chat(api: BotApi) -> Iterator[StandIn]:
    with StandIn(api) as chat:
        yield chat


@pytest.fixture
def bot(chat: StandIn) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{chat.base_url}{chat.api.token}") as client:
        yield client


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_query_form_json_and_multipart_say_the_same(bot: httpx.Client, text: str) -> None:
    params = {"chat_id": str(LI), "text": text}
    answers = [
        bot.get("/sendMessage", params=params),
        bot.post("/sendMessage", params=params),
        bot.post("/sendMessage", data=params),
        bot.post("/sendMessage", json=params),
        bot.post("/sendMessage", params={"chat_id": LI}, json={"text": text}),
    ]
    if "\r" not in text:
        answers.append(bot.post("/sendMessage", data=params, files={"unused": b"x"}))
    said = [answer.json().get("result", {}).get("text") or answer.json()["description"] for answer in answers]
    assert len(set(said)) == 1


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (JSON, b"{"),
        (JSON, b"[1]"),
        (JSON, b"[" * 100_000),
        (JSON, b'{"chat_id": 1' + b"0" * 5_000 + b"}"),
        (JSON, b"\xff\xfe\xfd"),
        (FORM, b"a=1&" * 500),
        ({"content-type": "multipart/form-data"}, b"x"),
        ({"content-type": "multipart/form-data; boundary=b"}, b"--b\r\nnonsense"),
        (
            {"content-type": "multipart/form-data; boundary=b"},
            b'--b\r\ncontent-disposition: form-data; name="text"\r\n',
        ),
    ],
)
def test_a_body_that_cannot_be_read_is_a_bad_request(bot: httpx.Client, headers: dict[str, str], body: bytes) -> None:
    refused = bot.post("/sendMessage", content=body, headers=headers)
    assert (refused.status_code, refused.json()["ok"]) == (400, False)
    assert refused.json()["error_code"] == 400


@pytest.mark.parametrize("encoded", [b"text=%FF%FE", b"text=\xff\xfe", b"text=%ED%A0%80"])
def test_text_that_is_not_utf8_is_refused_in_telegrams_words(bot: httpx.Client, encoded: bytes) -> None:
    refused = bot.post("/sendMessage", content=b"chat_id=%d&" % LI + encoded, headers=FORM)
    assert refused.json()["description"] == "Bad Request: strings must be encoded in UTF-8"


def test_an_unknown_kind_of_body_leaves_the_fields_of_the_address(bot: httpx.Client) -> None:
    query = f"/sendMessage?chat_id={LI}&text={quote_plus('好 & 好')}"
    sent = bot.post(query, content=b"?", headers={"content-type": "text/plain"})
    assert sent.json()["result"]["text"] == "好 & 好"


def test_more_than_a_bot_may_send_is_refused_and_not_kept(
    bot: httpx.Client, monkeypatch: pytest.MonkeyPatch, api: BotApi
) -> None:
    monkeypatch.setattr(botdoor, "MAX_BODY", 2_000)
    before = len(api.messages(LI))
    params = {"chat_id": str(LI), "text": "好"}
    answers = [
        bot.post("/sendMessage", json={**params, "more": "x" * 3_000}),
        bot.post("/sendDocument", data=params, files={"document": b"x" * 3_000}),
    ]
    assert [(answer.status_code, answer.json()["description"]) for answer in answers] == [
        (413, "Request Entity Too Large")
    ] * 2
    assert len(api.messages(LI)) == before
    assert bot.post("/sendMessage", json=params).json()["ok"]


@pytest.mark.parametrize("path", ["", "/", "/a/b", "/file/x"])
def test_an_address_that_names_no_method_is_not_found(bot: httpx.Client, path: str) -> None:
    assert bot.get(path).json() == {"ok": False, "error_code": 404, "description": "Not Found"}


@pytest.mark.parametrize("timeout", ["²", "9" * 5_000, "-5", "0.4", "soon", "[]"])
def test_a_strange_timeout_is_no_wait(bot: httpx.Client, timeout: str) -> None:
    assert bot.post("/getUpdates", json={"offset": 2, "timeout": timeout}).status_code in {200, 400}


def test_other_verbs_are_refused(bot: httpx.Client) -> None:
    assert [bot.request(verb, "/getMe").json()["error_code"] for verb in ("PUT", "DELETE", "PATCH")] == [405] * 3


def test_a_bot_that_dies_while_it_speaks_has_asked_nothing(chat: StandIn, api: BotApi) -> None:
    before = len(api.calls)
    with socket.create_connection(("127.0.0.1", chat.port)) as dying:
        dying.sendall(
            f"POST /bot{api.token}/sendMessage HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
            'content-length: 500\r\n\r\n{"chat_id": 11, "text": "半句'.encode()
        )
    time.sleep(0.1)
    assert len(api.calls) == before


def test_a_cut_hits_the_connection_that_asked_and_no_other(chat: StandIn, api: BotApi) -> None:
    url = f"{chat.base_url}{api.token}/sendMessage"
    with httpx.Client() as struck, httpx.Client() as other:
        assert other.post(url, json={"chat_id": LI, "text": "一"}).json()["ok"]
        for kind in ("drop_before", "drop_after"):
            api.faults.add(Fault("sendMessage", kind))
            with pytest.raises(httpx.TransportError):
                struck.post(url, json={"chat_id": LI, "text": kind})
        assert other.post(url, json={"chat_id": LI, "text": "二"}).json()["ok"]
    assert [message["text"] for message in api.messages(LI)[-3:]] == ["一", "drop_after", "二"]


def test_pipelined_calls_are_answered_in_order(chat: StandIn, api: BotApi) -> None:
    bodies = [json.dumps({"chat_id": LI, "text": text}).encode() for text in ("一", "二", "三")]
    head = f"POST /bot{api.token}/sendMessage HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
    with socket.create_connection(("127.0.0.1", chat.port), 5) as line:
        line.sendall(b"".join(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body for body in bodies))
        received = b""
        while received.count(b'"ok":true') < 3:
            received += line.recv(65536)
    assert [message["text"] for message in api.messages(LI)[-3:]] == ["一", "二", "三"]


def test_a_file_is_never_a_page_of_this_server(chat: StandIn, bot: httpx.Client, api: BotApi) -> None:
    page = UploadedFile("p.html", b"<script>alert(1)</script>", "text/html")
    sent = api.call("sendDocument", {"chat_id": LI}, {"document": page})["result"]
    path = bot.get("/getFile", params={"file_id": sent["document"]["file_id"]}).json()["result"]["file_path"]
    got = httpx.get(f"{chat.base_file_url}{api.token}/{path}")
    assert got.content == page.content
    assert (got.headers["content-security-policy"], got.headers["x-content-type-options"]) == ("sandbox", "nosniff")
    assert httpx.get(f"{chat.base_file_url}1000001:wrong/{path}").status_code == 401
    assert httpx.get(f"{chat.base_file_url}{api.token}/documents/none").status_code == 404
