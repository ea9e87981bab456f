"""The people's door over HTTP: paged messages, read marks that two readers share, deleting, forwarding, files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from bot.localchat.api import BotApi
from bot.localchat.control import FIRST_MESSAGES
from bot.localchat.standin import StandIn
from tests.localchat.conftest import LI, WANG

GROUP = -100
MANY = 130


class Reader:
    """One open page: keeps the revision it has seen, as the page does."""

    def __init__(self, url: str) -> None:
        self.client = httpx.Client(base_url=f"{url}/control")
        self.revision = 0

    def news(self) -> dict[str, Any]:
        state: dict[str, Any] = self.client.get(f"/state?since={self.revision}").raise_for_status().json()
        self.revision = state["revision"]
        return state

    def get(self, path: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.client.get(path).raise_for_status().json()
        return answer

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.client.post(path, json=body).raise_for_status().json()
        return answer


@pytest.fixture
def open_page(api: BotApi) -> Iterator[Callable[[], Reader]]:
    with StandIn(api) as chat:
        readers: list[Reader] = []

        def opened() -> Reader:
            readers.append(Reader(chat.url))
            return readers[-1]

        yield opened
        for reader in readers:
            reader.client.close()


def _person(state: dict[str, Any], person_id: int) -> dict[str, Any]:
    return next(user for user in state["users"] if user["id"] == person_id)


def _ids(messages: list[dict[str, Any]]) -> list[int]:
    return [message["message_id"] for message in messages]


def test_the_first_state_brings_the_newest_messages_and_says_that_there_are_more(
    api: BotApi, ok: Callable[..., Any], open_page: Callable[[], Reader]
) -> None:
    api.user_starts(WANG)
    sent = [ok("sendMessage", chat_id=LI, text=f"第{number}条")["message_id"] for number in range(MANY)]
    state = open_page().news()
    mine = [message for message in state["messages"] if message["chat_id"] == LI]
    assert _ids(mine) == sent[-FIRST_MESSAGES:]
    assert state["more"] == [LI]
    assert [message["text"] for message in state["messages"] if message["chat_id"] == WANG] == ["/start"]


def test_older_messages_come_page_by_page_until_there_are_no_more(
    api: BotApi, ok: Callable[..., Any], open_page: Callable[[], Reader]
) -> None:
    for number in range(MANY):
        ok("sendMessage", chat_id=LI, text=f"第{number}条")
    api.user_deletes(LI, 50)
    page = open_page()
    seen = _ids([message for message in page.news()["messages"] if message["chat_id"] == LI])
    more = True
    while more:
        answer = page.get(f"/messages?chat={LI}&before={seen[0]}&limit=40")
        assert len(answer["messages"]) <= 40
        seen, more = _ids(answer["messages"]) + seen, answer["more"]
    assert seen == [number for number in range(1, MANY + 2) if number != 50]


def test_a_page_that_ends_exactly_at_the_first_message_says_that_there_are_no_more(
    ok: Callable[..., Any], open_page: Callable[[], Reader]
) -> None:
    for number in range(9):
        ok("sendMessage", chat_id=LI, text=f"第{number}条")
    answer = open_page().get(f"/messages?chat={LI}&before=6&limit=5")
    assert (_ids(answer["messages"]), answer["more"]) == ([1, 2, 3, 4, 5], False)


def test_what_changed_later_comes_whole_with_the_deleted(
    api: BotApi, ok: Callable[..., Any], open_page: Callable[[], Reader]
) -> None:
    for number in range(MANY):
        ok("sendMessage", chat_id=LI, text=f"第{number}条")
    page = open_page()
    page.news()
    ok("editMessageText", chat_id=LI, message_id=3, text="改过")
    api.user_deletes(LI, 4)
    fresh = ok("sendMessage", chat_id=LI, text="新的")["message_id"]
    state = page.news()
    assert [(m["message_id"], m["deleted"]) for m in state["messages"]] == [(3, False), (4, True), (fresh, False)]
    assert _ids(page.news()["messages"]) == []


def test_two_readers_agree_on_what_is_unread(ok: Callable[..., Any], open_page: Callable[[], Reader]) -> None:
    one, other = open_page(), open_page()
    first, second, third = (ok("sendMessage", chat_id=LI, text=text)["message_id"] for text in "甲乙丙")
    assert [_person(page.news(), LI)["unread"] for page in (one, other)] == [3, 3]
    one.post("/read", chat=LI, message_id=second)
    for page in (one, other):
        person = _person(page.news(), LI)
        assert (person["unread"], person["read_to"]) == (1, second)
    other.post("/read", chat=LI, message_id=first)
    assert _person(one.get("/users"), LI)["read_to"] == second
    other.post("/read", chat=LI, message_id=third)
    assert _person(one.news(), LI)["unread"] == 0


def test_a_new_message_brings_its_chat_with_the_count_of_unread(
    ok: Callable[..., Any], open_page: Callable[[], Reader]
) -> None:
    page = open_page()
    page.news()
    ok("sendMessage", chat_id=LI, text="甲")
    state = page.news()
    assert [(user["id"], user["unread"]) for user in state["users"]] == [(LI, 1)]


def test_pinned_messages_come_with_their_words_however_old(
    ok: Callable[..., Any], open_page: Callable[[], Reader]
) -> None:
    pinned = ok("sendMessage", chat_id=LI, text="看板")["message_id"]
    ok("pinChatMessage", chat_id=LI, message_id=pinned)
    for number in range(MANY):
        ok("sendMessage", chat_id=LI, text=f"第{number}条")
    pins = _person(open_page().news(), LI)["pins"]
    assert [(pin["message_id"], pin["text"]) for pin in pins] == [(pinned, "看板")]


def test_a_person_deletes_forwards_and_shares_the_number(
    api: BotApi, ok: Callable[..., Any], open_page: Callable[[], Reader]
) -> None:
    page = open_page()
    api.add_group(GROUP, "工作群", [LI, WANG])
    said = ok("sendMessage", chat_id=LI, text="请报送")["message_id"]
    page.post("/forward", chat=GROUP, from_chat=LI, message_id=said, by=LI)
    passed_on = api.last_message(GROUP)
    assert (passed_on["text"], passed_on["from"]["id"], "forward_origin" in passed_on) == ("请报送", LI, True)
    page.post("/delete", chat=LI, message_id=said)
    assert said not in _ids(api.messages(LI))
    page.post("/contact", chat=LI)
    assert api.last_message(LI)["contact"]["user_id"] == LI


def test_a_group_changes_and_the_page_follows(api: BotApi, open_page: Callable[[], Reader]) -> None:
    page = open_page()
    page.post("/groups", id=GROUP, title="工作群", members=[LI])
    page.post("/groups/join", chat=GROUP, user=WANG, by=LI)
    assert _person(page.news(), GROUP)["members"] == [LI, WANG]
    page.post("/groups/promote", chat=GROUP, user=WANG)
    page.post("/groups/leave", chat=GROUP, user=LI)
    assert _person(page.news(), GROUP)["members"] == [WANG]
    page.post("/location", chat=GROUP, latitude=24.5, longitude=109.7, by=WANG)
    assert api.last_message(GROUP)["location"] == {"latitude": 24.5, "longitude": 109.7}
    page.post("/groups/bot", chat=GROUP, by=WANG, inside=False)
    assert _person(page.news(), GROUP)["bot_status"] == "kicked"
    page.post("/groups/bot", chat=GROUP, by=WANG, inside=True)
    page.post("/groups/migrate", chat=GROUP, to=GROUP - 1)
    state = page.news()
    assert (_person(state, GROUP)["moved_to"], _person(state, GROUP - 1)["members"]) == (GROUP - 1, [WANG])


def test_what_a_person_cannot_do_is_said_with_a_code(api: BotApi, open_page: Callable[[], Reader]) -> None:
    api.add_group(GROUP, "工作群", [WANG])
    client = open_page().client
    answers = [
        client.post("/delete", json={"chat": LI, "message_id": 999}),
        client.post("/forward", json={"chat": GROUP, "from_chat": LI, "message_id": 1, "by": WANG}),
        client.post("/contact", json={"chat": GROUP}),
        client.post("/read", json={"chat": 5, "message_id": 1}),
        client.get("/messages?chat=x"),
    ]
    assert [answer.status_code for answer in answers] == [400] * 5
    codes = [answer.json()["error"] for answer in answers]
    assert codes == ["no_such_message", "not_a_member", "no_speaker", "no_such_chat", "bad_request"]


def test_a_file_keeps_its_name_and_cannot_be_opened_as_a_page(api: BotApi, open_page: Callable[[], Reader]) -> None:
    page = open_page()
    files = {"file": ("第一季度 进展.html", b"<script>alert(1)</script>", "text/html")}
    page.client.post("/upload", data={"chat": str(LI), "kind": "document"}, files=files).raise_for_status()
    answer = page.client.get(f"/file/{api.last_message(LI)['document']['file_id']}")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == (
        "attachment; filename*=UTF-8''%E7%AC%AC%E4%B8%80%E5%AD%A3%E5%BA%A6%20%E8%BF%9B%E5%B1%95.html"
    )
    assert page.client.get("/file/unknown").status_code == 404


def test_a_photo_is_shown_as_the_picture_it_is(api: BotApi, open_page: Callable[[], Reader], png: bytes) -> None:
    page = open_page()
    files = {"file": ("a.png", png, "image/png")}
    page.client.post("/upload", data={"chat": str(LI), "kind": "photo"}, files=files).raise_for_status()
    size = api.last_message(LI)["photo"][-1]
    answer = page.client.get(f"/file/{size['file_id']}")
    assert (answer.headers["content-type"], size["width"], size["height"]) == ("image/png", 90, 60)
    assert answer.headers["content-disposition"].endswith("photo.png")


@pytest.fixture
def png() -> bytes:
    """The head of a picture of 90 by 60 pixels: all that is read of it."""
    sides = (90).to_bytes(4, "big") + (60).to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + sides + b"\x08\x02\x00\x00\x00"


def test_another_world_has_another_name(api: BotApi, open_page: Callable[[], Reader]) -> None:
    one, other = open_page(), open_page()
    assert one.news()["run"] == other.news()["run"]
    with StandIn(api) as restarted:
        again = Reader(restarted.url)
        assert again.news()["run"] != other.news()["run"]
        again.client.close()


def test_the_transcript_gives_the_newest_calls_when_asked_for_few(
    api: BotApi, ok: Callable[..., Any], open_page: Callable[[], Reader]
) -> None:
    for number in range(5):
        ok("sendMessage", chat_id=LI, text=f"第{number}条")
    api.call("sendMessage", {"chat_id": 999, "text": "没有这个人"})
    calls = open_page().get("/transcript?limit=2")["calls"]
    assert [(call["method"], call["ok"]) for call in calls] == [("sendMessage", True), ("sendMessage", False)]
    assert calls[-1]["result"]["description"] == "Bad Request: chat not found"
