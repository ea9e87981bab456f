"""Replies: gold readings in two languages, done never by mistake, and laws that hold for any words."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.model import Intent, Status
from bot.domain.understanding import TaskRef, Understanding, reply_json, understand
from bot.domain.workdays import Calendar

MATERIAL = Path(__file__).parent / "material"
CALENDAR = Calendar()
NOW = datetime(2022, 9, 14, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
KNOWN = (
    TaskRef("（一）1", "高标准农田建设"),
    TaskRef("（一）2", "农村生活污水治理"),
    TaskRef("（二）1", "河湖岸线清理整治"),
)
FIELDS = ("status", "percent", "eta", "issue")


def read(text: str, **more: object) -> Understanding:
    return understand(text, NOW, CALENDAR, **more)


def gold(name: str) -> list[dict]:
    return [json.loads(line) for line in (MATERIAL / name).read_text(encoding="utf-8").splitlines()]


def lines(name: str) -> list[str]:
    return (MATERIAL / name).read_text(encoding="utf-8").splitlines()


def items_of(reading: dict) -> list[dict]:
    return reading.get("items") or [reading]


def bare(task: str | None) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", task or ""))


def differences(row: dict) -> list[tuple]:
    """Fields of one gold reply that were read otherwise."""
    want, alt = row["gold"], row["gold"].get("alt", {})
    got = reply_json(understand(row["text"], datetime.fromisoformat(row["now"]), CALENDAR))
    wrong = [] if got["intent"] == want["intent"] else [("intent", got["intent"], want["intent"])]
    by_task = {bare(item["task"]): item for item in items_of(got)}
    if len(by_task) != len(items_of(want)):
        wrong.append(("items", sorted(by_task), len(items_of(want))))
    for item in items_of(want):
        mine = by_task.get(bare(item["task"]), {})
        wrong += [
            (field, mine.get(field), item[field])
            for field in FIELDS
            if mine.get(field) != item[field] and mine.get(field) not in alt.get(field, [])
        ]
        if [n["value"] for n in mine.get("numbers", [])] != [n["value"] for n in item["numbers"]]:
            wrong.append(("numbers", mine.get("numbers"), item["numbers"]))
    return wrong


@pytest.mark.parametrize(("name", "share"), [("replies.jsonl", 0.97), ("replies.heldout.jsonl", 0.9)])
def test_gold_replies_are_read_whole(name: str, share: float) -> None:
    rows = gold(name)
    wrong = [(row["text"], found) for row in rows if (found := differences(row))]
    assert len(wrong) <= (1 - share) * len(rows), wrong


@pytest.mark.parametrize("name", ["replies.jsonl", "replies.heldout.jsonl"])
def test_no_gold_reply_is_taken_for_done_by_mistake(name: str) -> None:
    for row in gold(name):
        finished = {bare(i["task"]) for i in items_of(row["gold"]) if i["status"] == "done"}
        told = {bare(i.task) for i in read(row["text"]).items if i.status is Status.DONE}
        assert told <= finished, row["text"]


@pytest.mark.parametrize("text", lines("not_done.txt"))
def test_words_near_done_are_not_done(text: str) -> None:
    assert all(item.status is not Status.DONE for item in read(text).items)


@pytest.mark.parametrize("text", lines("done.txt"))
def test_plain_words_for_done_are_done(text: str) -> None:
    assert [(item.status, item.percent) for item in read(text).items] == [(Status.DONE, 100)]


def test_a_number_in_another_dress_is_the_known_task() -> None:
    assert [i.task for i in read("(一)2 已完成60%", known=KNOWN).items] == ["（一）2"]


def test_a_task_may_be_named_by_its_title() -> None:
    (item,) = read("高标准农田那个完成八成了", known=KNOWN).items
    assert (item.task, item.percent) == ("（一）1", 80)


def test_all_but_one_done_speaks_of_every_known_task() -> None:
    statuses = {i.task: i.status for i in read("除了（一）2其他都完成了", known=KNOWN).items}
    assert statuses == {"（一）2": Status.IN_PROGRESS, "（一）1": Status.DONE, "（二）1": Status.DONE}


def test_a_tapped_status_counts_where_the_words_name_none() -> None:
    assert read("详见附件", default_status=Status.DONE).items[0].status is Status.DONE
    assert read("还没完成", default_status=Status.DONE).items[0].status is Status.IN_PROGRESS


def test_a_difficulty_is_kept_in_the_writers_words() -> None:
    (item,) = read("完成60%，征地受阻").items
    assert (item.difficulty, item.difficulty_text) == (True, "征地受阻")


def test_the_words_as_sent_are_kept() -> None:
    text = "　３号任务，已完成８０％ "
    assert read(text).text == text


def test_a_question_about_done_claims_nothing() -> None:
    understanding = read("任务3完成了吗？")
    assert understanding.intent is Intent.QUESTION
    assert [(i.task, i.status) for i in understanding.items] == [("3", None)]


def test_the_day_of_a_meeting_is_not_the_day_of_completion() -> None:
    assert read("完成80%，下周三召开推进会").items[0].expected_on is None
    assert read("下周三开会，预计10月20日完成").items[0].expected_on == date(2022, 10, 20)


NOISE = st.text(max_size=120).filter(
    lambda t: not re.search(r"[完成办好了结工定束100%百销✅☑√]|done|ok|fin|compl|wrap|clos", t.lower())
)
SPEECH = st.lists(
    st.sampled_from(re.findall(r".{1,3}", "".join(lines("not_done.txt") + lines("done.txt")))), max_size=14
)


@given(NOISE)
def test_words_without_any_word_for_done_never_make_a_task_done(text: str) -> None:
    assert all(item.status is not Status.DONE for item in read(text).items)


@given(st.text(max_size=200) | SPEECH.map("".join))
def test_any_text_gives_a_reading_and_its_json(text: str) -> None:
    understanding = read(text, known=KNOWN)
    assert understanding.items
    json.dumps(reply_json(understanding))


@given(SPEECH.map("".join))
def test_an_expected_day_is_never_before_the_message(text: str) -> None:
    assert all(i.expected_on is None or i.expected_on >= NOW.date() for i in read(text).items)


@given(st.sampled_from(lines("not_done.txt")), st.sampled_from(["没有", "还没", "未"]))
def test_a_negation_in_front_never_makes_a_task_done(text: str, negation: str) -> None:
    assert all(item.status is not Status.DONE for item in read(negation + text).items)


@pytest.mark.parametrize("row", gold("replies.jsonl")[::4], ids=lambda row: row["text"][:20])
def test_width_and_spaces_change_nothing(row: dict) -> None:
    text = row["text"]
    wide = text.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)} | {ord("%"): "％", ord(","): "，"})
    assert reply_json(read(f" {wide}　")) == reply_json(read(text))
