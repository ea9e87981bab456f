"""Keeps the bot's token out of every log line and traceback (it is part of each address of the Bot API)."""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
from types import TracebackType

HIDDEN = "[token]"
NOISY_LOGGERS = ("httpx", "httpcore")
_TOKEN = re.compile(r"\d{5,}:[A-Za-z0-9_-]{20,}")
_secrets: set[str] = set()


def redact(text: str) -> str:
    """`text` without anything shaped like a bot token and without the secrets named to `install`."""
    for secret in _secrets:
        text = text.replace(secret, HIDDEN)
    return _TOKEN.sub(HIDDEN, text)


class RedactingFilter(logging.Filter):
    """Rewrites a record, its traceback included, so that whatever formats it finds no secret."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = _message(record)
        clean = redact(message)
        if clean != message:
            record.msg, record.args = clean, None
        if record.exc_info and record.exc_info[0] is not None:
            record.exc_text = redact("".join(traceback.format_exception(*record.exc_info)).rstrip())
            record.exc_info = None
        if record.stack_info:
            record.stack_info = redact(record.stack_info)
        return True


def install(*secrets: str) -> None:
    """Guard all handlers the root logger has now, and uncaught exceptions; calling it again adds secrets and handlers.

    Also quiets the HTTP libraries, which log whole addresses.
    """
    _secrets.update(secret for secret in secrets if secret)
    for name in NOISY_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)
    for handler in logging.getLogger().handlers:
        if not any(isinstance(known, RedactingFilter) for known in handler.filters):
            handler.addFilter(RedactingFilter())
    sys.excepthook = _say_uncaught
    threading.excepthook = _say_uncaught_in_thread


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError):
        return f"{record.msg} {record.args}"


def _say_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    sys.stderr.write(redact("".join(traceback.format_exception(kind, error, trace))))


def _say_uncaught_in_thread(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value is not None:
        _say_uncaught(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)
