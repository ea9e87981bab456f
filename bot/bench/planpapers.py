"""Plans to measure reading by: the same tasks as plain text, Word, Excel and PDF."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import docx
import openpyxl
import pylopdf_fonts_zh_cn
import typst

TASKS = 100
_SECTION = 10
_TITLE = "松江县2024年重点工作计划"
_OFFICES = ("水利局", "财政局", "教育局", "林业局", "住房和城乡建设局", "交通运输局", "农业农村局")
_NUMERALS = "一二三四五六七八九十"
_TEMPLATE = """#let d = json(bytes(sys.inputs.d))
#set page(paper: "a4", margin: (top: 37mm, bottom: 35mm, left: 28mm, right: 26mm), numbering: "— 1 —")
#set text(font: "Noto Serif SC", size: 16pt)
#set par(first-line-indent: (amount: 2em, all: true), justify: true)
#for line in d [#par(line)]
"""


def _task(number: int) -> tuple[str, str, str, str]:
    """(title, work, lead, participants) of the task of that number, from 0."""
    lead, *others = (_OFFICES[(number + step) % len(_OFFICES)] for step in range(3))
    work = (
        f"对第{number + 1}片区逐户走访登记，把问题列成清单，明确专人、明确办法，先易后难分批解决，"
        f"{number % 6 + 5}月底前完成首轮，全年办结率达到{80 + number % 20}%以上，办结情况及时向群众公开。"
    )
    return f"解决第{number + 1}片区的急难愁盼问题", work, f"县{lead}", "、".join(f"县{name}" for name in others)


def plan_lines(tasks: int) -> list[str]:
    """The plan in lines: a title, sections of ten tasks, each with heading, work and who answers."""
    lines = [_TITLE, "一、重点任务"]
    for number in range(tasks):
        if number % _SECTION == 0:
            section = number // _SECTION
            lines.append(f"（{_numeral(section + 1)}）第{section + 1}类民生实事")
        title, work, lead, others = _task(number)
        lines += [f"{number % _SECTION + 1}.{title}", f"{work}（{lead}牵头，{others}配合）"]
    return lines


def _numeral(number: int) -> str:
    """1 to 109 as 一 to 一百零九 would be counted: 十一, 二十, 一百零一."""
    if number >= 100:
        rest = number - 100
        return "一百" + (("零" if rest < 10 else "一" if rest < 20 else "") + _numeral(rest) if rest else "")
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else f"{_NUMERALS[tens - 1]}十"
    return head + (_NUMERALS[ones - 1] if ones else "")


def text(tasks: int) -> bytes:
    """The plan as plain text."""
    return "\n".join(plan_lines(tasks)).encode()


def word(tasks: int) -> bytes:
    """The plan as a Word document of paragraphs."""
    paper = docx.Document()
    for line in plan_lines(tasks):
        paper.add_paragraph(line)
    return _saved(paper.save)


def sheet(tasks: int) -> bytes:
    """The plan as a sheet, one row a task."""
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("任务分解表")
    page.append(["序号", "重点任务", "工作内容", "牵头单位", "配合单位"])
    for number in range(tasks):
        page.append([number + 1, *_task(number)])
    return _saved(book.save)


def pdf(tasks: int) -> bytes:
    """The plan as a PDF of running text in the official layout."""
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(pylopdf_fonts_zh_cn.sans_path().parent)])
    compiler = typst.Compiler(_TEMPLATE.encode(), font_paths=fonts, ignore_system_fonts=True)
    printed = compiler.compile(format="pdf", sys_inputs={"d": json.dumps(plan_lines(tasks), ensure_ascii=False)})
    if not isinstance(printed, bytes):
        raise TypeError("typst must print one file")
    return printed


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    out = io.BytesIO()
    save(out)
    return out.getvalue()
