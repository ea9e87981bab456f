"""Corrections of a reading, and answers to its doubts: what each changes, what it leaves, and how it is taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain import editing, settling
from bot.domain.model import Cadence, DubanError, DutyRole
from bot.domain.reading import DeadlineReading, Doubt, DutyReading, PlanReading, Source, TargetReading, TaskReading

LEAD, JOINT, SHARED, PART = DutyRole.LEAD, DutyRole.JOINT_LEAD, DutyRole.SHARED, DutyRole.PARTICIPANT


def duty(name: str, role: DutyRole) -> DutyReading:
    return DutyReading(name, role)


def task(n: int, *duties: DutyReading, body: str = "", **more: object) -> TaskReading:
    whole = TaskReading(f"{n}", "一", "重点任务", f"任务{n}", body or f"做好第{n}件事。", duties, False, False, (), ())
    return replace(whole, key=f"t{n}", **more)  # type: ignore[arg-type]


DAY = DeadlineReading("6月底前", date(2024, 6, 30), None)
OFTEN = DeadlineReading("每季度", None, Cadence.QUARTERLY)
RATE = TargetReading("达到95%", ">=", 95.0, "%")
PLAN = PlanReading(
    "计划",
    2024,
    "县",
    (),
    (
        task(
            1, duty("县甲局", JOINT), duty("县乙局", JOINT), duty("各镇", PART), deadlines=(DAY, OFTEN), targets=(RATE,)
        ),
        task(
            2, duty("县丙局", LEAD), duty("县甲局", PART), body="修好渠道。6月底前通水。\n达到95%。", deadlines=(DAY,)
        ),
        task(3, duty("县乙局", SHARED), duty("县丙局", SHARED), duty("各镇", PART)),
        task(4),
    ),
    (),
)


def roles(reading: PlanReading, key: str) -> dict[str, DutyRole]:
    return {d.agency: d.role for d in editing.task_of(reading, key).duties}


def test_one_lead_is_the_lead_and_several_lead_together() -> None:
    two = editing.set_duty(PLAN, "t2", "县丁局", LEAD)
    assert roles(two, "t2") == {"县丙局": JOINT, "县甲局": PART, "县丁局": JOINT}
    assert roles(editing.remove_duty(two, "t2", "县丙局"), "t2") == {"县甲局": PART, "县丁局": LEAD}
    assert roles(editing.set_duty(PLAN, "t1", "县乙局", PART), "t1")["县甲局"] is LEAD


def test_a_name_is_changed_everywhere_and_two_of_a_task_become_one() -> None:
    renamed = editing.rename_agency(PLAN, "县甲局", "县丙局")
    assert roles(renamed, "t1") == {"县丙局": JOINT, "县乙局": JOINT, "各镇": PART}
    assert roles(renamed, "t2") == {"县丙局": LEAD}


def test_a_recurrence_takes_the_place_of_another_and_leaves_the_days() -> None:
    monthly = DeadlineReading("每月", None, Cadence.MONTHLY)
    assert editing.task_of(editing.set_cadence(PLAN, "t1", monthly), "t1").deadlines == (DAY, monthly)


def test_one_of_two_tasks_has_all_of_both() -> None:
    one = editing.task_of(editing.merge(PLAN, "t2", "t1"), "t1")
    assert (one.number, one.title) == ("1", "任务1")
    assert one.body == "做好第1件事。\n修好渠道。6月底前通水。\n达到95%。"
    assert roles(editing.merge(PLAN, "t2", "t1"), "t1") == {
        "县甲局": JOINT,
        "县乙局": JOINT,
        "各镇": PART,
        "县丙局": JOINT,
    }
    assert one.deadlines == (DAY, OFTEN)


def test_doubts_follow_a_task_into_the_one_it_is_merged_with() -> None:
    doubt = Doubt("several_targets", ("t3", "t1"), {}, "", ("track_all", "check_each"))
    assert editing.merge(replace(PLAN, doubts=(doubt,)), "t1", "t3").doubts[0].tasks == ("t1",)


def test_a_task_is_split_where_a_sentence_or_paragraph_begins_and_facts_go_with_their_words() -> None:
    told = replace(PLAN.tasks[1], targets=(RATE,))
    at = told.body.index("达到")
    assert editing.pieces(told) == (at,)
    apart = editing.split(editing.with_task(PLAN, told), "t2", at, "s2", "达到")
    first, second = apart.tasks[1:3]
    assert (first.deadlines, first.targets) == ((DAY,), ())
    assert (second.deadlines, second.targets) == ((), (RATE,))
    assert (second.key, second.number, second.duties) == ("s2", "2-2", first.duties)
    again = editing.split(apart, "t2", first.body.index("6月"), "s3", "通水")
    assert [t.number for t in again.tasks] == ["1", "2", "2-3", "2-2", "3", "4"]


def test_a_dropped_task_comes_back_to_its_place() -> None:
    order = [t.key for t in PLAN.tasks]
    gone = editing.drop_task(editing.drop_task(PLAN, "t2"), "t1")
    back = editing.bring_back(gone, PLAN.tasks[1], order)
    assert [t.key for t in back.tasks] == ["t2", "t3", "t4"]
    assert editing.bring_back(back, PLAN.tasks[0], order) == PLAN


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda: editing.retitle(PLAN, "t1", " \n"), "title_needed"),
        (lambda: editing.retitle(PLAN, "t1", "长" * 201), "title_too_long"),
        (lambda: editing.retitle(PLAN, "t9", "新"), "task_gone"),
        (lambda: editing.set_duty(PLAN, "t1", " ", LEAD), "agency_name_needed"),
        (lambda: editing.set_duty(PLAN, "t1", "局" * 61, LEAD), "agency_name_too_long"),
        (lambda: editing.remove_duty(PLAN, "t1", "县丙局"), "agency_not_in_task"),
        (lambda: editing.set_deadline(PLAN, "t1", DAY, 2), "card_moved_on"),
        (lambda: editing.drop_target(PLAN, "t1", -1), "card_moved_on"),
        (lambda: editing.merge(PLAN, "t1", "t1"), "card_moved_on"),
        (lambda: editing.split(PLAN, "t1", 0, "s2", "题"), "split_where"),
        (lambda: editing.drop_task(replace(PLAN, tasks=PLAN.tasks[:1]), "t1"), "last_task"),
        (lambda: editing.bring_back(PLAN, PLAN.tasks[0], ["t1"]), "card_moved_on"),
        (lambda: editing.set_year(PLAN, 22), "year_unlikely"),
    ],
)
def test_what_cannot_be_done_is_refused(change, code: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(DubanError, match=code):
        change()


DEFAULT = DeadlineReading(
    "年底前", date(2024, 12, 31), None, source=Source(2, 0, 3, "未注明的年底前完成", "", "default")
)
ASKED = replace(
    PLAN, tasks=(*PLAN.tasks[:3], replace(PLAN.tasks[3], deadlines=(DEFAULT,)), task(5, duty("县戊", LEAD)))
)
# Each doubt with an answer that changes something, the words it needs, and the answer that takes it back.
ANSWERS = [
    (Doubt("joint_lead", ("t1",), {}, "", ("all_report", "first_reports")), "first_reports", ""),
    (Doubt("lead_unclear", ("t3",), {}, "", ("all_report", "first_leads")), "first_leads", ""),
    (Doubt("no_duty", ("t4",), {}, "", ("not_chased", "name_agency", "not_a_task")), "name_agency", "县己局"),
    (Doubt("no_duty", ("t4",), {}, "", ("not_chased", "name_agency", "not_a_task")), "not_a_task", ""),
    (
        Doubt("collective", ("t1", "t3"), {"agency": "各镇"}, "", ("as_one_agency", "list_members")),
        "list_members",
        "东镇、西镇",
    ),
    (Doubt("open_list", ("t3",), {}, "", ("only_named", "add_agencies")), "add_agencies", "县庚局、县辛局"),
    (
        Doubt("inherited_prefix", ("t1",), {"written": "甲局", "full": "县甲局"}, "", ("completed", "as_written")),
        "as_written",
        "",
    ),
    (Doubt("default_deadline", ("t4",), {}, "", ("default_applies", "no_deadline")), "no_deadline", ""),
    (Doubt("odd_deadline", ("t1",), {"words": "6月底前"}, "", ("keep_day", "type_date")), "type_date", "2024-09-30"),
    (Doubt("broken_name", ("t5",), {"agency": "县戊"}, "", ("as_read", "type_name")), "type_name", "县戊局"),
    (Doubt("twin_title", ("t2", "t3"), {"number": "2"}, "", ("both_tasks", "merge_tasks")), "merge_tasks", ""),
]


@pytest.mark.parametrize(("doubt", "option", "typed"), ANSWERS, ids=[option for _, option, _ in ANSWERS])
def test_an_answer_changes_the_reading_and_another_takes_that_back(doubt: Doubt, option: str, typed: str) -> None:
    asked = replace(ASKED, doubts=(doubt,))
    settled = settling.settle(asked, 0, option, typed, asked)
    assert settled.tasks != asked.tasks
    assert settled.doubts[0].answer == option
    assert settling.open_doubts(settled) == ()
    back = settling.settle(settled, 0, doubt.options[0], as_read=asked)
    assert facts(back) == facts(asked)
    assert back.doubts[0].answer == doubt.options[0]


def facts(reading: PlanReading) -> list[object]:
    """What a reading says, without the order of agencies and how sure it is of their names."""
    return [(replace(t, duties=()), {(d.agency, d.role) for d in t.duties}) for t in reading.tasks]


def test_answers_do_what_they_say() -> None:
    settled = {
        option: settling.settle(replace(ASKED, doubts=(d,)), 0, option, typed, ASKED) for d, option, typed in ANSWERS
    }
    assert roles(settled["first_reports"], "t1") == {"县甲局": LEAD, "县乙局": PART, "各镇": PART}
    assert roles(settled["first_leads"], "t3") == {"县乙局": LEAD, "县丙局": PART, "各镇": PART}
    assert roles(settled["name_agency"], "t4") == {"县己局": LEAD}
    assert roles(settled["list_members"], "t1") == {"县甲局": JOINT, "县乙局": JOINT, "东镇": PART, "西镇": PART}
    assert roles(settled["add_agencies"], "t3").keys() == {"县乙局", "县丙局", "各镇", "县庚局", "县辛局"}
    assert [d.on for d in settled["type_date"].tasks[0].deadlines] == [date(2024, 9, 30), None]
    assert settled["as_written"].tasks[0].duties[0].agency == "甲局"


def test_a_doubt_about_tasks_that_are_gone_wants_no_answer() -> None:
    doubt = Doubt("joint_lead", ("t1",), {}, "", ("all_report", "first_reports"))
    asked = replace(PLAN, doubts=(doubt,))
    assert settling.open_doubts(asked) == (0,)
    assert settling.open_doubts(editing.drop_task(asked, "t1")) == ()


def test_the_rest_is_accepted_but_for_what_must_be_typed() -> None:
    year = Doubt("year_unknown", (), {}, "", ("type_year",))
    asked = replace(ASKED, doubts=(*(doubt for doubt, _, _ in ANSWERS), year))
    settled = settling.accept_rest(asked)
    assert settling.open_doubts(settled) == (len(ANSWERS),)
    assert settled.tasks == asked.tasks


@pytest.mark.parametrize(
    ("index", "option", "typed", "code"),
    [
        (0, "first_leads", "", "card_moved_on"),
        (5, "all_report", "", "card_moved_on"),
        (1, "type_year", "", "words_needed"),
        (1, "type_year", "2019年", "year_unlikely"),
    ],
)
def test_an_answer_that_was_not_offered_or_lacks_its_words_is_refused(
    index: int, option: str, typed: str, code: str
) -> None:
    joint = Doubt("joint_lead", ("t1",), {}, "", ("all_report", "first_reports"))
    asked = replace(PLAN, doubts=(joint, Doubt("year_unknown", (), {}, "", ("type_year",))))
    with pytest.raises(DubanError, match=code):
        settling.settle(asked, index, option, typed)
