"""Scoring a reading against a clerk's gold: how much of each kind of fact is right, too much and missing."""

from __future__ import annotations

import difflib
import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from bot.domain.reading import PlanReading
from bot.intake.jsonshape import as_json
from bot.intake.plan import read_plan

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
    return {str(way.get("period") or way.get("date")) for way in (of, *of.get("accept", []))}


def same_date(read: Shape, gold: Shape) -> bool:
    return bool(dates(read) & dates(gold))


def same_target(read: Shape, gold: Shape) -> bool:
    units = {flat(read["unit"]), flat(gold["unit"])}
    fits = len(units) == 1 or any(a.startswith(b) for a in units for b in units if a != b)
    signs = (gold["op"], *gold.get("op_alt", []))
    return read["op"] in signs and float(read["value"]) == gold["value"] and fits


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
def gold_beside(plan: Path) -> Shape:
    gold: Shape = json.loads(plan.with_suffix(".gold.json").read_text(encoding="utf-8"))
    return gold


@cache
def reading_of(plan: Path) -> PlanReading:
    return read_plan(plan.name, plan.read_bytes())


@cache
def scored(plan: Path) -> dict[str, Counts]:
    """Right, too much and missing of each column in one file; a task not found misses all that it holds."""
    read: Shape = as_json(reading_of(plan))
    gold = gold_beside(plan)
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


def plans_in(folder: Path) -> list[Path]:
    """The plans of a folder that have a gold beside them."""
    return sorted(p for p in folder.iterdir() if not p.name.endswith(".gold.json"))
