"""The roster (通讯录): the template an office fills in, and the reading of whatever table it sends instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from bot.domain.model import DubanError, Position, Role
from bot.intake.roster_cells import Table, read_tables
from bot.intake.roster_columns import Layout, PersonColumns, find_layout, position_of
from bot.intake.roster_people import names_in, phones_in, squeeze

_NOTE = re.compile(r"(?:注|备注|说明|合计|总计|小计|填表|制表|审核)(?:[:：人]|$)|共\d+")
_SECTION = re.compile(r"[（(]?[一二三四五六七八九十]+[、)）]")
_COORDINATOR_ROLE = re.compile(r"牵头办.*|督办(?:员|人员)|coordinator")
_COORDINATOR_AGENCY = re.compile(r"牵头办(?:公室)?")
_LEADER_ROLE = re.compile(
    r"(?:分管|主管|包联)?[县市区州旗]领导|(?:常务)?副?[县市区州旗]长|[县市区州旗]委副?书记|leader"
)
_LEADER_AGENCY = re.compile(r"[县市区州旗]?领导")

_TEMPLATE = (("单位", 32), ("姓名", 14), ("岗位", 14), ("手机", 18), ("备注", 30))
_POSITIONS = ("联络员", "AB角", "单位负责人", "牵头办", "县领导")
_SPARE_ROWS = 50
_NOTES = (
    "一、每行填一个人；一个单位有几个人，就填几行，单位名称每行都写或合并单元格均可。",
    "二、岗位从下拉列表中选：联络员（平时报送的人）、AB角（联络员不在时代为报送的人）、单位负责人、"
    "牵头办（管计划的人）、县领导（看汇总的人）。",
    "三、牵头办和县领导的单位可以不填。",
    "四、手机按文本填写，供牵头办电话催办，不会发给别人；没有可以不填。",
    "五、没有联络员的单位，请删去该行，不要只留单位名称。",
    "六、请不要改动表头；可以增加行，不要增加合计行。",
)


@dataclass(frozen=True)
class RosterLine:
    """One person of the roster. `row` is the sheet's 1-based row; `agency` is "" for coordinators and leaders.

    `phone` holds digits (several joined by "、") or "".
    """

    row: int
    agency: str
    name: str
    role: Role
    position: Position
    phone: str


def roster_template_xlsx(agencies: Sequence[str]) -> bytes:
    """The workbook an office fills in: one row for each of `agencies`, and a sheet that says how."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "通讯录"
    _write_template(sheet, agencies)
    notes = book.create_sheet("填写说明")
    notes.column_dimensions["A"].width = 96
    for row, note in enumerate(_NOTES, start=1):
        notes.cell(row, 1, note).alignment = Alignment(wrap_text=True, vertical="top")
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _write_template(sheet: Worksheet, agencies: Sequence[str]) -> None:
    last = len(agencies) + 1 + _SPARE_ROWS
    for column, (heading, width) in enumerate(_TEMPLATE, start=1):
        cell = sheet.cell(1, column, heading)
        cell.font, cell.fill = Font(name="黑体"), PatternFill("solid", fgColor="DCE6F1")
        sheet.column_dimensions[cell.column_letter].width = width
        for row in range(2, last + 1):
            sheet.cell(row, column).number_format = "@"
    for row, agency in enumerate(agencies, start=2):
        cell = sheet.cell(row, 1, ILLEGAL_CHARACTERS_RE.sub("", agency))
        cell.data_type = "s"
        sheet.cell(row, 3, _POSITIONS[0])
    choice = DataValidation(type="list", formula1=f'"{",".join(_POSITIONS)}"', allow_blank=True)
    choice.add(f"C2:C{last}")
    sheet.add_data_validation(choice)
    sheet.freeze_panes = "A2"


def read_roster(name: str, data: bytes) -> tuple[RosterLine, ...]:
    """The people in the file `name`; whether their agencies exist in the plan is not checked here.

    Raises DubanError: those of `read_tables`, roster_no_header, roster_empty, roster_row_without_name,
    roster_row_without_agency, roster_leader_unclear, roster_phone_unreadable, roster_duplicate_person,
    roster_duplicate_phone.
    """
    return roster_in(name, read_tables(name, data))


def roster_in(name: str, tables: Iterable[Table]) -> tuple[RosterLine, ...]:
    """The people in the first of `tables` that has a roster's header and people below it. Raises as `read_roster`."""
    found_header = False
    for table in tables:
        layout = find_layout(table)
        if layout is None:
            continue
        found_header = True
        lines = _people(table, layout)
        if lines:
            _refuse_duplicates(lines)
            return tuple(lines)
    raise DubanError("roster_empty" if found_header else "roster_no_header", name=name)


def _people(table: Table, layout: Layout) -> list[RosterLine]:
    """All persons in order; every row with an agency or a phone but no name is named in one error.

    A table without any person, such as the template as it was handed out, has no lines.
    """
    lines: list[RosterLine] = []
    nameless: list[int] = []
    for row, agency, cells in _records(table, layout):
        if not squeeze(_at(cells, layout.agency)):
            _refuse_unclear_leader(row, agency, cells, layout.people)
        people = list(_row_people(row, agency, cells, layout.people))
        if not people:
            nameless.append(row)
        lines += _once_each(people)
    if nameless and lines:
        raise DubanError("roster_row_without_name", row=", ".join(map(str, nameless)))
    return lines


def _records(table: Table, layout: Layout) -> Iterator[tuple[int, str, Sequence[str]]]:
    """Rows that tell of people: row number, agency (carried down over merged or blank cells) and cells."""
    wanted = {c for p in layout.people for c in (p.name, p.phone, p.role) if c is not None}
    agency = ""
    for index, cells in enumerate(table[layout.first_row :], start=layout.first_row):
        own = squeeze(_at(cells, layout.agency))
        told = own or any(_at(cells, column).strip() for column in wanted - _role_columns(layout))
        if not any(cell.strip() for cell in cells):
            agency = ""
        if not told or _is_aside(cells) or cells == table[layout.first_row - 1]:
            continue
        agency = own or agency
        yield index + 1, agency, cells


def _refuse_unclear_leader(row: int, agency: str, cells: Sequence[str], people: Iterable[PersonColumns]) -> None:
    """领导 below a bureau's row without an agency may be the county's leader or the bureau's own: nobody guesses."""
    for columns in people:
        if agency and columns.position is None and squeeze(_at(cells, columns.role)) == "领导":
            name = "、".join(name for name, _ in names_in(_at(cells, columns.name)))
            raise DubanError("roster_leader_unclear", row=row, name=name, agency=agency)


def _role_columns(layout: Layout) -> set[int]:
    return {p.role for p in layout.people if p.role is not None}


def _is_aside(cells: Sequence[str]) -> bool:
    """A note or a total, or a section's heading alone in its row."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    return bool(_NOTE.match(filled[0])) or (len(filled) == 1 and bool(_SECTION.match(filled[0])))


def _row_people(row: int, agency: str, cells: Sequence[str], people: Iterable[PersonColumns]) -> Iterator[RosterLine]:
    for columns in people:
        named = names_in(_at(cells, columns.name))
        phones = phones_in(_at(cells, columns.phone), row)
        shared = len(named) == len(phones)
        for order, (name, bracket) in enumerate(named):
            title = squeeze(_at(cells, columns.role)) or bracket
            phone = phones[order : order + 1] if shared else phones if len(named) == 1 else []
            yield _line(row, agency, name, title, columns.position, "、".join(phone))


def _line(row: int, agency: str, name: str, title: str, heading: Position | None, phone: str) -> RosterLine:
    role, position = _standing(agency, title, heading)
    if role is not Role.CONTACT:
        return RosterLine(row, "", name, role, position, phone)
    if not agency:
        raise DubanError("roster_row_without_agency", row=row, name=name)
    return RosterLine(row, agency, name, role, position, phone)


def _standing(agency: str, title: str, heading: Position | None) -> tuple[Role, Position]:
    """Role and position. Rights beyond an agency's own are given only to words that clearly mean them:
    领导 beside a bureau's name is that bureau's head."""
    word = title.lower()
    if _COORDINATOR_ROLE.fullmatch(word) or _COORDINATOR_AGENCY.fullmatch(agency):
        return Role.COORDINATOR, Position.CONTACT
    leading = heading is None and word == "领导" and not agency
    if leading or _LEADER_ROLE.fullmatch(word) or _LEADER_AGENCY.fullmatch(agency):
        return Role.LEADER, Position.HEAD
    return Role.CONTACT, position_of(title) or heading or Position.CONTACT


def _once_each(people: Iterable[RosterLine]) -> list[RosterLine]:
    """One row may name a person twice (the head who is his own contact): the contact's place counts."""
    kept: dict[str, RosterLine] = {}
    for line in people:
        known = kept.get(line.name)
        if known is None or line.position is Position.CONTACT:
            kept[line.name] = line
    return list(kept.values())


def _refuse_duplicates(lines: Iterable[RosterLine]) -> None:
    people: dict[tuple[str, str], RosterLine] = {}
    owners: dict[str, RosterLine] = {}
    for line in lines:
        first = people.setdefault((line.agency, line.name), line)
        if first is not line:
            raise DubanError(
                "roster_duplicate_person", name=line.name, agency=line.agency, first_row=first.row, row=line.row
            )
        for phone in filter(None, line.phone.split("、")):
            owner = owners.setdefault(phone, line)
            if owner.name != line.name and not _may_share(phone, owner, line):
                raise DubanError(
                    "roster_duplicate_phone",
                    phone=phone,
                    first_name=owner.name,
                    first_row=owner.row,
                    name=line.name,
                    row=line.row,
                )


def _may_share(phone: str, one: RosterLine, other: RosterLine) -> bool:
    """Colleagues may share the landline of their office; a mobile (eleven digits from 1) is one person's."""
    return one.agency == other.agency and not re.fullmatch(r"1\d{10}", phone)


def _at(cells: Sequence[str], column: int | None) -> str:
    return cells[column] if column is not None and column < len(cells) else ""
