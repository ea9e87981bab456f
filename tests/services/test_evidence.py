"""Evidence: what is kept, what is refused, and that names are never paths."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.model import DubanError
from bot.services import evidence
from bot.texts.sentences import sentence
from storage.tables import Evidence, Report
from tests.services.stage_play import PDF, PNG, Play

WATER = "李水利"


def kept(home: Path) -> list[Path]:
    return [path for path in (home / "evidence").rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "evidence_empty"),
        (b"MZ\x90\x00" + bytes(50), "evidence_kind"),
        (b"<html><script>", "evidence_kind"),
        (b"%PDF-" + bytes(evidence.MAX_BYTES), "evidence_too_large"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_leaves_no_file(tmp_path: Path, data: bytes, code: str) -> None:
    with pytest.raises(DubanError, match=code):
        evidence.store(tmp_path, "x.pdf", data)
    assert not kept(tmp_path)


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a\\..\\b.pdf", "\u202egpj.exe", "长" * 4096, ""])
def test_a_name_is_data_and_never_a_place(tmp_path: Path, name: str) -> None:
    stored = evidence.store(tmp_path / "home", name, PDF)
    (file,) = kept(tmp_path / "home")
    assert file.name == stored.sha256
    assert len(stored.name) <= 255
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [file]


def test_the_same_content_is_kept_once_under_any_name(tmp_path: Path) -> None:
    first, second = evidence.store(tmp_path, "a.pdf", PDF), evidence.store(tmp_path, "b.pdf", PDF)
    assert first.sha256 == second.sha256
    assert len(kept(tmp_path)) == 1


async def test_the_same_file_sent_twice_is_one_piece_of_evidence(play: Play) -> None:
    who = play.user(WATER)
    await play.taps(who, "f", "0")
    await play.taps(who, "st", "done")
    for _ in range(2):
        await play.sends(who, "台账.pdf", PDF)
    await play.taps(who, "go")
    (file,), (report,) = play.rows(Evidence), play.rows(Report)
    assert (file.report_number, file.plan_id) == (report.number, play.plan_id)


async def test_a_picture_belongs_to_the_draft_in_hand(play: Play) -> None:
    who = play.user(WATER)
    await play.taps(who, "f", "0")
    await play.taps(who, "st", "done")
    await play.sends(who, "现场.png", PNG, kind="photo")
    assert play.rows(Evidence)[0].card_id == play.newest_card(WATER).id


@pytest.mark.parametrize(
    ("who", "name", "data", "code"),
    [
        (WATER, "台账.pdf", PDF, "evidence_which_task"),
        ("赵领导", "台账.pdf", PDF, "not_allowed"),
    ],
)
async def test_a_file_with_nowhere_to_go_is_refused_and_not_kept(
    play: Play, who: str, name: str, data: bytes, code: str
) -> None:
    heard = play.sent_to(play.user(who))
    await play.sends(play.user(who), name, data)
    assert play.last(play.user(who)) == sentence(code, {}, "zh")
    assert play.sent_to(play.user(who)) == heard + 1
    assert play.rows(Evidence) == []
    assert not kept(play.home)


async def test_a_wrong_kind_is_refused_in_chat_with_its_name(play: Play) -> None:
    who = play.user(WATER)
    await play.taps(who, "f", "0")
    await play.taps(who, "st", "done")
    await play.sends(who, "程序.exe", b"MZ\x90\x00")
    assert play.last(who) == sentence("evidence_kind", {"name": "程序.exe"}, "zh")
    assert play.rows(Evidence) == []
    assert not kept(play.home)
