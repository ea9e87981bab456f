"""`duban plan pause|resume|mute|unmute`: done once, said in one sentence, refused with what to write instead."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import levers as levers_cli
from bot.cli.plans import app
from bot.domain.model import DubanError
from bot.intake.plan import read_plan
from bot.services import entering, planning
from storage.database import Database

PLAN = "松溪县2024年重点工作计划\n一、重点任务\n（一）清理河道\n6月底前清理河道。（县水利局牵头，县林业局参与）\n"
NOW = datetime(2024, 3, 4, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, furnished_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(furnished_file, tmp_path)
    monkeypatch.setenv("DUBAN_HOME", str(tmp_path))
    monkeypatch.setattr(levers_cli, "clock", lambda: NOW)
    db = Database.open(None, tmp_path, durable=False)

    def imported(session):  # type: ignore[no-untyped-def]
        office = entering.ensure_office(session, "县牵头办公室", "Asia/Shanghai", NOW)
        reading = read_plan("a.txt", PLAN.encode())
        plan = planning.import_reading(session, office.id, reading, ("a.txt", b""), "cli", NOW)
        planning.activate(session, office.id, plan.id, "cli", NOW)

    db.write_now(imported)
    db.close()


def said(*words: str) -> str:
    """What the command printed, or the code it was refused with."""
    done = CliRunner().invoke(app, list(words))
    return done.exception.code if isinstance(done.exception, DubanError) else done.stdout


def test_pausing_and_resuming_from_the_command_line() -> None:
    assert "已暂停：县林业局。到2024年3月8日（周五）为止" in said(
        "pause", "1", "--agency", "林业局", "--until", "3月8日"
    )
    assert "已经这样暂停着" in said("pause", "1", "--agency", "县林业局", "--until", "2024-03-08")
    assert "没有单独暂停" in said("resume", "1")
    assert "已恢复：县林业局" in said("resume", "1", "--agency", "县林业局")
    assert "已设为免催" in said("mute", "1", "--task", "1")
    assert "已取消免催" in said("unmute", "1", "--task", "（一）")


def test_a_day_already_past_is_next_year_s_only_with_the_year() -> None:
    assert said("pause", "1", "--until", "3月1日") == "last_day_far"
    assert "到2025年3月1日" in said("pause", "1", "--until", "2025年3月1日")


def test_what_cannot_be_paused_is_refused() -> None:
    assert said("pause", "7") == "plan_unknown"
    assert said("pause", "1", "--task", "9") == "task_unknown"
    assert said("pause", "1", "--agency", "县航天局") == "agency_unknown"
    assert said("pause", "1", "--until", "过些日子") == "date_not_understood"
    assert said("pause", "1", "--until", "2024-03-01") == "pause_past"
