"""Bad input on the command line: one clear sentence, an exit status that is not 0, nothing half-stored."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from bot.texts.sentences import sentence

PLAN = "《清河县2024年计划》\n一、任务\n（一）治理\n1.清理河道\n做好清理。（县水利局牵头）\n"


def duban(home: Path, *words: str, stdin: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    """The real command in a process of its own."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DUBAN_")}
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        input=stdin,
        env=clean | {"DUBAN_HOME": str(home), "PYTHONUTF8": "1", "TERM": "dumb"} | settings,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def refused(done: subprocess.CompletedProcess[str], said: str) -> None:
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.strip() == said


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    (folder / "plan.txt").write_text(PLAN)
    (folder / "empty.txt").write_bytes(b"")
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 8)
    (folder / "letter.txt").write_text("今天天气很好。\n")
    (folder / "lines.jsonl").write_text('{"id": 1, "now": "2022-01-01T00:00", "text": "已完成"}\n不是 JSON\n')
    (folder / "roster.csv").write_text("单位,姓名,手机\n县水利局,李水利,\n县火星局,张某,\n")
    return folder


@pytest.fixture(scope="module")
def home(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A house with one plan under check, number 1."""
    folder = tmp_path_factory.mktemp("home")
    done = duban(folder, "plan", "import", str(files / "plan.txt"))
    assert done.returncode == 0, done.stderr
    return folder


def dump(home: Path) -> list[str]:
    with sqlite3.connect(f"file:{home / 'duban.sqlite3'}?mode=ro", uri=True) as connection:
        return list(connection.iterdump())


@pytest.mark.parametrize(
    ("words", "code", "params"),
    [
        ("plan import missing.txt", "file_not_found", {"name": "missing.txt"}),
        ("plan import empty.txt", "document_empty", {"name": "empty.txt"}),
        ("plan import binary.txt", "document_unreadable", {"name": "binary.txt"}),
        ("plan import letter.txt", "plan_without_duties", {"name": "letter.txt"}),
        ("plan import .", "file_unreadable", {"name": "."}),
        ("plan activate 99", "plan_unknown", {"plan": 99}),
        ("summary --plan 99 --period 2024Q1", "plan_unknown", {"plan": 99}),
        ("summary --plan 1 --period 2024Q9", "period_unknown", {}),
        ("summary --plan 1 --period 2024Q1 --format xlsx --out no/x.xlsx", "file_not_writable", {"name": "no/x.xlsx"}),
        ("reply read --jsonl lines.jsonl", "jsonl_bad_line", {"line": 2}),
        ("date read 明天 --now whenever", "moment_bad", {"text": "whenever"}),
        ("invite --role contact --name 李某", "contact_without_agency", {"name": "李某"}),
        ("restore plan.txt", "database_corrupt", {"where": "plan.txt"}),
    ],
)
def test_a_refusal_is_one_sentence_and_stores_nothing(
    home: Path, files: Path, monkeypatch: pytest.MonkeyPatch, words: str, code: str, params: dict[str, object]
) -> None:
    monkeypatch.chdir(files)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    before, beside = dump(home), sorted(path.name for path in home.iterdir())
    refused(duban(home, *words.split()), sentence(code, params, "zh"))
    assert dump(home) == before
    assert sorted(path.name for path in home.iterdir()) == beside


def test_an_unknown_agency_refuses_the_whole_roster(home: Path, files: Path) -> None:
    before = dump(home)
    done = duban(home, "roster", "import", str(files / "roster.csv"))
    assert done.returncode == 1
    assert "县火星局" in done.stderr
    assert "Traceback" not in done.stderr
    assert dump(home) == before


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DUBAN_TIMEZONE", "Mars/Olympus"),
        ("DUBAN_PORT", "many"),
        ("DUBAN_PROXY", "nonsense"),
        ("DUBAN_DATABASE_URL", "mysql://x/y"),
    ],
)
def test_a_bad_setting_stops_the_start_with_its_name(tmp_path: Path, name: str, value: str) -> None:
    done = duban(tmp_path, "plan", "show", **{name: value})
    assert done.returncode == 1
    assert name in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_home_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("here already")
    home = tmp_path / "file" / "home"
    refused(duban(home, "plan", "show"), sentence("database_not_writable", {"where": str(home)}, "zh"))


def test_the_data_of_a_later_version_is_left_alone(home: Path, tmp_path: Path) -> None:
    later = tmp_path / "duban.sqlite3"
    with sqlite3.connect(home / "duban.sqlite3") as source, sqlite3.connect(later) as target:
        source.backup(target)
        target.execute("UPDATE alembic_version SET version_num = '9999'")
    before = dump(tmp_path)
    refused(duban(tmp_path, "plan", "show"), sentence("database_newer", {"where": str(later)}, "zh"))
    assert dump(tmp_path) == before
    done = duban(home, "restore", str(later))
    refused(done, sentence("database_newer", {"where": str(later)}, "zh"))


def test_verify_names_the_first_changed_row_and_doctor_a_broken_file(home: Path, tmp_path: Path) -> None:
    copy = tmp_path / "duban.sqlite3"
    with sqlite3.connect(home / "duban.sqlite3") as source, sqlite3.connect(copy) as target:
        source.backup(target)
    whole = duban(tmp_path, "audit", "verify")
    assert whole.returncode == 0, whole.stderr
    with sqlite3.connect(copy) as target:
        target.execute("UPDATE audit SET subject = 'plan:7' WHERE id = 1")
    refused(duban(tmp_path, "audit", "verify"), sentence("audit_broken", {"row": 1}, "zh"))
    copy.write_bytes(b"not a database at all" * 400)
    done = duban(tmp_path, "doctor")
    refused(done, sentence("database_corrupt", {"where": str(copy)}, "zh"))


def test_an_unknown_word_is_refused_with_a_usage_line(tmp_path: Path) -> None:
    done = duban(tmp_path, "plan", "burn")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
