"""The rows below a header put together: sections, and for each task the rows that tell of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.intake.blocks import Row
from bot.intake.labels import read_label
from bot.intake.tables.cells import is_nothing
from bot.intake.tables.columns import DUTY_KINDS, Kind
from bot.intake.tables.headers import Layout, filled

_TOTAL = re.compile(r"(?:合计|总计|小计|共计|累计|总\s*数|合\s+计|总\s+计)(?:[：:（(\d].*)?")
_NOTE = re.compile(
    r"(?:注|备注|说明|附注|填表说明|注意)\s*[：:]|注\s*\d|[（(]?(?:填表|填报|制表|审核|复核|报送|统计)(?:人|单位|时间|日期|部门)|联系(?:人|电话)\s*[：:]"
    r"|(?:编制|制表|填表|填报|审核|复核|审批|批准|校对|经办|签发)人?\s*[：:]|(?:单位|部门)?(?:主要|分管)?(?:负责人|领导|责任人|主要领导|分管领导)?\s*[（(]?(?:签字|签名|签章|盖章)|此表|本表|※|\*\s*[^\d]"
)
_NUMERAL = "[一二三四五六七八九十百]{1,4}"
_SERIAL = re.compile(
    rf"第?(?:\d{{1,4}}(?:[-—.．－]\d{{1,3}}){{0,3}}|{_NUMERAL}(?:[-—]\d{{1,3}})?|[(]\s*(?:\d{{1,3}}|{_NUMERAL})\s*[)]|[a-zA-Z]\d{{0,3}}|[a-zA-Z]{{1,4}}[-—－]?\d{{1,4}}(?:[-—.－]\d{{1,3}})?)[项条件]?[.、)]?"
)
_BIG_SERIAL = re.compile(rf"[（(]?{_NUMERAL}[)）]?[、.．]?|第{_NUMERAL}(?:部分|类|章|篇)[:：]?")
_COUNTED = re.compile(r"[（(](?:共计?)?\s*\d+\s*[项条个件大][^（）()]{0,4}[）)]$")
_LONGEST_SECTION = 80


@dataclass(frozen=True)
class Section:
    """A section row or a merged name: its number as written ("" without one), its name, where it stands."""

    label: str
    name: str
    row: Row
    column: int
    kind: str = ""


@dataclass(frozen=True)
class Entry:
    """The rows of one task. `serial` is its own number, `sections` those above it from the top.

    `grouped` says that its task-name cell is shared with the entries beside it: the name is then their section.
    """

    serial: str
    sections: tuple[Section, ...]
    rows: tuple[Row, ...]
    grouped: bool = False


@dataclass
class Grouping:
    """Walks the rows under one header. Holds the sections that are open and the entries so far."""

    layout: Layout
    entries: list[Entry] = field(default_factory=list)
    notes: list[Row] = field(default_factory=list)
    _open: list[Section] = field(default_factory=list)
    _has_plain_serials: bool = False

    def go_on_from(self, other: Grouping, rows: Sequence[Row]) -> None:
        """Keep the sections open that the table before left open, when this one counts on from it."""
        serial = next((s for row in rows if (s := self._serial(row))), "")
        if serial.isdigit() and int(serial) > 1 and other.entries and str(int(serial) - 1) == other.entries[-1].serial:
            self._open = list(other._open)

    def read(self, rows: Sequence[Row]) -> None:
        """Take in all rows of the stretch, in order."""
        self._has_plain_serials = any(re.fullmatch(r"\d.*", s) for row in rows if (s := self._serial(row)))
        for place, row in enumerate(rows):
            if _is_blank(row):
                continue
            first = row.cells[_first(row)].strip()
            if _TOTAL.fullmatch(first) or self._totals(row):
                continue
            if _NOTE.match(first):
                self.notes.append(row)
            elif (section := self._section(row)) is not None:
                self._enter(section)
            elif not self._is_empty_form(row):
                self._take(row, rows[place - 1] if place else None)

    def _totals(self, row: Row) -> bool:
        return any(_TOTAL.fullmatch(row.cells[i].strip()) for i in filled(row)[:2])

    def _is_empty_form(self, row: Row) -> bool:
        """A row with nothing but its serial number: a line left free in the form."""
        return all(self._kind(i) is Kind.SERIAL or is_nothing(row.cells[i].strip()) for i in filled(row))

    def _kind(self, index: int) -> Kind | None:
        return next((c.kind for c in self.layout.columns if c.index == index), None)

    def _serial(self, row: Row) -> str:
        """The row's own number, of the innermost serial column; "" where it has none."""
        for column in reversed(self.layout.of(Kind.SERIAL)):
            if column.index not in row.continued:
                found = plain_serial(row.cells[column.index])
                if found:
                    return found
        return ""

    def own(self, row: Row, *kinds: Kind) -> bool:
        """Whether the row itself says something in a column of these kinds."""
        return any(
            c.index not in row.continued and not is_nothing(row.cells[c.index].strip()) for c in self.layout.of(*kinds)
        )

    def _section(self, row: Row) -> Section | None:
        own = filled(row)
        if any(self._kind(i) in DUTY_KINDS for i in row.continued):
            return None
        if len(own) == 1 and self._is_alone(row, own[0]):
            return _named(row, own[0], row.cells[own[0]])
        if len(own) == 2 and self._is_numbered_head(row, own):
            return _named(row, own[1], row.cells[own[1]], row.cells[own[0]])
        return None

    def _is_alone(self, row: Row, index: int) -> bool:
        """Whether the only filled cell of a row names a section rather than going on with the row above."""
        text = row.cells[index].strip()
        width = next((w for first, w in row.spans if first == index), 1)
        if len(text) > _LONGEST_SECTION or plain_serial(text):
            return False
        if width > max(2, len(row.cells) // 2):
            return True
        kind = self._kind(index)
        if kind is Kind.TASK:
            return not self.layout.of(Kind.SERIAL) or bool(_numbered(text)) or not self.entries
        return index == 0 or kind in (Kind.SERIAL, Kind.SECTION)

    def _is_numbered_head(self, row: Row, own: tuple[int, ...]) -> bool:
        """一 | 产业发展: a large number and a name, nothing else, above rows with small numbers."""
        number, name = (row.cells[i].strip() for i in own)
        if not _BIG_SERIAL.fullmatch(number) or len(name) > _LONGEST_SECTION or not self._has_plain_serials:
            return False
        return self._kind(own[1]) not in (DUTY_KINDS | {Kind.LIMIT, Kind.LEADER, Kind.STAGE})

    def _enter(self, section: Section) -> None:
        """Open a section: one of a kind already open closes down to its level, another goes below."""
        depth = next((d for d, s in enumerate(self._open) if s.kind == section.kind), len(self._open))
        self._open = [*self._open[:depth], section]

    def _take(self, row: Row, above: Row | None) -> None:
        if self.entries and not self._begins(row, above):
            last = self.entries[-1]
            self.entries[-1] = Entry(last.serial, last.sections, (*last.rows, row), last.grouped)
            return
        self.entries.append(Entry(self._serial(row), (*self._open, *self._columns(row)), (row,), self._shares(row)))

    def _begins(self, row: Row, above: Row | None) -> bool:
        """Whether a row tells of a task of its own."""
        if self._serial(row):
            return True
        text = self.own(row, Kind.TASK, Kind.CONTENT) or self.own(row, Kind.TARGET)
        duty = self.own(row, Kind.LEAD, Kind.MIXED, Kind.DUTY)
        serials = self.layout.of(Kind.SERIAL)
        if serials:
            free = all(c.index in row.continued for c in serials) and not self._shares_lead(row)
            return text and duty and (free or self._names_new(row, above))
        if self.layout.of(Kind.TASK) and self.own(row, Kind.TASK):
            return self._names_new(row, above) or duty
        inherits = any(self._kind(i) in DUTY_KINDS for i in row.continued)
        return text and (duty or (inherits and not self.layout.of(Kind.TASK)))

    def _shares_lead(self, row: Row) -> bool:
        """Whether name and lead are merged with those above: another 配合单位 beside them makes no task of its own."""
        shared = [*self.layout.of(Kind.TASK)[:1], *self.layout.of(Kind.LEAD)[:1]]
        return len(shared) == 2 and all(c.index in row.continued for c in shared)

    def _names_new(self, row: Row, above: Row | None) -> bool:
        """Whether the task-name cell is not simply that of the row above once more."""
        return all(above is None or row.cells[c.index] != above.cells[c.index] for c in self.layout.of(Kind.TASK))

    def _shares(self, row: Row) -> bool:
        """Whether the row's task name is that of the entry before it, merged or written again."""
        names = self.layout.of(Kind.TASK)
        if not names or not self.entries or not self.layout.of(Kind.CONTENT, Kind.TARGET):
            return False
        index = names[0].index
        text = row.cells[index].strip()
        return bool(text) and (index in row.continued or text == self.entries[-1].rows[0].cells[index].strip())

    def _columns(self, row: Row) -> Iterator[Section]:
        """The sections that columns name, the cell above standing for a blank one."""
        for column in self.layout.of(Kind.SECTION):
            text = row.cells[column.index].strip()
            if not text and self.entries:
                before = [s for s in self.entries[-1].sections if s.column == column.index and s.kind == "column"]
                yield from before
            elif not is_nothing(text):
                found = _named(row, column.index, text)
                yield Section(found.label, found.name, row, column.index, "column")


def plain_serial(text: str) -> str:
    """A serial number in one form: １ → 1, 3.0 → 3, 第5项 → 5, ① → 1; "" when the cell holds none."""
    folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    if not _SERIAL.fullmatch(folded):
        return ""
    bare = re.sub(r"^第|[项条件]$", "", folded.rstrip(".、"))
    bare = re.sub(r"^(\d+)\.0$", r"\1", re.sub(r"[—－]", "-", bare))
    if "(" in bare:
        return bare.replace("(", "（").replace(")", "）")
    bare = bare.rstrip(")")
    return re.sub(r"^0+(?=\d)", "", bare)


def section_name(text: str) -> tuple[str, str, str]:
    """(label, name, kind of label) of a section's words: 一、产业发展（12项） → 一, 产业发展, 一、."""
    one_line = re.sub(r"\s*\n\s*", "", text.strip())
    found = read_label(one_line)
    if not found:
        return "", _COUNTED.sub("", one_line), ""
    kind, label, end = found
    return label, _COUNTED.sub("", one_line[end:].strip()), kind


def _named(row: Row, column: int, text: str, number: str = "") -> Section:
    label, name, kind = section_name(text)
    if number:
        label = plain_serial(number) or number.strip()
        kind = "（一）" if "（" in label else "一、"
    return Section(label, name, row, column, kind)


def _numbered(text: str) -> bool:
    found = read_label(text)
    return bool(found and found[0] in ("一、", "（一）", "part"))


def _first(row: Row) -> int:
    return filled(row)[0]


def _is_blank(row: Row) -> bool:
    return all(is_nothing(row.cells[i].strip()) for i in filled(row))
