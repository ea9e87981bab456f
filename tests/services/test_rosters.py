"""Rosters: whole or not at all, unknown agencies with suggestions, namesakes, the same people again."""

from __future__ import annotations

import pytest

from bot.domain.model import DubanError, Position, Role
from bot.intake.rosters import RosterLine
from bot.services import cards, missing, rostercheck, rosters
from bot.texts.sentences import sentence
from storage import people
from storage.tables import Contact, Person
from tests.services.stage_play import FARMS, ROADS, WATER, Play, facts_of

CSV = "单位,姓名,手机,角色\n{rows}\n"


def person(name: str, agency: str, phone: str = "", role: Role = Role.CONTACT, row: int = 2) -> RosterLine:
    return RosterLine(row, agency, name, role, Position.CONTACT, phone)


def take(play: Play, *lines: RosterLine) -> rosters.Imported:
    return play.write(lambda s: rosters.import_roster(s, 1, lines, "test", play.clock.now()))


def agencies_of(play: Play, name: str) -> list[set[str]]:
    def look(session):  # type: ignore[no-untyped-def]
        found = []
        for row in session.query(Person).where(Person.name == name).order_by(Person.id):
            ids = people.actor_of(session, row).agency_ids
            found.append(set(people.agency_names(session, ids).values()))
        return found

    return play.read(look)


async def test_an_unknown_agency_stops_the_whole_roster_and_names_what_may_be_meant(checked: Play) -> None:
    before = facts_of(checked.db)
    with pytest.raises(DubanError) as refused:
        take(
            checked, person("郑路", ROADS, row=2), person("冯某", "县农业局", row=3), person("卫某", "县火星局", row=4)
        )
    assert refused.value.code == "roster_unknown_agency"
    said = sentence(refused.value.code, refused.value.params, "zh")
    assert "第4行“县火星局”" in said
    assert facts_of(checked.db) == before


async def test_namesakes_of_two_agencies_are_two_people(checked: Play) -> None:
    take(checked, person("张伟", WATER), person("张伟", FARMS))
    assert agencies_of(checked, "张伟") == [{WATER}, {FARMS}]


async def test_the_same_telephone_is_the_same_person_for_both_agencies(checked: Play) -> None:
    take(checked, person("张伟", WATER, "13900000001"), person("张伟", FARMS, "13900000001"))
    assert agencies_of(checked, "张伟") == [{WATER, FARMS}]


async def test_the_same_roster_again_changes_nobody(checked: Play) -> None:
    lines = (person("张伟", WATER, "13900000001"), person("何某", ROADS), person("高领导", "", role=Role.LEADER))
    first = take(checked, *lines)
    before = facts_of(checked.db, ("person", "contact", "role"))
    second = take(checked, *lines)
    assert (len(first.added), second.added, second.known) == (3, (), 3)
    assert facts_of(checked.db, ("person", "contact", "role")) == before


async def test_a_telephone_added_later_is_the_same_person(checked: Play) -> None:
    take(checked, person("何某", ROADS))
    assert take(checked, person("何某", ROADS, "13900000002")).added == ()
    assert [row.phone for row in checked.rows(Person, Person.name == "何某")] == ["13900000002"]


async def test_the_import_names_agencies_still_without_anybody(checked: Play) -> None:
    assert take(checked, person("张伟", WATER)).without_contact == (ROADS,)
    assert take(checked, person("何某", ROADS)).without_contact == ()


@pytest.mark.parametrize(
    ("rows", "part"),
    [
        ("县水利局,张伟,13900000001,联络员\n县水利局,张伟,13900000001,联络员", "重复"),
        (",张伟,13900000001,联络员", "没有单位"),
        ("", "一个人也没有"),
    ],
)
async def test_a_bad_roster_in_chat_is_one_sentence_and_nobody_new(checked: Play, rows: str, part: str) -> None:
    boss = checked.user("王牵头")
    before, heard = facts_of(checked.db), checked.sent_to(boss)
    await checked.sends(boss, "roster.csv", CSV.format(rows=rows).encode("utf-8-sig"))
    assert facts_of(checked.db) == before
    assert checked.sent_to(boss) == heard + 1
    assert part in checked.last(boss)


async def test_a_good_roster_in_chat_brings_invitations_that_work(checked: Play) -> None:
    boss = checked.user("王牵头")
    await checked.sends(boss, "roster.csv", CSV.format(rows=f"{ROADS},何某,,联络员").encode("gb18030"))
    assert len(checked.rows(Contact)) == 5
    assert checked.dead() == []


def asked(play: Play) -> str:
    return play.last(play.user("王牵头"))


async def send(play: Play, *rows: str) -> int:
    boss = play.user("王牵头")
    await play.sends(boss, "roster.csv", CSV.format(rows="\n".join(rows)).encode("utf-8-sig"))
    return boss


TWO_UNKNOWN = ("县水务局,张伟,,联络员", f"{ROADS},何某,,联络员", "县火星局,孙某,,联络员", "县水务局,卫某,,AB角")


async def test_unknown_agencies_are_asked_one_by_one_and_stored_all_at_once(checked: Play) -> None:
    before = facts_of(checked.db)
    boss = await send(checked, *TWO_UNKNOWN)
    assert "第2行" in asked(checked)
    assert "县水务局" in asked(checked)
    assert "张伟、卫某" in asked(checked)
    assert facts_of(checked.db) == before
    card = checked.newest_card("王牵头", "roster")
    await checked.taps(boss, "ro", f"as:{card.state['choices'].index(WATER)}")
    assert "县火星局" in asked(checked)
    assert facts_of(checked.db) == before
    await checked.taps(boss, "ro", "new")
    assert (agencies_of(checked, "张伟"), agencies_of(checked, "卫某")) == ([{WATER}], [{WATER}])
    assert (agencies_of(checked, "何某"), agencies_of(checked, "孙某")) == ([{ROADS}], [{"县火星局"}])
    assert any("新增4人" in text for text in checked.texts(boss))
    assert any("邀请" in text for text in checked.texts(boss))
    assert checked.newest_card("王牵头", "roster").state["lines"] == []
    assert checked.dead() == []


async def test_a_settled_name_is_not_asked_again(checked: Play) -> None:
    boss = await send(checked, "县水务局,张伟,,联络员")
    await checked.says(boss, "县水利局")
    assert agencies_of(checked, "张伟") == [{WATER}]
    await send(checked, "县水务局,卫某,,联络员")
    assert agencies_of(checked, "卫某") == [{WATER}]
    assert checked.dead() == []


async def test_a_typed_name_nobody_knows_is_offered_as_a_new_agency(checked: Play) -> None:
    boss = await send(checked, "火星局,孙某,,联络员")
    await checked.says(boss, "木星局")
    assert "县木星局" in asked(checked)
    assert agencies_of(checked, "孙某") == []
    await checked.taps(boss, "ro", "new")
    assert agencies_of(checked, "孙某") == [{"县木星局"}]


async def test_rows_may_be_left_out_and_an_answer_taken_back(checked: Play) -> None:
    boss = await send(checked, *TWO_UNKNOWN)
    await checked.taps(boss, "ro", "skip")
    assert "县火星局" in asked(checked)
    await checked.taps(boss, "ro", "back")
    assert "县水务局" in asked(checked)
    await checked.taps(boss, "ro", "skip")
    await checked.taps(boss, "ro", "skip")
    assert (agencies_of(checked, "张伟"), agencies_of(checked, "何某")) == ([], [{ROADS}])


async def test_all_open_names_may_be_left_out_at_once(checked: Play) -> None:
    boss = await send(checked, *(f"县{star}星局,孙某{star},,联络员" for star in "甲乙丙"), f"{ROADS},何某,,联络员")
    await checked.taps(boss, "ro", "rest")
    assert any("“县丙星局”：没有导入" in text for text in checked.texts(boss))
    assert (agencies_of(checked, "孙某丙"), agencies_of(checked, "何某")) == ([], [{ROADS}])


async def test_leaving_out_everything_or_stopping_imports_nothing(checked: Play) -> None:
    before = facts_of(checked.db)
    for last in ("skip", "stop"):
        boss = await send(checked, "县火星局,孙某,,联络员")
        await checked.taps(boss, "ro", last)
        assert "没有导入" in asked(checked)
    assert facts_of(checked.db) == before


async def test_two_spellings_of_a_new_agency_are_asked_once(checked: Play) -> None:
    boss = await send(checked, "县残联,孙某,,联络员", "县残疾人联合会,何某,,联络员")
    await checked.taps(boss, "ro", "new")
    assert agencies_of(checked, "孙某") == agencies_of(checked, "何某") == [{"县残联"}]


async def test_a_command_or_another_card_goes_before_a_typed_name(checked: Play) -> None:
    boss = await send(checked, "县火星局,孙某,,联络员")
    await checked.says(boss, "/plan")
    await checked.says(boss, "县水利局")
    assert agencies_of(checked, "孙某") == []


async def test_the_roster_screen_lists_agencies_nobody_can_be_asked_for(checked: Play) -> None:
    boss = checked.user("王牵头")
    await checked.says(boss, "/roster")
    (listed,) = (text for text in checked.texts(boss) if "还收不到消息的单位" in text)
    assert f"1. {ROADS}　没有联络员" in listed
    assert WATER not in listed
    take(checked, person("何某", ROADS, "13900000002"))
    card = checked.newest_card("王牵头", "missing")
    await checked.forges(boss, f"1:mp:{card.id}:{card.rev}:0", message_id=card.message_id)
    assert any(f"1. {ROADS}　何某 13900000002，没有登记" in text for text in checked.texts(boss))


@pytest.mark.parametrize("kind", [rostercheck.KIND, missing.KIND])
async def test_names_and_phones_go_to_nobody_but_a_coordinator(checked: Play, kind: str) -> None:
    """Roles may end while a card is on its way."""
    state = {"stage": "stopped", "settled": [], "page": 0}
    for name, hears in (("赵领导", 0), ("李水利", 0), ("王牵头", 1)):
        who, actor = checked.user(name), checked.actor(name)
        heard = checked.sent_to(who)
        checked.write(lambda s, a=actor: cards.show(s, a, kind, state, checked.clock.now()).id)
        await checked.house.settle()
        assert checked.sent_to(who) - heard == hears
    assert checked.dead() == []
