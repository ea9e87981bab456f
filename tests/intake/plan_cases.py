"""Gold readings beside their documents, and what of a reading is compared with them."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from bot.intake.jsonshape import as_json
from bot.intake.plan import read_plan

PLANS = Path(__file__).parent / "plans"
ROOT = Path(__file__).parents[2]
SEED = ROOT.parent / "shared" / "plans" / "luzhai-2022.txt"
SAMPLE = ROOT / "bot" / "localchat" / "sample" / "plan.txt"


def reading_of(path: Path) -> dict[str, Any]:
    return as_json(read_plan(path.name, path.read_bytes()))


def gold_of(path: Path) -> dict[str, Any]:
    gold: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return gold


def plain(words: str) -> str:
    """Width of quotation marks and brackets does not matter in a comparison."""
    return words.translate(str.maketrans({"“": '"', "”": '"', "（": "(", "）": ")"})).replace(" ", "")


def targets(shape: dict[str, Any]) -> Counter[tuple[str, float, str]]:
    return Counter((t["op"], float(t["value"]), t["unit"]) for t in shape["targets"])


def deadlines(task: dict[str, Any]) -> Counter[tuple[str | None, str | None]]:
    return Counter((d["date"], d["period"]) for d in task["deadlines"])


def duties(task: dict[str, Any]) -> dict[str, set[str]]:
    return {role: {plain(name) for name in task[role]} for role in ("lead", "participants", "shared")}


def facts(task: dict[str, Any]) -> dict[str, Any]:
    """Everything of a task that must be equal to the gold; texts of deadlines and targets are free."""
    return {
        "number": task["number"],
        "title": plain(task["title"]),
        "duties": duties(task),
        "joint": task["joint_lead"],
        "by_duty": task["lead_by_duty"],
        "open": task["open_list"],
        "deadlines": deadlines(task),
        "targets": targets(task),
    }
