"""Plans under the coordinator's hands: doubts with effects and back again, activation once, the same file twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.model import DubanError
from bot.domain.reading import Doubt, PlanReading, Remark
from bot.services import planning
from bot.texts.sentences import sentence
from storage import readings
from storage.database import Database
from storage.tables import Agency, Audit, Duty, Plan, Task
from tests.services.stage_play import CAST, Play, activate, facts_of, open_house, second_plan

DOUBTFUL = """《清河县2024年治理工作计划》
一、重点任务
1.甲事
做好甲事。（县水利局、农业农村局牵头，县交通运输局参与）
2.乙事
做好乙事。（县水利局、农业农村局）
3.丙事
做好丙事。（县水利局、农业农村局按职责分工负责）
4.丁事
做好丁事。
"""
BOSS = "王牵头"


@pytest.fixture
async def doubtful(database: Database, tmp_path) -> Play:  # type: ignore[no-untyped-def]
    play = await open_house(database, tmp_path, DOUBTFUL, CAST)
    await play.says(play.user(BOSS), "/plan")
    return play


def roles(play: Play, number: str) -> list[tuple[str, str]]:
    task = play.rows(Task, Task.number == number)[0]
    names = {row.id: row.name for row in play.rows(Agency)}
    return [(names[row.agency_id][1:3], row.role) for row in play.rows(Duty, Duty.task_id == task.id)]


async def answer(play: Play, code: str, choice: int) -> None:
    place = next(at for at, doubt in enumerate(reading(play).doubts) if doubt.code == code)
    card = play.newest_card(BOSS, "plan")
    await play.forges(play.user(BOSS), f"1:ps:{card.id}:{card.rev}:{place}:{choice}")


def reading(play: Play) -> PlanReading:
    return readings.from_json(play.plan().reading)


async def test_one_of_several_leads_reports_alone_and_that_can_be_taken_back(doubtful: Play) -> None:
    read = roles(doubtful, "1")
    await answer(doubtful, "joint_lead", 1)
    assert roles(doubtful, "1") == [("水利", "lead"), ("农业", "participant"), ("交通", "participant")]
    await answer(doubtful, "joint_lead", 0)
    assert roles(doubtful, "1") == read


async def test_the_first_listed_leads_only_where_the_text_did_not_divide_the_work(doubtful: Play) -> None:
    divided = roles(doubtful, "3")
    await answer(doubtful, "lead_unclear", 1)
    assert roles(doubtful, "2") == [("水利", "lead"), ("农业", "participant")]
    assert roles(doubtful, "3") == divided
    await answer(doubtful, "lead_unclear", 0)
    assert roles(doubtful, "2") == [("水利", "shared"), ("农业", "shared")]


async def test_what_is_no_task_leaves_the_plan_and_can_be_brought_back(doubtful: Play) -> None:
    await answer(doubtful, "no_duty", 2)
    assert [task.number for task in doubtful.rows(Task)] == ["1", "2", "3"]
    await answer(doubtful, "no_duty", 0)
    assert [task.number for task in doubtful.rows(Task)] == ["1", "2", "3", "4"]


async def test_a_name_is_kept_as_written_or_completed_again(doubtful: Play) -> None:
    params = {"number": "1", "written": "水利局", "full": "县水利局", "count": 1}
    doubt = Doubt("inherited_prefix", (), params, "", ("completed", "as_written"))
    asked = replace(reading(doubtful), doubts=(doubt,))
    now, boss = doubtful.clock.now(), "person:1"
    doubtful.write(lambda s: planning.change(s, boss, s.get_one(Plan, 1), asked, Remark("asked"), now))
    await doubtful.says(doubtful.user(BOSS), "/plan")
    await answer(doubtful, "inherited_prefix", 1)
    assert "水利局" in {row.name for row in doubtful.rows(Agency)}
    await answer(doubtful, "inherited_prefix", 0)
    assert "县水利局" in {row.name for row in doubtful.rows(Agency)}


@pytest.mark.parametrize("choice", [-1, 7, 10**8])
async def test_an_answer_that_was_not_offered_changes_nothing(doubtful: Play, choice: int) -> None:
    before = facts_of(doubtful.db)
    await answer(doubtful, "joint_lead", choice)
    assert doubtful.toast() == sentence("card_moved_on", {}, "zh")
    assert facts_of(doubtful.db) == before


async def test_after_activation_no_doubt_can_be_settled_any_more(doubtful: Play) -> None:
    activate(doubtful)
    before = facts_of(doubtful.db, ("duty", "plan_version", "audit"))
    await answer(doubtful, "joint_lead", 1)
    assert doubtful.toast() == sentence("plan_active_already", {"title": "清河县2024年治理工作计划"}, "zh")
    assert facts_of(doubtful.db, ("duty", "plan_version", "audit")) == before


async def test_activating_twice_is_refused_and_leaves_one_activation(doubtful: Play) -> None:
    for _ in range(2):
        await doubtful.taps(doubtful.user(BOSS), "pp", "activate:0")
        await doubtful.taps(doubtful.user(BOSS), "pa")
    activate_twice = [row for row in doubtful.rows(Audit) if row.action == "plan_activated"]
    assert len(activate_twice) == 1
    with pytest.raises(DubanError, match="plan_active_already"):
        activate(doubtful)


async def test_activation_needs_the_second_tap(doubtful: Play) -> None:
    card = doubtful.newest_card(BOSS, "plan")
    await doubtful.forges(doubtful.user(BOSS), f"1:pa:{card.id}:{card.rev}")
    assert doubtful.plan().activated_at is None


async def test_the_same_file_cannot_be_active_twice(doubtful: Play) -> None:
    again = second_plan(doubtful, DOUBTFUL, "again.txt")
    activate(doubtful)
    with pytest.raises(DubanError, match="plan_imported_before"):
        activate(doubtful, again)
    with pytest.raises(DubanError, match="plan_imported_before"):
        second_plan(doubtful, DOUBTFUL, "third.txt")
    assert len(doubtful.rows(Plan)) == 2


async def test_an_unknown_plan_cannot_be_activated(checked: Play) -> None:
    with pytest.raises(DubanError, match="plan_unknown"):
        checked.write(lambda s: planning.activate(s, 1, 99, "test", checked.clock.now()))


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("空白.txt", b"\n \n", "document_empty"),
        ("图片.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "document_is_picture"),
        ("假.docx", b"PK\x03\x04" + bytes(100), "document_unreadable"),
        ("通知.txt", "今天天气很好。\n明天放假。\n".encode(), "file_neither"),
        ("锁.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "document_unreadable"),
        ("乱.txt", bytes(range(128, 256)) * 4, "document_unreadable"),
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_bad_plan_in_chat_is_one_sentence_and_no_plan(
    checked: Play, name: str, data: bytes, code: str, language: str
) -> None:
    boss = checked.user(BOSS)
    if language == "en":
        await checked.says(boss, "/language")
    before, heard = facts_of(checked.db), checked.sent_to(boss)
    await checked.sends(boss, name, data)
    assert facts_of(checked.db) == before
    assert checked.sent_to(boss) == heard + 1
    assert checked.last(boss) == sentence(code, {"name": name}, language)
    assert checked.dead() == []
