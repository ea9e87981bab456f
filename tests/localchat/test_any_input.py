"""Whatever a bot sends, the stand-in answers: with a result or with a refusal, never by stumbling."""

from __future__ import annotations

import json
import struct
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.localchat.api import BotApi
from bot.localchat.clock import MovableClock
from bot.localchat.description import SHAPES, Field
from bot.localchat.methods import METHODS
from bot.localchat.params import UploadedFile
from tests.localchat.conftest import LI, START, WANG

GROUP = -100
PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + struct.pack(">II", 8, 6)
FILES = {
    name: UploadedFile("a.png", PNG) for name in ("a", "photo", "document", "video", "animation", "audio", "voice")
}
DOORS_TO_NOWHERE = {"business_connection_id", "message_thread_id", "inline_message_id"}
WORDS = st.sampled_from(["", "a", "好", "😀", "photo", "emoji", "chat", "default", "<b>x", "*x*", "HTML", "MarkdownV2",
                         "attach://a", "https://a.cn", "web_app", "bold", "text_link", "typing", "x"])  # fmt: skip
NUMBERS = st.sampled_from([2, 1, 3, 0, -1, LI, GROUP, 2**70])
ANY = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.floats(allow_nan=False) | WORDS | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)


def fitting(kind: str, depth: int, level: int = 0) -> st.SearchStrategy[Any]:
    """Values of a described type."""
    if depth:
        return st.lists(fitting(kind, depth - 1, level), max_size=3)
    plain = {"Integer": NUMBERS, "Boolean": st.booleans(), "Float": st.floats(-200, 200), "Chat": NUMBERS}
    if kind in SHAPES:
        return objects(kind, level + 1) if level < 2 else st.just({})
    return plain.get(kind, WORDS)


def objects(name: str, level: int = 0) -> st.SearchStrategy[dict[str, Any]]:
    """Calls of a method, or objects: what is needed and up to three fields more, nearly all of the right type."""
    fields = list(SHAPES[name].values())
    always = {field.name for field in fields if field.required or field.name in {"chat_id", "message_id"}}
    needed = {field.name: given_to(field, level) for field in fields if field.name in always}
    more = [field for field in fields if field.name not in DOORS_TO_NOWHERE | always]
    chosen = st.lists(st.sampled_from(more), max_size=3, unique_by=lambda field: field.name) if more else st.just([])
    extra = chosen.flatmap(lambda some: st.fixed_dictionaries({field.name: given_to(field, level) for field in some}))
    return st.builds(lambda one, other: {**one, **other}, st.fixed_dictionaries(needed), extra)


def given_to(field: Field, level: int) -> st.SearchStrategy[Any]:
    right = st.just(LI) if field.name.endswith("chat_id") else fitting(field.kind, field.depth, level)
    return st.integers(0, 19).flatmap(lambda number: right if number else ANY)


CALLS = st.sampled_from(sorted(METHODS)).flatmap(lambda name: st.tuples(st.just(name), objects(name)))


@settings(max_examples=200, deadline=None)
@given(st.booleans(), st.lists(CALLS, min_size=1, max_size=4), st.booleans())
def test_any_call_is_answered(strict: bool, calls: list[tuple[str, dict[str, Any]]], as_text: bool) -> None:
    api = BotApi(MovableClock(START), strict=strict)
    for person, name in ((LI, "李明"), (WANG, "王芳")):
        api.add_user(person, name)
        api.user_starts(person)
    api.add_group(GROUP, "群", [LI, WANG])
    api.call("sendMessage", {"chat_id": LI, "text": "卡"})
    for method, params in calls:
        given_params = dict(params)
        if as_text:
            given_params = {
                key: value if isinstance(value, str) else json.dumps(value) for key, value in params.items()
            }
        envelope = api.call(method, given_params, FILES)
        assert envelope["ok"] or envelope["error_code"] in {400, 403, 404, 409, 413}
        json.dumps(envelope, ensure_ascii=False).encode()
    json.dumps([*api.messages(LI), *api.world.updates.pending], ensure_ascii=False).encode()
