"""All tables of a document: those that hold tasks are read, running text laid out as a table goes back to the lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.domain.agency_names import looks_like_agency, written_level
from bot.intake.blocks import Document, Line, Row, Table
from bot.intake.heading import read_title
from bot.intake.labels import read_label
from bot.intake.outline import ROOT, Item
from bot.intake.paragraphs import read_paragraph
from bot.intake.passages import Passage
from bot.intake.responsibilities import FIRST_LEADS, MAX_LENGTH, Responsibility, read_responsibility
from bot.intake.tables.cells import is_nothing, plain_rows
from bot.intake.tables.columns import DUTY_KINDS, TEXT_KINDS, Kind
from bot.intake.tables.counts import RULE
from bot.intake.tables.forms import upright
from bot.intake.tables.headers import Layout, Stretch, cut, filled, settled
from bot.intake.tables.headless import fits, told_by_content
from bot.intake.tables.raw import Setting, TableTask, Writer
from bot.intake.tables.rows import Grouping, section_name

# 注：列首位的为牵头单位, whatever the words between.
_FIRST_LEADS = re.compile(rf"{FIRST_LEADS.pattern}|(?:首位|第一位|第一个|排首|列首|排前|列前)[^，。；]{{0,10}}牵头")
_UNIT_ABOVE = re.compile(r"(?<![一-鿿])(?:计量)?单位\s*[：:]\s*((?:[百千]?[万亿])?[元吨家户个亩人]|公里|万亩)")
_FOR_ALL = re.compile(r"(?:以下|下列|后续|下表|各项|所有)[^。]{0,60}(?:均|都)")
_DUTY_ABOVE = re.compile(r"(?:牵头|责任|主责|承办|实施)(?:单位|部门)\s*[：:]")
_OWNER = re.compile(
    r"(?:(?:牵头|责任|主责|承办|主办|实施)(?:单位|部门)[：:]\s*)(?P<named>[^、，；：]{3,24})"
    r"|(?P<bare>[^、，；：]{3,24}?)(?:(?:牵头|负责|承担|主办|承办)?(?:的)?(?:重点)?(?:工作)?(?:任务|事项|项目|工作)?(?:清单)?)"
    r"(?:[（(]\d+[项条个][）)])?"
)
_TITLE_BY_PLACE = re.compile(r"(?=.*(?:年|表$|册$|体系$))[^。；：:]{6,60}")
_REMARK = re.compile(r"附件|附表|填报|填表|单位|编制|日期|时间|统计|截至|\d+年\d+月")
_AGENCY_BEHIND = re.compile(r"[（(]([^（）()]{2,24})[）)]$")
_NAMELESS = re.compile(r"(?:sheet|工作表|表)?\s*\d*", re.IGNORECASE)
_NO_SECTION = re.compile(r"表|清单|台账|如下|附件|分工|任务分解|汇总|总览|计划$|方案$|[。；：:]")
# Cells that hold running text have at least one this long.
_RUNNING = 30
_LONGEST_SECTION = 40


@dataclass(frozen=True)
class Tabled:
    """What the tables of a document give: `tasks`, and `lines`, the document's own with what tables hold of text.

    `cells` are all texts in task tables, for what is asked of the whole document (its year). `title` is what stands
    alone over the first task table, a title by its place, whatever its words.
    """

    lines: tuple[Line, ...]
    tasks: tuple[TableTask, ...]
    cells: tuple[Line, ...] = ()
    title: str | None = None


@dataclass
class _Walk:
    """Goes through a document's blocks. Holds the line last seen, the layout last read, and what was found."""

    document: Document
    first_leads: bool
    several: bool
    cuts: Mapping[int, tuple[Table, tuple[Stretch, ...]]]
    lines: list[Line] = field(default_factory=list)
    tasks: list[TableTask] = field(default_factory=list)
    cells: list[Line] = field(default_factory=list)
    standing: list[Responsibility] = field(default_factory=list)
    layout: Layout | None = None
    grouping: Grouping | None = None
    title: str | None = None

    def read(self) -> Tabled:
        """Read every block in order."""
        for block in self.document.blocks:
            if isinstance(block, Line):
                self.lines.append(block)
                self.standing.extend(_standing(block))
            elif block.rows:
                self._table(self.cuts[id(block)])
        lines = tuple(sorted(self.lines, key=lambda line: line.number))
        return Tabled(lines, tuple(self.tasks), tuple(self.cells), self.title)

    def _table(self, found: tuple[Table, tuple[Stretch, ...]]) -> None:
        table, stretches = found
        before = self.lines[-1] if self.lines else None
        first = not self.tasks
        for stretch in stretches:
            self._stretch(table, stretch, before)
        if first and read_title(self.lines) is None and _is_title(table.name):
            self.lines.append(Line(table.rows[0].number, table.name, place=table.rows[0].place))

    def _stretch(self, table: Table, stretch: Stretch, before: Line | None) -> None:
        layout, rows = self._layout(stretch)
        above = tuple(self._above(stretch.above, layout is not None))
        if layout is None:
            self.lines.extend(_running(rows))
            return
        rows = plain_rows(rows)
        layout = settled(layout, rows)
        owner = "" if above or layout.of(Kind.LEAD, Kind.MIXED, Kind.DUTY) else _owner(before, table)
        if not owner and not self._holds_tasks(layout, rows, above):
            return
        grouping = Grouping(layout)
        if self.grouping:
            grouping.go_on_from(self.grouping, rows)
        grouping.read(rows)
        first_leads = self.first_leads or layout.first_leads
        first_leads = first_leads or any(_says_first_leads(row) for row in (*stretch.above, *grouping.notes))
        notes = tuple(_lines(grouping.notes))
        standing = (*self.standing, *(said for note in notes for said in _standing(note)))
        sections = tuple(self._sections(table, before))
        setting = Setting(layout, first_leads, sections, above, standing, _unit(stretch.above), owner)
        self.tasks.extend(Writer(setting, rows).tasks(grouping.entries))
        self.lines.extend(notes)
        self.cells.extend(_lines(rows))
        self.layout, self.grouping = layout, grouping

    def _layout(self, stretch: Stretch) -> tuple[Layout | None, tuple[Row, ...]]:
        """The stretch's columns: by its header, by those of the table it goes on from, or by what stands in it."""
        if stretch.layout or not stretch.rows:
            return stretch.layout, stretch.rows
        if self.layout and fits(self.layout, stretch.rows):
            return self.layout, stretch.rows
        return told_by_content(stretch.rows), stretch.rows

    def _holds_tasks(self, layout: Layout, rows: Sequence[Row], inherited: Sequence[Responsibility]) -> bool:
        if layout.holds_tasks:
            return True
        if layout.of(Kind.SCORE, Kind.PHASE) or layout.of(*DUTY_KINDS) or not layout.of(*TEXT_KINDS):
            return False
        return bool(inherited) or any(_names_duty(row, layout) for row in rows)

    def _above(self, rows: Sequence[Row], has_header: bool) -> Iterator[Responsibility]:
        """Who answers for the whole table, as the rows above its header say; those rows become lines."""
        for row in rows if has_header else ():
            text = " ".join(row.cells[i].strip() for i in filled(row))
            if _DUTY_ABOVE.match(text):
                said = read_responsibility(text)
                if said:
                    yield replace(said, passage=Passage.of(Line(row.number, text, place=row.place)), rule=RULE)
            elif not self.tasks and read_title(self.lines) is None:
                self.lines.extend(_without_agency(line) for line in _lines([row]))
                self.title = self.title or _title_by_place(row)

    def _sections(self, table: Table, before: Line | None) -> Iterator[Item]:
        """What stands over the whole table: its sheet among several, or the heading right above it."""
        if self.several and not _NAMELESS.fullmatch(table.name) and len(table.name) <= _LONGEST_SECTION:
            yield _section(table.name, table.rows[0].number, table.rows[0].place)
        elif before and before.number < table.rows[0].number and _heads(before):
            yield _section(before.text, before.number, before.place)


def read_tables(document: Document) -> Tabled:
    """Tasks of all task tables, and the document's lines with those of layout tables, titles and notes in tables."""
    says = any(_FIRST_LEADS.search(line.text[:3000]) for line in document.lines)
    upturned = {id(t): upright(t) or t for t in document.tables if t.rows}
    cuts = {key: (table, cut(table)) for key, table in upturned.items()}
    named = {table.name for table, stretches in cuts.values() if any(s.layout for s in stretches)}
    return _Walk(document, says, len(named) > 1, cuts).read()


def _unit(rows: Sequence[Row]) -> str:
    said = (_UNIT_ABOVE.search(row.cells[i]) for row in rows for i in filled(row))
    return next((found[1] for found in said if found), "")


def _standing(line: Line) -> Iterator[Responsibility]:
    """Who also answers for every task below, as a sentence says once for all."""
    if _FOR_ALL.search(line.text[:MAX_LENGTH]):
        for said in read_paragraph(Passage.of(line), sentences=False).said:
            if said.standing:
                yield said


def _is_title(name: str) -> bool:
    return read_title([Line(1, name)]) is not None


def _heads(line: Line) -> bool:
    """Whether a line is a heading of what follows, and no caption of the table or sentence about it."""
    if len(line.text) > _LONGEST_SECTION or _NO_SECTION.search(line.text):
        return False
    return line.heading > 0 or read_label(line.text) is not None


def _section(text: str, number: int, place: str) -> Item:
    label, name, kind = section_name(text)
    return Item(ROOT, ROOT, kind, label, Passage(number, name, (0,) * len(name), place))


def _title_by_place(row: Row) -> str | None:
    """What stands alone in a row above the header, is as long as a title and no remark."""
    own = filled(row)
    text = re.sub(r"\s", "", row.cells[own[0]]) if len(own) == 1 else ""
    return text if _TITLE_BY_PLACE.fullmatch(text) and not _REMARK.match(text) else None


def _without_agency(line: Line) -> Line:
    """A title that says whose sheet it stands on, 督查清单（县教育局）, is no task of that agency."""
    found = _AGENCY_BEHIND.search(line.text)
    return replace(line, text=line.text[: found.start()]) if found and looks_like_agency(found[1]) else line


def _owner(before: Line | None, table: Table) -> str:
    """The agency whose tasks a table holds: its sheet is called so, or the heading above says 三、县教育局牵头任务."""
    if looks_like_agency(table.name) and written_level(table.name):
        return table.name
    if before is None or before.number >= table.rows[0].number or len(before.text) > _LONGEST_SECTION:
        return ""
    found = _OWNER.fullmatch(section_name(before.text)[1])
    name = found["named"] or found["bare"] if found else ""
    return name if name and looks_like_agency(name) and read_title([before]) is None else ""


def _names_duty(row: Row, layout: Layout) -> bool:
    cells = (row.cells[c.index] for c in layout.of(Kind.TASK, Kind.CONTENT))
    return any(read_paragraph(Passage.of(Line(row.number, cell)), sentences=False).has_duty for cell in cells)


def _says_first_leads(row: Row) -> bool:
    return any(_FIRST_LEADS.search(cell[:3000]) for cell in row.cells)


def _running(rows: Sequence[Row]) -> Iterator[Line]:
    """The lines of a table that only lays out running text; none of a list of short entries."""
    lines = list(_lines(rows))
    if any(len(line.text) >= _RUNNING or read_label(line.text) for line in lines):
        yield from lines


def _lines(rows: Sequence[Row]) -> Iterator[Line]:
    for row in rows:
        for index in filled(row):
            for text in row.cells[index].split("\n"):
                if not is_nothing(text.strip()):
                    yield Line(row.number, text.strip(), place=row.place)
