"""Duties with complete names, each with the place it stands at and how sure it is."""

from __future__ import annotations

import pytest

from bot.intake.blocks import Line
from bot.intake.naming import NamedDuties, name_duties
from bot.intake.outline import read_outline
from bot.intake.tasks import TaskFinder


def named(*texts: str) -> NamedDuties:
    rows = tuple(Line(n, text, place=f"第{n}页") for n, text in enumerate(texts, start=1))
    return name_duties(TaskFinder(read_outline(rows)).tasks())


def test_a_duty_points_at_its_name_in_the_line():
    rows = ["1.清河。（县水利局牵头，财政局配合）", "2.修路。", "责任单位：县交通局、公安局"]
    found = named(*rows)
    for duties in found.duties:
        for duty in duties:
            assert duty.source is not None
            line = rows[duty.source.line - 1]
            assert line[duty.source.start : duty.source.end] in duty.agency
            assert duty.source.place == f"第{duty.source.line}页"


def test_the_rule_of_a_duty_says_how_it_was_read():
    found = named(
        "一、治水（牵头单位：县水利局。以下各项均需各乡镇落实，不再列出）",
        "1.清河。（财政局配合）",
        "2.护岸。由县林业局牵头，县财政局配合。",
        "3.引水。",
        "责任单位：县住建局",
    )
    rules = [{d.agency: d.source.rule for d in duties if d.source} for duties in found.duties]
    assert rules == [
        {"县水利局": "heading", "县财政局": "bracket", "各乡镇": "standing"},
        {"县林业局": "sentence", "县财政局": "sentence", "各乡镇": "standing"},
        {"县水利局": "heading", "县住建局": "label", "各乡镇": "standing"},
    ]


def test_a_role_nobody_gave_is_less_sure_than_one_written_out():
    found = named("1.清河。（县水利局、县财政局）", "2.修路。（县交通局牵头，县公安局配合）")
    guessed, written = ([d.confidence for d in duties] for duties in found.duties)
    assert max(guessed) < min(written) == 1.0


def test_the_first_of_a_list_leads_by_rule_where_the_paper_says_so():
    found = named("责任单位列第一位的为牵头单位。", "1.清河。（责任单位：县水利局、县财政局）")
    assert [d.source.rule for d in found.duties[0] if d.source] == ["first_listed", "first_listed"]


def test_one_agency_under_a_short_and_a_full_name_is_one():
    found = named("1.立项。（县发展和改革局牵头，县住建局配合）", "2.审批。（县发改局牵头，县住房和城乡建设局配合）")
    assert [[d.agency for d in duties] for duties in found.duties] == [["县发展和改革局", "县住房和城乡建设局"]] * 2
    assert dict(found.unified) == {"县发改局": "县发展和改革局", "县住建局": "县住房和城乡建设局"}


def test_a_document_of_one_level_has_it_for_its_region_and_one_of_places_their_place():
    assert named("1.清河。（区水利局牵头）").region == "区"
    assert named("1.清河。（松江区水利局牵头，松江区财政局、审计局配合）").region == "松江区"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("1.查消防。（县公安局牵头，各中小学、幼儿园配合）", ["县公安局", "各中小学", "各幼儿园"]),
        ("1.清河。（镇水利站牵头，东巷社区、柳湾村配合）", ["镇水利站", "东巷社区", "柳湾村"]),
        ("1.治河。（市水利局牵头，各县党委和政府配合）", ["市水利局", "各县党委和政府"]),
        ("1.治河。（市水利局牵头，各县党委、政府配合）", ["市水利局", "各县党委", "各县政府"]),
        ("1.调解。（镇综治办牵头，人民法庭配合）", ["镇综治办", "人民法庭"]),
        (
            "1.审帐。（财务股牵头，督导室、办公室、派驻纪检组配合，县审计局指导）",
            ["财务股", "督导室", "办公室", "派驻纪检组", "县审计局"],
        ),
        ("1.督导。（县教育督导委员会办公室牵头，基建股配合）", ["县教育督导委员会办公室", "基建股"]),
        ("1.修校舍。（牵头单位：基建股（牵头）财务股；配合单位：县住建局）", ["基建股", "财务股", "县住建局"]),
    ],
)
def test_names_are_completed_by_what_kind_of_body_they_are(text, names):
    assert [duty.agency for duty in named(text).duties[0]] == names


def test_a_bracket_that_gives_all_their_share_goes_before_the_papers_general_rule():
    found = named(
        "责任单位列第一位的为牵头单位。",
        "1.清河。（县水利局、县财政局按职责分工负责）",
        "2.修路。（县交通局、县财政局）",
    )
    assert [duty.role.value for duties in found.duties for duty in duties] == [
        "shared",
        "shared",
        "lead",
        "participant",
    ]
