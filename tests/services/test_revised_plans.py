"""One task added, one dropped, one agency and one date changed: exactly that, in chat and on the command line."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot import cli
from bot.domain.merging import merge
from bot.domain.reading import PlanReading
from bot.domain.revision import compare
from bot.domain.task_matching import content
from bot.intake.plan import read_plan
from bot.services import planning
from storage.database import Database
from storage.tables import Task
from tests.intake.plan_cases import SAMPLE, SEED
from tests.services.stage_play import CAST, open_house

FRESH = "编制应急预案\n把可能发生的险情写成预案，每年汛前演练一次。（县应急管理局牵头）"
BOTH = [
    pytest.param(SAMPLE, id="sample"),
    pytest.param(SEED, id="real", marks=pytest.mark.skipif(not SEED.exists(), reason="the real plan is not here")),
]
CODES = ["deadline_changed", "duty_changed", "task_added", "task_dropped"]


@dataclass(frozen=True)
class Pair:
    """A plan's text, its revised text, and the tasks the four edits were made to, by title."""

    old: str
    new: str
    dated: str
    assigned: str
    dropped: str


def read(text: str) -> PlanReading:
    return read_plan("计划.txt", text.encode())


def pair(path: Path) -> Pair:
    """The four edits, made where any plan of this layout allows them: no task, agency or day is named here."""
    text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    reading = read(text)
    dated = next(t for t in reading.tasks if len(t.deadlines) == 1 and t.deadlines[0].on and "年底前" in t.body)
    others = [t for t in reading.tasks if t is not dated and not t.deadlines and not t.targets]
    held = [t for t in others if len(t.duties) > 2 and "、" in t.responsibility_text]
    assigned, dropped = held[0], held[-1]
    lines = text.split("\n")
    place = _line_of(lines, content(dated))
    lines[place] = re.sub(r"年底前", "年11月15日前", lines[place], count=1)
    place = _line_of(lines, content(assigned))
    name = assigned.duties[1].agency.removeprefix("县")
    lines[place] = lines[place].replace(name, "退役军人事务局")
    place = _line_of(lines, content(dropped))
    lines[place - 1 : place + 1] = [f"{_number(lines[place - 1])}{FRESH}"]
    return Pair(text, "\n".join(lines), dated.title, assigned.title, dropped.title)


def _line_of(lines: list[str], body: str) -> int:
    start = body.split("\n")[0].replace(" ", "")[:15]
    return next(place for place, line in enumerate(lines) if start in line.replace(" ", ""))


def _number(line: str) -> str:
    found = re.match(r"\s*[0-9]+[.．、]", line)
    return found.group() if found else ""


@pytest.fixture(scope="module", params=BOTH)
def revised(request: pytest.FixtureRequest) -> Pair:
    return pair(request.param)


def test_the_difference_is_exactly_what_was_edited(revised: Pair) -> None:
    old, new = read(revised.old), read(revised.new)
    revision = compare(old, new)
    assert sorted(change.code for change in revision.changes) == CODES
    about = {change.code: str(change.params["title"]) for change in revision.changes}
    assert about["deadline_changed"] == revised.dated
    assert about["duty_changed"] == revised.assigned
    assert about["task_dropped"] == revised.dropped
    assert about["task_added"] == "编制应急预案"
    assert compare(merge(revision, range(4)), new).changes == ()


async def test_the_chat_shows_and_carries_out_the_same(revised: Pair, database: Database, tmp_path: Path) -> None:
    play = await open_house(database, tmp_path, revised.old, CAST)
    boss, before = play.user("王牵头"), play.plan().reading
    await play.sends(boss, "修订稿.txt", revised.new.encode())
    assert "新增1项任务、取消1项任务、改动2处" in play.last(boss)
    await play.taps(boss, "rv", "go:list:0")
    shown = play.last(boss)
    assert [kind for kind in ("时限改动", "单位改动", "取消任务", "新增任务") if kind in shown] == [
        "时限改动",
        "单位改动",
        "取消任务",
        "新增任务",
    ]
    assert play.plan().reading == before
    for step in ("all", "go:confirm:0", "sure"):
        assert await play.taps(boss, "rv", step), step
    assert compare(planning.reading_of(play.plan()), read(revised.new)).changes == ()
    titles = {row.title for row in play.rows(Task)}
    assert "编制应急预案" in titles
    assert revised.dropped not in titles
    assert play.dead() == []


@pytest.fixture
def duban(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., tuple[object, str]]:
    """The whole command in this process: its exit status and what it printed."""

    def run(*words: str) -> tuple[object, str]:
        for name in [name for name in os.environ if name.startswith("DUBAN_")]:
            monkeypatch.delenv(name)
        for name, value in {"DUBAN_HOME": str(tmp_path / "home"), "COLUMNS": "240"}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["duban", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code or 0, capsys.readouterr().out

    return run


@pytest.fixture
def files(revised: Pair, tmp_path: Path) -> tuple[str, str]:
    """The old and the revised document on the disk."""
    names = tmp_path / "old.txt", tmp_path / "new.txt"
    for name, text in zip(names, (revised.old, revised.new), strict=True):
        name.write_text(text, encoding="utf-8")
    return str(names[0]), str(names[1])


def kinds(printed: str) -> list[str]:
    """The kinds of difference in a printed table."""
    return [cells[2].strip() for row in printed.splitlines() if len(cells := row.split("│")) > 4 and cells[1].strip()]


def test_the_command_line_compares_two_documents(
    duban: Callable[..., tuple[object, str]], files: tuple[str, str]
) -> None:
    status, printed = duban("plan", "compare", *files)
    assert (status, sorted(kinds(printed))) == (3, sorted(["改动", "时限改动", "单位改动", "取消任务", "新增任务"]))
    assert duban("plan", "compare", files[0], files[0]) == (0, "没有不同。\n")
    assert "New task" in duban("plan", "compare", *files, "--language", "en")[1]


@pytest.mark.slow
def test_the_command_line_moves_nothing_unless_told_to_take_everything(
    duban: Callable[..., tuple[object, str]], files: tuple[str, str]
) -> None:
    duban("plan", "import", files[0])
    for _ in range(2):
        status, printed = duban("plan", "revise", files[1], "--plan", "1")
        assert (status, len(kinds(printed))) == (3, 5)
    status, printed = duban("plan", "revise", files[1], "--plan", "1", "--all")
    assert status == 0
    assert "已修订，计划号 1：4处。" in printed
    assert duban("plan", "revise", files[1], "--plan", "1") == (0, "没有不同。\n")
    assert duban("plan", "revise", files[1], "--plan", "7")[0] == 1
