"""Plans as offices write them, in every format: which file shows what, and each scored against its gold."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.intake.plan_cases import PLANS
from tests.intake.scoring import COLUMNS, added, f1, gold_beside, plans_in, reading_of, scored

OFFICES = PLANS / "offices"
CLERKS = PLANS / "clerks"
UNTUNED = PLANS / "untuned"
FILES = [p.name for p in plans_in(OFFICES)]
NEEDS_OFFICE = {".doc"}
GOOD, FAIR = 0.99, 0.97

# What real documents come as, and the file that shows it.
SHOWN = {
    "txt in GB18030": "county-education.txt",
    "txt as a converter prints Word, with bookmarks": "city-health.txt",
    "docx": "county-roads.docx",
    "xlsx": "county-revival.xlsx",
    "xls": "county-digital.xls",
    "pdf of running text, page numbers on it": "city-disaster.pdf",
    "pdf of a ruled table over two pages": "district-jobs.pdf",
    "doc": "county-housing.doc",
    "brackets at the end of the paragraph （X牵头，Y、Z等参与）": "county-roads.docx",
    "按职责牵头": "county-roads.docx",
    "按职责分工负责": "city-disaster.pdf",
    "共同牵头": "county-housing.doc",
    "labelled brackets": "city-health.txt",
    "labelled lines": "city-health.txt",
    "列第一位的为牵头单位": "county-education.txt",
    "the first listed leads, said in a table's header": "county-digital.xls",
    "standing implementers named once": "town-committees.txt",
    "责任领导 beside 责任单位": "district-business.docx",
    "责任领导 in a column": "city-water.xlsx",
    "〔〕": "county-education.txt",
    "half-width brackets": "town-committees.txt",
    "full-width digits": "town-committees.txt",
    "items without numbers": "town-committees.txt",
    "Word heading styles without numbers": "party-culture.docx",
    "run-in items": "city-disaster.pdf",
    "numbers that run on over the sections": "county-education.txt",
    "numbers of two parts, 1.1": "city-protection.txt",
    "第一条 as number": "county-targets.txt",
    "duty on the heading of a section": "city-protection.txt",
    "主办 and 协办": "city-protection.txt",
    "half-width punctuation throughout": "county-targets.txt",
    "labels inside a cell": "street-duties.xlsx",
    "a table without serial numbers": "street-duties.xlsx",
    "divisions of one office": "forest-bureau.docx",
    "a table in Word with merged cells": "province-forestry.docx",
    "a table in Excel with merged cells": "county-revival.xlsx",
    "section rows": "county-digital.xls",
    "one sheet for each section": "city-water.xlsx",
    "two-line headers": "province-forestry.docx",
    "serial numbers made by Word": "province-forestry.docx",
    "several agencies a cell by line breaks": "county-revival.xlsx",
    "（牵头） marks": "county-revival.xlsx",
    "lead column before the task": "city-water.xlsx",
    "lead column after the task": "group-ledger.xlsx",
    "columns of the quarters": "group-ledger.xlsx",
    "real date cells": "county-revival.xlsx",
    "date cells that show a month": "city-water.xlsx",
    "hidden sheets": "county-revival.xlsx",
    "total rows": "county-revival.xlsx",
    "headings numbered by Word itself": "county-roads.docx",
    "headings numbered through styles": "district-business.docx",
    "tracked changes": "county-roads.docx",
    "tracked changes in an old file": "county-housing.doc",
    "hyperlinks, a text box, footnotes": "district-business.docx",
    "covering notice, plan and annex": "district-business.docx",
    "a default limit in the covering notice": "county-education.txt",
    "tasks in the text, agencies in an annex table": "park-safety.docx",
    "level: province": "province-forestry.docx",
    "level: city": "city-health.txt",
    "level: county": "county-education.txt",
    "level: district": "district-business.docx",
    "level: town": "town-committees.txt",
    "party organs": "party-culture.docx",
    "parks": "park-safety.docx",
    "state enterprises": "group-ledger.xlsx",
    "not tasks: goals": "city-disaster.pdf",
    "not tasks: requirements": "town-committees.txt",
    "not tasks: safeguards that name agencies": "county-roads.docx",
    "not tasks: phases": "park-safety.docx",
    "not tasks: contact lists": "district-business.docx",
    "names with brackets": "city-health.txt",
    "names that take no prefix": "county-housing.doc",
    "collectives": "county-roads.docx",
    "等 as an open list": "county-roads.docx",
    "recurring deadlines": "county-digital.xls",
    "targets of all signs": "city-disaster.pdf",
}

# Columns of a file ("" for all together) which the reading does not reach yet.
NOT_YET: dict[str, str] = {}


def marks(name: str, column: str) -> list[Any]:
    old = Path(name).suffix in NEEDS_OFFICE
    absent = pytest.mark.skipif(not shutil.which("soffice"), reason="old Word files are read through LibreOffice")
    late = [pytest.mark.xfail(strict=True, reason="not read yet")] if column in NOT_YET.get(name, "").split() else []
    return [*([pytest.mark.slow, absent] if old else []), *late]


CASES = [pytest.param(n, c, id=f"{n}-{c}", marks=marks(n, c)) for n in FILES for c in COLUMNS]
OVER_ALL = [
    pytest.param(c, marks=[pytest.mark.xfail(strict=True, reason="not read yet")] * (c in NOT_YET.get("", "").split()))
    for c in COLUMNS
]


@pytest.mark.parametrize(("name", "column"), CASES)
def test_a_plan_of_an_office_reads_as_its_gold(name, column):
    assert f1(*scored(OFFICES / name)[column]) >= GOOD, scored(OFFICES / name)[column]


@pytest.mark.parametrize("column", OVER_ALL)
def test_all_plans_of_offices_together_read_as_their_golds(column):
    read = [n for n in FILES if Path(n).suffix not in NEEDS_OFFICE]
    assert f1(*added(scored(OFFICES / n)[column] for n in read)) >= GOOD


# Written by clerks of their own who had not seen the program. The first six are tuned on since they were first read;
# nothing was tuned on the second six but two rules about tables (a remark below one, a merged lead).
@pytest.mark.parametrize(("folder", "least"), [(CLERKS, GOOD), (UNTUNED, FAIR)])
@pytest.mark.parametrize("column", COLUMNS)
def test_plans_of_independent_clerks_read_as_their_golds(folder, least, column):
    assert len(plans_in(folder)) == 6
    assert f1(*added(scored(plan)[column] for plan in plans_in(folder))) >= least


@pytest.mark.parametrize("shown", sorted(SHOWN))
def test_every_form_of_a_plan_has_a_file_with_tasks_that_shows_it(shown):
    assert SHOWN[shown] in FILES
    assert gold_beside(OFFICES / SHOWN[shown])["tasks"]


def test_every_file_shows_something():
    assert set(FILES) == set(SHOWN.values())


def test_the_material_is_large_and_every_file_small():
    assert sum(len(gold_beside(OFFICES / n)["tasks"]) for n in FILES) > 350
    assert all((OFFICES / n).stat().st_size < 60_000 for n in FILES)


def test_every_plan_of_an_office_has_its_gold_and_every_gold_its_plan():
    golds = {p.name.removesuffix(".gold.json") for p in OFFICES.glob("*.gold.json")}
    assert golds == {Path(n).stem for n in FILES}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("county-revival.xlsx", "hidden_sheet"),
        ("county-roads.docx", "deletions_left_out"),
        ("district-business.docx", "footnote"),
    ],
)
def test_what_the_reader_of_a_format_passed_over_is_said(name, code):
    assert code in [note.code for note in reading_of(OFFICES / name).notes]


@pytest.mark.parametrize("name", ["district-business.docx", "city-water.xlsx", "group-ledger.xlsx"])
def test_every_task_keeps_the_leaders_named_beside_its_agencies(name):
    assert all(task.leaders for task in reading_of(OFFICES / name).tasks)


def test_two_leaders_of_a_task_are_two():
    tasks = {task.title: task for task in reading_of(OFFICES / "district-business.docx").tasks}
    assert tasks["推行“免证办”"].leaders == ("陈立新", "高敏")
