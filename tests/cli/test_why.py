"""`duban plan preview` and `duban why`, as somebody at the machine reads them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app

PLAN = """《清河县2026年计划》
一、任务
（一）治理
1.清理河道
做好清理。（县水利局牵头，县财政局参与）
2.修护河堤
修好河堤。（县财政局牵头）
"""
ROSTER = "单位,姓名,手机\n县水利局,张伟,13900000001\n"


def duban(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


@pytest.fixture(scope="module")
def home(furnished_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("why")
    (folder / furnished_file.name).write_bytes(furnished_file.read_bytes())
    (folder / "plan.txt").write_text(PLAN, encoding="utf-8")
    (folder / "roster.csv").write_text(ROSTER, encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def in_force(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUBAN_HOME", str(home))
    if not (home / "done").exists():
        assert duban("plan", "preview").exit_code != 0
        assert duban("plan", "import", str(home / "plan.txt")).exit_code == 0
        assert duban("roster", "import", str(home / "roster.csv")).exit_code == 0
        assert duban("plan", "activate", "1").exit_code == 0
        (home / "done").touch()


def test_nobody_has_entered_so_nothing_goes_out_and_why_says_whom_to_phone() -> None:
    assert "没有要发的提醒了" in duban("plan", "preview", "--waves", "3").stdout
    said = duban("why", "--agency", "水利局").stdout
    assert "县水利局" in said
    found = json.loads(duban("why", "--agency", "水利局", "--json").stdout)
    assert {due["agency"] for due in found} == {"县水利局"}
    assert all(rung["state"] for due in found for rung in due["rungs"])


def test_a_task_a_period_and_a_person_narrow_it() -> None:
    year = json.loads(duban("why", "--agency", "水利局", "--period", "2026", "--json").stdout)
    assert {due["what"] for due in year if due["task_id"]} >= {f"2026Q{quarter}" for quarter in range(1, 5)}
    done = duban("why", "--person", "张伟", "--task", "1", "--period", "2026Q4", "--json")
    assert done.exit_code == 0, done.stderr
    one = json.loads(done.stdout)
    assert {due["what"] for due in one} == {"2026Q4", "milestone:2026-12-31"}


@pytest.mark.parametrize(
    "words",
    [
        ("why",),
        ("why", "--agency", "火星局"),
        ("why", "--person", "无名氏"),
        ("why", "--agency", "水利局", "--task", "（九）9"),
        ("why", "--agency", "水利局", "--period", "夏天"),
        ("plan", "preview", "77"),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(words: tuple[str, ...]) -> None:
    done = duban(*words)
    assert done.exit_code != 0
    assert done.stdout == ""
