"""What a coordinator's file is, told by its content: a plan or a roster."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.domain.model import DubanError
from bot.domain.reading import PlanReading
from bot.intake.blocks import Document, Table
from bot.intake.documents import kind_of, read_document
from bot.intake.plan import understand
from bot.intake.roster_cells import cells_of, tables_of, text_tables
from bot.intake.roster_columns import is_roster
from bot.intake.rosters import RosterLine, roster_in

_FEW_TASKS = 3
_PLAN_TITLE = re.compile("计划|方案|要点|任务|分工|清单|台账|责任|目标|规划|意见|报告")
_ROSTER_TITLE = re.compile("通讯录|联络员|联系人|名单|花名册")


def read_arrived(name: str, data: bytes) -> PlanReading | tuple[RosterLine, ...]:
    """The plan or the people in a file. A list of contacts at a plan's end does not make it a roster.

    Raises DubanError: those of `read_document`, file_neither, and those of `roster_in` for a roster with mistakes.
    """
    document = read_document(name, data)
    has_people = _has_people(name, data, document)
    plan = _plan(name, document, ("plan_without_duties", "plan_too_many_rows")[: 1 + has_people])
    if not has_people:
        if plan is None:
            raise DubanError("file_neither", name=name)
        return plan
    if plan is not None and _is_more_than_a_roster(plan):
        return plan
    tables = tables_of(name, document) if document.tables else text_tables(name, data)
    return roster_in(name, (table for table in tables if is_roster(table)))


def _plan(name: str, document: Document, passed_over: Sequence[str]) -> PlanReading | None:
    """The plan in what is no list of people, None when it is refused with a code `passed_over`."""
    blocks = tuple(b for b in document.blocks if not (isinstance(b, Table) and is_roster(cells_of(b))))
    try:
        return understand(name, replace(document, blocks=blocks))
    except DubanError as error:
        if error.code not in passed_over:
            raise
        return None


def _has_people(name: str, data: bytes, document: Document) -> bool:
    """Whether a table, or text cut by a delimiter, has a roster's header."""
    if document.tables:
        return any(is_roster(cells_of(table)) for table in document.tables)
    return kind_of(name, data) in ("text", "sheet") and data[:2] != b"PK" and _is_text_roster(name, data)


def _is_text_roster(name: str, data: bytes) -> bool:
    try:
        return any(is_roster(table) for table in text_tables(name, data))
    except DubanError:
        return False


def _is_more_than_a_roster(plan: PlanReading) -> bool:
    """A notice that asks for a roster may name who collects it; a plan has several tasks, or says that it is one."""
    title = plan.title or ""
    return len(plan.tasks) >= _FEW_TASKS or bool(_PLAN_TITLE.search(title) and not _ROSTER_TITLE.search(title))
