"""The ledger (台账): one Summary as an Excel workbook an office can filter, correct and print."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from openpyxl import Workbook
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from bot.domain.model import Status
from bot.domain.summary import AgencyLine, ReportLine, Summary, TaskLine
from bot.papers.excel import Column, Value, fill_sheet, wall_clock
from bot.papers.words import Words, moment_words, period_words, words

_LAYOUT = (
    ("serial", 5),
    ("section", 14),
    ("number", 8),
    ("task", 24),
    ("agency", 17),
    ("period", 13),
    ("status", 8),
    ("percent", 7),
    ("progress", 36),
    ("difficulty", 20),
    ("sender", 9),
    ("sent_at", 16),
    ("report_number", 11),
    ("timeliness", 8),
    ("review", 9),
    ("next_due", 11),
    ("remarks", 22),
)
_AGENCY_LAYOUT = (
    ("serial", 6),
    ("agency", 34),
    ("owed", 8),
    ("reported", 8),
    ("on_time", 8),
    ("late", 8),
    ("missing", 8),
    ("missing_tasks", 44),
    ("phone", 18),
)
_TOTALS_LAYOUT = (("item", 24), ("figure", 60))
_RED, _YELLOW, _GREEN = "B3261E", "F4B41A", "C9E7D3"
_LAST_ROW = 1_048_576


@dataclass(frozen=True)
class _Line:
    """One row's matter: a task, the agency, its report in force, and the reports it sent before."""

    task: TaskLine
    agency: str
    report: ReportLine | None
    earlier: tuple[ReportLine, ...]


def ledger_xlsx(summary: Summary, language: str = "zh") -> bytes:
    """The workbook: tasks by owing agency, figures by agency, totals. It holds no formulas, only values."""
    book = Workbook()
    book.remove(book.worksheets[0])
    _tasks_sheet(book, summary, language)
    _agencies_sheet(book, summary, language)
    _totals_sheet(book, summary, language)
    vocabulary = words(language)
    book.properties.creator = vocabulary["product"]
    book.properties.description = vocabulary["draft"]
    book.properties.created = wall_clock(summary.as_of)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _tasks_sheet(book: Workbook, summary: Summary, language: str) -> None:
    vocabulary = words(language)
    sheet = book.create_sheet(vocabulary["sheet_tasks"])
    rows = [_row(n, line, summary, language) for n, line in enumerate(_lines(summary), start=1)]
    fill_sheet(
        sheet, _headline(summary, language), _columns(_LAYOUT, vocabulary), rows, foot=vocabulary["foot"], frozen=4
    )
    _guard_status(sheet, vocabulary)


def _lines(summary: Summary) -> Iterator[_Line]:
    """Each task's owing agencies in the plan's order, silent ones too, then whoever contributed unasked."""
    for task in summary.tasks:
        by_agency: dict[str, list[ReportLine]] = {name: [] for name in task.owing}
        for report in task.reports:
            by_agency.setdefault(report.agency, []).append(report)
        for agency, reports in by_agency.items():
            in_order = sorted(reports, key=lambda r: r.at)
            yield _Line(task, agency, in_order[-1] if in_order else None, tuple(in_order[:-1]))


def _row(serial: int, line: _Line, summary: Summary, language: str) -> list[Value]:
    """The seventeen cells of one row, in the order of `_LAYOUT`."""
    vocabulary, task, report = words(language), line.task, line.report
    head: list[Value] = [serial, task.section, task.number, task.title, line.agency]
    period = period_words(summary.period, language)
    if report is None:
        told: list[Value] = [vocabulary["unreported"], None, None, None, None, None, None, vocabulary["missing"], None]
    else:
        told = _told(report, vocabulary)
    return [*head, period, *told, task.next_due_on, _remarks(line, vocabulary)]


def _told(report: ReportLine, vocabulary: Words) -> list[Value]:
    """What the report says, from status to review."""
    return [
        vocabulary[report.status],
        None if report.percent is None else report.percent / 100,
        report.words,
        report.difficulty,
        report.sender,
        wall_clock(report.at),
        report.number,
        vocabulary["late" if report.late else "on_time"],
        vocabulary.get(f"review_{report.review}", report.review),
    ]


def _remarks(line: _Line, vocabulary: Words) -> str:
    """Contributed unasked, logged for somebody, evidence, numbers of earlier reports."""
    report = line.report
    if report is None:
        return ""
    notes = []
    if line.agency not in line.task.owing:
        notes.append(vocabulary["contributed"])
    if report.on_behalf:
        notes.append(vocabulary["on_behalf"])
    if report.evidence:
        notes.append(vocabulary["evidence"].format(n=report.evidence))
    if line.agency in line.task.missing:
        notes.append(vocabulary["others_missing"])
    if line.earlier:
        numbers = vocabulary["list"].join(r.number for r in line.earlier)
        notes.append(vocabulary["earlier"].format(numbers=numbers))
    return vocabulary["semicolon"].join(notes)


def _guard_status(sheet: Worksheet, vocabulary: Words) -> None:
    """Offer only the known statuses in the status column and colour them, also after a hand correction."""
    letter = _column_letter("status")
    choices = [vocabulary[status] for status in Status] + [vocabulary["unreported"]]
    validation = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True)
    validation.error, validation.errorTitle = vocabulary["status_error"], vocabulary["status"]
    area = f"{letter}4:{letter}{_LAST_ROW}"
    validation.add(area)
    sheet.add_data_validation(validation)
    shades = (("unreported", _RED, "FFFFFF"), ("blocked", _YELLOW, "000000"), ("done", _GREEN, "000000"))
    for key, fill, ink in shades:
        style = DifferentialStyle(font=Font(color=ink), fill=PatternFill(bgColor=fill, fill_type="solid"))
        equals = Rule(type="cellIs", operator="equal", formula=[f'"{vocabulary[key]}"'], dxf=style)
        sheet.conditional_formatting.add(area, equals)


def _column_letter(key: str) -> str:
    return chr(ord("A") + [name for name, _ in _LAYOUT].index(key))


def _agencies_sheet(book: Workbook, summary: Summary, language: str) -> None:
    vocabulary = words(language)
    sheet = book.create_sheet(vocabulary["sheet_agencies"])
    rows = [_agency_row(n, line, vocabulary) for n, line in enumerate(summary.agencies, start=1)]
    fill_sheet(
        sheet,
        _headline(summary, language),
        _columns(_AGENCY_LAYOUT, vocabulary),
        rows,
        foot=vocabulary["foot"],
        frozen=2,
    )


def _agency_row(serial: int, line: AgencyLine, vocabulary: Words) -> list[Value]:
    silent_on = vocabulary["list"].join(line.missing_tasks)
    late = line.reported - line.on_time
    figures: list[Value] = [line.owed, line.reported, line.on_time, late, line.owed - line.reported]
    return [serial, line.agency, *figures, silent_on, line.phone]


def _totals_sheet(book: Workbook, summary: Summary, language: str) -> None:
    vocabulary = words(language)
    sheet = book.create_sheet(vocabulary["sheet_totals"])
    layout, rows = _columns(_TOTALS_LAYOUT, vocabulary), _totals(summary, language)
    fill_sheet(sheet, _headline(summary, language), layout, rows, foot=vocabulary["foot"])


def _totals(summary: Summary, language: str) -> list[list[Value]]:
    """Reports and tasks counted, and the moment the figures hold for."""
    vocabulary = words(language)
    reports = {key: getattr(summary, key) for key in ("owed", "reported", "on_time", "late", "missing")}
    tasks = {key: getattr(summary, key) for key in (*Status, "unreported")}
    rows: list[list[Value]] = [[vocabulary["total_reports"].format(name=vocabulary[k]), n] for k, n in reports.items()]
    rows.append([vocabulary["total_all_tasks"], len(summary.tasks)])
    rows += [[vocabulary["total_tasks"].format(name=vocabulary[k]), n] for k, n in tasks.items()]
    rows.append([vocabulary["col_due"], summary.due_on])
    rows.append([vocabulary["col_as_of"], wall_clock(summary.as_of)])
    return rows


def _columns(layout: tuple[tuple[str, int], ...], vocabulary: Words) -> list[Column]:
    return [Column(vocabulary[f"col_{key}"], width) for key, width in layout]


def _headline(summary: Summary, language: str) -> tuple[str, str]:
    """The sheet's title and the line below it: period and moment."""
    as_of = words(language)["as_of"].format(at=moment_words(summary.as_of, language))
    return summary.title, f"{period_words(summary.period, language)}　{as_of}"
