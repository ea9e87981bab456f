"""The English catalogue: complete, same placeholders and tags, nothing Chinese left, nothing empty, nothing stale."""

from __future__ import annotations

import ast
import re
from collections import Counter
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

import bot.texts

ROOM = Path(bot.texts.__file__).parent
SPEAKERS = {"say", "say_n", "plain", "N_", "key", "translated", "counted"}
HAN = re.compile(r"[㐀-鿿]")
PLACEHOLDER = re.compile(r"\{\w*\}")
TAG = re.compile(r"</?\w+[^>]*>")


def called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def sources() -> set[str]:
    """Every text of ours that is said or marked for saying."""
    calls = [
        node
        for path in ROOM.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
    ]
    firsts = [node.args[0] for node in calls if called(node) in SPEAKERS and node.args]
    return {arg.value for arg in firsts if isinstance(arg, ast.Constant) and isinstance(arg.value, str)}


def entries() -> dict[str, Message]:
    catalogue = read_po(BytesIO(files("bot.texts").joinpath("en.po").read_bytes()), locale="en")
    return {entry.id[0] if isinstance(entry.id, tuple) else str(entry.id): entry for entry in catalogue if entry.id}


ENTRIES = entries()


def said(entry: Message) -> tuple[str, ...]:
    return entry.string if isinstance(entry.string, tuple) else (str(entry.string),)


def test_every_text_has_an_english_one_and_none_is_stale() -> None:
    assert len(sources()) > 300
    assert set(ENTRIES) == sources()


@pytest.mark.parametrize("source", ENTRIES)
def test_the_english_text_is_whole(source: str) -> None:
    for text in said(ENTRIES[source]):
        assert text.strip(" ") != "" or source.strip() == ""
        assert not HAN.search(text)
        assert Counter(TAG.findall(text)) == Counter(TAG.findall(source))
        missing = set(PLACEHOLDER.findall(source)) - set(PLACEHOLDER.findall(text))
        assert set(PLACEHOLDER.findall(text)) <= set(PLACEHOLDER.findall(source))
        # "One thing for your attention" may leave the number out; other languages' other forms may not.
        assert missing <= ({"{n}"} if text == said(ENTRIES[source])[0] and len(said(ENTRIES[source])) > 1 else set())


@pytest.mark.parametrize("source", [source for source in ENTRIES if "{n}" in source or "{count}" in source])
def test_a_text_that_counts_has_two_english_forms(source: str) -> None:
    assert len(said(ENTRIES[source])) == 2


def test_no_chinese_is_written_into_a_message_without_being_a_text_of_ours() -> None:
    """Chinese in a plain literal would stay Chinese in English messages."""
    found = []
    for path in [*(ROOM / "screens").glob("*.py"), ROOM / "markup.py", ROOM / "buttons.py", ROOM / "render.py"]:
        tree = ast.parse(path.read_text())
        documented = {id(node.body[0].value) for node in ast.walk(tree) if _has_docstring(node)}  # type: ignore[attr-defined]
        ours = {id(n.args[0]) for n in ast.walk(tree) if isinstance(n, ast.Call) and called(n) in SPEAKERS and n.args}
        found += [
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and HAN.search(node.value)
            and id(node) not in documented | ours
        ]
    assert found == []


def _has_docstring(node: ast.AST) -> bool:
    kinds = (ast.Module, ast.FunctionDef, ast.ClassDef)
    return (
        isinstance(node, kinds) and bool(node.body) and isinstance(getattr(node.body[0], "value", None), ast.Constant)
    )
