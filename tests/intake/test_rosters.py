from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot import localchat
from bot.domain.model import DubanError, Position, Role
from bot.intake.roster_cells import MAX_BYTES, MAX_ROWS
from bot.intake.rosters import RosterLine, read_roster, roster_template_xlsx

HEADER = ("单位", "姓名", "岗位", "手机")
Rows = Sequence[Sequence[object]]


def workbook(*rows: Sequence[object], merge: Sequence[str] = ()) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(list(row))
    for area in merge:
        sheet.merge_cells(area)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def table(*rows: Sequence[str], delimiter: str = ",") -> bytes:
    return "\n".join(delimiter.join(row) for row in rows).encode()


def refusal(data: bytes) -> DubanError:
    with pytest.raises(DubanError) as caught:
        read_roster("通讯录.xlsx", data)
    return caught.value


def brief(lines: Sequence[RosterLine]) -> list[tuple[str, str, str]]:
    return [(line.agency, line.name, line.phone) for line in lines]


def test_a_plain_table_gives_one_line_a_person_with_its_row() -> None:
    data = workbook(HEADER, ("县水利局", "李喆", "联络员", "13800138000"), ("县财政局", "王芳", "AB角", ""))
    assert read_roster("a.xlsx", data) == (
        RosterLine(2, "县水利局", "李喆", Role.CONTACT, Position.CONTACT, "13800138000"),
        RosterLine(3, "县财政局", "王芳", Role.CONTACT, Position.DEPUTY, ""),
    )


@pytest.mark.parametrize(
    "headings",
    [
        ("责任单位", "联系人", "联系电话"),
        ("部门", "联络员", "手机号码"),
        ("单 位", "姓\n名", "电 话"),
        ("单位名称", "联络员姓名", "联系方式（手机）"),
        ("Agency", "Name", "Phone"),
        ("Agency name", "Contact person", "Mobile number"),
    ],
)
def test_headings_are_known_by_their_synonyms(headings: tuple[str, ...]) -> None:
    data = workbook(headings, ("县水利局", "李喆", "13800138000"))
    assert brief(read_roster("a.xlsx", data)) == [("县水利局", "李喆", "13800138000")]


def test_the_header_may_stand_below_a_title_and_a_note() -> None:
    data = workbook(
        ("某县土壤污染防治工作联络员通讯录",),
        ("请各单位于3月1日前填报单位、姓名和联系电话",),
        (),
        ("序号", "单位", "姓名", "职务", "电话"),
        (1, "县水利局", "李喆", "副局长", "0772-6812345"),
        merge=["A1:E1"],
    )
    assert read_roster("a.xlsx", data) == (
        RosterLine(5, "县水利局", "李喆", Role.CONTACT, Position.CONTACT, "07726812345"),
    )


def test_a_two_line_header_with_group_headings_is_joined() -> None:
    data = workbook(
        ("单位", "分管领导", None, "联络员", None),
        (None, "姓名", "电话", "姓名", "电话"),
        ("县水利局", "张三", "13800138001", "李四", "13800138002"),
        merge=["A1:A2", "B1:C1", "D1:E1"],
    )
    lines = read_roster("a.xlsx", data)
    assert [(line.name, line.position, line.phone) for line in lines] == [
        ("张三", Position.HEAD, "13800138001"),
        ("李四", Position.CONTACT, "13800138002"),
    ]


def test_several_people_columns_each_take_the_phone_to_their_right() -> None:
    data = workbook(
        ("责任单位", "单位负责人", "联系电话", "联络员", "职务", "联系电话", "B角", "电话"),
        ("县水利局", "张三", "13800138001", "李四", "科员", "13800138002", "王五", "13800138003"),
        ("县财政局", "", "", "赵六", "股长", "13800138004", "无", ""),
    )
    assert [(line.name, line.position, line.phone) for line in read_roster("a.xlsx", data)] == [
        ("张三", Position.HEAD, "13800138001"),
        ("李四", Position.CONTACT, "13800138002"),
        ("王五", Position.DEPUTY, "13800138003"),
        ("赵六", Position.CONTACT, "13800138004"),
    ]


def test_the_head_who_is_his_own_contact_is_one_person() -> None:
    data = workbook(("单位", "负责人", "联络员", "电话"), ("县水利局", "张三", "张三", "13800138001"))
    assert read_roster("a.xlsx", data) == (
        RosterLine(2, "县水利局", "张三", Role.CONTACT, Position.CONTACT, "13800138001"),
    )


def test_a_merged_agency_counts_for_all_its_rows() -> None:
    data = workbook(
        HEADER,
        ("县水利局", "李喆", "联络员", ""),
        (None, "王芳", "AB角", ""),
        ("县财政局", "赵明", "联络员", ""),
        merge=["A2:A3"],
    )
    assert [line.agency for line in read_roster("a.xlsx", data)] == ["县水利局", "县水利局", "县财政局"]


def test_an_empty_row_ends_the_carrying_down() -> None:
    error = refusal(workbook(HEADER, ("县水利局", "李喆", "", ""), (None,) * 4, (None, "王芳", "联络员", "")))
    assert (error.code, error.params["row"]) == ("roster_row_without_agency", 4)


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("张 三", ["张三"]),
        ("张\u3000\u3000镕", ["张镕"]),
        ("欧阳 修", ["欧阳修"]),
        ("诸葛 孔明", ["诸葛孔明"]),
        ("王小明 李喆", ["王小明", "李喆"]),
        ("张三、李四", ["张三", "李四"]),
        ("张三\n李四", ["张三", "李四"]),
        ("张\u200b三\ufeff", ["张三"]),
        ("张三（科员）", ["张三"]),
        ("张三 副局长", ["张三"]),
        ("阿依古丽•买买提", ["阿依古丽·买买提"]),
        ("Anna  Smith", ["Anna Smith"]),
    ],
)
def test_names_lose_their_blanks_and_titles_but_people_stay_apart(written: str, names: list[str]) -> None:
    data = workbook(HEADER, ("县水利局", written, "", ""))
    assert [line.name for line in read_roster("a.xlsx", data)] == names


@pytest.mark.parametrize(
    ("written", "phone"),
    [
        (13800138000.0, "13800138000"),
        (13800138000, "13800138000"),
        ("138 0013 8000", "13800138000"),
        ("138-0013-8000", "13800138000"),
        ("+86 138 0013 8000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("13800138000.0", "13800138000"),
        ("手机：13800138000", "13800138000"),
        ("（0772）6812345", "07726812345"),
        ("13800138000/0772-6812345", "13800138000、07726812345"),
        ("13800138000 13900139000", "13800138000、13900139000"),
        ("无", ""),
        (None, ""),
    ],
)
def test_phones_become_digits(written: object, phone: str) -> None:
    data = workbook(HEADER, ("县水利局", "李喆", "联络员", written))
    assert [line.phone for line in read_roster("a.xlsx", data)] == [phone]


def test_two_people_in_one_cell_share_out_their_two_phones() -> None:
    data = workbook(HEADER, ("县水利局", "张三、李四", "联络员", "13800138001、13800138002"))
    assert brief(read_roster("a.xlsx", data)) == [
        ("县水利局", "张三", "13800138001"),
        ("县水利局", "李四", "13800138002"),
    ]


def test_a_phone_whose_digits_a_spreadsheet_threw_away_is_refused() -> None:
    error = refusal(table(HEADER, ("县水利局", "李喆", "联络员", "1.38001E+10")))
    assert (error.code, error.params["row"]) == ("roster_phone_unreadable", 2)


@pytest.mark.parametrize(
    ("agency", "post", "role", "kept"),
    [
        ("牵头办", "", Role.COORDINATOR, ""),
        ("", "牵头办", Role.COORDINATOR, ""),
        ("县生态环境局", "牵头办", Role.COORDINATOR, ""),
        ("", "领导", Role.LEADER, ""),
        ("县领导", "", Role.LEADER, ""),
        ("县人民政府", "副县长", Role.LEADER, ""),
        ("县政府办公室", "联络员", Role.CONTACT, "县政府办公室"),
        ("县水利局", "管理员", Role.CONTACT, "县水利局"),
    ],
)
def test_only_clear_words_give_rights_beyond_an_agency(agency: str, post: str, role: Role, kept: str) -> None:
    (line,) = read_roster("a.xlsx", workbook(HEADER, (agency, "李喆", post, "")))
    assert (line.role, line.agency) == (role, kept)


def test_a_leader_below_a_bureau_with_the_agency_left_blank_is_asked_about() -> None:
    rows = (("县水利局", "李喆", "联络员", ""), ("", "孙宏", "领导", ""))
    error = refusal(workbook(HEADER, *rows))
    assert (error.code, error.params) == (
        "roster_leader_unclear",
        {"row": 3, "name": "孙宏", "agency": "县水利局"},
    )
    clear = (rows[0], ("", "孙宏", "县领导", ""), ("", "赵明", "牵头办", ""))
    assert [line.role for line in read_roster("a.xlsx", workbook(HEADER, *clear))] == [
        Role.CONTACT,
        Role.LEADER,
        Role.COORDINATOR,
    ]


@pytest.mark.parametrize(
    ("post", "position"),
    [
        ("联络员", Position.CONTACT),
        ("A角", Position.CONTACT),
        ("业务负责人", Position.CONTACT),
        ("科员", Position.CONTACT),
        ("AB角", Position.DEPUTY),
        ("Ｂ角", Position.DEPUTY),
        ("备用联络员", Position.DEPUTY),
        ("副联络员", Position.DEPUTY),
        ("单位负责人", Position.HEAD),
        ("分管领导", Position.HEAD),
        ("领导", Position.HEAD),
    ],
)
def test_a_post_says_the_place_within_the_agency(post: str, position: Position) -> None:
    (line,) = read_roster("a.xlsx", workbook(HEADER, ("县水利局", "李喆", post, "")))
    assert (line.role, line.position) == (Role.CONTACT, position)


def test_notes_totals_sections_and_repeated_headers_are_no_people() -> None:
    data = workbook(
        HEADER,
        ("一、县直单位",),
        ("县水利局", "李喆", "联络员", "13800138000"),
        HEADER,
        ("县财政局", "王芳", "联络员", ""),
        ("合计", "2", "", ""),
        ("注：请及时更新",),
        ("填表人：张三", "", "", "13800138009"),
    )
    assert [line.name for line in read_roster("a.xlsx", data)] == ["李喆", "王芳"]


def test_a_numbered_first_column_does_not_hide_people() -> None:
    data = workbook(
        ("序号", "单位", "姓名", "电话"), ("一、", "县水利局", "李喆", ""), ("（二）", "县财政局", "王芳", "")
    )
    assert [line.agency for line in read_roster("a.xlsx", data)] == ["县水利局", "县财政局"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_text_tables_in_every_usual_coding(encoding: str, delimiter: str) -> None:
    rows = (HEADER, ("县水利局", "李镕㛃", "联络员", "000-0001"))
    data = "\r\n".join(delimiter.join(row) for row in rows).encode(encoding)
    assert brief(read_roster("a.csv", data)) == [("县水利局", "李镕㛃", "0000001")]


def test_quoted_line_ends_and_delimiters_stay_in_their_cell() -> None:
    data = '单位,姓名,电话\n"县水\n利局","张三,李四",\n县财政局,王芳,\n'.encode()
    assert [(line.row, line.agency, line.name) for line in read_roster("a.csv", data)] == [
        (2, "县水利局", "张三"),
        (2, "县水利局", "李四"),
        (3, "县财政局", "王芳"),
    ]


def test_hidden_sheets_are_not_read() -> None:
    book = openpyxl.Workbook()
    hidden, shown = book.worksheets[0], book.create_sheet("名单")
    for row in (HEADER, ("县水利局", "去年的人", "", "")):
        hidden.append(row)
    hidden.sheet_state = "hidden"
    for row in (HEADER, ("县水利局", "今年的人", "", "")):
        shown.append(row)
    book.active = 1
    assert [line.name for line in read_roster("a.xlsx", saved(book))] == ["今年的人"]


def test_the_table_need_not_start_in_the_first_column() -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for number, row in enumerate((HEADER, ("县水利局", "李喆", "联络员", "")), start=7):
        for column, value in enumerate(row, start=4):
            sheet.cell(number, column, value)
    assert [(line.row, line.name) for line in read_roster("a.xlsx", saved(book))] == [(8, "李喆")]


def test_every_row_without_a_name_is_named_at_once() -> None:
    error = refusal(
        workbook(HEADER, ("县水利局", "", "联络员", ""), ("县财政局", "王芳", "", ""), ("县审计局", "无", "", "1"))
    )
    assert (error.code, error.params["row"]) == ("roster_row_without_name", "2, 4")


def test_the_same_person_twice_names_both_rows() -> None:
    error = refusal(
        workbook(HEADER, ("县水利局", "张 三", "", ""), ("县水利局", "李四", "", ""), ("县水利局", "张三", "", ""))
    )
    assert error.code == "roster_duplicate_person"
    assert (error.params["first_row"], error.params["row"], error.params["name"]) == (2, 4, "张三")


def test_one_name_in_two_agencies_is_no_duplicate() -> None:
    data = workbook(HEADER, ("县水利局", "张三", "", "13800138000"), ("县财政局", "张三", "", "13800138000"))
    assert len(read_roster("a.xlsx", data)) == 2


@pytest.mark.parametrize(
    ("second_agency", "phone"), [("县水利局", "13800138000"), ("县财政局", "13800138000"), ("县财政局", "0772-6812345")]
)
def test_one_phone_for_two_names_names_both_rows(second_agency: str, phone: str) -> None:
    error = refusal(workbook(HEADER, ("县水利局", "张三", "", phone), (second_agency, "李四", "", phone)))
    assert error.code == "roster_duplicate_phone"
    assert (error.params["first_row"], error.params["row"]) == (2, 3)


def test_colleagues_may_share_the_landline_of_their_office() -> None:
    data = workbook(HEADER, ("县水利局", "张三", "", "0772-6812345"), ("县水利局", "李四", "", "07726812345"))
    assert len(read_roster("a.xlsx", data)) == 2


def test_a_table_without_a_header_or_without_people_is_refused() -> None:
    assert refusal(workbook(("县水利局", "张三", "13800138000"))).code == "roster_no_header"
    assert refusal(workbook(HEADER)).code == "roster_empty"
    assert refusal(workbook()).code == "roster_no_header"
    assert refusal(b"  \n").code == "document_empty"


def test_the_template_comes_back_filled_in() -> None:
    agencies = ["县水利局", "县财政局", "=HYPERLINK(1)"]
    handed_out = roster_template_xlsx(agencies)
    assert refusal(handed_out).code == "roster_empty"
    book = openpyxl.load_workbook(io.BytesIO(handed_out))
    sheet = book["通讯录"]
    assert [cell.value for cell in sheet[1]] == ["单位", "姓名", "岗位", "手机", "备注"]
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    for row, name in enumerate(("李喆", "王芳", "赵明"), start=2):
        sheet.cell(row, 2).value = name
    sheet.append([None, "孙宏", "领导", None, None])
    lines = read_roster("a.xlsx", saved(book))
    assert [(line.agency, line.name, line.role) for line in lines] == [
        ("县水利局", "李喆", Role.CONTACT),
        ("县财政局", "王芳", Role.CONTACT),
        ("=HYPERLINK(1)", "赵明", Role.CONTACT),
        ("", "孙宏", Role.LEADER),
    ]


def test_our_own_sample_has_one_coordinator_two_leaders_and_a_contact_for_every_agency() -> None:
    lines = read_roster("roster.csv", (Path(localchat.__path__[0]) / "sample" / "roster.csv").read_bytes())
    roles = [line.role for line in lines]
    assert (roles.count(Role.COORDINATOR), roles.count(Role.LEADER)) == (1, 2)
    contacts = [line.agency for line in lines if line.position is Position.CONTACT and line.role is Role.CONTACT]
    assert len(contacts) == len(set(contacts)) == 17
    assert sum(line.position is Position.DEPUTY for line in lines) == 3
    assert all(line.phone.startswith("000") for line in lines)


def rezipped(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            new.writestr(member.filename, change(member.filename, old.read(member)))
    return out.getvalue()


PLAIN = workbook(HEADER, ("县水利局", "李喆", "联络员", "13800138000"))


def sheet_replaced(old: bytes, new: bytes) -> bytes:
    return rezipped(PLAIN, lambda name, body: body.replace(old, new) if "sheet1" in name else body)


def test_a_zip_bomb_is_refused_unopened() -> None:
    padded = rezipped(PLAIN, lambda name, body: body + b" " * 30_000_000 if "sheet1" in name else body)
    assert refusal(padded).code == "document_too_heavy"
    dense = rezipped(PLAIN, lambda name, body: body + b" " * 15_000_000 if "sheet1" in name else body)
    assert len(dense) * 200 < 15_000_000
    assert refusal(dense).code == "document_too_heavy"


def test_a_part_that_unpacks_to_more_than_it_declares_is_refused() -> None:
    bomb = bytearray(rezipped(PLAIN, lambda name, body: body + b" " * 3_000_000 if "sheet1" in name else body))
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        position = 0
        while (position := bomb.find(signature, position)) >= 0:
            if int.from_bytes(bomb[position + offset : position + offset + 4], "little") > 3_000_000:
                bomb[position + offset : position + offset + 4] = (500).to_bytes(4, "little")
            position += 4
    assert refusal(bytes(bomb)).code == "document_unreadable"


def test_one_far_away_cell_does_not_make_a_giant_table() -> None:
    assert refusal(sheet_replaced(b'r="D2"', b'r="D1048576"')).code == "roster_too_large"
    assert refusal(sheet_replaced(b'r="D2"', b'r="XFD2"')).code == "roster_too_large"


def test_formats_far_below_the_table_do_not_count() -> None:
    book = openpyxl.load_workbook(io.BytesIO(PLAIN))
    book.worksheets[0].cell(1_048_576, 300).number_format = "@"
    assert len(read_roster("a.xlsx", saved(book))) == 1


def test_more_rows_than_an_office_has_people_are_refused() -> None:
    rows = [("县水利局", f"人{n}", "", "") for n in range(MAX_ROWS)]
    assert refusal(table(HEADER, *rows)).code == "roster_too_large"
    assert refusal(workbook(HEADER, *rows)).code == "roster_too_large"
    assert len(read_roster("a.csv", table(HEADER, *rows[:-1]))) == MAX_ROWS - 1


def test_declared_entities_are_refused() -> None:
    entity = b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet'
    assert refusal(sheet_replaced(b"<worksheet", entity)).code == "document_unreadable"


def test_files_of_other_kinds_are_told_apart() -> None:
    old_office = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    assert refusal(old_office).code == "document_unreadable"
    assert refusal(b"%PDF-1.7 ...").code == "document_unreadable"
    assert refusal(bytes(range(256)) * 4).code == "document_unreadable"
    assert refusal(PLAIN[:-40]).code == "document_unreadable"
    assert refusal(b"x" * (MAX_BYTES + 1)).code == "document_too_large"
    word = io.BytesIO()
    with zipfile.ZipFile(word, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    assert refusal(word.getvalue()).code.startswith("document_")


def test_an_encrypted_archive_is_refused_as_such() -> None:
    locked = bytearray(PLAIN)
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        position = locked.find(signature)
        locked[position + offset] |= 1
    assert refusal(bytes(locked)).code == "document_encrypted"


@given(st.integers(0, len(PLAIN) - 1), st.binary(max_size=6))
def test_a_damaged_workbook_is_read_or_refused_in_words(position: int, damage: bytes) -> None:
    data = PLAIN[:position] + damage + PLAIN[position + len(damage) :]
    try:
        lines = read_roster("a.xlsx", data)
    except DubanError:
        return
    assert all(line.name for line in lines)


@given(st.integers(0, 3000), st.binary(max_size=12))
def test_a_damaged_sheet_is_read_or_refused_in_words(position: int, damage: bytes) -> None:
    def change(name: str, body: bytes) -> bytes:
        return body[:position] + damage + body[position + len(damage) :] if "sheet1" in name else body

    try:
        read_roster("a.xlsx", rezipped(PLAIN, change))
    except DubanError as error:
        assert error.code.startswith(("document_", "roster_"))


@given(st.text(max_size=400))
@example('单位,姓名,电话\n"县水利局,李喆,1')
@example("单位,姓名,电话\n,,,\n,无,\n")
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    try:
        lines = read_roster("a.csv", text.encode("utf-8", "surrogatepass"))
    except DubanError as error:
        assert error.code.startswith(("document_", "roster_"))
    else:
        assert all(line.name and (line.agency or line.role is not Role.CONTACT) for line in lines)
