"""What an error of the messenger means, and what happens to the message then. Pure: decisions, no deeds."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
)
from telegram.warnings import PTBDeprecationWarning

# `_wait` copes with both types the library's announcement is about.
warnings.filterwarnings("ignore", message=".*`retry_after`", category=PTBDeprecationWarning)

ONCE_MORE = timedelta(minutes=1)
LONGEST_BACK_OFF = timedelta(minutes=5)
EDIT_ATTEMPTS = 6
MOVES = 3
RATE_MARGIN = timedelta(seconds=1)
UNNAMED_WAIT = timedelta(seconds=5)
TOKEN_PAUSE = timedelta(minutes=10)
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)


class Kind(StrEnum):
    """The kinds of failure, each with one rule in `after`."""

    UNCHANGED = "unchanged"
    UNREACHABLE = "unreachable"
    NOT_SENT = "not_sent"
    UNCERTAIN = "uncertain"
    MOVED = "moved"
    RATE_LIMITED = "rate_limited"
    TOKEN_REFUSED = "token_refused"  # noqa: S105  (a kind of error, not a secret)
    EDIT_GONE = "edit_gone"
    QUERY_OLD = "query_old"
    OUR_FAULT = "our_fault"


@dataclass(frozen=True)
class Outcome:
    """A failure understood. `retry_after` with RATE_LIMITED only, `new_chat_id` with MOVED only."""

    kind: Kind
    reason: str = ""
    retry_after: timedelta = timedelta(0)
    new_chat_id: int | None = None


@dataclass(frozen=True)
class Next:
    """What becomes of the message: a state of the outbox, and for `due` not before when.

    `counted` is whether it was an attempt, `uncertain` whether it may have arrived already; `hold_all` asks for
    silence towards every chat until `not_before`, not this one only.
    """

    state: str
    not_before: datetime | None = None
    counted: bool = True
    uncertain: bool = False
    hold_all: bool = False


# Telegram's wording for HTTP 400, in small letters, from its server's messages; anything else is our fault.
_BAD_REQUESTS = (
    (Kind.UNCHANGED, r"message is not modified"),
    (
        Kind.EDIT_GONE,
        r"message to edit not found|message can'?t be edited|message_id_invalid|message identifier is not specified"
        r"|there is no (text|caption|media) in the message to edit|message_edit_time_expired",
    ),
    (Kind.QUERY_OLD, r"query is too old|query id is invalid|query_id_invalid"),
    (
        Kind.UNREACHABLE,
        r"chat not found|user not found|peer_id_invalid|user_id_invalid|chat_id is empty|chat_id_invalid|deactivated"
        r"|user_is_blocked|blocked by the user|chat was deleted|bot was kicked|not a member|chat_write_forbidden"
        r"|(no|not enough) rights to send|chat_restricted|chat_send_\w+_forbidden|chat_admin_required"
        r"|upgraded to a supergroup|topic_(closed|deleted)|have no write access|can'?t initiate conversation",
    ),
    (Kind.RATE_LIMITED, r"too many requests"),
)
_TOO_LARGE = re.compile(r"\(413\)|(entity|content) too large")


def classify(error: BaseException) -> Outcome:
    """Say what `error`, raised by a send or an edit, means.

    Whatever is not known to be refused or never sent is UNCERTAIN: the message may have arrived.
    """
    reason = str(error) or type(error).__name__
    if isinstance(error, RetryAfter):
        return Outcome(Kind.RATE_LIMITED, reason, _wait(error))
    if isinstance(error, ChatMigrated):
        return Outcome(Kind.MOVED, reason, new_chat_id=error.new_chat_id)
    if isinstance(error, Forbidden):
        return Outcome(Kind.UNREACHABLE, reason)
    if isinstance(error, InvalidToken | EndPointNotFound):
        return Outcome(Kind.TOKEN_REFUSED, reason)
    # BadRequest and TimedOut are NetworkErrors too: the order of these tests matters.
    if isinstance(error, BadRequest):
        return _bad_request(reason)
    if isinstance(error, NetworkError):
        return _network_error(error, reason)
    if isinstance(error, Conflict):
        return Outcome(Kind.NOT_SENT, reason)
    return Outcome(Kind.UNCERTAIN, reason)


def _wait(error: RetryAfter) -> timedelta:
    wait = error.retry_after
    return wait if isinstance(wait, timedelta) else timedelta(seconds=wait)


def _bad_request(reason: str) -> Outcome:
    words = reason.lower().replace("’", "'")
    kind = next((kind for kind, pattern in _BAD_REQUESTS if re.search(pattern, words)), Kind.OUR_FAULT)
    return Outcome(kind, reason, UNNAMED_WAIT if kind is Kind.RATE_LIMITED else timedelta(0))


def _network_error(error: NetworkError, reason: str) -> Outcome:
    if isinstance(error.__cause__, NEVER_SENT):
        return Outcome(Kind.NOT_SENT, reason)
    words = reason.lower()
    if "too many requests" in words:
        return Outcome(Kind.RATE_LIMITED, reason, UNNAMED_WAIT)
    if _TOO_LARGE.search(words):
        return Outcome(Kind.OUR_FAULT, reason)
    return Outcome(Kind.UNCERTAIN, reason)


def after(
    outcome: Outcome, now: datetime, *, attempts: int, uncertain: int, resend: bool, is_edit: bool, is_group: bool
) -> Next:
    """Decide what becomes of a message whose sending failed with `outcome`.

    `attempts` and `uncertain` are the counts before this failure. An edit can be repeated without harm; another
    message of unknown outcome is sent once more only when `resend` asks for it.
    """
    match outcome.kind:
        case Kind.UNCHANGED:
            return Next("sent")
        case Kind.UNREACHABLE:
            return Next("failed")
        case Kind.NOT_SENT:
            return Next("due", now + back_off(attempts), hold_all=True)
        case Kind.RATE_LIMITED:
            # A private chat is never written to faster than allowed, so its 429 means the whole bot's limit.
            wait = outcome.retry_after + RATE_MARGIN
            return Next("due", now + wait, counted=False, hold_all=not is_group)
        case Kind.TOKEN_REFUSED:
            return Next("due", now + TOKEN_PAUSE, counted=False, hold_all=True)
        case Kind.MOVED:
            return Next("due", now) if attempts < MOVES else Next("failed")
        case Kind.UNCERTAIN if is_edit and attempts < EDIT_ATTEMPTS:
            return Next("due", now + back_off(attempts))
        case Kind.UNCERTAIN if resend and uncertain == 0 and not is_edit:
            return Next("due", now + ONCE_MORE, uncertain=True)
        case Kind.UNCERTAIN:
            return Next("unknown")
        case _:
            return Next("dead")


def back_off(attempts: int) -> timedelta:
    """2, 4, 8 … seconds, five minutes at most."""
    return min(timedelta(seconds=2 ** min(attempts + 1, 10)), LONGEST_BACK_OFF)
