"""A table's entries as tasks: the cells are put to the grammar of running text as the sentences they stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.domain.reading import DeadlineReading, TargetReading
from bot.intake.blocks import Row
from bot.intake.deadlines import read_deadlines, read_time_limit
from bot.intake.labels import read_label
from bot.intake.outline import ROOT, Item
from bot.intake.paragraphs import Paragraph, read_paragraph
from bot.intake.passages import Passage
from bot.intake.responsibilities import Responsibility, read_responsibility
from bot.intake.tables.cells import agencies, column_width, is_nothing, known_names, passages, people, whole
from bot.intake.tables.columns import DUTY_KINDS, Column, Kind, count_unit, period_of
from bot.intake.tables.counts import RULE, count, goals, stands_alone
from bot.intake.tables.headers import Layout
from bot.intake.tables.rows import Entry, Section, plain_serial
from bot.intake.tasks import RawTask, split_title

_LABELS = {Kind.LEAD: "牵头单位", Kind.MIXED: "牵头及配合单位", Kind.DUTY: "责任单位", Kind.PART: "配合单位"}
_BARE_DAY = re.compile(r"(1[0-2]|0?[1-9])[.．/-](3[01]|[12]\d|0?[1-9])日?前?")
_TICK = re.compile(r"[√✓✔☑○●◎▲★☆]+")


@dataclass(frozen=True)
class Stage:
    """What is to be done by the end of a period (一季度, 6月) that a column stands for."""

    period: str
    passage: Passage

    def reading(self, year: int | None) -> tuple[DeadlineReading, ...]:
        """The days the text itself names within the period, else the period's last day, which is then assumed."""
        words = Passage(self.passage.line, self.period, (0,) * len(self.period), self.passage.place)
        text = self.passage.text if not _TICK.fullmatch(self.passage.text) else ""
        source = self.passage.source(0, len(self.passage.text), RULE)
        last = read_time_limit(words, year)[:1]
        if named := tuple(
            d for d in read_deadlines(self.passage, year) if any(_within(d, end, self.period) for end in last)
        ):
            return named
        said = f"{self.period}：{text}" if text else self.period
        return tuple(replace(found, text=said, source=source) for found in last)


def _within(deadline: DeadlineReading, end: DeadlineReading, period: str) -> bool:
    """Whether a day lies in the months that a period ends with."""
    if deadline.on is None or end.on is None:
        return False
    months = 3 if "季" in period else 6 if "半" in period else 12 if "年底" in period else 1
    behind = (end.on.year - deadline.on.year) * 12 + end.on.month - deadline.on.month
    return 0 <= behind < months


@dataclass(frozen=True)
class TableTask(RawTask):
    """A task read from a table. `row` is its first row's number, `counts` what stands alone in target columns."""

    row: int = 0
    stages: tuple[Stage, ...] = ()
    counts: tuple[TargetReading, ...] = ()

    def planned(self, year: int | None) -> tuple[DeadlineReading, ...]:
        """The deadlines that columns of quarters or months stand for."""
        return tuple(d for stage in self.stages for d in stage.reading(year))


@dataclass(frozen=True)
class Setting:
    """What holds for all tasks of a stretch: columns, sections above, who answers where a row names nobody.

    `unit` is that of numbers which have none (单位：万元 above the header), `owner` the agency whose tasks these are.
    """

    layout: Layout
    first_leads: bool = False
    above: tuple[Item, ...] = ()
    inherited: tuple[Responsibility, ...] = ()
    standing: tuple[Responsibility, ...] = ()
    unit: str = ""
    owner: str = ""


@dataclass(frozen=True)
class _Head:
    """The first of the entries that share a task name. `numbered`: each has a number of its own; `measured`: a text."""

    entry: Entry
    numbered: bool
    measured: bool


class Writer:
    """Turns the entries of one stretch into tasks."""

    def __init__(self, setting: Setting, rows: Sequence[Row]) -> None:
        self._setting = setting
        self._layout = setting.layout
        self._widths = {c.index: column_width(row.cells[c.index] for row in rows) for c in self._layout.columns}
        duty = [c.index for c in self._layout.of(*DUTY_KINDS)]
        self._known = known_names(row.cells[i] for row in rows for i in duty)

    def tasks(self, entries: Sequence[Entry]) -> Iterator[TableTask]:
        """One task an entry that says what is to be done. Entries that share a task name take it for their section."""
        groups = _groups([e for e in entries if self._says_work(e)])
        split = [g for g in groups if len(g) > 1 and self._measures(g)]
        runs_on = bool(split) and self._labels_run_on(groups)
        names_measures = runs_on or any(all(e.serial for e in g) for g in split)
        count = 0
        for group in groups:
            head = _Head(group[0], all(e.serial for e in group), self._measures(group))
            named = head.measured and (len(group) > 1 or (names_measures and (head.numbered or runs_on)))
            for place, entry in enumerate(group, start=1):
                count += 1
                yield self._task(entry, head if named else None, place, count)

    def _labels_run_on(self, groups: Sequence[Sequence[Entry]]) -> bool:
        """Whether the measures' own numbers go on from name to name: 1. 2. below one, 3. below the next."""
        firsts = [next(self._passages(e, Kind.CONTENT), None) for g in groups for e in g]
        labels = [found[1] if (found := read_label(p.text)) else "" for p in firsts if p]
        return len(labels) == len(firsts) == len(set(labels)) and "" not in labels

    def _says_work(self, entry: Entry) -> bool:
        return self._name(entry) is not None or any(self._cells(entry, Kind.CONTENT, Kind.TARGET))

    def _measures(self, group: Sequence[Entry]) -> bool:
        return all(any(self._passages(e, Kind.CONTENT, Kind.TARGET)) for e in group)

    def _task(self, entry: Entry, head: _Head | None, place: int, count: int) -> TableTask:
        name = self._name(entry)
        texts = list(self._passages(entry, Kind.CONTENT)) or list(self._passages(entry, Kind.TARGET))
        texts = texts or [whole(row, c.index) for row, c in self._cells(entry, Kind.TARGET)]
        if name and not head:
            texts = [name, *self._later_names(entry), *texts]
        label, titled, bodies = _titled(texts)
        said = self._said(entry)
        title, rest = split_title(titled if said else self._told(titled).body, alone=len(bodies) > 1)
        own = Item(ROOT, ROOT, "", _number(entry, head, label, place, count), titled)
        return TableTask(
            path=(*self._sections(entry, head, name), own),
            ordinal=0,
            title=title,
            head=rest,
            paragraphs=tuple(self._paragraphs(entry, bodies, said)),
            inherited=self._setting.inherited,
            standing=self._setting.standing,
            row=entry.rows[0].number,
            stages=tuple(self._stages(entry)),
            counts=tuple(self._counts(entry)),
        )

    def _name(self, entry: Entry) -> Passage | None:
        for column in self._layout.of(Kind.TASK):
            if not is_nothing(entry.rows[0].cells[column.index].strip()):
                return _title_passage(entry.rows[0], column.index)
        return None

    def _later_names(self, entry: Entry) -> Iterator[Passage]:
        """What later rows of the entry write in the task-name column."""
        for row, column in self._cells(entry, Kind.TASK):
            if row is not entry.rows[0]:
                yield whole(row, column.index)

    def _sections(self, entry: Entry, head: _Head | None, name: Passage | None) -> tuple[Item, ...]:
        found = [*self._setting.above, *(_item(section) for section in entry.sections)]
        if head and name:
            label, _, bodies = _titled([name])
            found.append(Item(ROOT, ROOT, "", self._name_number(head) or label, bodies[0]))
        return tuple(found)

    def _name_number(self, head: _Head) -> str:
        """The number of a name over several measures: of its own serial column, or the serial the measures lack."""
        serials = self._layout.of(Kind.SERIAL)
        if len(serials) > 1:
            return plain_serial(head.entry.rows[0].cells[serials[0].index])
        return "" if head.numbered else head.entry.serial

    def _cells(self, entry: Entry, *kinds: Kind) -> Iterator[tuple[Row, Column]]:
        """The cells of an entry in columns of these kinds: the first row's, and what later rows add of their own."""
        for column in self._layout.of(*kinds):
            for place, row in enumerate(entry.rows):
                said = not is_nothing(row.cells[column.index].strip())
                if said and (place == 0 or column.index not in row.continued):
                    yield row, column

    def _passages(self, entry: Entry, *kinds: Kind) -> Iterator[Passage]:
        for row, column in self._cells(entry, *kinds):
            if not stands_alone(row.cells[column.index], column):
                yield from passages(row, column.index, self._widths.get(column.index, 0))

    def _told(self, passage: Passage) -> Paragraph:
        """A paragraph of a row whose columns name nobody: its text may, in brackets."""
        return read_paragraph(passage, first_leads=self._setting.first_leads, sentences=False)

    def _paragraphs(self, entry: Entry, bodies: Sequence[Passage], said: Responsibility | None) -> Iterator[Paragraph]:
        times = tuple(self._times(entry))
        targets = _not_told(list(self._passages(entry, Kind.TARGET)), bodies)
        read = [Paragraph(p) for p in (*bodies, *targets)]
        if not said:
            read = [self._told(p.body) for p in read]
        first = read[0]
        yield Paragraph(first.body, (said,) if said else first.said, (*first.times, *times))
        yield from read[1:]

    def _said(self, entry: Entry) -> Responsibility | None:
        """What the columns say of who answers, read as the labelled line they stand for."""
        pieces = [f"责任单位：{self._setting.owner}"] if self._setting.owner else []
        for kind, label in _LABELS.items():
            cells = [agencies(row.cells[c.index], self._known).text for row, c in self._cells(entry, kind)]
            if names := "、".join(dict.fromkeys(c for c in cells if c)):
                pieces.append(f"{label}：{names}")
        line = "；".join(pieces)
        said = read_responsibility(line, first_leads=self._setting.first_leads)
        if not said:
            return None
        passage = Passage(entry.rows[0].number, line, tuple(range(len(line))), entry.rows[0].place)
        leaders = tuple(dict.fromkeys((*self._leaders(entry), *said.leaders)))
        return replace(said, passage=passage, rule=RULE, leaders=leaders)

    def _leaders(self, entry: Entry) -> Iterator[str]:
        for row, column in self._cells(entry, Kind.LEADER):
            yield from people(row.cells[column.index])
        for row, column in self._cells(entry, *_LABELS):
            yield from agencies(row.cells[column.index], self._known).people

    def _times(self, entry: Entry) -> Iterator[Passage]:
        for row, column in self._cells(entry, Kind.LIMIT):
            unit = count_unit(column.heading)
            passage = whole(row, column.index)
            if unit in ("月", "日", "季度") and passage.text.isdigit():
                passage = replace(passage, text=passage.text + unit, at=(*passage.at, *passage.at[-1:] * len(unit)))
            yield _dated(passage)

    def _stages(self, entry: Entry) -> Iterator[Stage]:
        for row, column in self._cells(entry, Kind.STAGE):
            period = period_of(column.heading)
            if period:
                yield Stage(period, whole(row, column.index))

    def _counts(self, entry: Entry) -> Iterator[TargetReading]:
        """Numbers alone in a target column, with the unit of the cell, its heading, the column or name beside it."""
        units = [row.cells[c.index].strip() for row, c in self._cells(entry, Kind.UNIT)]
        units += [count_unit(row.cells[c.index]) for row, c in self._cells(entry, Kind.TASK)]
        unit_beside = next(filter(None, units), self._setting.unit)
        for row, column in self._cells(entry, Kind.TARGET):
            if stands_alone(row.cells[column.index], column):
                yield from count(row, column, unit_beside)
            else:
                for passage in passages(row, column.index, self._widths.get(column.index, 0)):
                    yield from goals(passage)


def _dated(passage: Passage) -> Passage:
    """A cell that holds but 10.31 or 10-31 means a day; in running text that would be a number."""
    found = _BARE_DAY.fullmatch(passage.text)
    if not found:
        return passage
    text = f"{int(found[1])}月{int(found[2])}日"
    return replace(passage, text=text, at=passage.at[:1] * len(text))


def _not_told(targets: Sequence[Passage], bodies: Sequence[Passage]) -> list[Passage]:
    """The target cells' paragraphs that the work's own text does not already say word for word."""
    told = "".join(b.text for b in bodies)
    return [t for t in targets if t.text.strip("。；;，,") not in told]


def _title_passage(row: Row, index: int) -> Passage:
    """A task-name cell: short ones are one line however broken, of longer ones the first paragraph."""
    everything = whole(row, index)
    lines = [line.strip() for line in row.cells[index].split("\n") if line.strip()]
    parted = any(line[-1] in "。；;：:" for line in lines[:-1]) or any(read_label(line) for line in lines[1:])
    if not parted and len(everything.text) <= 40:
        return everything
    return next(iter(passages(row, index, column_width([row.cells[index]]))), everything)


def _titled(texts: Sequence[Passage]) -> tuple[str, Passage, list[Passage]]:
    """(label, first passage without it, all passages with the first one so cut)."""
    first = texts[0]
    found = read_label(first.text)
    label, bare = (found[1], first.part(found[2])) if found else ("", first)
    rest = list(texts[1:])
    repeated = bare.text.strip("。；;，, ")
    if rest and repeated and any(repeated in p.text for p in rest):
        return label, bare, rest
    return label, bare, [bare, *rest]


def _item(section: Section) -> Item:
    passage = Passage(section.row.number, section.name, (0,) * len(section.name), section.row.place)
    return Item(ROOT, ROOT, section.kind, section.label, passage)


def _groups(entries: Sequence[Entry]) -> list[list[Entry]]:
    groups: list[list[Entry]] = []
    for entry in entries:
        if entry.grouped and groups:
            groups[-1].append(entry)
        else:
            groups.append([entry])
    return groups


def _number(entry: Entry, head: _Head | None, label: str, place: int, count: int) -> str:
    if head and not head.numbered:
        return label or f"（{place}）"
    return entry.serial or label or str(count)
