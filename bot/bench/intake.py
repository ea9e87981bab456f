"""How fast and how lean plans are read, beside the plain text extraction of the library underneath."""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bot.bench.model import ROUNDS, Benchmark, Comparison, in_turns
from bot.bench.planpapers import TASKS, pdf, plan_lines, sheet, text, word
from bot.intake.plan import read_plan, understand
from bot.intake.readers.pages import read_pages
from bot.intake.readers.sheets import read_sheets
from bot.intake.readers.text import read_text
from bot.intake.readers.word import read_word

# A page of an official paper: 22 lines of 28 characters (GB/T 9704-2012).
_PAGE = 22 * 28
_MANY = 1_000
# So many tasks are read to tell what a thousand need: a PDF of more has too many pages to be a plan.
_READ = {"pdf": 500}
# Below this the pages of memory cannot tell one process from another.
_LEAST_KILOBYTES = 64


@dataclass(frozen=True)
class _Kind:
    """A format: how a plan of so many tasks is written in it, our reader, and the library's plain text."""

    file: str
    make: Callable[[int], bytes]
    bare: Callable[[bytes], int]


def _bare_text(data: bytes) -> int:
    return len(data.decode())


def _bare_word(data: bytes) -> int:
    import docx

    return sum(len(paragraph.text) for paragraph in docx.Document(io.BytesIO(data)).paragraphs)


def _bare_sheet(data: bytes) -> int:
    from python_calamine import CalamineWorkbook

    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    return sum(len(str(cell)) for row in rows for cell in row)


def _bare_pdf(data: bytes) -> int:
    import pdfplumber

    with pdfplumber.open(io.BytesIO(data)) as paper:
        return sum(len(page.extract_text()) for page in paper.pages)


_KINDS = {
    "text": _Kind("plan.txt", text, _bare_text),
    "word": _Kind("plan.docx", word, _bare_word),
    "excel": _Kind("plan.xlsx", sheet, _bare_sheet),
    "pdf": _Kind("plan.pdf", pdf, _bare_pdf),
}
_IN_PROCESS = {"text": read_text, "word": read_word, "excel": read_sheets, "pdf": read_pages}


def pages_a_second(kind: str, seconds: float, tasks: int = TASKS) -> Comparison:
    """Pages of a plan read whole, in the process apart that a user's file gets, beside the library's bare text."""
    chosen = _KINDS[kind]
    data = chosen.make(tasks)
    pages = sum(len(line) for line in plan_lines(tasks)) / _PAGE
    each = seconds / ROUNDS / 2
    measured, beside = in_turns(
        lambda: pages * _times(lambda: read_plan(chosen.file, data), each),
        lambda: pages * _times(lambda: chosen.bare(data), each),
    )
    return Comparison(f"intake-{kind}", "/s", measured, beside)


def memory(kind: str, _seconds: float) -> Comparison:
    """Megabytes for each thousand tasks by which a process grows that reads them, beside the library's bare text."""
    tasks = _READ.get(kind, _MANY)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / _KINDS[kind].file
        file.write_bytes(_KINDS[kind].make(tasks))
        measured, beside = in_turns(lambda: _grown("ours", kind, file), lambda: _grown("bare", kind, file), 3)
    return Comparison(f"intake-{kind}-memory", "MB", measured * _MANY / tasks, beside * _MANY / tasks)


def _benchmarks() -> Iterator[Benchmark]:
    for kind in _KINDS:
        asked = f"pages of a .{_KINDS[kind].file[5:]} plan read a second; bare: the library's plain text"
        yield Benchmark(f"intake-{kind}", asked, partial(pages_a_second, kind))
    for kind in _KINDS:
        asked = f"MB for each {_MANY:,} tasks of a .{_KINDS[kind].file[5:]} plan; bare: the library's plain text"
        yield Benchmark(f"intake-{kind}-memory", asked, partial(memory, kind))


BENCHMARKS = tuple(_benchmarks())


def _times(call: Callable[[], object], seconds: float) -> float:
    """Calls a second, at least one of them."""
    start, count = time.perf_counter(), 0
    while not count or time.perf_counter() - start < seconds:
        call()
        count += 1
    return count / (time.perf_counter() - start)


def _grown(whose: str, kind: str, file: Path) -> float:
    command = [sys.executable, "-m", __name__, whose, kind, str(file)]
    done = subprocess.run(command, capture_output=True, check=True)  # noqa: S603 - this very program
    return float(done.stdout)


def _growth(whose: str, kind: str, file: Path) -> float:
    """Peak memory of this process above what it had when a small plan had been read the same way."""

    def read(data: bytes) -> None:
        if whose == "bare":
            _KINDS[kind].bare(data)
        else:
            understand(file.name, _IN_PROCESS[kind](file.name, data))

    data = file.read_bytes()
    read(_KINDS[kind].make(3))
    before = peak_kilobytes()
    read(data)
    return max(peak_kilobytes() - before, _LEAST_KILOBYTES) / 1024


def peak_kilobytes() -> int:
    """Kilobytes this process has held at most; its own, where rusage would count what its parent had."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    with suppress(BrokenPipeError):
        sys.stdout.write(str(_growth(sys.argv[1], sys.argv[2], Path(sys.argv[3]))))
