"""Formats that LibreOffice turns into .docx first: old Word, WPS, RTF, OpenDocument text, web pages."""

from __future__ import annotations

import binascii
import contextlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from bot.domain.model import DubanError
from bot.intake.apart import end, environment
from bot.intake.readers.text import decode

SECONDS = 60
MEGABYTES = 2_500
"""Address space, not memory in use: LibreOffice maps far more than it touches."""
_LARGEST_RESULT = 64 * 1024 * 1024
_ONE_AT_A_TIME = threading.Lock()

_FILTERS = {"html": "HTML (StarWriter)"}
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
{items}</oor:items>
"""
_ITEM = '<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>\n'
_COMMON, _INET = "/org.openoffice.Office.Common", "/org.openoffice.Inet/Settings"
# No macro runs, no link is followed, and what would still be fetched goes to a proxy that is not there.
_OPTIONS = (
    (f"{_COMMON}/Security/Scripting", "DisableMacrosExecution", "true"),
    (f"{_COMMON}/Security/Scripting", "MacroSecurityLevel", "3"),
    (f"{_COMMON}/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    (_INET, "ooInetProxyType", "2"),
    (_INET, "ooInetHTTPProxyName", "127.0.0.1"),
    (_INET, "ooInetHTTPProxyPort", "9"),
    (_INET, "ooInetHTTPSProxyName", "127.0.0.1"),
    (_INET, "ooInetHTTPSProxyPort", "9"),
    (_INET, "ooInetFTPProxyName", "127.0.0.1"),
    (_INET, "ooInetFTPProxyPort", "9"),
)
_NOWHERE = {f"{scheme}_proxy": "http://127.0.0.1:9" for scheme in ("http", "https", "ftp", "all")}
_BOUNDARY = re.compile(rb"boundary=\"?([^\s\";]{1,200})", re.IGNORECASE)
_PAGE_PART = re.compile(rb"^Content-Type:\s*text/html", re.IGNORECASE | re.MULTILINE)
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_DELETION = re.compile(rb"<(/?)del\b[^<>]{0,1000}>", re.IGNORECASE)
_CHARSET = re.compile(rb"(charset\s{0,9}=\s{0,9}[\"']?)[\w-]{1,40}", re.IGNORECASE)
_FETCHED = re.compile(
    rb"""<(?:img|link|script|iframe|object|embed|base|frame)\b[^<>]{0,5000}>|\bbackground\s*=\s*["'][^"']{0,2000}["']""",
    re.IGNORECASE,
)


def to_docx(kind: str, name: str, data: bytes) -> bytes:
    """The document as .docx bytes. `kind` is doc, rtf, odt, html, mhtml or wordxml.

    Raises DubanError: word_needs_docx (no LibreOffice here), document_unreadable, document_too_heavy.
    """
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise DubanError("word_needs_docx", name=name)
    if kind == "mhtml":
        kind, data = "html", _page_of(name, data)
    with _ONE_AT_A_TIME, tempfile.TemporaryDirectory(prefix="duban-") as folder:
        return _convert(program, kind, name, _tidy(name, data) if kind == "html" else data, Path(folder))


def _page_of(name: str, data: bytes) -> bytes:
    """The page inside an MHTML file ("single file web page"): the part that says it is one, decoded."""
    said = _PAGE_PART.search(data)
    bounds = _BOUNDARY.search(data)
    if said is None or bounds is None:
        raise DubanError("document_unreadable", name=name)
    border = b"--" + bounds[1]
    head_end = _BLANK_LINE.search(data, said.end())
    body_start = head_end.end() if head_end else len(data)
    head = data[max(data.rfind(border, 0, said.start()), 0) : body_start].lower()
    end = data.find(border, body_start)
    body = data[body_start : end if end >= 0 else len(data)]
    try:
        return binascii.a2b_base64(body) if b"base64" in head else binascii.a2b_qp(body)
    except binascii.Error as error:
        raise DubanError("document_unreadable", name=name) from error


def _tidy(name: str, page: bytes) -> bytes:
    """A web page in UTF-8, without what was struck out as deleted and what would be fetched from elsewhere."""
    page = decode(name, page).encode()
    kept: list[bytes] = []
    depth = 0
    for place, piece in enumerate(_DELETION.split(page)):
        if place % 2:
            depth = max(depth + (-1 if piece else 1), 0)
        elif depth == 0:
            kept.append(piece)
    whole = page if depth else b"".join(kept)
    return b"\xef\xbb\xbf" + _FETCHED.sub(b"", _CHARSET.sub(rb"\1utf-8", whole))


def _convert(program: str, kind: str, name: str, data: bytes, folder: Path) -> bytes:
    source, profile, result = folder / f"document.{_ending(kind)}", folder / "profile", folder / "out" / "document.docx"
    source.write_bytes(data)
    _write_settings(profile)
    chosen = [f"--infilter={_FILTERS[kind]}"] if kind in _FILTERS else []
    command = [
        program,
        f"-env:UserInstallation={profile.as_uri()}",
        *("--headless", "--norestore", "--nolockcheck", "--nodefault", "--nofirststartwizard"),
        *chosen,
        *("--convert-to", "docx:MS Word 2007 XML", "--outdir", str(result.parent), str(source)),
    ]
    if not _run(command, folder):
        raise DubanError("document_too_heavy", name=name)
    if not result.is_file():
        raise DubanError("document_unreadable", name=name)
    return result.read_bytes()


def _ending(kind: str) -> str:
    return "xml" if kind == "wordxml" else kind


def _write_settings(profile: Path) -> None:
    user = profile / "user"
    user.mkdir(parents=True)
    items = "".join(_ITEM.format(path=path, name=name, value=value) for path, name, value in _OPTIONS)
    (user / "registrymodifications.xcu").write_text(_SETTINGS.format(items=items), encoding="utf-8")


def _run(command: list[str], folder: Path) -> bool:
    """Whether the program came to an end by itself; whatever it started is gone afterwards."""
    child = subprocess.Popen(  # noqa: S603 - the office program found on this machine, fixed arguments
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**environment(), **_NOWHERE, "HOME": str(folder), "TMPDIR": str(folder)},
        start_new_session=True,
    )
    try:
        _limit(child.pid)
        child.wait(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return False
    finally:
        end(child)
    return True


def _limit(process: int) -> None:
    """Bounds that the program's own children inherit, where the system knows such bounds."""
    if sys.platform != "linux":
        return
    import resource

    bounds = (
        (resource.RLIMIT_AS, MEGABYTES * 1024 * 1024),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, _LARGEST_RESULT),
        (resource.RLIMIT_CORE, 0),
    )
    # A program that is over already needs none.
    with contextlib.suppress(ProcessLookupError):
        for bound, most in bounds:
            resource.prlimit(process, bound, (most, most))
