"""Reading in a process of its own: bounded, silent about the bot's settings, leaving nothing behind."""

from __future__ import annotations

import os
import time

import pytest

from bot.domain.model import DubanError
from bot.intake import apart
from bot.intake.apart import environment, read_apart
from bot.intake.blocks import Document
from bot.intake.readers.word import read_word
from tests.intake.measuring import assert_bounded
from tests.intake.readers.word_files import cell, item, level, lists, package, par, row, style, table, word

SMALL = word(par("任务") + table(row(cell("甲"), cell("乙", '<w:gridSpan w:val="2"/>'))))


def refusal(data: bytes) -> str:
    with pytest.raises(DubanError) as refused:
        read_apart("docx", "计划.docx", data)
    assert refused.value.params["name"] == "计划.docx"
    return refused.value.code


def test_what_comes_back_is_what_the_reader_gave():
    found = read_apart("docx", "计划.docx", SMALL)
    assert found == read_word("计划.docx", SMALL)
    assert isinstance(found, Document)


def test_a_refusal_comes_back_with_its_code_and_words():
    assert refusal(word("")) == "document_empty"


def test_a_reader_that_breaks_down_refuses():
    assert refusal(word("<w:sdt><w:sdtContent>" * 5000 + par("甲") + "</w:sdtContent></w:sdt>" * 5000)) == (
        "document_unreadable"
    )


def test_a_reader_that_needs_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(apart, "SECONDS", 0.05)
    monkeypatch.setattr(apart, "_command", lambda: ["sleep", "60"])
    begun = time.monotonic()
    assert refusal(SMALL) == "document_too_heavy"
    assert time.monotonic() - begun < 5
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_a_reader_that_needs_too_much_memory_is_refused(monkeypatch):
    monkeypatch.setattr(apart, "MEGABYTES", 100)
    many = table(*(row(*(cell(f"{i}{j}") for j in range(20))) for i in range(4000)))
    assert refusal(word(many)) == "document_too_heavy"


def test_the_child_does_not_learn_the_bot_s_settings(monkeypatch):
    monkeypatch.setenv("DUBAN_TOKEN", "1:secret")
    assert not any("secret" in value for value in environment().values())


def laughs() -> bytes:
    entities = "".join(f'<!ENTITY a{i + 1} "{f"&a{i};" * 10}">' for i in range(9))
    bomb = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a0 "ha">{entities}]><a>&a9;</a>'
    return package({"word/document.xml": bomb})


HOSTILE = {
    "laughing entities": laughs(),
    "a chain of 5,000 styles": word(
        "".join(par("甲", f'<w:pStyle w:val="s{i}"/>') for i in range(5000)),
        styles="".join(style(f"s{i}", based_on=f"s{i + 1}") for i in range(5000)),
    ),
    "tables within tables": word("<w:tbl><w:tr><w:tc>" * 3000 + par("甲") + "</w:tc></w:tr></w:tbl>" * 3000),
    "a merge of a long text over 5,000 rows": word(
        table(
            row(cell("长" * 100_000, '<w:vMerge w:val="restart"/>'), cell("乙")),
            *[row(cell("", "<w:vMerge/>"), cell("乙"))] * 5000,
        )
    ),
    "an endless label": word(item("甲") * 5000, numbering=lists(level(0, "decimal", "%1" * 100_000))),
    "200,000 paragraphs": word("".join(par(f"第{i * 7919 % 99991}号任务") for i in range(200_000))),
    "alternatives within alternatives": word(
        "<w:p>"
        + "<mc:AlternateContent><mc:Choice/><mc:Fallback>" * 200
        + "<w:r><w:t>甲</w:t></w:r>"
        + "</mc:Fallback></mc:AlternateContent>" * 200
        + "</w:p>"
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_ends_in_bounded_time_and_memory(kind, tmp_path):
    assert_bounded(HOSTILE[kind], tmp_path)
