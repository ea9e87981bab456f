"""The story's sentences, kind by kind, in both languages; what is said must be short, plain and whole."""

from __future__ import annotations

import os
import re
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.domain.facts import Reason
from bot.domain.story import StoryEntry, StoryItem, StorySeen
from bot.texts.screens.progress import play_note
from bot.texts.screens.story import KINDS, story_line

GOLDEN = Path(__file__).parents[1] / "golden" / "story"
AT = datetime(2022, 4, 7, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
PERSON = {"user_id": 1015, "name": "何琳", "agency": "县自然资源和规划局", "role": "deputy"}
HAN = re.compile(r"[㐀-鿿]")


def item(number: str = "（三）1", rung: str = "D-1", **more: object) -> StoryItem:
    base = {"what": "2022Q1", "due_on": date(2022, 4, 8), "left": 1, "agency": "县自然资源和规划局"}
    return StoryItem(number=number, rung=rung, **{**base, **more})  # type: ignore[arg-type]


def entry(kind: str, *items: StoryItem, **more: object) -> StoryEntry:
    return StoryEntry(kind, AT, **{**PERSON, "items": items or (item(),), **more})  # type: ignore[arg-type]


DOUBT = {
    "code": "joint_lead",
    "params": {"number": "（一）1", "leads": 2, "first": "甲局"},
    "options": ["all_report", "first_reports"],
}
SIZE = {"title": "清水计划", "tasks": 16, "agencies": 18, "doubts": 6}
ASKER = {"from": "县水利局", "sender": "唐磊"}
ENTRIES = [
    entry("reminded", item(), item("（三）2")),
    entry(
        "reminded", item(rung="D+1", left=-1), item("（一）2", what="milestone:2022-06-30", due_on=date(2022, 6, 30))
    ),
    entry("reminded", item(invited=True)),
    entry("reminded", item(rung="S0407")),
    entry("reminded", item(), item("（三）2", invited=True)),
    entry("reminded", item(rung="D", due_on=date(2022, 4, 7), left=0)),
    entry("assigned", params={"tasks": 5}),
    entry("relieved"),
    entry("signed", params={"tasks": 5}),
    entry("missing_list", item(), item("（二）1", agency="县水利局"), role="coordinator", agency=""),
    entry("phone_list", role="coordinator", agency=""),
    entry("unsigned", item("", what="assignment"), role="coordinator", agency=""),
    entry("unreachable", role="coordinator", agency=""),
    entry("summary_sent", item("", agency=""), role="leader", agency=""),
    entry("escalated"),
    *(entry("not_reminded", code=reason.value) for reason in Reason),
    entry("not_reminded", code="reported", name="", role="", user_id=None),
    entry("reported", code="in_progress", number="Q1-0003", params={"percent": 40}),
    entry("reported", code="blocked", number="Q1-0004", said="设备没到，\n先等等<b>"),
    entry("corrected", code="done", number="Q1-0003"),
    entry("withdrawn", code="done", number="Q1-0003"),
    entry("accepted", number="Q1-0003", role="coordinator", agency=""),
    entry("returned", number="Q1-0003", code="missing_figures", params={"limit": "2022-04-12"}),
    entry("returned", number="Q1-0003", code="off_topic"),
    entry("drafted", code="in_progress"),
    entry("list_shown", params={"count": 1}),
    entry("understood", code="in_progress", said="差不多了"),
    entry("words_which", said="差不多了", params={"count": 3}),
    entry("words_status", said="（三）1 弄得七七八八了"),
    entry("words_date"),
    entry("words_cancelled"),
    StoryEntry("plan_read", AT, params=SIZE),
    entry("plan_overview", params=SIZE),
    entry("plan_overview", params={**SIZE, "doubts": 0}),
    entry("plan_doubts", params={**SIZE, "doubt": DOUBT}),
    entry("plan_activate", params=SIZE),
    entry("plan_active", params=SIZE),
    entry("review_shown", code="done", number="Q1-0003"),
    entry("review_empty"),
    entry(
        "request_shown",
        code="extension",
        said="要延期",
        params={"from": "县水利局", "sender": "唐磊", "until": "2022-04-20"},
    ),
    entry("request_shown", code="decline", said="不是我们的", params={"from": "县水利局", "sender": "唐磊"}),
    entry("request_shown", code="delegate", said="问老李", params={"from": "县水利局", "sender": "唐磊"}),
    entry("request_shown", code="question", said="报什么？", params={"from": "县水利局", "sender": "唐磊"}),
    entry("summary_shown", params={"period": "2022Q1"}),
    entry("board_shown"),
    entry("invitation_ask"),
    entry("invitation_bound"),
    entry("invitation_refused"),
    entry("noticed", code="extension_granted", params={"until": "2022-04-20"}),
    entry("noticed", code="greeting", params={"count": 2}),
    entry("noticed", code="status_missing"),
    *(entry("filed", code=paper) for paper in ("ledger", "picture", "roster_template", "invitations", "other")),
    *(entry("not_delivered", code=state) for state in ("failed", "unknown", "dead")),
    *(entry("withheld", code=reason) for reason in ("left", "nobody_bound")),
]


def printed(language: str) -> str:
    lines = [f"{e.kind} {e.code}".rstrip() + "\n  " + "\n  ".join(story_line(e, language)) for e in ENTRIES]
    notes = [f"{code}\n  {play_note(code, language)}" for code in ("year_over", "nothing_planned", "play_failed")]
    return "\n".join([*lines, *notes]) + "\n"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_story_reads_as_agreed(language: str) -> None:
    path = GOLDEN / f"{language}.txt"
    said = printed(language)
    if os.environ.get("DUBAN_GOLDEN") == "update":
        path.write_text(said, encoding="utf-8")
    assert said == path.read_text(encoding="utf-8")


def test_every_kind_of_entry_has_its_sentence() -> None:
    assert {e.kind for e in ENTRIES} == KINDS


@pytest.mark.parametrize("told", ENTRIES, ids=lambda e: f"{e.kind} {e.code}")
def test_a_line_is_plain_text_of_a_sentence_or_two(told: StoryEntry) -> None:
    for language in ("zh", "en"):
        who, what, why = story_line(told, language)
        assert what
        assert why
        assert "\n" not in what + why
        assert not re.search(r"</?(b|i|blockquote)>|&(lt|gt|amp);", (who + what + why).replace("等等<b>", ""))
        assert len(why) <= (120 if language == "zh" else 260)


def test_an_unknown_kind_still_says_something() -> None:
    assert story_line(entry("something_new"), "zh")[1]


def test_entries_and_how_far_was_read_survive_the_file() -> None:
    assert [StoryEntry.from_json(e.as_json()) for e in ENTRIES] == ENTRIES
    seen = StorySeen(5, 4, 3, 2, frozenset({4, 5}), frozenset({1}))
    assert StorySeen.from_json(seen.as_json()) == seen
