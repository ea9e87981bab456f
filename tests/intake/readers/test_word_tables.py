"""Tables of a Word document keep their columns, merges and order."""

from __future__ import annotations

from tests.intake.readers.word_files import cell, par, read, row, run, table, texts


def span(width: int) -> str:
    return f'<w:gridSpan w:val="{width}"/>'


MERGED, MERGES = "<w:vMerge/>", '<w:vMerge w:val="restart"/>'


def cells(*rows: str, widths: tuple[int, ...] = ()) -> list[tuple[str, ...]]:
    return [r.cells for r in read(table(*rows, widths=widths)).tables[0].rows]


def test_a_vertical_merge_is_filled_downwards_and_listed():
    found = read(
        table(
            row(cell("产业", MERGES), cell("修路")),
            row(cell("", MERGED), cell("修桥")),
            row(cell("民生", MERGES), cell("种树")),
        )
    )
    rows = found.tables[0].rows
    assert [r.cells for r in rows] == [("产业", "修路"), ("产业", "修桥"), ("民生", "种树")]
    assert [r.continued for r in rows] == [frozenset(), frozenset({0}), frozenset()]


def test_a_horizontal_merge_stands_in_its_first_cell():
    rows = read(table(row(cell("一、产业", span(3))), row(cell("1"), cell("修路"), cell("县交通局")))).tables[0].rows
    assert [r.cells for r in rows] == [("一、产业", "", ""), ("1", "修路", "县交通局")]
    assert [r.spans for r in rows] == [((0, 3),), ()]


def test_the_old_way_of_merging_sideways_is_known():
    rows = read(
        table(row(cell("甲", '<w:hMerge w:val="restart"/>'), cell("", "<w:hMerge/>")), row(cell("乙"), cell("丙")))
    )
    assert [(r.cells, r.spans) for r in rows.tables[0].rows] == [(("甲", ""), ((0, 2),)), (("乙", "丙"), ())]


def test_a_merge_both_ways_is_filled_and_listed_in_each_row():
    rows = read(
        table(
            row(cell("合", span(2) + MERGES), cell("甲")),
            row(cell("", span(2) + MERGED), cell("乙")),
            row(cell("1"), cell("2"), cell("丙")),
        )
    )
    assert [(r.cells, r.spans, set(r.continued)) for r in rows.tables[0].rows] == [
        (("合", "", "甲"), ((0, 2),), set()),
        (("合", "", "乙"), ((0, 2),), {0}),
        (("1", "2", "丙"), (), set()),
    ]


def test_a_row_that_begins_later_or_ends_earlier_keeps_its_columns():
    found = cells(
        row(cell("序号"), cell("任务"), cell("单位")),
        row(cell("修路"), cell("县交通局"), properties='<w:gridBefore w:val="1"/>'),
        row(cell("2"), properties='<w:gridAfter w:val="2"/>'),
    )
    assert found == [("序号", "任务", "单位"), ("", "修路", "县交通局"), ("2", "", "")]


def test_a_border_dragged_by_a_hair_makes_no_column():
    found = cells(
        row(cell("任务", span(2)), cell("单位")),
        row(cell("修路"), cell("县交通局", span(2))),
        widths=(3000, 60, 2000),
    )
    assert found == [("任务", "单位"), ("修路", "县交通局")]


def test_a_column_that_is_really_narrow_stays():
    found = cells(row(cell("任务"), cell("√"), cell("单位")), widths=(3000, 60, 2000))
    assert found == [("任务", "√", "单位")]


def test_columns_in_which_no_cell_begins_are_not_counted():
    rows = read(table(row(cell("甲", span(2)), cell("乙")), row(cell("丙", span(2)), cell("丁")))).tables[0].rows
    assert [(r.cells, r.spans) for r in rows] == [(("甲", "乙"), ()), (("丙", "丁"), ())]


def test_paragraphs_and_breaks_of_a_cell_are_its_lines():
    two = par("1.修路。") + par(run("2.修桥。") + "<w:r><w:br/></w:r>" + run("3.种树。")) + par("")
    assert cells(row(cell(two), cell("县交通局")))[0][0] == "1.修路。\n2.修桥。\n3.种树。"


def test_a_table_in_a_cell_stays_in_the_cell_s_text():
    inner = table(row(cell("牵头"), cell("县水利局")), row(cell("配合"), cell("县财政局")))
    assert cells(row(cell("修渠"), cell(inner + par("完"))))[0][1] == "牵头 县水利局\n配合 县财政局\n完"


def test_a_table_of_one_column_only_frames_its_text():
    framed = table(row(cell(par("甲") + par("乙"))), row(cell("丙")))
    assert texts(par("前") + framed + par("后")) == ["前", "甲", "乙", "丙", "后"]


def test_a_frame_around_a_table_gives_the_table():
    inner = table(row(cell("任务"), cell("单位")), row(cell("修路"), cell("县交通局")))
    found = read(table(row(cell(par("附件") + inner + par("")))))
    assert [x.text for x in found.lines] == ["附件"]
    assert [r.cells for r in found.tables[0].rows] == [("任务", "单位"), ("修路", "县交通局")]


def test_rows_and_cells_inside_controls_are_read_and_deleted_rows_are_not():
    def control(inside: str) -> str:
        return f"<w:sdt><w:sdtContent>{inside}</w:sdtContent></w:sdt>"

    wrapped = control(row(control(cell("修路")), cell("县交通局")))
    gone = row(cell("修桥"), cell("县水利局"), properties='<w:del w:id="1"/>')
    assert cells(row(cell("任务"), cell("单位")), wrapped, gone) == [("任务", "单位"), ("修路", "县交通局")]


def test_a_merge_without_a_beginning_keeps_its_own_text():
    assert cells(row(cell("甲", MERGED), cell("乙"))) == [("甲", "乙")]


def test_a_table_without_any_text_is_no_table():
    assert read(par("甲") + table(row(cell(""), cell("")))).tables == ()


def test_a_monstrous_width_is_bounded():
    found = cells(row(cell("甲", span(10**9)), cell("乙")), row(cell("丙"), cell("丁")))
    assert found[1][:2] == ("丙", "丁")
    assert len(found[0]) <= 3
