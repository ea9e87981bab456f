"""`duban plan read`: the table with its marks, why a task was read so, JSON for programs, refusals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.plans import app
from bot.domain.model import DubanError

PLAN = (
    "松溪县2024年重点工作计划\n一、重点任务\n（一）清理河道\n二季度清理河道20公里以上。"
    "（县水利局牵头，林业局、各乡镇人民政府等参与）\n（二）加固堤防\n（县水利局牵头）\n"
)


@pytest.fixture
def plan(tmp_path: Path) -> str:
    path = tmp_path / "plan.txt"
    path.write_text(PLAN, encoding="utf-8")
    return str(path)


def said(*words: str) -> str:
    done = CliRunner().invoke(app, ["read", *words], env={"COLUMNS": "150"}, catch_exceptions=False)
    assert done.exit_code == 0
    return done.stdout


def test_the_table_shows_every_task_the_legend_and_the_questions(plan: str) -> None:
    out = said(plan)
    assert "清理河道" in out
    assert "加固堤防" in out
    assert "记号：" in out
    assert "?1 " in out
    assert "各乡镇人民政府" in out
    assert "按规则推定：" in out


def test_a_task_is_explained_by_its_number_or_its_place(plan: str) -> None:
    by_number, by_place = said(plan, "--explain", "(一)"), said(plan, "--explain", "1")
    assert by_number == by_place
    assert "第4行" in by_number
    assert "«" in by_number
    assert "清理河道" in by_number
    assert "加固堤防" not in by_number


def test_a_task_that_is_not_there_is_refused(plan: str) -> None:
    with pytest.raises(DubanError) as refused:
        said(plan, "--explain", "99")
    assert refused.value.code == "task_unknown"
    assert refused.value.params == {"number": "99", "count": 2}


def test_json_keeps_the_shape_for_other_programs(plan: str) -> None:
    shape = json.loads(said(plan, "--json"))
    first = shape["tasks"][0]
    assert (first["title"], first["lead"]) == ("清理河道", ["县水利局"])
    assert first["targets"][0] | {"text": ""} == {"text": "", "op": ">=", "value": 20, "unit": "公里"}
    assert first["deadlines"][0]["date"] == "2024-06-30"


def test_it_speaks_english_when_asked(plan: str) -> None:
    assert "Marks:" in said(plan, "--language", "en")
