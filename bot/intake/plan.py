"""The front door of intake: a file's bytes in, a PlanReading out."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.model import DubanError
from bot.domain.reading import DeadlineReading, DutyReading, PlanReading, TaskReading
from bot.intake.blocks import Document
from bot.intake.deadlines import read_deadlines, read_time_limit
from bot.intake.defaults import with_defaults
from bot.intake.documents import read_document
from bot.intake.doubts import find_assumptions, find_doubts
from bot.intake.gaps import number_gaps
from bot.intake.goals import document_targets
from bot.intake.heading import opening_lines, read_title, read_year
from bot.intake.naming import name_duties
from bot.intake.outline import Outline, read_outline
from bot.intake.passages import Passage
from bot.intake.tables.joining import countable, distinct_deadlines, distinct_targets, joined
from bot.intake.tables.raw import TableTask
from bot.intake.tables.reading import Tabled, read_tables
from bot.intake.targets import read_targets
from bot.intake.task_numbers import numbers
from bot.intake.tasks import RawTask, TaskFinder, plain_title

# No person writes a longer paragraph; what a converter made of a whole book is read so far and no farther.
LONGEST_PARAGRAPH = 30_000
# A year's plan of any office fits well into this; more would take longer to read than anybody waits.
MOST_TABLE_ROWS = 5_000


def read_plan(name: str, data: bytes) -> PlanReading:
    """Read a plan document. `name` is the file's name, used for its year at last resort and in error messages.

    Raises DubanError: those of `read_document` and of `understand`.
    """
    return understand(name, read_document(name, data))


def understand(name: str, document: Document) -> PlanReading:
    """The plan in a document.

    Raises DubanError: plan_too_many_rows, plan_without_duties when nobody is made responsible.
    """
    rows = sum(len(table.rows) for table in document.tables)
    if rows > MOST_TABLE_ROWS:
        raise DubanError("plan_too_many_rows", name=name, rows=rows, limit=MOST_TABLE_ROWS)
    tabled = read_tables(document)
    lines = tabled.lines
    outline = read_outline(lines)
    found = joined(TaskFinder(outline).tasks(), tabled.tasks, outline)
    if not any(task.said for task in found):
        raise DubanError("plan_without_duties", name=name)
    return replace(_reading(name, tabled, outline, found), notes=document.notes)


def _reading(name: str, tabled: Tabled, outline: Outline, found: tuple[RawTask, ...]) -> PlanReading:
    lines = tabled.lines
    title = read_title(lines) or tabled.title
    year = read_year(title, name, (*lines, *tabled.cells))
    named = name_duties(found, [line.text for line in opening_lines(lines)])
    tasks = tuple(
        _task(raw, number, f"t{place}", duties, year)
        for place, (raw, number, duties) in enumerate(
            zip(found, numbers(countable(found)), named.duties, strict=True), start=1
        )
    )
    tasks = with_defaults(tasks, found, outline, year)
    unmarked = [any(r.unmarked for r in raw.said) for raw in found]
    return PlanReading(
        title,
        year,
        named.region,
        tuple(document_targets(outline, found, LONGEST_PARAGRAPH)),
        tasks,
        find_doubts(tasks, named, unmarked, year, tuple(number_gaps(outline))),
        find_assumptions(tasks, named),
    )


def _task(raw: RawTask, number: str, key: str, duties: tuple[DutyReading, ...], year: int | None) -> TaskReading:
    bodies = [p.body.part(0, LONGEST_PARAGRAPH) for p in raw.paragraphs if p.body.text.strip("。；;，, ")]
    sections = raw.path if raw.ordinal else raw.path[:-1]
    section = sections[-1] if sections else None
    return TaskReading(
        number=number,
        section_number=section.label if section else "",
        section=plain_title(section.heading.text) if section else "",
        title=raw.title,
        body="\n".join(b.text for b in bodies),
        duties=duties,
        open_list=any(r.open_list for r in raw.said),
        lead_by_duty=any(r.lead_by_duty for r in raw.said),
        deadlines=_deadlines(raw, bodies, year),
        targets=distinct_targets(raw, [t for body in bodies for t in read_targets(body)]),
        responsibility_text="；".join(r.text for r in raw.said),
        source=bodies[0].source(0, len(bodies[0].text)) if bodies else None,
        key=key,
        leaders=raw.leaders,
    )


def _deadlines(raw: RawTask, bodies: list[Passage], year: int | None) -> tuple[DeadlineReading, ...]:
    told = [d for body in bodies for d in read_deadlines(body, year)]
    limits = [d for p in raw.paragraphs for time in p.times for d in read_time_limit(time, year)]
    if not isinstance(raw, TableTask):
        return (*told, *limits)
    return distinct_deadlines(raw, [*told, *(_in_column(d) for d in limits)], year)


def _in_column(deadline: DeadlineReading) -> DeadlineReading:
    """A time limit of a table stands in its column, not behind a label."""
    source = deadline.source
    return replace(deadline, source=replace(source, rule="column")) if source else deadline
