from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pylopdf_fonts_zh_cn
import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.model import DubanError
from bot.intake.blocks import Document, Row
from bot.intake.readers import pages
from bot.intake.readers.pages import read_pages

LONG = "推进高标准农田建设，完成土地平整和田间道路施工35.6公里，配套完善灌溉设施，水质合格率不低于95%，年底前通过验收。"
INDENTED = "#set par(justify: true, leading: 9pt, spacing: 9pt, first-line-indent: (amount: 2em, all: true))\n"
FLUSH = "#set par(justify: false, leading: 8pt, spacing: 8pt)\n"


@cache
def printed(text: str, page: str = 'paper: "a4", margin: 30mm', size: int = 14) -> bytes:
    """A PDF of typst markup in the packaged Chinese font."""
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(pylopdf_fonts_zh_cn.sans_path().parent)])
    head = f'#set page({page})\n#set text(font: "Noto Sans SC", size: {size}pt, lang: "zh", region: "cn")\n'
    pdf = typst.Compiler((head + text).encode(), font_paths=fonts, ignore_system_fonts=True).compile(format="pdf")
    assert isinstance(pdf, bytes)
    return pdf


def texts(document: Document) -> list[str]:
    return [line.text for line in document.lines]


def paragraphs(*parts: str) -> str:
    return "\n\n".join(parts)


def rows(document: Document) -> tuple[Row, ...]:
    (table,) = document.tables
    return table.rows


def refusal(data: bytes) -> DubanError:
    with pytest.raises(DubanError) as caught:
        read_pages("计划.pdf", data)
    return caught.value


PLAN = (
    "各乡镇人民政府，县直有关单位：",
    "一、重点任务",
    f"（一）疏浚干渠。{LONG}（县水利局牵头，县发展和改革局、县财政局、县自然资源和规划局、各乡镇人民政府配合）",
    "牵头单位：县农业农村局",
    "完成时限：2024年6月底前",
    "1.加固水库",
    LONG * 4,
    "2.5万亩灌区今年完成改造。" + LONG,
    "（二）植树造林。年内完成。",
)


@pytest.mark.parametrize("style", [INDENTED, FLUSH])
def test_lines_broken_by_the_margin_are_one_paragraph_again(style: str) -> None:
    title = "#align(center, text(size: 20pt)[石河县2024年农村供水保障与水利设施\\ 管护工作要点])\n\n"
    found = read_pages("a.pdf", printed(style + title + paragraphs(*PLAN)))
    assert texts(found) == ["石河县2024年农村供水保障与水利设施管护工作要点", *PLAN]


@pytest.mark.parametrize("numbering", ['"— 1 —"', '"-1-"', '"第1页 共1页"', '"1/1"'])
def test_page_numbers_and_running_heads_are_no_text_and_a_page_break_breaks_no_paragraph(numbering: str) -> None:
    page = f'paper: "a5", margin: 22mm, numbering: {numbering}, header: text(size: 9pt)[石河县人民政府文件]'
    parts = [f"（{number}）{LONG * 3}" for number in "一二三四五"]
    found = read_pages("a.pdf", printed(INDENTED + paragraphs(*parts), page))
    assert texts(found) == parts
    assert {line.place for line in found.lines} == {"第1页", "第2页"}


def test_latin_words_keep_their_blank_and_numbers_their_digits() -> None:
    text = "推广 Building Information Modeling 技术，编制 2024 年计划 12 项，使用率达到95.5%以上，" * 4
    (line,) = texts(read_pages("a.pdf", printed(FLUSH + text)))
    assert "Building Information Modeling" in line
    assert "2024" in line
    assert line.count("95.5%以上") == 4


def test_the_lines_of_a_table_of_contents_are_left_out() -> None:
    text = paragraphs("一、总体要求#box(width: 1fr, repeat[.])3", "二、重点任务#box(width: 1fr, repeat[.])12", PLAN[2])
    assert texts(read_pages("a.pdf", printed(INDENTED + text))) == [PLAN[2]]


def table(body: Sequence[Sequence[str]], *, repeated: bool = False, columns: str = "(3em, 4em, 1fr, 7em, 5em)") -> str:
    header = ",".join(f"[{cell}]" for cell in ("序号", "类别", "任务", "牵头单位", "时限"))
    cells = ",\n".join(",".join(cell if cell.startswith("table.") else f"[{cell}]" for cell in row) for row in body)
    head = f"table.header({header})" if repeated else header
    return f"#table(columns: {columns}, {head},\n{cells})\n"


def test_a_ruled_table_stands_between_the_texts_around_it() -> None:
    body = (
        ("1", "table.cell(rowspan: 2)[农业]", LONG, "县水利局#linebreak()县农业农村局", "6月底前"),
        ("2", "育种三项", "县农业农村局、县财政局、县科学技术局", "年底前"),
        ("table.cell(colspan: 2)[合计]", "2项", "", ""),
    )
    found = read_pages("a.pdf", printed(FLUSH + "任务如下：\n\n" + table(body) + "\n本表自印发之日起执行。", size=11))
    assert [type(block).__name__ for block in found.blocks] == ["Line", "Table", "Line"]
    assert [number for number, _ in found.places()] == [1, 2, 3, 4, 5, 6]
    header, first, second, total = rows(found)
    assert header.cells == ("序号", "类别", "任务", "牵头单位", "时限")
    assert first.cells == ("1", "农业", LONG, "县水利局\n县农业农村局", "6月底前")
    assert (second.cells[:3], second.continued) == (("2", "农业", "育种三项"), frozenset({1}))
    assert second.cells[3] == "县农业农村局、县财政局、县科学技术局"
    assert (total.cells, total.spans) == (("合计", "", "2项", "", ""), ((0, 2),))


@pytest.mark.parametrize("repeated", [True, False])
@pytest.mark.parametrize("times", [2, 7])
def test_a_table_over_several_pages_is_one_though_rows_are_cut(times: int, repeated: bool) -> None:
    body = [
        (
            str(n),
            *([f"table.cell(rowspan: 3)[第{n}类]"] if n % 3 == 1 else []),
            f"第{n}项。" + LONG * times,
            "县水利局",
            "6月",
        )
        for n in range(1, 7)
    ]
    page = 'paper: "a5", margin: 15mm, numbering: "- 1 -"'
    found = rows(read_pages("a.pdf", printed(table(body, repeated=repeated), page, 11)))
    assert [row.cells[0] for row in found] == ["序号", *"123456"]
    assert [row.cells[1] for row in found[1:]] == ["第1类"] * 3 + ["第4类"] * 3
    assert [row.cells[2] for row in found[1:]] == [f"第{n}项。" + LONG * times for n in range(1, 7)]
    assert {row.cells[3:] for row in found[1:]} == {("县水利局", "6月")}
    assert found[0].place == "第1页" != found[-1].place


def test_a_frame_around_text_is_no_table() -> None:
    found = read_pages("a.pdf", printed(f"#rect(width: 100%)[{PLAN[2]}]"))
    assert (found.tables, texts(found)) == ((), [PLAN[2]])


def test_two_tables_of_one_page_stay_two() -> None:
    one = table([("1", "农业", "修渠", "县水利局", "6月")])
    assert len(read_pages("a.pdf", printed(one + "\n二、其他\n" + one)).tables) == 2


def test_a_page_without_text_is_a_scan() -> None:
    assert refusal(printed("#rect(width: 5cm, height: 5cm, fill: black)")).code == "pdf_without_text"


def test_a_scanned_page_among_others_is_mentioned() -> None:
    picture = "#image(bytes(\"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'></svg>\"))"
    pixel = '#image(bytes((255, 0, 0, 0, 255, 0)), format: (encoding: "rgb8", width: 2, height: 1), width: 5cm)'
    found = read_pages("a.pdf", printed(f"{PLAN[2]}\n#pagebreak()\n{picture}{pixel}\n#pagebreak()\n{PLAN[2]}"))
    assert [(note.code, note.params["pages"]) for note in found.notes] == [("scanned_pages", "2")]


def test_more_pages_than_a_plan_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MAX_PAGES", 2)
    found = refusal(printed("一#pagebreak()二#pagebreak()三"))
    assert (found.code, found.params["pages"], found.params["limit"]) == ("pdf_too_long", 3, 2)


def locked() -> bytes:
    """A file whose pages need a password nobody has."""
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        b"<</Filter/Standard/V 1/R 2/P -4/O(" + b"o" * 32 + b")/U(" + b"u" * 32 + b")>>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, part)
    table = b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer<</Size 5/Root 1 0 R/Encrypt 4 0 R/ID[(a)(a)]>>\nstartxref\n%d\n%%%%EOF"
    return body + table + trailer % len(body)


def test_a_password_is_asked_to_be_removed() -> None:
    assert refusal(locked()).code == "document_encrypted"


def test_damage_is_refused_in_words() -> None:
    assert refusal(b"%PDF-1.7 ...").code == "document_unreadable"
    assert refusal(printed(LONG)[:900]).code in ("document_unreadable", "pdf_without_text")


@settings(max_examples=25)
@given(st.integers(0, 6000), st.binary(min_size=1, max_size=8))
def test_a_damaged_file_is_read_or_refused_in_words(position: int, damage: bytes) -> None:
    whole = printed(table([("1", "农业", "修渠", "县水利局", "6月")]))
    try:
        found = read_pages("a.pdf", whole[:position] + damage + whole[position + len(damage) :])
    except DubanError as refused:
        assert refused.code.startswith(("document_", "pdf_"))
    else:
        assert found.blocks
