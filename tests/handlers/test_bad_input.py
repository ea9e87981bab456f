"""Clumsy and hostile input at the chat's door, in both languages: one sentence each, nothing stored, nothing dead."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.texts.sentences import sentence
from storage.database import Database
from storage.tables import Report
from tests.handlers.conftest import Lived
from tests.services.stage_play import Play, activate, at, facts_of, open_house


@pytest.fixture
async def play(database: Database, tmp_path: Path) -> Play:
    house = await open_house(database, tmp_path)
    activate(house)
    await house.at(at(3, 29, 9))
    return house


async def raw(play: Play, who: int, **message: Any) -> None:
    """A message as a strange client could send it."""
    play.api.world.update(
        "message",
        {
            "message_id": 90_000 + len(play.api.calls),
            "from": {"id": who, "is_bot": False, "first_name": "某", "language_code": "zh-hans"},
            "chat": {"id": who, "type": "private", "first_name": "某"},
            "date": int(play.clock.now().timestamp()),
            **message,
        },
    )
    await play.house.settle()


VOICE = {"voice": {"file_id": "v", "file_unique_id": "v", "duration": 3}}
BAD: tuple[tuple[str, str, dict[str, Any], str, dict[str, object]], ...] = (
    ("unknown command of a contact", "李水利", {"text": "/burn"}, "command_unknown", {}),
    ("unknown command of a coordinator", "王牵头", {"text": "/burn everything"}, "command_unknown", {}),
    ("unknown command of a leader", "赵领导", {"text": "/x"}, "command_unknown", {}),
    ("five thousand characters", "李水利", {"text": "长" * 5000}, "text_too_long", {"limit": 4096}),
    ("a voice message", "李水利", VOICE, "voice_please_type", {}),
    ("a voice message of a leader", "赵领导", VOICE,
     "voice_please_type", {}),
    ("a place", "李水利", {"location": {"latitude": 24.5, "longitude": 109.7}}, "message_kind", {}),
    ("a question nobody can answer", "赵领导", {"text": "天为什么是蓝的"}, "question_not_understood", {}),
    ("a year that is not the plan's", "赵领导", {"text": "2019年全年汇总"}, "period_unknown", {"year": 2024}),
)  # fmt: skip


@pytest.mark.parametrize(("name", "message", "code", "params"), [bad[1:] for bad in BAD], ids=[bad[0] for bad in BAD])
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_bad_input_is_one_sentence_in_the_persons_language(
    play: Play, name: str, message: dict[str, Any], code: str, params: dict[str, object], language: str
) -> None:
    who = play.user(name)
    if language == "en":
        await play.says(who, "/language")
    before, heard = facts_of(play.db), play.sent_to(who)
    await raw(play, who, **message)
    assert play.last(who) == sentence(code, params, language)
    assert play.sent_to(who) == heard + 1
    assert facts_of(play.db) == before
    assert play.dead() == []


@pytest.mark.parametrize(
    "update",
    [
        {"message": {"message_id": 1, "date": 0, "chat": {"id": 5, "type": "private"}, "text": "没有发件人"}},
        {"channel_post": {"message_id": 1, "date": 0, "chat": {"id": -100, "type": "channel"}, "text": "x"}},
        {"poll": {"id": "1"}},
        {"callback_query": {"id": "1", "from": {"id": 1003, "is_bot": False, "first_name": "x"}, "chat_instance": "1"}},
    ],
)
async def test_an_update_of_a_strange_shape_stops_nobody(play: Play, update: dict[str, Any]) -> None:
    (kind, body), *_ = update.items()
    before = facts_of(play.db)
    play.api.world.update(kind, body)
    await play.house.settle()
    play.clock.set(at(3, 29, 9, 1))
    await play.house.settle()
    await play.says(play.user("李水利"), "/help")
    assert "报" in play.last(play.user("李水利"))
    assert facts_of(play.db) == before


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(
        st.characters(exclude_categories=("Cs",)) | st.sampled_from("（一）12完成%月日延期<&>/\u202e\x00😀"),
        min_size=1,
        max_size=60,
    )
)
def test_whatever_is_typed_is_answered_and_reports_nothing_by_itself(lived: Lived, text: str) -> None:
    play, who = lived.play, lived.play.user("李水利")
    reported, heard = len(play.rows(Report)), len(play.api.transcript(chat_id=who))
    if not text.strip():
        return
    lived.do(raw(play, who, text=text))
    assert len(play.rows(Report)) == reported
    assert len(play.api.transcript(chat_id=who)) > heard
    assert play.dead() == []
