"""Who answers, in the many ways papers say it."""

from __future__ import annotations

import pytest

from bot.domain.model import DutyRole
from bot.intake.blocks import Line
from bot.intake.paragraphs import read_paragraph
from bot.intake.passages import Passage
from bot.intake.responsibilities import read_responsibility

ROLE = {DutyRole.LEAD: "L", DutyRole.SHARED: "S", DutyRole.PARTICIPANT: "P"}


def said(text: str, *, first_leads: bool = False) -> str:
    return " ".join(f"{ROLE[p.role]}{p.name}" for p in read_responsibility(text, first_leads=first_leads).parts)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("县水利局牵头，财政局、林业局等参与", "L县水利局 P财政局 P林业局"),
        ("县水利局、林业局按职责牵头，财政局参与", "L县水利局 L林业局 P财政局"),
        ("县水利局、财政局按职责分工负责", "S县水利局 S财政局"),
        ("县水利局、财政局等按照职责分工负责落实", "S县水利局 S财政局"),
        ("县水利局负责", "L县水利局"),
        ("由县水利局负责，财政局配合", "L县水利局 P财政局"),
        ("县水利局、林业局负责，财政局协办", "L县水利局 L林业局 P财政局"),
        ("县水利局牵头，财政局、林业局按职责分工负责", "L县水利局 S财政局 S林业局"),
        ("县水利局牵头，各乡镇人民政府负责落实", "L县水利局 S各乡镇人民政府"),
        ("县水利局会同县财政局负责", "L县水利局 P县财政局"),
        ("县水利局牵头，会同财政局、林业局", "L县水利局 P财政局 P林业局"),
        ("县水利局（牵头）、财政局、林业局（配合）", "L县水利局 S财政局 P林业局"),
        ("牵头单位：县水利局；责任单位：财政局、林业局；配合单位：各乡镇", "L县水利局 S财政局 S林业局 P各乡镇"),
        ("责任单位：县水利局", "L县水利局"),
        ("责任单位：县水利局、财政局", "S县水利局 S财政局"),
        ("责任单位：县水利局牵头，财政局配合", "L县水利局 P财政局"),
        ("牵头领导：张三；牵头单位：县水利局；联系人：李四", "L县水利局"),
        ("责任单位：县水利局（张三）", "L县水利局"),
        ("主办单位：县水利局；协办单位：财政局", "L县水利局 P财政局"),
        ("县残疾人联合会牵头，县社会福利中心协助", "L县残疾人联合会 P县社会福利中心"),
        ("县水利局、财政局", "S县水利局 S财政局"),
        ("2022年6月底前完成，县水利局牵头，财政局配合", "L县水利局 P财政局"),
        ("县水利局牵头；财政局配合；2022年12月底前完成", "L县水利局 P财政局"),
        ("各县（市、区）人民政府负责，市水利局指导", "L各县（市、区）人民政府 P市水利局"),
        ("市水利局负责，各县区人民政府落实", "L市水利局 S各县区人民政府"),
        ("市水利局、市林业局按职责分工负责，各县区落实", "S市水利局 S市林业局 S各县区"),
        ("县粮储中心具体负责，县财政局做好资金保障", "L县粮储中心 P县财政局"),
        ("县应急局总牵头，县消防大队、卫健局分别配合", "L县应急局 P县消防大队 P卫健局"),
        ("县应急局会同县教育局组织实施", "L县应急局 P县教育局"),
        ("主办：县公安局；协办：县住建局、交通局", "L县公安局 P县住建局 P交通局"),
        ("牵头单位：州审批局；责任单位：州司法局、州委编办及州直相关单位，6月底完成", "L州审批局 S州司法局 S州委编办"),
        ("市教育局牵头，市国资委等部门和各县（市、区）按职责分工负责", "L市教育局 S市国资委 S各县（市、区）"),
        ("责任单位为县水利局、县财政局", "S县水利局 S县财政局"),
        ("县水利局牵头，各乡镇党委、政府配合", "L县水利局 P各乡镇党委 P各乡镇政府"),
        ("石坪镇、双庙镇人民政府负责", "S石坪镇人民政府 S双庙镇人民政府"),
        ("各成员单位按职责分工负责", "S各成员单位"),
    ],
)
def test_a_bracket_says_who_leads_shares_and_takes_part(text, parts):
    assert said(text) == parts


@pytest.mark.parametrize(
    ("text", "leaders"),
    [
        ("责任领导：张三、李四；牵头单位：县水利局", ("张三", "李四")),
        ("牵头领导：县委常委、副县长王五；责任单位：县水利局", ("县委常委、副县长王五",)),
        ("包抓领导：张三，责任人：赵六，责任单位：县水利局", ("张三",)),
        ("责任单位：县水利局（张三）", ()),
    ],
)
def test_responsible_leaders_are_kept_as_written_and_are_no_agencies(text, leaders):
    found = read_responsibility(text)
    assert found.leaders == leaders
    assert [p.name for p in found.parts] == ["县水利局"]


def test_the_agency_listed_first_leads_where_the_document_says_so():
    assert said("责任单位：县水利局、财政局", first_leads=True) == "L县水利局 P财政局"


def test_an_open_list_and_a_lead_by_duty_are_kept_as_such():
    found = read_responsibility("县水利局、林业局按职责牵头，财政局等有关部门参与")
    assert (found.open_list, found.lead_by_duty) == (True, True)
    assert [p.name for p in found.parts][-1] == "财政局"


def test_the_time_limit_is_taken_out_of_the_bracket():
    assert read_responsibility("县水利局牵头；完成时限：2022年6月").when == ("2022年6月",)


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("清理河道。（县水利局牵头）", "清理河道。"),
        ("清理河道（含支流）。(县水利局牵头)。", "清理河道（含支流）。。"),
        ("清理河道。（县水利局牵头）（财政局配合）", "清理河道。"),
        ("清理河道。〔责任单位：县水利局〕", "清理河道。"),
        ("清理河道。牵头单位：县水利局；配合单位：财政局。", "清理河道。"),
        ("清理河道。由县水利局牵头，财政局配合。", "清理河道。"),
        ("清理河道。（县水利局牵头", "清理河道。"),
        ("清理河道，由县水利局牵头，财政局配合。", "清理河道，"),
        ("清理水库 责任单位：县水利局", "清理水库"),
        ("清理河道。此项工作由县水利局牵头，2024年6月底前完成。", "清理河道。"),
        ("由县水利局牵头，会同财政局开展抽查，6月底前完成。", "由县水利局牵头，会同财政局开展抽查，6月底前完成。"),
    ],
)
def test_the_work_is_parted_from_the_duty(text, body):
    found = read_paragraph(Passage.of(Line(1, text)))
    assert found.has_duty
    assert found.body.text == body


@pytest.mark.parametrize(
    "text",
    [
        "拆除建（构）筑物。",
        "按照县水利局（以下简称水利局）要求办理。",
        "由所在地人民政府依法承担相关责任。",
        "各部门主要负责人负总责。",
        "（县水利局牵头制定）的办法要执行到位。",
        "推广节水技术（滴灌、喷灌）。",
        "报县水利局（联系电话12345）。",
    ],
)
def test_ordinary_words_are_no_duty(text):
    assert not read_paragraph(Passage.of(Line(1, text))).has_duty
