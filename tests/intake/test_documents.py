"""Bytes become lines; what is no readable text is refused with one code."""

from __future__ import annotations

import io
import zipfile

import pytest

from bot.domain.model import DubanError
from bot.intake.documents import MAX_BYTES, read_document

TEXT = "一、重点任务\n1.清理河道。（县水利局牵头）\n"


def refusal(data: bytes, name: str = "plan.txt") -> DubanError:
    with pytest.raises(DubanError) as refused:
        read_document(name, data)
    return refused.value


def archive(member: str, size: int = 10) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(member, b"0" * size)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "gb18030", "gbk"])
def test_every_usual_encoding_gives_the_same_lines(encoding):
    assert [x.text for x in read_document("a", TEXT.encode(encoding)).lines] == TEXT.strip().split("\n")


def test_lines_keep_their_numbers_in_the_file():
    assert [(x.number, x.text) for x in read_document("a", "甲\n\n\n乙".encode()).lines] == [(1, "甲"), (4, "乙")]


def test_converter_debris_and_wide_blanks_are_removed():
    raw = "[bookmark: _Toc1][bookmark: _GoBack]\u3000\u3000二、重点\xa0任务[image: 图1.png]\u200b \t"
    assert [x.text for x in read_document("a", raw.encode()).lines] == ["二、重点 任务"]


@pytest.mark.parametrize("data", [b"", b"   \r\n\t", b"\xef\xbb\xbf", "\u3000\n".encode(), b"\xff\xfe"])
def test_an_empty_file_is_refused_as_empty(data):
    assert refusal(data).code == "document_empty"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (archive("word/document.xml"), "docx"),
        (archive("xl/workbook.xml"), "xlsx"),
        (b"%PDF-1.7\n1 0 obj", "pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "doc"),
        (b"{\\rtf1\\ansi hello}", "rtf"),
    ],
)
def test_a_format_without_a_reader_is_named_whatever_its_extension(data, kind):
    found = refusal(data, "plan.txt")
    assert (found.code, found.params["format"]) == ("document_format_later", kind)


def test_a_zip_bomb_is_refused_without_unpacking():
    assert refusal(archive("word/document.xml", 50_000_000)).code == "document_format_later"
    assert refusal(archive("anything.bin", 50_000_000)).code == "document_unreadable"


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4,
        bytes(range(256)) * 20,
        b"\x00" * 50,
        "計畫".encode("big5") * 3 + b"\xff",
    ],
)
def test_binary_is_refused_as_unreadable(data):
    assert refusal(data).code == "document_unreadable"


def test_broken_utf8_is_not_taken_for_another_encoding():
    assert refusal("鎴戜滑鐨勮鍒掓槸".encode("gb18030") + b"\xff").code == "document_unreadable"


def test_a_file_over_the_limit_is_refused_by_size():
    found = refusal(b"a" * (MAX_BYTES + 1))
    assert (found.code, found.params["limit_mb"]) == ("document_too_large", 10)


def test_a_text_of_too_many_characters_is_refused_by_size():
    assert refusal(b"a\n" * 1_500_000).code == "document_too_large"
