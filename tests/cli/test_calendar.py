"""`duban calendar` and the doctor's word on it: printed, imported only with --yes, one day set by hand."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app, keeping
from bot.domain import workdays

NOTICE = """2027年放假安排
一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（周五）至11日（周四）放假调休，共7天。2月14日（周日）、2月20日（周六）上班。
三、清明节：4月3日至5日放假，共3天。
四、劳动节：5月1日至5日放假调休，共5天。4月25日（周日）、5月8日（周六）上班。
五、端午节：6月9日放假，共1天。
六、中秋节：9月15日放假，共1天。
七、国庆节：10月1日至7日放假调休，共7天。9月26日（周日）、10月9日（周六）上班。
"""
PLAN = "《清河县2026年计划》\n一、任务\n（一）治理\n1.清理河道\n做好清理。（县水利局牵头）\n"


@pytest.fixture
def home(furnished_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / furnished_file.name).write_bytes(furnished_file.read_bytes())
    monkeypatch.setenv("DUBAN_HOME", str(folder))
    monkeypatch.setattr(workdays, "_PUBLISHED_YEARS", range(2004, 2027))
    (tmp_path / "notice.txt").write_text(NOTICE, encoding="utf-8")
    return tmp_path


def duban(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def year(number: int) -> dict[str, object]:
    found: dict[str, object] = json.loads(duban("calendar", str(number), "--json").stdout)
    return found


def test_a_year_is_printed_with_the_source_of_each_day(home: Path) -> None:
    printed = duban("calendar", "2026").stdout
    assert printed.startswith("2026年　工作日248天　已公布的放假安排")
    assert "　　放假：1日（周四）、2日（周五）　［已公布］" in printed
    assert "　　上班：4日（周日）　［已公布］" in printed
    assert "以下按估算" in duban("calendar", "2027").stdout
    assert year(2027)["provisional"] is True
    assert duban("calendar", "1999").exit_code == 2


def test_a_notice_is_kept_only_with_yes(home: Path) -> None:
    looked = duban("calendar", "import", str(home / "notice.txt"))
    assert "请核对2027年放假通知" in looked.stdout
    assert "没有录入" in looked.stdout
    assert year(2027)["provisional"] is True
    assert duban("calendar", "import", str(home / "notice.txt"), "--yes").exit_code == 0
    kept = year(2027)
    assert kept["provisional"] is False
    assert {"date": "2027-02-14", "worked": True, "source": "notice"} in kept["days"]  # type: ignore[operator]


def test_a_file_that_is_no_notice_is_refused_in_one_sentence(home: Path) -> None:
    (home / "other.txt").write_text("今天天气很好。", encoding="utf-8")
    done = CliRunner().invoke(app, ["calendar", "import", str(home / "other.txt")])
    assert getattr(done.exception, "code", "") == "notice_without_year"


def test_a_day_is_set_by_hand_and_taken_back(home: Path) -> None:
    assert "改为放假：5月6日（周三）" in duban("calendar", "set", "2026-05-06", "off").stdout
    assert {"date": "2026-05-06", "worked": False, "source": "override"} in year(2026)["days"]  # type: ignore[operator]
    duban("calendar", "set", "2026-05-06", "clear")
    assert year(2026)["workdays"] == 248


@pytest.mark.parametrize(("today", "wanted"), [("2026-11-30", False), ("2026-12-01", True)])
def test_the_doctor_asks_for_the_next_year_from_december_on(
    home: Path, monkeypatch: pytest.MonkeyPatch, today: str, wanted: bool
) -> None:
    moment = datetime.fromisoformat(today).replace(hour=4, tzinfo=UTC)
    monkeypatch.setattr(keeping, "clock", lambda: moment)
    line = "2027年的放假通知还没有录入"
    assert any(row.startswith("×") and line in row for row in duban("doctor").stdout.split("\n")) is wanted
    duban("calendar", "import", str(home / "notice.txt"), "--yes")
    assert line not in duban("doctor").stdout


def test_a_plan_whose_days_rest_on_an_estimate_says_so_when_activated_and_to_the_doctor(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "plan.txt").write_text(PLAN, encoding="utf-8")
    duban("plan", "import", str(home / "plan.txt"))
    assert "2027年的放假通知还没有录入，落在这一年的日子暂按估算" in duban("plan", "activate", "1").stdout
    monkeypatch.setattr(keeping, "clock", lambda: datetime(2026, 3, 2, 4, tzinfo=UTC))
    assert "《清河县2026年计划》有日子在2027年" in duban("doctor").stdout
