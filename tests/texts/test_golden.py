"""One golden file per message and language: how each message reads, buttons with their data below.

`DUBAN_GOLDEN=update pytest tests/texts/test_golden.py` writes them anew; read the difference before committing it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.texts.message import Message
from bot.texts.render import render
from tests.texts.samples import views

GOLDEN = Path(__file__).parents[1] / "golden"
VIEWS = views()


def printed(message: Message) -> str:
    """The message as a golden file holds it."""
    lines = [message.text, "----"]
    lines += ["  ".join(f"[{b.label}]{'!' if b.style else ''} {b.data}" for b in row) for row in message.buttons]
    lines += [f"keyboard: {' | '.join(row)}" for row in message.keyboard or ()]
    lines += [f"placeholder: {message.placeholder}"] if message.placeholder else []
    lines += ["pinned"] if message.pin else []
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", VIEWS)
def test_the_message_reads_as_agreed(name: str, language: str) -> None:
    path = GOLDEN / f"{name}.{language}.txt"
    said = printed(render(VIEWS[name], language))
    if os.environ.get("DUBAN_GOLDEN") == "update":
        path.write_text(said, encoding="utf-8")
    assert said == path.read_text(encoding="utf-8")


def test_every_golden_file_belongs_to_a_message() -> None:
    kept = {path.name for path in GOLDEN.glob("*.txt")}
    assert kept == {f"{name}.{language}.txt" for name in VIEWS for language in ("zh", "en")}
