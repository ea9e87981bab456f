"""A Word document's text is read as a person sees it: nothing doubled, nothing lost in silence."""

from __future__ import annotations

import pytest

from bot.domain.model import DubanError
from bot.domain.reading import Remark
from bot.intake.readers.word import read_word
from tests.intake.readers.word_files import cell, package, par, read, row, run, style, table, texts, word


def field_mark(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def field(instruction: str, result: str) -> str:
    code = f"<w:r><w:instrText>{instruction}</w:instrText></w:r>"
    return field_mark("begin") + code + field_mark("separate") + result + field_mark("end")


def deleted(text: str) -> str:
    return f'<w:del w:id="1"><w:r><w:delText>{text}</w:delText></w:r></w:del>'


def inserted(text: str) -> str:
    return f'<w:ins w:id="2">{run(text)}</w:ins>'


BREAK = "<w:r><w:br/></w:r>"


def test_insertions_are_read_and_deletions_left_out_with_a_remark():
    found = read(par(run("达到") + deleted("85%") + inserted("90%") + run("以上")))
    assert [x.text for x in found.lines] == ["达到90%以上"]
    assert found.notes == (Remark("deletions_left_out", {"count": 1}), Remark("insertions_read", {"count": 1}))


def test_a_moved_passage_is_read_where_it_went():
    gone = f'<w:moveFrom w:id="1">{run("清理河道")}</w:moveFrom>'
    come = f'<w:moveTo w:id="2">{run("清理河道")}</w:moveTo>'
    assert texts(par(run("甲") + gone) + par(run("乙") + come)) == ["甲", "乙清理河道"]


def test_a_paragraph_whose_end_was_deleted_goes_on_in_the_next():
    first = par(run("县水利局"), '<w:rPr><w:del w:id="3"/></w:rPr>')
    assert texts(first + par("牵头") + par("后")) == ["县水利局牵头", "后"]


def test_properties_of_before_a_change_do_not_count():
    change = '<w:rPr><w:rPrChange w:id="1"><w:rPr><w:vanish/></w:rPr></w:rPrChange></w:rPr>'
    assert texts(par(f"<w:r>{change}<w:t>可见</w:t></w:r>")) == ["可见"]


def test_links_tags_controls_and_simple_fields_give_their_text():
    link = f'<w:hyperlink r:id="x">{run("县政府网")}</w:hyperlink>'
    tag = f"<w:smartTag>{run('二〇二二年')}</w:smartTag>"
    control = f"<w:sdt><w:sdtPr/><w:sdtContent>{run('县财政局')}</w:sdtContent></w:sdt>"
    simple = f'<w:fldSimple w:instr="DATE">{run("6月30日")}</w:fldSimple>'
    assert texts(par(link + tag + control + simple)) == ["县政府网二〇二二年县财政局6月30日"]


def test_a_field_gives_its_result_and_not_its_code():
    assert texts(par(run("见") + field(" REF _Ref1 \\h ", run("第三章")) + run("。"))) == ["见第三章。"]
    nested = field(" IF " + "</w:instrText></w:r>" + field("PAGE", run("9")) + "<w:r><w:instrText>", run("是"))
    assert texts(par(nested)) == ["是"]


def test_a_circle_drawn_around_a_number_is_the_circled_number():
    code = "<w:r><w:instrText>EQ \\o\\ac(○,3)</w:instrText></w:r>"
    assert texts(par(field_mark("begin") + code + field_mark("end") + run("修路"))) == ["③修路"]


def test_a_table_of_contents_is_left_out_however_it_is_marked():
    entry = f'<w:hyperlink w:anchor="_Toc1">{run("一、总体要求 1")}</w:hyperlink>'
    by_field = par(
        field_mark("begin") + "<w:r><w:instrText>TOC \\o</w:instrText></w:r>" + field_mark("separate") + entry
    )
    by_field += par(entry) + par(field_mark("end"))
    by_style = par(run("二、任务 2"), '<w:pStyle w:val="X1"/>')
    gallery = '<w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
    by_control = f"<w:sdt>{gallery}<w:sdtContent>{par('三、保障 3')}</w:sdtContent></w:sdt>"
    body = by_field + by_style + by_control + par("一、总体要求")
    assert texts(body, styles=style("X1", name="toc 1")) == ["一、总体要求"]


def test_a_field_that_never_ends_swallows_nothing_after_its_paragraph():
    broken = par(
        field_mark("begin") + "<w:r><w:instrText>TOC</w:instrText></w:r>" + field_mark("separate") + run("目录")
    )
    assert texts(broken + par("一、任务")) == ["一、任务"]


BOX = "<w:txbxContent>{}</w:txbxContent>"


def test_a_text_box_is_read_once_at_its_place():
    content = BOX.format(par("特急"))
    modern = f'<mc:Choice Requires="wps"><w:drawing><wps:txbx>{content}</wps:txbx></w:drawing></mc:Choice>'
    old = f"<mc:Fallback><w:pict><v:shape><v:textbox>{content}</v:textbox></v:shape></w:pict></mc:Fallback>"
    both = f"<w:r><mc:AlternateContent>{modern}{old}</mc:AlternateContent></w:r>"
    assert texts(par(run("前") + both) + par("后")) == ["前", "特急", "后"]


def test_an_old_text_box_alone_is_read():
    old = f"<w:r><w:pict><v:shape><v:textbox>{BOX.format(par('平急'))}</v:textbox></v:shape></w:pict></w:r>"
    assert texts(par(old)) == ["平急"]


def test_footnotes_are_remarks_and_no_lines():
    notes = '<w:footnote w:id="-1"><w:p/></w:footnote>'
    notes += f'<w:footnote w:id="5">{par("指规模以上工业企业。")}</w:footnote>'
    found = read(par(run("新增企业") + '<w:r><w:footnoteReference w:id="5"/></w:r>' + run("6家")), footnotes=notes)
    assert [x.text for x in found.lines] == ["新增企业6家"]
    assert found.notes == (Remark("footnote", {"number": 1, "text": "指规模以上工业企业。"}),)


def test_hidden_text_is_left_out_with_a_remark_and_a_style_may_hide_it():
    styles = style("Secret", "<w:rPr><w:vanish/></w:rPr>", kind="character")
    body = par(run("可见") + run("不可见", "<w:vanish/>") + run("也不可见", '<w:rStyle w:val="Secret"/>'))
    found = read(body + par(run("可见", '<w:vanish w:val="0"/>')), styles=styles)
    assert [x.text for x in found.lines] == ["可见", "可见"]
    assert found.notes == (Remark("hidden_text", {"count": 2}),)


def test_a_hidden_paragraph_end_runs_the_heading_into_its_text():
    heading = par(run("（一）清理河道。"), "<w:rPr><w:vanish/><w:specVanish/></w:rPr>")
    assert texts(heading + par("全面清理。")) == ["（一）清理河道。全面清理。"]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("加快建设现代", "水网", ["加快建设现代水网"]),
        ("关于印发工作要点的", "通知", ["关于印发工作要点的通知"]),
        ("Go", "on", ["Go on"]),
        ("改造管网120", "公里", ["改造管网120公里"]),
        ("改造管网", "12.5公里", ["改造管网12.5公里"]),
        ("清理河道", "2.加固堤坝", ["清理河道", "2.加固堤坝"]),
        ("清理河道", "（二）加固堤坝", ["清理河道", "（二）加固堤坝"]),
        ("清理河道", "二、加固堤坝", ["清理河道", "二、加固堤坝"]),
        ("清理河道", "②加固堤坝", ["清理河道", "②加固堤坝"]),
        ("清理河道", "牵头单位：县水利局", ["清理河道", "牵头单位：县水利局"]),
        ("全面清理河道。", "加固堤坝", ["全面清理河道。", "加固堤坝"]),
        ("二、工作目标", "到年底完成", ["二、工作目标", "到年底完成"]),
    ],
)
def test_a_soft_break_ends_a_line_only_where_something_new_begins(before, after, expected):
    assert texts(par(run(before) + BREAK + run(after))) == expected


def test_a_page_break_always_ends_a_line():
    assert texts(par(run("甲") + '<w:r><w:br w:type="page"/></w:r>' + run("乙"))) == ["甲", "乙"]


def test_signs_and_blanks_become_plain_text():
    body = par(
        run("甲")
        + "<w:r><w:tab/><w:t>乙</w:t><w:noBreakHyphen/><w:softHyphen/></w:r>"
        + '<w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r>'
        + '<w:r><w:sym w:font="Wingdings" w:char="F082"/></w:r>'
        + '<w:r><w:sym w:font="Wingdings" w:char="zz"/></w:r>'
        + run("\u3000 3 ")
    )
    assert texts(body) == ["甲 乙-≥② 3"]


def test_formulas_and_ruby_give_their_text():
    ruby = f"<w:r><w:ruby><w:rt>{run('shuǐ')}</w:rt><w:rubyBase>{run('水')}</w:rubyBase></w:ruby></w:r>"
    formula = "<m:oMath><m:r><m:t>95%</m:t></m:r></m:oMath>"
    assert texts(par(run("供") + ruby + formula)) == ["供水95%"]


def test_an_unfilled_control_and_comments_are_no_text():
    prompt = f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run('单击输入')}</w:sdtContent></w:sdt>"
    comment = '<w:commentRangeStart w:id="0"/>' + run("任务") + '<w:r><w:commentReference w:id="0"/></w:r>'
    found = read(par(prompt + comment))
    assert [x.text for x in found.lines] == ["任务"]
    assert found.notes == (Remark("comments_left_out", {"count": 1}),)


def test_heading_levels_come_from_the_paragraph_the_style_and_its_name():
    styles = style("A", '<w:pPr><w:outlineLvl w:val="1"/></w:pPr>') + style("B", based_on="A")
    styles += style("C", name="heading 3") + style("D", '<w:pPr><w:outlineLvl w:val="9"/></w:pPr>', based_on="A")
    body = "".join(par(key, f'<w:pStyle w:val="{key}"/>') for key in "ABCD")
    body += par("E", '<w:pStyle w:val="A"/><w:outlineLvl w:val="3"/>') + par("F")
    assert [(x.text, x.heading) for x in read(body, styles=styles).lines] == [
        *(("A", 2), ("B", 2), ("C", 3), ("D", 0), ("E", 4), ("F", 0)),
    ]


PICTURE = '<w:r><w:drawing><a:blip r:embed="x"/></w:drawing></w:r>'


def test_pictures_and_embedded_files_are_mentioned():
    thing = '<w:r><w:object><v:imagedata/><o:OLEObject ProgID="Excel.Sheet.12"/></w:object></w:r>'
    found = read(par(run("见附图") + PICTURE) + par(thing))
    assert found.notes == (Remark("objects_not_read", {"count": 1}), Remark("pictures_not_read", {"count": 1}))


def test_a_document_of_pictures_alone_is_called_one():
    with pytest.raises(DubanError) as refused:
        read(par(PICTURE))
    assert refused.value.code == "document_is_picture"
    with pytest.raises(DubanError) as empty:
        read(par("  ") + table(row(cell(""), cell(""))))
    assert empty.value.code == "document_empty"


def test_the_strict_variant_is_read_like_the_usual_one():
    body = f"<w:document xmlns:w='http://purl.oclc.org/ooxml/wordprocessingml/main'><w:body>{par('任务')}</w:body></w:document>"
    assert [x.text for x in read_word("a", package({"word/document.xml": body})).lines] == ["任务"]


def test_lines_and_rows_are_numbered_through():
    found = read(par("甲") + table(row(cell("乙"), cell("丙")), row(cell("丁"), cell("戊"))) + par("己"))
    assert [number for number, _ in found.places()] == [1, 2, 3, 4]
    assert [r.place for r in found.tables[0].rows] == ["表1第1行", "表1第2行"]


@pytest.mark.parametrize("inside", ["<!DOCTYPE a [<!ENTITY b 'c'>]>", "<open>", "\x00"])
def test_a_main_part_that_is_no_clean_xml_is_refused(inside):
    with pytest.raises(DubanError) as refused:
        read_word("a", package({"word/document.xml": inside + word("").decode("latin-1")[:20]}))
    assert refused.value.code == "document_unreadable"
