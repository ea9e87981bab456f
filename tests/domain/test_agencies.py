"""Names of agencies: lists, inherited prefixes, typed names."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.agencies import Match, find_agency
from bot.domain.agency_names import (
    complete_list,
    is_collective,
    is_complete,
    place_stems,
    region_prefix,
    split_names,
    written_level,
)


def completed(*names, region="县", known=(), stems=frozenset()):
    return [c.name for c in complete_list(names, region, known, stems)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("县水利局、林业局，财政局", ["县水利局", "林业局", "财政局"]),
        ("县水利局和林业局", ["县水利局", "林业局"]),
        ("县自然资源和规划局、住房和城乡建设局", ["县自然资源和规划局", "住房和城乡建设局"]),
        ("县财政局及各乡镇人民政府", ["县财政局", "各乡镇人民政府"]),
        ("各县（市、区）人民政府、市水利局", ["各县（市、区）人民政府", "市水利局"]),
        ("县人力资源和社会保障局以及县总工会", ["县人力资源和社会保障局", "县总工会"]),
        ("县文化广电体育和旅游局", ["县文化广电体育和旅游局"]),
        ("县财政局 县审计局\n县税务局", ["县财政局", "县审计局", "县税务局"]),
    ],
)
def test_a_list_is_parted_at_its_joints_and_not_inside_names(text, names):
    assert list(split_names(text)) == names


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("县农业农村局", "县"),
        ("市场监督管理局", ""),
        ("市市场监督管理局", "市"),
        ("市政府办公室", "市"),
        ("市政管理局", ""),
        ("市民政局", "市"),
        ("区文化和旅游局", "区"),
        ("区域协作办公室", ""),
        ("自治区财政厅", "自治区"),
        ("镇江市财政局", ""),
        ("镇党政办公室", "镇"),
        ("乡村振兴局", ""),
        ("柳州市鹿寨生态环境局", ""),
    ],
)
def test_the_level_is_read_only_where_it_is_a_level(name, level):
    assert written_level(name) == level


def test_a_prefix_written_once_is_inherited_by_the_rest_of_the_list():
    assert completed("县发展和改革局", "科技局", "市场监督管理局") == ["县发展和改革局", "县科技局", "县市场监督管理局"]


def test_a_name_with_its_place_takes_no_prefix_and_leaves_the_inherited_one_alone():
    assert completed("柳州市鹿寨生态环境局", "县财政局", "农业农村局")[2] == "县农业农村局"
    assert completed("县财政局", "绛县水利局", "国网绛县供电公司")[1:] == ["绛县水利局", "国网绛县供电公司"]


def test_party_organs_take_the_party_committee_and_offices_after_them_do_not():
    assert completed("县委组织部", "宣传部", "教育局", "团县委", "妇联") == [
        "县委组织部",
        "县委宣传部",
        "县教育局",
        "团县委",
        "县妇联",
    ]


def test_a_level_written_later_in_the_list_changes_what_is_inherited():
    assert completed("省财政厅", "教育厅", "市财政局", "教育局", region="市") == [
        "省财政厅",
        "省教育厅",
        "市财政局",
        "市教育局",
    ]


def test_a_branch_of_the_city_does_not_lend_its_level_to_the_county():
    assert completed("市生态环境局沂河分局", "应急管理局")[1] == "县应急管理局"


def test_a_list_without_any_level_takes_the_documents_and_says_it_is_unusual():
    found = complete_list(["水利局"], "县")
    assert (found[0].name, found[0].inferred, found[0].unusual) == ("县水利局", True, True)


def test_a_bare_name_is_the_one_the_document_writes_in_full_elsewhere():
    known = {"柳州市鹿寨生态环境局", "县财政局"}
    assert completed("县财政局", "生态环境局", known=known)[1] == "柳州市鹿寨生态环境局"


def test_where_no_level_is_written_anywhere_names_stay_as_they_are():
    assert completed("水利局", "财政局", region="") == ["水利局", "财政局"]


@pytest.mark.parametrize(
    "name", ["各乡镇人民政府", "城关镇人民政府", "河口街道办事处", "国家税务总局鹿寨县税务局", "团县委"]
)
def test_bodies_that_need_no_prefix(name):
    assert is_complete(name)


@pytest.mark.parametrize(
    "name", ["经开区管委会", "城市管理局", "住房和城乡建设局", "乡村振兴局", "市场监督管理局", "工业园区管委会"]
)
def test_offices_whose_names_only_look_like_places(name):
    assert not is_complete(name)


def test_a_zone_named_for_the_region_is_complete():
    assert is_complete("鹿寨经济开发区管委会", place_stems(["鹿寨县人民法院"]))


def test_the_region_is_the_level_most_names_carry():
    assert region_prefix(["县水利局", "县财政局", "市生态环境局", "各乡镇人民政府"]) == "县"


def test_collectives_are_told_from_single_bodies():
    assert is_collective("各乡镇人民政府")
    assert is_collective("全县各乡镇")
    assert not is_collective("县各界人士联谊会")


NAMES = [
    "柳州市鹿寨生态环境局",
    "县农业农村局",
    "县自然资源和规划局",
    "县发展和改革局",
    "县科技工贸和信息化局",
    "县市场监督管理局",
    "县经开区管委会",
    "县城市管理行政执法局",
    "县住房和城乡建设局",
    "县林业局",
    "县行政审批局",
    "各乡镇人民政府",
    "县水利局",
    "县财政局",
    "县应急管理局",
    "县审计局",
    "县司法局",
    "县公安局",
    "县信访局",
    "县退役军人事务局",
    "县人力资源和社会保障局",
    "县文化广电体育和旅游局",
    "县委宣传部",
    "县卫生健康局",
]
KNOWN = [(i, name, ("农口",) if name == "县农业农村局" else ()) for i, name in enumerate(NAMES)]


def found(typed):
    match = find_agency(typed, KNOWN)
    return NAMES[match.found] if match.found is not None else [NAMES[i] for i in match.candidates]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("县农业农村局", "县农业农村局"),
        (" 农业农村局 。", "县农业农村局"),
        ("农口", "县农业农村局"),
        ("鹿寨县财政局", "县财政局"),
        ("住建局", "县住房和城乡建设局"),
        ("科工局", "县科技工贸和信息化局"),
        ("工信局", "县科技工贸和信息化局"),
        ("自规局", "县自然资源和规划局"),
        ("人社局", "县人力资源和社会保障局"),
        ("文旅局", "县文化广电体育和旅游局"),
        ("城管局", "县城市管理行政执法局"),
        ("市监局", "县市场监督管理局"),
        ("环保局", "柳州市鹿寨生态环境局"),
        ("国土局", "县自然资源和规划局"),
        ("安监局", "县应急管理局"),
        ("发改委", "县发展和改革局"),
        ("卫健局", "县卫生健康局"),
        ("宣传部", "县委宣传部"),
        ("nyncj", "县农业农村局"),
        ("caizhengju", "县财政局"),
        ("农业农存局", "县农业农村局"),
    ],
)
def test_everyday_names_are_accepted_silently(typed, name):
    assert found(typed) == name


@pytest.mark.parametrize(
    "typed", ["税务局", "民政局", "纪委", "市农业农村局", "农林局", "气象局", "教育局", "县水务局", "农委", "扶贫办"]
)
def test_unknown_and_ambiguous_names_are_only_offered(typed):
    match = find_agency(typed, KNOWN)
    assert match.found is None
    assert len(match.candidates) <= 3


def test_an_ambiguous_name_offers_what_it_may_mean():
    assert {"县农业农村局", "县林业局"} <= set(found("农林局"))


def test_nothing_is_found_among_none():
    assert find_agency("财政局", []) == Match()


@given(st.text(max_size=30))
def test_any_typed_words_give_an_answer(typed):
    assert len(find_agency(typed, KNOWN).candidates) <= 3


@given(st.sampled_from(NAMES))
def test_every_full_name_finds_itself(name):
    assert found(name) == name


def typed_material() -> list[tuple[str, list[tuple[int, str, tuple[str, ...]]], list[tuple[str, str]]]]:
    """Each place of the material: its name, its units, and (typed, meant) with "" for what must not be accepted."""
    places: list[tuple[str, list[tuple[int, str, tuple[str, ...]]], list[tuple[str, str]]]] = []
    text = (Path(__file__).parent / "material" / "typed_agencies.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("["):
            name, *units = line.split(" ")
            places.append((name, [(i, unit, ()) for i, unit in enumerate(units)], []))
        elif not line.startswith("#"):
            typed, _, meant = line.removesuffix(" ≠").partition(" = ")
            places[-1][2].append((typed, meant))
    return places


@pytest.mark.parametrize(("place", "units", "cases"), typed_material(), ids=lambda value: str(value)[:10])
def test_no_typed_name_is_taken_for_another_office_and_most_are_known(place, units, cases):
    silent = {typed: units[found][1] for typed, _ in cases if (found := find_agency(typed, units).found) is not None}
    assert [(typed, silent[typed]) for typed, meant in cases if silent.get(typed, meant) != meant] == []
    known = [typed for typed, meant in cases if meant]
    assert len(known) > 40
    assert sum(typed in silent for typed in known) / len(known) >= 0.95, place


@pytest.mark.parametrize(
    ("typed", "name"), [("县水务局", "县水利局"), ("农委", "县农业农村局"), ("计划局", "县发展和改革局")]
)
def test_names_of_other_times_and_places_are_offered(typed, name):
    assert name in [NAMES[i] for i in find_agency(typed, KNOWN).candidates]


def test_a_name_of_another_county_is_not_this_countys_where_the_names_tell():
    units = [(1, "县财政局", ()), (2, "国家税务总局云溪县税务局", ())]
    assert find_agency("云溪县财政局", units).found == 1
    assert find_agency("衡东县财政局", units).found is None
    assert find_agency("衡东县财政局", units[:1]).found == 1


def test_a_remembered_spelling_is_sure_with_and_without_its_level():
    units = [(1, "县水利局", ("县水务局",)), (2, "县林业局", ())]
    assert find_agency("县水务局", units).found == 1
    assert find_agency("水务局", units).found == 1


@pytest.mark.parametrize(("place", "units", "cases"), typed_material(), ids=lambda value: str(value)[:10])
def test_where_an_office_is_missing_its_names_mean_no_other(place, units, cases):
    taken = []
    for typed, meant in cases:
        others = [unit for unit in units if unit[1] != meant]
        if meant and (found := find_agency(typed, others).found) is not None:
            taken.append((typed, units[found][1]))
    assert taken == [], place
