"""Command words: what is typed or pressed finds its command; every key of a fixed keyboard is one."""

from __future__ import annotations

import re

import pytest

from bot.domain.model import Role
from bot.texts.commands import COMMANDS, command_of, keyboard
from bot.texts.language import speaking


@pytest.mark.parametrize(
    ("typed", "command"),
    [("我的任务", "tasks"), (" 汇总。", "summary"), ("/help", "help"), ("SUMMARY", "summary"), ("谁还没报？", "chase")],
)
def test_a_word_means_its_command(typed: str, command: str) -> None:
    assert command_of(typed) == command


@pytest.mark.parametrize("typed", ["", "（一）1 已完成", "汇总一下三季度", "任务推进中", "审核没过怎么办"])
def test_a_sentence_is_not_a_command(typed: str) -> None:
    assert command_of(typed) is None


def test_no_word_means_two_commands() -> None:
    words = [word.lower() for c in COMMANDS.values() for word in {c.latin, *c.chinese, *c.english}]
    assert len(words) == len(set(words))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("role", list(Role))
def test_every_key_of_the_fixed_keyboard_is_a_command(role: Role, language: str) -> None:
    with speaking(language):
        rows = keyboard([role])
    assert rows is not None
    assert all(command_of(label) for row in rows for label in row)
    assert command_of(rows[-1][-1]) == "help"


def test_somebody_with_two_roles_has_every_key_once() -> None:
    with speaking("zh"):
        rows = keyboard([Role.CONTACT, Role.COORDINATOR, Role.LEADER]) or ()
    labels = [label for row in rows for label in row]
    assert len(labels) == len(set(labels)) == 10


def test_nobody_has_no_keyboard() -> None:
    assert keyboard([]) is None


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_fits_telegrams_menu(name: str) -> None:
    """setMyCommands takes 1-32 of a-z 0-9 _ and a description of 1-256."""
    command = COMMANDS[name]
    assert re.fullmatch(r"[a-z0-9_]{1,32}", command.latin)
    assert all(1 <= len(command.description(language)) <= 256 for language in ("zh", "zh-hans", "en", "de"))
