"""`duban plan policy`: the rules in words, what a change does, storing it only when told to, refusals that help."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import policy as policy_cli
from bot.cli.plans import app
from bot.domain.model import DubanError
from bot.domain.policy_settings import SETTINGS
from bot.intake.plan import read_plan
from bot.services import entering, planning
from bot.texts.policies import allowed
from bot.texts.sentences import sentence
from storage.database import Database

PLAN = "松溪县2024年重点工作计划\n一、重点任务\n（一）清理河道\n6月底前清理河道。（县水利局牵头，县林业局参与）\n"
NOW = datetime(2024, 3, 4, 2, 0, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path, furnished_file: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    shutil.copy(furnished_file, folder)
    monkeypatch.setenv("DUBAN_HOME", str(folder))
    monkeypatch.setattr(policy_cli, "clock", lambda: NOW)
    db = Database.open(None, folder, durable=False)

    def imported(session):  # type: ignore[no-untyped-def]
        office = entering.ensure_office(session, "县牵头办公室", "Asia/Shanghai", NOW)
        plan = planning.import_reading(
            session, office.id, read_plan("a.txt", PLAN.encode()), ("a.txt", b""), "cli", NOW
        )
        planning.activate(session, office.id, plan.id, "cli", NOW)

    db.write_now(imported)
    db.close()
    return folder


def said(*words: str) -> Result:
    return CliRunner().invoke(app, ["policy", "1", *words])


def refusal(done: Result) -> DubanError:
    assert isinstance(done.exception, DubanError)
    return done.exception


def settings() -> dict[str, object]:
    found = json.loads(said("--json").stdout)["settings"]
    assert isinstance(found, dict)
    return found


@pytest.mark.usefixtures("home")
def test_the_rules_are_read_in_words_with_the_names_to_set_them_by() -> None:
    done = said()
    assert done.exit_code == 0
    assert "季度报送：季后第5个工作日" in done.stdout
    assert all(name in done.stdout for name in SETTINGS)


@pytest.mark.usefixtures("home")
def test_a_change_is_shown_first_and_stored_only_when_told_to() -> None:
    shown = said("--set", "report_workday=3", "--set", "participants=required")
    assert shown.exit_code == 3
    assert "4月8日（周一）改为4月3日（周三）" in shown.stdout
    assert "县林业局" in shown.stdout
    assert settings()["report_workday"] == 5
    assert said("--set", "report_workday=3", "--yes").exit_code == 0
    assert settings()["report_workday"] == 3
    again = said("--set", "report_workday=3")
    assert (again.exit_code, again.stdout.strip()) == (0, "没有不同。")


@pytest.mark.usefixtures("home")
def test_json_says_what_changes_and_whether_it_was_stored() -> None:
    shown = said("--set", "send_time=10:00", "--json")
    found = json.loads(shown.stdout)
    assert (shown.exit_code, found["stored"]) == (3, False)
    assert found["settings"] == [{"name": "send_time", "old": "09:00", "new": "10:00"}]
    assert found["moved"] > 0
    assert json.loads(said("--set", "send_time=10:00", "--json", "--yes").stdout)["stored"] is True


@pytest.mark.usefixtures("home")
def test_a_name_that_is_no_setting_is_answered_with_those_there_are() -> None:
    for wrong in ("colour=1", "report_workday", "since=2024-01-01"):
        error = refusal(said("--set", wrong))
        words = sentence(error.code, error.params, "zh")
        assert wrong in words
        assert all(name in words for name in list(SETTINGS)[:5])


@pytest.mark.usefixtures("home")
def test_a_bad_value_is_answered_with_what_the_setting_takes() -> None:
    error = refusal(said("--set", "participants=maybe", "--yes"))
    assert allowed("participants", "zh") in sentence(error.code, error.params, "zh")
    assert settings()["participants"] == "invited"


@pytest.mark.usefixtures("home")
def test_a_plan_that_is_not_there_is_refused() -> None:
    assert refusal(CliRunner().invoke(app, ["policy", "7"])).code == "plan_unknown"


def test_every_setting_says_what_it_takes_in_both_languages() -> None:
    assert all(allowed(name, language) for name in SETTINGS for language in ("zh", "en"))
