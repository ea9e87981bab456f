"""Old Word files and their relatives come in through LibreOffice, where there is one."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bot.domain.model import DubanError
from bot.domain.reading import Remark
from bot.intake.blocks import Document
from bot.intake.documents import read_document
from bot.intake.readers import office

FILES = Path(__file__).parent / "files"
OLD_WORD = (FILES / "old-word.doc").read_bytes()
TABLE = [
    ("序号", "任务", "牵头单位", "完成时限"),
    ("1", "修路", "县交通运输局", "6月底"),
    ("2", "修桥", "县交通运输局", "11月底"),
]
needs_office = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed here")


def lines(found: Document) -> list[str]:
    return [line.text for line in found.lines]


@needs_office
@pytest.mark.slow
def test_an_old_word_file_keeps_numbers_tables_and_tracked_changes(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    found = read_document("计划.doc", OLD_WORD)
    assert "一、重点任务" in lines(found)
    assert "（一）水利工程" in lines(found)
    assert "2.供水保证率达到90%。（县住房城乡建设局负责）" in lines(found)
    assert [r.cells for r in found.tables[0].rows] == TABLE
    assert found.notes[0] == Remark("converted", {"format": "doc"})
    assert Remark("deletions_left_out", {"count": 1}) in found.notes
    assert list(tmp_path.iterdir()) == []


def test_without_libreoffice_a_docx_is_asked_for(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda program: None)
    with pytest.raises(DubanError) as refused:
        read_document("计划.doc", OLD_WORD)
    assert (refused.value.code, refused.value.params) == ("word_needs_docx", {"name": "计划.doc"})


def test_a_conversion_that_takes_too_long_is_ended_with_all_it_started(tmp_path: Path, monkeypatch):
    slow = tmp_path / "soffice"
    slow.write_text(f"#!/bin/sh\nsleep 60 &\necho $! > {tmp_path}/child\nwait\n")
    slow.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda program: str(slow))
    monkeypatch.setattr(office, "SECONDS", 1)
    with pytest.raises(DubanError) as refused:
        read_document("计划.doc", OLD_WORD)
    assert refused.value.code == "document_too_heavy"
    assert ended(int((tmp_path / "child").read_text()))


def ended(process: int) -> bool:
    """Whether the process is gone, or goes within two seconds of being killed."""
    until = time.monotonic() + 2
    while is_running(process) and time.monotonic() < until:
        time.sleep(0.01)
    return not is_running(process)


def is_running(process: int) -> bool:
    """Whether the process does something; one that is dead but not yet buried does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@needs_office
@pytest.mark.slow
def test_an_old_word_file_cut_short_is_refused():
    with pytest.raises(DubanError) as refused:
        read_document("计划.doc", OLD_WORD[:5000])
    assert refused.value.code in ("document_unreadable", "document_empty", "document_wrong_kind")


PAGE = """<html><head><meta charset="utf-8"></head><body><h1>工作要点</h1>
<p>1.供水保证率达到<del>85%</del><ins>90%</ins>。（县水利局负责）</p>
<table><tr><td>任务</td><td>单位</td></tr><tr><td rowspan=2>修路</td><td>县交通局</td></tr>
<tr><td>县财政局</td></tr></table></body></html>"""


@needs_office
@pytest.mark.slow
def test_a_web_page_called_doc_or_xls_is_read_with_its_table():
    found = read_document("台账.xls", PAGE.encode())
    assert lines(found) == ["工作要点", "1.供水保证率达到90%。（县水利局负责）"]
    assert [r.cells for r in found.tables[0].rows] == [("任务", "单位"), ("修路", "县交通局"), ("修路", "县财政局")]
    assert found.tables[0].rows[2].continued == {0}


@needs_office
@pytest.mark.slow
@pytest.mark.parametrize(("said", "coding"), [("utf-8", "gb18030"), ("gb2312", "utf-8"), ("unicode", "utf-16")])
def test_a_web_page_is_read_in_its_real_coding_whatever_it_says(said, coding):
    page = PAGE.replace('charset="utf-8"', f'charset="{said}"').encode(coding)
    assert lines(read_document("台账.xls", page))[0] == "工作要点"


@needs_office
@pytest.mark.slow
@pytest.mark.parametrize("coding", ["base64", "quoted-printable"])
def test_a_single_file_web_page_is_read(coding):
    from email.charset import BASE64, QP, Charset
    from email.mime.multipart import MIMEMultipart
    from email.mime.nonmultipart import MIMENonMultipart

    charset = Charset("utf-8")
    charset.body_encoding = BASE64 if coding == "base64" else QP
    page = MIMENonMultipart("text", "html")
    page.set_payload(PAGE, charset)
    whole = MIMEMultipart("related")
    whole.attach(page)
    found = read_document("计划.doc", whole.as_bytes())
    assert "1.供水保证率达到90%。（县水利局负责）" in lines(found)


@needs_office
@pytest.mark.slow
def test_rtf_is_read_and_nothing_follows_its_last_line():
    rtf = r"{\rtf1\ansi\ansicpg936{\fonttbl{\f0\fcharset134 SimSun;}}\f0 \u19968?\u12289?\u20219?\u21153?\par}"
    assert lines(read_document("a.rtf", rtf.encode())) == ["一、任务"]


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """A web server's address and the paths it was asked for."""
    paths: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_error(404)

        do_HEAD = do_OPTIONS = do_GET  # noqa: N815 - names that the library calls

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", paths
    server.shutdown()
    thread.join()
    server.server_close()


@needs_office
@pytest.mark.slow
def test_nothing_is_fetched_from_elsewhere(asked):
    where, paths = asked
    marks = f'<link rel=stylesheet href="{where}/a"><img src="{where}/b"><body background="{where}/c">'
    marks += f'<iframe src="{where}/d"></iframe>'
    marks += f"<style>body {{background: url({where}/e)}}</style><input type=image src='{where}/f'>"
    office.to_docx("html", "a", (marks + PAGE).encode())
    assert paths == []
