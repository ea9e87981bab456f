"""Bytes become lines; what is no readable text is refused with one code."""

from __future__ import annotations

import io
import random
import struct
import zipfile

import pytest

from bot.domain.model import DubanError
from bot.intake.documents import MAX_BYTES, kind_of, read_document
from bot.intake.readers.word import read_word
from tests.intake.readers.word_files import cell, par, row, style, table, word

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


def office(content_type: str, member: str = "a.xml") -> bytes:
    """A zip that says of itself what it is, with nothing in it."""
    return zipped({"[Content_Types].xml": f'<Override ContentType="{content_type}"/>', member: "<a/>"})


def zipped(parts: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for member, content in parts.items():
            packed.writestr(member, content)
    return out.getvalue()


def compound(*streams: str, flags: int = 0) -> bytes:
    """An OLE file of these top streams: a chain of siblings below the root, the first one's bytes in sector 2."""
    header = bytearray(512)
    header[:8], header[30] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 9
    struct.pack_into("<I", header, 48, 1)
    struct.pack_into("<I", header, 68, 0xFFFFFFFE)
    struct.pack_into("<110I", header, 72, 0, 0, *[0xFFFFFFFF] * 108)
    entries = []
    for order, name in enumerate(("Root Entry", *streams)):
        entry = bytearray(128)
        coded = name.encode("utf-16-le")
        entry[: len(coded)], entry[64] = coded, len(coded) + 2
        following = order + 1 if 0 < order < len(streams) else 0xFFFFFFFF
        struct.pack_into("<3I", entry, 68, 0xFFFFFFFF, following, 1 if order == 0 else 0xFFFFFFFF)
        struct.pack_into("<2I", entry, 116, 3, 4096)
        entries.append(bytes(entry))
    directory = b"".join(entries).ljust(1024, b"\0")
    chain = struct.pack("<4I", 0xFFFFFFFD, 2, 0xFFFFFFFE, 0xFFFFFFFE).ljust(512, b"\xff")
    return bytes(header) + chain + directory + (bytes(10) + struct.pack("<H", flags)).ljust(4096, b"\0")


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
OPEN = "application/vnd.oasis.opendocument."


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (office(WORD), "docx"),
        (office("application/vnd.ms-word.document.macroEnabled.main+xml"), "docx"),
        (zipped({"word/document.xml": "<a/>"}), "docx"),
        (office("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"), "sheet"),
        (office("application/vnd.ms-excel.sheet.binary.macroEnabled.main"), "sheet"),
        (zipped({"mimetype": OPEN + "spreadsheet"}), "sheet"),
        (zipped({"mimetype": OPEN + "text"}), "odt"),
        (compound("Ole", "WordDocument", "1Table"), "doc"),
        (compound("Workbook"), "sheet"),
        (compound("Book"), "sheet"),
        (b"%PDF-1.7\n1 0 obj", "pdf"),
        (b"\r\n%PDF-1.4", "pdf"),
        (b"{\\rtf1\\ansi hello}", "rtf"),
        (b"\xef\xbb\xbf<html xmlns:w='x'><body>", "html"),
        (b"<table border=1><tr><td>", "html"),
        ("<html><body>".encode("utf-16"), "html"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=a\n\n", "mhtml"),
        (b"<?xml version='1.0'?><?mso-application progid=\"Word.Document\"?><w:wordDocument", "wordxml"),
        (TEXT.encode(), "text"),
        ("<一>表示重点".encode(), "text"),
        (b"From: this text", "text"),
        (b"BMW", "text"),
    ],
)
def test_the_content_tells_what_a_file_is_whatever_it_is_called(data, kind):
    assert kind_of("plan.jpg", data) == kind


def test_a_text_table_is_told_from_other_text_by_its_name():
    assert kind_of("名单.CSV", "单位,姓名".encode()) == "sheet"
    assert kind_of("名单.txt", "单位,姓名".encode()) == "text"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (compound("EncryptedPackage", "EncryptionInfo"), "document_encrypted"),
        (compound("WordDocument", flags=0x100), "document_encrypted"),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "document_is_picture"),
        (b"\xff\xd8\xff\xe0" + bytes(99), "document_is_picture"),
        (b"RIFF1234WEBPVP8 ", "document_is_picture"),
        (b"BM1234" + bytes(20), "document_is_picture"),
        (b"Rar!\x1a\x07\x01\x00", "document_is_packed"),
        (zipped({"计划.docx": "a", "表.xlsx": "b"}), "document_is_packed"),
        (zipped({"OFD.xml": "<a/>"}), "document_wrong_kind"),
        (zipped({"mimetype": OPEN + "presentation"}), "document_wrong_kind"),
        (
            office("application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"),
            "document_wrong_kind",
        ),
        (compound("PowerPoint Document"), "document_wrong_kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "document_unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "document_unreadable"),
        (b"PK\x03\x04" + bytes(100), "document_unreadable"),
        (b"PK\x05\x06" + bytes(18), "document_unreadable"),
    ],
)
def test_what_is_no_plan_of_ours_is_refused_with_the_reason(data, code):
    found = refusal(data, "计划.docx")
    assert (found.code, found.params) == (code, {"name": "计划.docx"})


def test_a_zip_with_a_password_is_refused_as_such():
    locked = bytearray(zipped({"word/document.xml": "<a/>"}))
    locked[6] |= 1
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert refusal(bytes(locked)).code == "document_encrypted"


def test_bombs_are_refused_before_anything_is_unpacked():
    assert refusal(archive("word/document.xml", 50_000_000)).code == "document_too_heavy"
    assert refusal(zipped({f"{i}.xml": "" for i in range(6000)})).code == "document_too_heavy"


def test_a_word_document_comes_through_the_front_door():
    found = read_document("计划", word(par("一、任务") + table(row(cell("修路"), cell("县交通局")))))
    assert [x.text for x in found.lines] == ["一、任务"]
    assert [r.cells for r in found.tables[0].rows] == [("修路", "县交通局")]


@pytest.mark.slow
def test_a_damaged_word_file_is_read_or_refused():
    whole = word("".join(par(f"{i}.修路。（县交通局负责）") for i in range(300)), styles=style("a"))
    chance = random.Random(4)
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(chance.choice((1, 3, 20))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        cut = bytes(data[: chance.choice((len(data), chance.randrange(len(data))))])
        try:
            kind = kind_of("a.docx", cut)
            if kind == "docx":
                assert read_word("a.docx", cut).blocks
        except DubanError as refused:
            assert refused.code.startswith("document_")


@pytest.mark.parametrize(
    "data",
    [
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
    assert (found.code, found.params["limit_mb"]) == ("document_too_large", MAX_BYTES // 1024 // 1024)


def test_a_text_of_too_many_characters_is_refused_by_size():
    assert refusal(b"a\n" * 1_500_000).code == "document_too_heavy"


def test_a_typed_table_of_contents_is_left_out():
    text = "岚县工作计划\n一、总体要求…………………1\n二、重点任务.......... 2\n一、总体要求\n干得更好……"
    assert [line.text for line in read_document("计划.txt", text.encode()).lines] == [
        "岚县工作计划",
        "一、总体要求",
        "干得更好……",
    ]
