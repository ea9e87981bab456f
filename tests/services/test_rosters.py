"""Rosters: whole or not at all, unknown agencies with suggestions, namesakes, the same people again."""

from __future__ import annotations

import pytest

from bot.domain.model import DubanError, Position, Role
from bot.intake.rosters import RosterLine
from bot.services import rosters
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
        ("县火星局,张伟,13900000001,联络员", "县火星局"),
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
