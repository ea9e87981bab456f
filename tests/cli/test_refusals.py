"""Bad input on the command line: one clear sentence, an exit status that is not 0, nothing half-stored."""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot import cli
from bot.cli import running
from bot.settings import Settings
from bot.texts.sentences import sentence

PLAN = "《清河县2024年计划》\n一、任务\n（一）治理\n1.清理河道\n做好清理。（县水利局牵头）\n"


@dataclass(frozen=True)
class Done:
    """How a command ended and what it said on standard error."""

    status: object
    said: str


@pytest.fixture
def duban(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """The whole command, entered where the real one is, in this process."""

    def run(home: Path, *words: str, **settings: str) -> Done:
        for name in [name for name in os.environ if name.startswith("DUBAN_")]:
            monkeypatch.delenv(name)
        for name, value in {"DUBAN_HOME": str(home), **settings}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["duban", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return Done(ended.value.code, capsys.readouterr().err.strip())

    return run


def process(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The same in a process of its own."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DUBAN_")}
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        env=clean | {"DUBAN_HOME": str(home), "PYTHONUTF8": "1", "TERM": "dumb"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


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
    done = process(folder, "plan", "import", str(files / "plan.txt"))
    assert done.returncode == 0, done.stderr
    return folder


def copy_of(home: Path, folder: Path, change: str) -> Path:
    """The house's database in another folder, with something done to it behind its back."""
    copy = folder / "duban.sqlite3"
    with sqlite3.connect(home / "duban.sqlite3") as source, sqlite3.connect(copy) as target:
        source.backup(target)
        target.execute(change)
    return copy


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
    home: Path,
    files: Path,
    duban: Callable[..., Done],
    monkeypatch: pytest.MonkeyPatch,
    words: str,
    code: str,
    params: dict[str, object],
) -> None:
    monkeypatch.chdir(files)
    before, beside = dump(home), names(home)
    assert duban(home, *words.split()) == Done(1, sentence(code, params, "zh"))
    assert (dump(home), names(home)) == (before, beside)


def names(folder: Path) -> set[str]:
    """The files in a folder, SQLite's own helpers left out."""
    return {path.name for path in folder.iterdir() if not path.name.endswith(("-wal", "-shm"))}


def test_an_unknown_agency_refuses_the_whole_roster(home: Path, files: Path, duban: Callable[..., Done]) -> None:
    before = dump(home)
    done = duban(home, "roster", "import", str(files / "roster.csv"))
    assert done.status == 1
    assert "第3行“县火星局”" in done.said
    assert dump(home) == before


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DUBAN_TIMEZONE", "Mars/Olympus"),
        ("DUBAN_PORT", "many"),
        ("DUBAN_TICK_SECONDS", "0"),
        ("DUBAN_LOG_LEVEL", "LOUD"),
        ("DUBAN_PROXY", "nonsense"),
        ("DUBAN_API_URL", "telegram"),
        ("DUBAN_DATABASE_URL", "mysql://x/y"),
    ],
)
def test_a_bad_setting_stops_the_start_with_its_name(
    tmp_path: Path, duban: Callable[..., Done], name: str, value: str
) -> None:
    done = duban(tmp_path, "plan", "show", **{name: value})
    assert done.status == 1
    assert name in done.said
    assert len(done.said.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_home_that_cannot_be_written_is_named(tmp_path: Path, duban: Callable[..., Done]) -> None:
    (tmp_path / "file").write_text("here already")
    home = tmp_path / "file" / "home"
    assert duban(home, "plan", "show") == Done(1, sentence("database_not_writable", {"where": str(home)}, "zh"))


def test_the_data_of_a_later_version_is_left_alone(home: Path, tmp_path: Path, duban: Callable[..., Done]) -> None:
    later = copy_of(home, tmp_path, "UPDATE alembic_version SET version_num = '9999'")
    before, present = dump(tmp_path), dump(home)
    newer = Done(1, sentence("database_newer", {"where": str(later)}, "zh"))
    assert duban(tmp_path, "plan", "show") == newer
    assert duban(home, "restore", str(later)) == newer
    assert (dump(tmp_path), dump(home)) == (before, present)


def test_verify_names_the_first_changed_row(home: Path, tmp_path: Path, duban: Callable[..., Done]) -> None:
    copy_of(home, tmp_path, "UPDATE audit SET subject = 'plan:7' WHERE id = 1")
    assert duban(tmp_path, "audit", "verify") == Done(1, sentence("audit_broken", {"row": 1}, "zh"))
    assert duban(home, "audit", "verify").status == 0


def test_a_backup_restored_is_the_same_house_and_the_backup_stays_as_it_was(
    home: Path, tmp_path: Path, duban: Callable[..., Done]
) -> None:
    kept = tmp_path / "kept.sqlite3"
    assert duban(home, "backup", str(kept)).status == 0
    kept.chmod(0o640)
    before = kept.read_bytes()
    assert duban(tmp_path / "other", "restore", str(kept)).status == 0
    assert (kept.read_bytes(), kept.stat().st_mode & 0o777) == (before, 0o640)
    assert dump(tmp_path / "other") == dump(home)


def test_a_real_process_says_one_sentence_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "duban.sqlite3").write_bytes(b"not a database at all" * 400)
    done = process(tmp_path, "doctor")
    assert done.returncode == 1
    assert done.stderr.strip() == sentence("database_corrupt", {"where": str(tmp_path / "duban.sqlite3")}, "zh")


def test_an_unknown_word_is_refused_with_a_usage_line(tmp_path: Path, duban: Callable[..., Done]) -> None:
    assert duban(tmp_path, "plan", "burn").status == 2


def test_a_line_of_the_log_keeps_its_traceback_and_hides_the_token(capsys: pytest.CaptureFixture[str]) -> None:
    token = "123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        running._log(Settings(token=token))
        try:
            raise OSError(f"no space left, {token}")
        except OSError:
            logging.getLogger("duban").exception("nothing is claimed")
        line = json.loads(capsys.readouterr().err.strip().splitlines()[-1])
    finally:
        root.handlers[:], root.level = before
    assert "no space left" in line["exception"]
    assert token not in json.dumps(line)
