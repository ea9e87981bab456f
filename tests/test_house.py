"""The checks of the house: imports go down only, files stay short, nothing of one machine gets in."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from bot.cli import app as cli
from bot.settings import Settings

ROOT = Path(__file__).parents[1]
ROOMS = ("bot", "handlers", "storage")
SHIPPED_TOO = (
    "tests",
    ".ci",
    "Makefile",
    "constraints.txt",
    "pyproject.toml",
    "README.md",
    "README.zh.md",
    "CHANGELOG.md",
)
GENERATED = ROOT / "storage" / "migrations" / "versions"
LONGEST = 400
# Written in halves, so that this file does not hold what it forbids.
MACHINE_PATHS = ("/work" + "/main", "/work" + "/shared", "/root" + "/", "/home" + "/")
REGISTRY_HOSTS = ("pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "deb.debian" + ".org", "/simple" + "/")


def sources() -> list[Path]:
    """Every Python file of the product."""
    return [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def tracked() -> list[Path]:
    """Every file that is handed on: what git tracks, or outside a clone whatever lies in the known places."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode == 0:
        return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]
    return [
        path
        for place in (*ROOMS, *SHIPPED_TOO)
        for path in ([ROOT / place] if (ROOT / place).is_file() else sorted((ROOT / place).rglob("*")))
        if path.is_file() and "__pycache__" not in path.parts
    ]


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def text_of(path: Path) -> str:
    """The file's text, "" for a picture or another binary."""
    content = path.read_bytes()
    return "" if b"\0" in content[:8000] else content.decode(errors="replace")


def test_imports_go_down_only() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_is_checked_for_its_imports(room: str) -> None:
    """A room outside the contracts could import anything."""
    settings = (ROOT / "pyproject.toml").read_text()
    roots = re.search(r"root_packages = (\[.*\])", settings)
    assert roots is not None
    assert room in ast.literal_eval(roots[1])


def test_no_file_is_too_long_to_read() -> None:
    written = [path for path in sources() if GENERATED not in path.parents]
    assert len(written) > 20
    assert names([path for path in written if len(path.read_text().splitlines()) > LONGEST]) == []


def test_every_module_says_first_what_it_is_for() -> None:
    silent = [
        path for path in sources() if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert names(silent) == []


def prints(path: Path) -> bool:
    calls = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    return any(isinstance(call.func, ast.Name) and call.func.id == "print" for call in calls)


def is_command_line(path: Path) -> bool:
    """bot/cli.py, bot/cli_….py or bot/cli/…: the only place that writes on the terminal."""
    return path.relative_to(ROOT).parts[:1] == ("bot",) and path.relative_to(ROOT).parts[1].split(".")[0].startswith(
        "cli"
    )


def test_only_the_command_line_prints() -> None:
    assert names([path for path in sources() if prints(path) and not is_command_line(path)]) == []


@pytest.mark.parametrize("word", [*MACHINE_PATHS, *REGISTRY_HOSTS])
def test_no_tracked_file_names_a_place_of_one_machine(word: str) -> None:
    assert names([path for path in tracked() if word in text_of(path)]) == []


def test_the_picture_in_the_readme_is_what_lint_imports_enforces() -> None:
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]
    picture = (ROOT / "README.md").read_text().split("```\nbot.cli\n")[1].split("```")[0]
    assert ["bot.cli", *picture.split("\n")[:-1]] == contract["layers"]


def test_the_readme_names_every_setting_and_every_command() -> None:
    readme = (ROOT / "README.md").read_text()
    settings = {f"DUBAN_{name.upper()}" for name in Settings.model_fields}
    commands = {command.name for command in cli.registered_commands} | {group.name for group in cli.registered_groups}
    assert {name for name in settings if name not in readme} == set()
    assert {name for name in commands if f"duban {name}" not in readme} == set()
