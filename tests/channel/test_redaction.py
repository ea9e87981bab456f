"""No token in any line that is logged, nor in a traceback."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from bot.channel import redaction

TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
SECRET = "a-database-password"


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    root = logging.getLogger()
    hooks, level = (sys.excepthook, threading.excepthook), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    redaction.install(SECRET)
    redaction.install(SECRET)
    yield out
    root.removeHandler(handler)
    root.setLevel(level)
    sys.excepthook, threading.excepthook = hooks


def raise_with_token() -> None:
    raise RuntimeError(f"https://api.telegram.org/bot{TOKEN}/getMe")


def test_message_arguments_and_traceback_are_clean(lines: io.StringIO) -> None:
    log = logging.getLogger("somebody")
    log.info("POST https://api.telegram.org/bot%s/sendMessage", TOKEN)
    log.info("%s", {"url": f"postgresql://x:{SECRET}@host"})
    log.info("a count: %d of %s", 3, "many")
    try:
        raise_with_token()
    except RuntimeError:
        log.exception("failed", stack_info=True)
    said = lines.getvalue()
    assert TOKEN not in said
    assert SECRET not in said
    assert "raise_with_token" in said
    assert "a count: 3 of many" in said
    assert said.count("Traceback") == 1


def test_a_line_with_wrong_arguments_is_still_logged_clean(lines: io.StringIO) -> None:
    logging.getLogger("somebody").warning("%s %s", TOKEN)
    assert TOKEN not in lines.getvalue()


def test_the_http_libraries_are_quiet(lines: io.StringIO) -> None:
    logging.getLogger("httpx").info("POST …")
    assert lines.getvalue() == ""


def test_a_handler_is_guarded_once(lines: io.StringIO) -> None:
    for handler in logging.getLogger().handlers:
        assert sum(isinstance(known, redaction.RedactingFilter) for known in handler.filters) <= 1


IN_THREAD = "from threading import Thread; t = Thread(target=lambda: [][TOKEN]); t.start(); t.join()"


@pytest.mark.parametrize("ending", ["raise RuntimeError(TOKEN)", "assert not TOKEN, TOKEN", IN_THREAD])
def test_an_uncaught_error_shows_no_token(ending: str) -> None:
    program = f"from bot.channel import redaction; redaction.install(); TOKEN = {TOKEN!r}; {ending}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert "Error" in done.stderr
    assert TOKEN not in done.stderr
