"""`duban roster import` and `show`: unknown agencies are named with what they may be, settled by options."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from bot.cli import app
from storage.database import Database
from storage.tables import Agency, AgencyAlias, Contact

PLAN = "《清河县2024年计划》\n一、任务\n（一）治理\n1.清理河道\n做好清理。（县水利局牵头，县财政局参与）\n"
ROSTER = "单位,姓名,手机\n县水务局,张伟,13900000001\n县财政局,何某,\n县火星局,孙某,\n"


@pytest.fixture
def home(furnished_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / furnished_file.name).write_bytes(furnished_file.read_bytes())
    monkeypatch.setenv("DUBAN_HOME", str(folder))
    (tmp_path / "plan.txt").write_text(PLAN, encoding="utf-8")
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    assert duban("plan", "import", str(tmp_path / "plan.txt")).exit_code == 0
    return folder


def duban(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def brought(home: Path, *options: str) -> Result:
    return duban("roster", "import", str(home.parent / "roster.csv"), *options)


def names(home: Path, column: object) -> set[str]:
    db = Database.open(None, home)
    try:
        return db.read_now(lambda session: set(session.scalars(select(column))))  # type: ignore[call-overload]
    finally:
        db.close()


def test_unknown_agencies_are_named_with_what_they_may_be_and_nothing_is_stored(home: Path) -> None:
    done = brought(home)
    assert done.exit_code == 1
    assert "第2行“县水务局”：是不是“县水利局" in done.stderr
    assert "县火星局" in done.stderr
    assert '--as "县水务局=县水利局"' in done.stderr
    assert names(home, Contact.id) == set()


def test_every_unknown_agency_is_named_however_many(home: Path) -> None:
    rows = "\n".join(f"县{letter}星局,孙某{letter}," for letter in "甲乙丙丁戊己庚辛壬癸")
    (home.parent / "roster.csv").write_text(f"单位,姓名,手机\n{rows}\n", encoding="utf-8")
    said = brought(home).stderr
    assert [row for row in range(2, 12) if f"第{row}行" not in said] == []


def test_names_are_settled_by_options_and_remembered(home: Path) -> None:
    done = brought(home, "--as", "县水务局=水利局", "--skip-unknown")
    assert done.exit_code == 0
    assert "新增2人" in done.stderr
    assert "没有导入的单位：县火星局" in done.stderr
    assert names(home, AgencyAlias.alias) == {"县水务局"}
    assert len(names(home, Contact.id)) == 2


def test_a_new_agency_is_one_of_its_own(home: Path) -> None:
    assert brought(home, "--as", "县水务局=县水利局", "--new", "县火星局").exit_code == 0
    assert "县火星局" in names(home, Agency.name)
    assert len(names(home, Contact.id)) == 3


@pytest.mark.parametrize("said", ["县水务局", "县水务局=", "县水务局=县木星局"])
def test_an_option_that_names_no_known_agency_is_refused(home: Path, said: str) -> None:
    done = brought(home, "--as", said, "--skip-unknown")
    assert done.exit_code == 1
    assert names(home, Contact.id) == set()


def test_agencies_nobody_can_be_asked_for_are_listed_with_their_phones(home: Path) -> None:
    before = duban("roster", "show")
    assert before.exit_code == 0
    assert before.stdout.splitlines() == ["县水利局\t没有联络员", "县财政局\t没有联络员"]
    brought(home, "--as", "县水务局=县水利局", "--skip-unknown")
    after = duban("roster", "show")
    assert after.stdout.splitlines() == ["县水利局\t没有登记\t张伟\t13900000001", "县财政局\t没有登记\t何某"]
