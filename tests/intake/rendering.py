"""A modelled plan written down: as plain text, Word, Excel and PDF, in the manners offices use."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence

import docx
import openpyxl
import pylopdf_fonts_zh_cn
import typst
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from openpyxl.worksheet.worksheet import Worksheet

from tests.intake.modelled import Model, Work

NUMERALS = "一二三四五六七八九"
HEADINGS = ("重点任务", "工作内容", "牵头单位", "配合单位", "完成时限", "目标任务")


def title_of(model: Model) -> str:
    return f"松江{model.level}2024年重点工作计划"


def bracket(model: Model, work: Work) -> str:
    """（县水利局、财政局牵头，林业局配合）, the level written once for each list."""
    leads = "、".join([model.full(work.leads[0]), *work.leads[1:]])
    others = "、".join([model.full(work.others[0]), *work.others[1:]])
    return f"（{leads}牵头，{others}配合）"


def body_of(work: Work) -> str:
    pieces = [work.body, work.when and work.when.words, work.goal and work.goal.words]
    return "，".join(p for p in pieces if p) + "。"


def _labels(model: Model, work: Work) -> list[str]:
    return [
        f"牵头单位：{_names(model, work.leads)}",
        f"配合单位：{_names(model, work.others)}",
    ]


def _names(model: Model, bureaus: Sequence[str], joint: str = "、") -> str:
    return joint.join(model.full(b) for b in bureaus)


def _lines(model: Model, *, labelled: bool, numbered: bool = True) -> list[tuple[str, int]]:
    """(text, level): 0 for text, 1 to 3 for headings; `numbered` writes the numbers out."""

    def head(number: str, text: str) -> str:
        return number + text if numbered else text

    lines = [(head("一、", "总体要求"), 1), ("牢记为民宗旨，把好事办好、实事办实。", 0), (head("二、", "重点任务"), 1)]
    for s, (section, works) in enumerate(model.sections):
        lines.append((head(f"（{NUMERALS[s]}）", section), 2))
        for t, work in enumerate(works, start=1):
            lines.append((head(f"{t}.", work.title), 3))
            if labelled:
                lines += [(body_of(work), 0), *((label, 0) for label in _labels(model, work))]
            else:
                lines.append((body_of(work) + bracket(model, work), 0))
    return [*lines, (head("三、", "工作要求"), 1), ("各单位要高度重视，明确专人，抓好落实。", 0)]


def as_text(model: Model) -> bytes:
    return "\n".join([title_of(model), *(text for text, _ in _lines(model, labelled=False))]).encode()


def as_labelled_text(model: Model) -> bytes:
    return "\r\n".join([title_of(model), *(text for text, _ in _lines(model, labelled=True))]).encode("gb18030")


_NUMBERING = """<w:abstractNum {ns} w:abstractNumId="90"><w:multiLevelType w:val="multilevel"/>
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="%1、"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl></w:abstractNum>"""


def as_word(model: Model) -> bytes:
    """Headings numbered by Word itself: the numbers are not in the text."""
    paper = docx.Document()
    numbering = paper.part.numbering_part.element
    numbering.insert(0, parse_xml(_NUMBERING.format(ns=nsdecls("w"))))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="91"><w:abstractNumId w:val="90"/></w:num>'))
    paper.add_paragraph(title_of(model))
    for text, level in _lines(model, labelled=False, numbered=False):
        paragraph = paper.add_paragraph(text)
        if level:
            numbered = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level - 1}"/><w:numId w:val="91"/></w:numPr>'
            paragraph._p.get_or_add_pPr().append(parse_xml(numbered))
    return _saved(paper.save)


def _rows(model: Model) -> list[tuple[str, ...]]:
    """One row a task; the section's name stands in each, to be merged by the writer."""
    rows = []
    for section, works in model.sections:
        for work in works:
            when = work.when.words.removesuffix("完成").removesuffix("全面") if work.when else ""
            rows.append(
                (
                    section,
                    work.title,
                    work.body + "。",
                    _names(model, work.leads, "\n"),
                    _names(model, work.others),
                    when,
                    work.goal.words if work.goal else "",
                )
            )
    return rows


def as_word_table(model: Model) -> bytes:
    """A table in Word: serial, merged section column, one row a task."""
    paper = docx.Document()
    paper.add_paragraph(title_of(model))
    rows = _rows(model)
    table = paper.add_table(rows=1 + len(rows), cols=8)
    for column, heading in enumerate(("序号", "类别", *HEADINGS)):
        table.cell(0, column).text = heading
    for number, row in enumerate(rows, start=1):
        table.cell(number, 0).text = str(number)
        for column, text in enumerate(row[1:], start=2):
            table.cell(number, column).text = text
    for first, last, section in _stretches(rows):
        merged = table.cell(first + 1, 1).merge(table.cell(last + 1, 1))
        merged.text = section
    return _saved(paper.save)


def as_sheet(model: Model) -> bytes:
    """A sheet: title over all columns, a two-line header, section rows, a total row, notes below."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    _merged(sheet, 1, 1, 1, 7, title_of(model))
    for column, heading in enumerate(("序号", "重点任务", "工作内容"), start=1):
        _merged(sheet, 2, column, 3, column, heading)
    _merged(sheet, 2, 4, 2, 5, "责任单位")
    sheet.cell(3, 4, "牵头单位")
    sheet.cell(3, 5, "配合单位")
    _merged(sheet, 2, 6, 3, 6, "完成时限")
    _merged(sheet, 2, 7, 3, 7, "目标任务")
    row, serial, last = 4, 0, ""
    for section, *cells in _rows(model):
        if section != last:
            _merged(sheet, row, 1, row, 7, f"{NUMERALS[[s for s, _ in model.sections].index(section)]}、{section}")
            row, last = row + 1, section
        serial += 1
        for column, text in enumerate((serial, *cells), start=1):
            sheet.cell(row, column, text)
        row += 1
    sheet.cell(row, 1, "合计")
    sheet.cell(row, 2, f"{serial}项")
    hidden = book.create_sheet("旧稿")
    hidden["A1"] = "作废"
    hidden.sheet_state = "hidden"
    return _saved(book.save)


_PAPER = """#let d = json(bytes(sys.inputs.d))
#set page(paper: "a4", margin: (top: 37mm, bottom: 35mm, left: 28mm, right: 26mm), numbering: "— 1 —")
#set text(font: "Noto Serif SC", size: 16pt, lang: "zh")
#set par(first-line-indent: (amount: 2em, all: true), justify: true, leading: 12pt)
#align(center, text(size: 22pt, d.title))
"""
_RUNNING = "#for line in d.lines [#par(line)]\n"
_TABLE = """#set text(size: 9pt)
#set par(first-line-indent: 0pt, justify: false)
#table(columns: (auto, 1fr, 1.4fr, 1.2fr, 1.2fr, auto, auto),
  table.header(..d.heads), ..d.cells.map(c => if type(c) == dictionary { table.cell(colspan: 7, c.over) } else { c }))
"""


def as_pdf(model: Model) -> bytes:
    """Running text on A4 in the official layout, with page numbers."""
    lines = [text for text, _ in _lines(model, labelled=False)]
    return _printed(_PAPER + _RUNNING, {"title": title_of(model), "lines": lines})


def as_pdf_table(model: Model) -> bytes:
    """A ruled table that may go over several pages, its header repeated on each."""
    cells: list[object] = []
    last = ""
    for serial, (section, *texts) in enumerate(_rows(model), start=1):
        if section != last:
            cells, last = [*cells, {"over": section}], section
        cells += [str(serial), *texts]
    return _printed(_PAPER + _TABLE, {"title": title_of(model), "heads": ["序号", *HEADINGS], "cells": cells})


def _printed(template: str, data: dict[str, object]) -> bytes:
    fonts = str(pylopdf_fonts_zh_cn.sans_path().parent)
    compiler = typst.Compiler(template.encode(), font_paths=[fonts], ignore_system_fonts=True)
    printed: bytes = compiler.compile(format="pdf", sys_inputs={"d": json.dumps(data, ensure_ascii=False)})
    return printed


def _stretches(rows: Sequence[tuple[str, ...]]) -> list[tuple[int, int, str]]:
    """(first row, last row, section) of each run of rows with one section."""
    found: list[tuple[int, int, str]] = []
    for place, row in enumerate(rows):
        if found and found[-1][2] == row[0]:
            found[-1] = (found[-1][0], place, row[0])
        else:
            found.append((place, place, row[0]))
    return found


def _merged(sheet: Worksheet, top: int, left: int, bottom: int, right: int, text: str) -> None:
    sheet.cell(top, left, text)
    sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    out = io.BytesIO()
    save(out)
    return out.getvalue()


MANNERS: dict[str, tuple[str, Callable[[Model], bytes]]] = {
    "plain text with brackets": ("p.txt", as_text),
    "plain text with labels": ("p.txt", as_labelled_text),
    "Word with its own numbers": ("p.docx", as_word),
    "a table in Word": ("p.docx", as_word_table),
    "an Excel sheet": ("p.xlsx", as_sheet),
    "a PDF of running text": ("p.pdf", as_pdf),
    "a PDF of a table": ("p.pdf", as_pdf_table),
}
