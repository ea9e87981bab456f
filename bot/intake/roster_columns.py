"""Which column of a roster is what: the header row is found by its words, wherever it stands and however it is put."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.model import Position
from bot.intake.roster_cells import Table

_SEARCHED_ROWS = 30
_LONGEST_HEADING = 18


class Kind(StrEnum):
    """What a column holds; OTHER is a known heading we do not need."""

    AGENCY = "agency"
    NAME = "name"
    ROLE = "role"
    PHONE = "phone"
    OTHER = "other"


# In order: the first that matches decides (联系人电话 is a phone, 单位负责人 a name, 身份证号码 neither).
_KINDS = (
    (
        Kind.OTHER,
        r"序号|编号|备注|说明|地址|传真|邮箱|邮编|微信|qq|身份证|性别|民族|年龄|出生|科室|股室"
        r"|[县市区]领导|牵头领导|挂点|包联|e-?mail|address|remark|note|^no\.?$|^#$",
    ),
    (Kind.PHONE, r"电话|手机|号码|联系方式|phone|mobile|\btel"),
    (Kind.NAME, r"姓名"),
    (Kind.ROLE, r"岗位|职务|职位|职级|职称|角色|身份|^ab角$|role|position|title|post\b"),
    (Kind.AGENCY, r"agency|\bunit|department|organi[sz]ation|office"),
    (Kind.NAME, r"联系人|联络员|联络人|经办人|负责人|领导|[ab]角|name|contact|leader|deputy|head"),
    (Kind.AGENCY, r"单位|部门|机构|乡镇"),
)
_CONTACT = re.compile(r"^a角|联络(?!.*[备副])|联系|经办|具体|业务|^contact")
_DEPUTY = re.compile(r"b角|^副联络|副联络员|代理|备用|备份|后备|替补|候补|deputy|backup")
_HEAD = re.compile(r"负责人|领导|一把手|head\b")

_OF_A_PLAN = re.compile(
    r"任务|事项|措施|举措|时限|目标|指标|项目|工程(?!师)|问题|进度|重点工作|工作(?:内容|要求|要点|名称)|task|deadline|target"
)


@dataclass(frozen=True)
class PersonColumns:
    """Where one person of a row stands: 0-based columns; `position` is what the heading itself says, if it does."""

    name: int
    phone: int | None
    role: int | None
    position: Position | None


@dataclass(frozen=True)
class Layout:
    """A roster's columns. Data begin at the 0-based row `first_row`."""

    first_row: int
    agency: int | None
    people: tuple[PersonColumns, ...]


def plain_heading(text: str) -> str:
    """A heading without brackets and marks, in half-width small letters; blanks only between Latin words."""
    folded = unicodedata.normalize("NFKC", text).lower()
    words = re.sub(r"\([^)]*\)|[*:_]", " ", folded).split()
    return " ".join(words) if folded.isascii() else "".join(words)


def kind_of(heading: str) -> Kind | None:
    """The kind a heading names, or None when it is no heading we know."""
    text = plain_heading(heading)
    if not text or len(text) > _LONGEST_HEADING:
        return None
    return next((kind for kind, pattern in _KINDS if re.search(pattern, text)), None)


def position_of(text: str) -> Position | None:
    """联络员, A角 → contact; B角, AB角, 代理 → deputy; 负责人, 领导 → head; a job title such as 科员 says nothing."""
    word = plain_heading(text)
    if _DEPUTY.search(word):
        return Position.DEPUTY
    if _CONTACT.search(word):
        return Position.CONTACT
    return Position.HEAD if _HEAD.search(word) else None


def is_roster(table: Table) -> bool:
    """Whether the table has a roster's header; one that also names tasks or time limits is a plan's."""
    layout = find_layout(table)
    if layout is None:
        return False
    header = (cell for row in table[max(layout.first_row - 2, 0) : layout.first_row] for cell in row)
    return not any(_OF_A_PLAN.search(plain_heading(cell)) for cell in header if len(cell) <= _LONGEST_HEADING)


def find_layout(table: Table) -> Layout | None:
    """The columns of the first row that reads as a header, or None. A second header line below it is joined in."""
    for index, row in enumerate(table[:_SEARCHED_ROWS]):
        if not _is_header(row):
            continue
        below = table[index + 1] if index + 1 < len(table) else ()
        if _continues(row, below):
            return _layout(_joined(row, below), index + 2)
        return _layout(row, index + 1)
    return None


def _is_header(row: Sequence[str]) -> bool:
    """A name column and one other kind, and hardly a cell that is no heading: a data row has its names and phones."""
    kinds = [kind_of(cell) for cell in row if cell.strip()]
    known = {kind for kind in kinds if kind not in (None, Kind.OTHER)}
    return Kind.NAME in known and len(known) >= 2 and 2 * kinds.count(None) < len(kinds)


def _continues(row: Sequence[str], below: Sequence[str]) -> bool:
    """Whether `below` is the header's second line: headings only, some of them under a group heading."""
    filled = [i for i, cell in enumerate(below) if cell.strip()]
    under_group = any(i >= len(row) or not row[i].strip() for i in filled)
    return under_group and all(kind_of(below[i]) for i in filled)


def _joined(row: Sequence[str], below: Sequence[str]) -> list[str]:
    """Both header lines as one: 联络员 over 姓名 and 电话 becomes 联络员姓名 and 联络员电话."""
    joined, group = [], ""
    for index in range(max(len(row), len(below))):
        upper = row[index] if index < len(row) else ""
        lower = below[index] if index < len(below) else ""
        group = upper if upper.strip() else group
        joined.append(group + lower if lower.strip() else upper)
    return joined


def _layout(headings: Sequence[str], first_row: int) -> Layout | None:
    kinds = [kind_of(heading) for heading in headings]
    names = [i for i, kind in enumerate(kinds) if kind is Kind.NAME]
    if not names:
        return None
    bounds = [*names[1:], len(kinds)]
    people = []
    for order, (start, end) in enumerate(zip(names, bounds, strict=True)):
        begin = 0 if order == 0 else start
        position = position_of(headings[start])
        phone, role = _nearest(kinds, Kind.PHONE, begin, start, end), _nearest(kinds, Kind.ROLE, begin, start, end)
        people.append(PersonColumns(start, phone, role, position))
    return Layout(first_row, _agency_column(headings, kinds), tuple(people))


def _nearest(kinds: Sequence[Kind | None], wanted: Kind, begin: int, name: int, end: int) -> int | None:
    """The wanted column after the name and before the next person's, else one before it."""
    after = (i for i in range(name + 1, end) if kinds[i] is wanted)
    before = (i for i in range(begin, name) if kinds[i] is wanted)
    return next(after, next(before, None))


def _agency_column(headings: Sequence[str], kinds: Sequence[Kind | None]) -> int | None:
    """The 单位 column; 部门 counts only where there is none, since beside it it means a section of the agency."""
    columns = [i for i, kind in enumerate(kinds) if kind is Kind.AGENCY]
    return min(columns, key=lambda i: ("部门" in headings[i], i), default=None)
