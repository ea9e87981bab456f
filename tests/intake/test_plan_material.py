"""Plans as offices write them, in every format: which file shows what, and each scored against its gold."""

from __future__ import annotations

import difflib
import json
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.domain.reading import PlanReading
from bot.intake.jsonshape import as_json
from bot.intake.plan import read_plan
from tests.intake.plan_cases import PLANS

OFFICES = PLANS / "offices"
FILES = sorted(p.name for p in OFFICES.iterdir() if not p.name.endswith(".gold.json"))
NEEDS_OFFICE = {".doc"}
GOOD = 0.99

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

Counts = tuple[int, int, int]  # right, too much, missing
Shape = dict[str, Any]


def flat(words: object) -> str:
    """Width, blanks and the shape of quotation marks and brackets do not matter; nor does the final stop."""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(words or "")))
    return text.translate(str.maketrans("“”〔〕", '""()')).strip("。.;；,，、:：")


def likeness(read: Shape, gold: Shape) -> float:
    ways = [flat(t) for t in (gold["title"], *gold.get("title_alt", []))]
    title = flat(read["title"])
    if title in ways:
        return 2.0
    return max(difflib.SequenceMatcher(None, title, way, autojunk=False).ratio() for way in ways)


def pairs(read: list[Shape], gold: list[Shape]) -> list[tuple[Shape, Shape]]:
    """Tasks read with the gold's own, likest titles first, each once."""
    found = [(likeness(r, g), -abs(i - j), i, j) for i, r in enumerate(read) for j, g in enumerate(gold)]
    taken: dict[int, int] = {}
    for like, _, i, j in sorted(found, reverse=True):
        if like >= 0.5 and i not in taken and j not in taken.values():
            taken[i] = j
    return [(read[i], gold[j]) for i, j in taken.items()]


def names(agencies: Iterable[str], also: dict[str, list[str]]) -> set[str]:
    known = {flat(k): v for k, v in also.items()}
    return {flat(name) for a in agencies for name in known.get(flat(a), [a])}


def sets(read: set[Any], gold: set[Any]) -> Counts:
    return len(read & gold), len(read - gold), len(gold - read)


def dates(of: Shape) -> set[str]:
    return {str(of["period"] or of["date"])} | {str(a["period"] or a["date"]) for a in of.get("accept", [])}


def same_date(read: Shape, gold: Shape) -> bool:
    return bool(dates(read) & dates(gold))


def same_target(read: Shape, gold: Shape) -> bool:
    units = {flat(read["unit"]), flat(gold["unit"])}
    fits = len(units) == 1 or any(a.startswith(b) for a in units for b in units if a != b)
    return read["op"] in (gold["op"], *gold.get("op_alt", [])) and float(read["value"]) == gold["value"] and fits


def facts(read: list[Shape], gold: list[Shape], same: Callable[[Shape, Shape], bool]) -> Counts:
    """Compare lists of facts; what the gold calls optional counts neither way."""
    left, right, extra = sorted(gold, key=lambda g: bool(g.get("optional"))), 0, 0
    for fact in read:
        hit = next((g for g in left if same(fact, g)), None)
        if hit is not None:
            left.remove(hit)
            right += not hit.get("optional")
        else:
            extra += not any(g.get("optional") and same(fact, g) for g in gold)
    return right, extra, sum(not g.get("optional") for g in left)


def task_counts(read: Shape, gold: Shape, also: dict[str, list[str]]) -> dict[str, Counts]:
    roles = {role: (names(read[role], also), names(gold[role], {})) for role in ("lead", "participants", "shared")}
    lead, with_, shared = roles["lead"], roles["participants"], roles["shared"]
    split = () if gold.get("role_flex") else (sets(*with_), sets(*shared))
    return {
        "title": (1, 0, 0) if likeness(read, gold) == 2.0 else (0, 1, 1),
        "leads": sets(*lead),
        "others": sets((with_[0] | shared[0]) - lead[0], (with_[1] | shared[1]) - lead[1]),
        "roles": added(split),
        "deadlines": facts(read["deadlines"], gold["deadlines"], same_date),
        "targets": facts(read["targets"], gold["targets"], same_target),
    }


NOTHING: Shape = {"title": "", "lead": [], "participants": [], "shared": [], "deadlines": [], "targets": []}
COLUMNS = ("tasks", "title", "leads", "others", "roles", "deadlines", "targets", "goals", "heading")


def added(counts: Iterable[Counts]) -> Counts:
    right, extra, missing = 0, 0, 0
    for one in counts:
        right, extra, missing = right + one[0], extra + one[1], missing + one[2]
    return right, extra, missing


@cache
def gold_of(name: str) -> Shape:
    gold: Shape = json.loads((OFFICES / Path(name).stem).with_suffix(".gold.json").read_text(encoding="utf-8"))
    return gold


@cache
def plan_of(name: str) -> PlanReading:
    return read_plan(name, (OFFICES / name).read_bytes())


@cache
def counts(name: str) -> dict[str, Counts]:
    """Right, too much and missing of each column in one file; a task not found misses all that it holds."""
    read: Shape = as_json(plan_of(name))
    gold = gold_of(name)
    matched = pairs(read["tasks"], gold["tasks"])
    also = gold.get("aliases", {})
    found = [task_counts(r, g, also) for r, g in matched]
    met = [id(g) for _, g in matched]
    found += [task_counts(NOTHING, g, also) for g in gold["tasks"] if id(g) not in met]
    columns = {column: added(one[column] for one in found) for column in COLUMNS[1:-2]}
    prefix = gold["region_prefix"]
    said = (flat(read["title"]), read["year"], prefix and read["region_prefix"])
    ways = [(flat(t), gold["year"], prefix) for t in (gold["title"], *gold.get("title_alt", []))]
    return {
        "tasks": (len(matched), len(read["tasks"]) - len(matched), len(gold["tasks"]) - len(matched)),
        **columns,
        "goals": facts(read["targets"], gold["targets"], same_target),
        "heading": (1, 0, 0) if said in ways else (0, 1, 1),
    }


def f1(right: int, extra: int, missing: int) -> float:
    return 1.0 if not extra + missing else 2 * right / (2 * right + extra + missing)


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
    assert f1(*counts(name)[column]) >= GOOD, counts(name)[column]


@pytest.mark.parametrize("column", OVER_ALL)
def test_all_plans_of_offices_together_read_as_their_golds(column):
    read = [n for n in FILES if Path(n).suffix not in NEEDS_OFFICE]
    assert f1(*added(counts(n)[column] for n in read)) >= GOOD


@pytest.mark.parametrize("shown", sorted(SHOWN))
def test_every_form_of_a_plan_has_a_file_with_tasks_that_shows_it(shown):
    assert SHOWN[shown] in FILES
    assert gold_of(SHOWN[shown])["tasks"]


def test_every_file_shows_something():
    assert set(FILES) == set(SHOWN.values())


def test_the_material_is_large_and_every_file_small():
    assert sum(len(gold_of(n)["tasks"]) for n in FILES) > 350
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
    assert code in [note.code for note in plan_of(name).notes]


@pytest.mark.parametrize("name", ["district-business.docx", "city-water.xlsx", "group-ledger.xlsx"])
def test_every_task_keeps_the_leaders_named_beside_its_agencies(name):
    assert all(task.leaders for task in plan_of(name).tasks)


def test_two_leaders_of_a_task_are_two():
    tasks = {task.title: task for task in plan_of("district-business.docx").tasks}
    assert tasks["推行“免证办”"].leaders == ("陈立新", "高敏")
