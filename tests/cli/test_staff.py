"""`duban people …`: who speaks for the agencies, from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.model import DubanError
from bot.texts.sentences import sentence
from storage.database import Database
from storage.tables import Person
from tests.cli.test_rosters import brought, duban
from tests.cli.test_rosters import home as home

PEOPLE = (
    "单位,姓名,手机,角色\n县水利局,张伟,13900000001,联络员\n县水利局,周全,13900000002,AB角\n县财政局,何某,,联络员\n"
)


@pytest.fixture
def staffed(home: Path) -> Path:
    """张伟 and his deputy have entered, 何某 has not."""
    (home.parent / "roster.csv").write_text(PEOPLE, encoding="utf-8")
    assert brought(home).exit_code == 0
    db = Database.open(None, home)

    def enter(session):  # type: ignore[no-untyped-def]
        for chat, name in enumerate(("张伟", "周全"), start=7001):
            session.query(Person).filter(Person.name == name).one().chat_id = chat

    db.write_now(enter)
    db.close()
    return home


def row(name: str) -> str:
    found = [line for line in duban("people", "list").stdout.splitlines() if f"\t{name}\t" in f"{line}\t"]
    return found[0] if found else ""


def test_people_are_listed_with_who_is_asked_and_what_is_missing(staffed: Path) -> None:
    assert row("张伟") == "县水利局\t联络员\t张伟\t13900000001\t现接收"
    assert row("何某") == "县财政局\t联络员\t何某\t\t未进入"
    todo = duban("people", "list", "--todo")
    assert "张伟" not in todo.stdout
    assert "县财政局：有人还没有进入" in todo.stderr


def test_a_leave_is_noted_and_ended(staffed: Path) -> None:
    assert duban("people", "away", "张伟", "--until", "后天", "--stand-in", "周全").exit_code == 0
    assert "请假至" in row("张伟")
    assert "现接收" in row("周全")
    assert duban("people", "back", "张伟").exit_code == 0
    assert row("张伟").endswith("现接收")


def test_a_newcomer_takes_over_by_a_printed_link_and_a_colleague_without(staffed: Path) -> None:
    done = duban("people", "handover", "何某", "孙宁", "--phone", "13900000009")
    assert done.exit_code == 0
    assert "/start " in done.stdout or "t.me" in done.stdout
    assert (row("何某"), "孙宁" in row("孙宁")) == ("", True)
    assert duban("people", "handover", "张伟", "周全").stdout == ""
    assert row("周全").endswith("现接收")


def test_positions_and_departures(staffed: Path) -> None:
    assert duban("people", "position", "周全", "contact", "--first").exit_code == 0
    assert row("周全").endswith("现接收")
    assert duban("people", "leave", "周全", "--agency", "县水利局").exit_code == 0
    assert row("周全") == ""
    assert duban("people", "leave", "张伟").exit_code == 0
    assert "县水利局：没有联络员" in duban("people", "list").stderr


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("leave", "无名"), "person_unknown"),
        (("away", "何某", "--until", "随便"), "leave_days_unclear"),
        (("away", "何某", "--until", "2099-01-05"), "leave_days_wrong"),
        (("away", "何某", "--until", "后天", "--stand-in", "周全"), "successor_elsewhere"),
        (("back", "何某"), "not_on_leave"),
        (("list", "--agency", "火星局"), "agency_unknown"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_sentence(staffed: Path, words: tuple[str, ...], code: str) -> None:
    error = duban("people", *words).exception
    assert isinstance(error, DubanError)
    assert error.code == code
    assert sentence(error.code, error.params, "zh") != sentence("no such code", {}, "zh")


def test_a_roster_names_who_is_no_longer_in_it_and_removes_nobody(staffed: Path) -> None:
    (staffed.parent / "roster.csv").write_text(PEOPLE.replace("周全,13900000002", "吴桐,13900000005"), encoding="utf-8")
    done = brought(staffed)
    assert "新通讯录没有：县水利局周全" in done.stderr
    assert "周全" in row("周全")
