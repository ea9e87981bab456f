"""What a plan leaves unclear is asked, once for what is alike, the assumption first."""

from __future__ import annotations

from bot.domain.reading import Doubt, PlanReading
from bot.domain.settling import TYPED, settle
from bot.intake.plan import read_plan

HEAD = "松溪县2024年重点工作计划\n"


def read(*lines: str, head: str = HEAD) -> PlanReading:
    return read_plan("计划.txt", (head + "\n".join(lines)).encode())


def task(number: str, title: str, body: str = "做好此项工作。", duty: str = "（县水利局牵头）") -> str:
    return f"{number}{title}\n{body}{duty}"


def asked(plan: PlanReading, code: str) -> list[Doubt]:
    return [d for d in plan.doubts if d.code == code]


def test_a_limit_told_once_holds_for_the_tasks_without_their_own_and_is_asked_once():
    plan = read(
        "以下任务除另有明确时限外，均于2024年11月底前完成。",
        "一、重点任务",
        task("（一）", "清理河道", "6月底前清理河道。"),
        task("（二）", "加固堤防"),
        task("（三）", "巡查水库"),
    )
    assert [str(t.deadlines[0].on) for t in plan.tasks] == ["2024-06-30", "2024-11-30", "2024-11-30"]
    (doubt,) = asked(plan, "default_deadline")
    assert doubt.tasks == (plan.tasks[1].key, plan.tasks[2].key)
    assert doubt.options == ("default_applies", "no_deadline")
    assert "均于2024年11月底前完成" in doubt.sentence
    without = settle(plan, plan.doubts.index(doubt), "no_deadline")
    assert [len(t.deadlines) for t in without.tasks] == [1, 0, 0]


def test_a_limit_told_in_one_section_holds_there_only():
    plan = read(
        "一、近期任务",
        "以上各项任务均于5月底前完成。",
        task("（一）", "清理河道"),
        "二、其他任务",
        task("（一）", "加固堤防"),
    )
    assert [[str(d.on) for d in t.deadlines] for t in plan.tasks] == [["2024-05-31"], []]


def test_a_limit_in_the_heading_above_holds_for_the_tasks_below_and_is_not_asked():
    plan = read("一、集中整治（6月底前完成）", task("（一）", "清理河道"), "二、巩固提升", task("（一）", "加固堤防"))
    assert [[str(d.on) for d in t.deadlines] for t in plan.tasks] == [["2024-06-30"], []]
    assert not asked(plan, "default_deadline")


def test_a_reporting_day_for_all_is_no_deadline_of_the_tasks():
    plan = read(
        "各牵头单位于每季度末前报送进展情况。", "一、重点任务", task("（一）", "清理河道"), task("（二）", "加固堤防")
    )
    assert not any(t.deadlines for t in plan.tasks)


def test_a_day_years_ahead_is_asked_with_the_day_to_be_typed_over():
    plan = read(
        "一、重点任务",
        task("（一）", "清理河道", "到2028年底前清完。"),
        task("（二）", "加固堤防", "2025年3月底前完成。"),
    )
    (doubt,) = asked(plan, "odd_deadline")
    assert doubt.params["day"] == "2028-12-31"
    moved = settle(plan, plan.doubts.index(doubt), "type_date", "2024-12-31")
    assert str(moved.tasks[0].deadlines[0].on) == "2024-12-31"


def test_the_same_title_twice_is_asked_and_can_be_made_one_task():
    plan = read(
        "一、重点任务",
        task("（一）", "清理河道"),
        task("（二）", "加固堤防"),
        task("（三）", "清理河道", duty="（县林业局牵头）"),
    )
    (doubt,) = asked(plan, "twin_title")
    assert (doubt.params["number"], doubt.params["other"]) == (plan.tasks[0].number, plan.tasks[2].number)
    assert len(settle(plan, plan.doubts.index(doubt), "merge_tasks").tasks) == 2


def test_a_number_left_out_is_asked():
    plan = read(
        "一、重点任务",
        task("（一）", "清理河道"),
        task("（二）", "加固堤防"),
        task("（四）", "巡查水库"),
        task("（五）", "修复水毁"),
    )
    (doubt,) = asked(plan, "number_gap")
    assert (doubt.params["before"], doubt.params["after"]) == ("（二）", "（四）")


def test_a_guess_is_asked_and_a_clear_number_is_not():
    plan = read(
        "一、重点任务",
        task("（一）", "帮扶企业", "对36家重点企业开展诊断。"),
        task("（二）", "培育企业", "培育企业20家。"),
    )
    (doubt,) = asked(plan, "unsure_target")
    assert doubt.tasks == (plan.tasks[0].key,)


def test_more_than_three_alike_are_one_question_about_all_of_them():
    lines = [
        task(f"{n}.", f"第{c}项工作", duty="（县水利局、县林业局牵头）") for n, c in enumerate("甲乙丙丁戊", start=1)
    ]
    (doubt,) = asked(read("一、重点任务", *lines), "joint_lead")
    assert doubt.params["count"] == 5
    assert len(doubt.tasks) == 5


def test_forty_tasks_of_every_trouble_ask_fewer_than_fifteen_questions():
    duties = (
        "（县水利局、林业局按职责牵头）",
        "（县水利局牵头，各乡镇人民政府等参与）",
        "（责任单位：县水利局、县林业局）",
        "（县水利局牵头）",
    )
    bodies = (
        "新建泵站3座、闸门5处、水窖9口、渠道12公里。",
        "二季度完成，年底前销号。",
        "到2027年底前建成。",
        "对36家企业开展诊断。",
    )
    lines = [task(f"{n}.", f"工作{n:02d}号", bodies[n % 4], duties[n // 4 % 4]) for n in range(1, 41)]
    plan = read("未注明完成时限的任务，均于2024年11月底前完成。", "一、重点任务", *lines)
    assert len(plan.tasks) == 40
    assert len(plan.doubts) < 15
    assert len({d.code for d in plan.doubts}) >= 6


def test_every_answer_but_typed_ones_can_be_given_to_every_doubt():
    lines = [
        task(
            "（一）",
            "清理河道",
            "新建泵站3座、闸门5处、水窖9口、渠道12公里。",
            "（县水利局、林业局按职责牵头，各乡镇人民政府等参与）",
        ),
        task("（二）", "清理河道", "到2028年底前清完。", "（责任单位：县水利局、县林业局）"),
        task("（四）", "加固堤防", "对36家企业开展诊断。"),
    ]
    plan = read("未注明完成时限的任务，均于2024年11月底前完成。", "一、重点任务", *lines)
    for place, doubt in enumerate(plan.doubts):
        for option in doubt.options:
            if option not in TYPED:
                assert settle(plan, place, option).doubts[place].answer == option


def test_goals_of_the_document_are_not_targets_of_its_tasks_nor_the_other_way_round():
    plan = read(
        "2024年全县工作的主要目标是：粮食产量达到12万吨，新增就业3000人。",
        "一、主要预期目标",
        "1.地区生产总值增长6%左右。",
        "牵头单位：县发展和改革局",
        "2.完成投资5亿元。",
        "牵头单位：县发展和改革局",
        "二、重点任务",
        "3.修建泵站\n新建泵站3座。（县水利局牵头）",
    )
    assert [t.value for t in plan.targets] == [12, 3000]
    assert [[t.value for t in task.targets] for task in plan.tasks] == [[6], [5], [3]]
