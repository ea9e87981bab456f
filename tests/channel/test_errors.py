"""Every error of the messenger has one meaning, and every meaning one consequence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channel.errors import Kind, Outcome, after, back_off, classify

NOW = datetime(2022, 4, 8, 1, 0, tzinfo=UTC)


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (RetryAfter(7), Kind.RATE_LIMITED),
        (NetworkError("Too Many Requests: retry later"), Kind.RATE_LIMITED),
        (ChatMigrated(-1001), Kind.MOVED),
        (Forbidden("Forbidden: bot was blocked by the user"), Kind.UNREACHABLE),
        (Forbidden("Forbidden: user is deactivated"), Kind.UNREACHABLE),
        (Forbidden("Forbidden: bot was kicked from the group chat"), Kind.UNREACHABLE),
        (InvalidToken("Unauthorized"), Kind.TOKEN_REFUSED),
        (EndPointNotFound("Endpoint 'x' not found in Bot API"), Kind.TOKEN_REFUSED),
        (BadRequest("Bad Request: chat not found"), Kind.UNREACHABLE),
        (BadRequest("Bad Request: PEER_ID_INVALID"), Kind.UNREACHABLE),
        (BadRequest("Bad Request: not enough rights to send text messages to the chat"), Kind.UNREACHABLE),
        (BadRequest("Bad Request: message is not modified: specified new message content …"), Kind.UNCHANGED),
        (BadRequest("Bad Request: message to edit not found"), Kind.EDIT_GONE),
        (BadRequest("Bad Request: message can't be edited"), Kind.EDIT_GONE),
        (BadRequest("Bad Request: there is no text in the message to edit"), Kind.EDIT_GONE),
        (
            BadRequest("Bad Request: query is too old and response timeout expired"),
            Kind.QUERY_OLD,
        ),
        (BadRequest("Bad Request: can't parse entities: unclosed tag"), Kind.OUR_FAULT),
        (BadRequest("Bad Request: message is too long"), Kind.OUR_FAULT),
        (BadRequest("Bad Request: BUTTON_DATA_INVALID"), Kind.OUR_FAULT),
        (BadRequest("Bad Request: something nobody has seen"), Kind.OUR_FAULT),
        (NetworkError("Request Entity Too Large"), Kind.OUR_FAULT),
        (NetworkError("Request Entity Too Large (413)"), Kind.OUR_FAULT),
        (NetworkError("Bad Gateway"), Kind.UNCERTAIN),
        (NetworkError("Internal Server Error"), Kind.UNCERTAIN),
        (caused(TimedOut(), httpx.ReadTimeout("")), Kind.UNCERTAIN),
        (caused(TimedOut(), httpx.WriteTimeout("")), Kind.UNCERTAIN),
        (caused(NetworkError("x"), httpx.ReadError("")), Kind.UNCERTAIN),
        (caused(NetworkError("x"), httpx.RemoteProtocolError("")), Kind.UNCERTAIN),
        (caused(NetworkError("x"), httpx.ConnectError("")), Kind.NOT_SENT),
        (caused(TimedOut(), httpx.ConnectTimeout("")), Kind.NOT_SENT),
        (caused(TimedOut(), httpx.PoolTimeout("")), Kind.NOT_SENT),
        (caused(NetworkError("x"), httpx.ProxyError("")), Kind.NOT_SENT),
        (Conflict("terminated by other getUpdates request"), Kind.NOT_SENT),
        (TelegramError("Invalid server response"), Kind.UNCERTAIN),
        (KeyError("result"), Kind.UNCERTAIN),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_an_error_means_one_thing(error: Exception, kind: Kind) -> None:
    assert classify(error).kind is kind


def test_a_penalty_and_a_new_address_come_with_the_outcome() -> None:
    assert classify(RetryAfter(7)).retry_after == timedelta(seconds=7)
    assert classify(RetryAfter(timedelta(seconds=7))).retry_after == timedelta(seconds=7)
    assert classify(ChatMigrated(-1001)).new_chat_id == -1001


def decide(kind: Kind, **facts: object):
    given = {"attempts": 0, "uncertain": 0, "resend": False, "is_edit": False, "is_group": False, **facts}
    return after(Outcome(kind, retry_after=timedelta(seconds=7), new_chat_id=-1001), NOW, **given)


@pytest.mark.parametrize(
    ("kind", "facts", "state"),
    [
        (Kind.UNCHANGED, {}, "sent"),
        (Kind.UNREACHABLE, {}, "failed"),
        (Kind.OUR_FAULT, {}, "dead"),
        (Kind.OUR_FAULT, {"resend": True}, "dead"),
        (Kind.QUERY_OLD, {}, "dead"),
        (Kind.EDIT_GONE, {}, "dead"),
        (Kind.UNCERTAIN, {}, "unknown"),
        (Kind.UNCERTAIN, {"resend": True, "uncertain": 1}, "unknown"),
        (Kind.UNCERTAIN, {"is_edit": True, "resend": True, "attempts": 6}, "unknown"),
        (Kind.MOVED, {"attempts": 3}, "failed"),
    ],
)
def test_these_are_the_end_of_a_message(kind: Kind, facts: dict[str, object], state: str) -> None:
    assert decide(kind, **facts).state == state


@pytest.mark.parametrize(
    ("kind", "facts", "seconds", "counted", "uncertain", "hold_all"),
    [
        (Kind.NOT_SENT, {}, 2, True, False, True),
        (Kind.NOT_SENT, {"attempts": 1000}, 300, True, False, True),
        (Kind.RATE_LIMITED, {}, 8, False, False, True),
        (Kind.RATE_LIMITED, {"is_group": True}, 8, False, False, False),
        (Kind.TOKEN_REFUSED, {}, 600, False, False, True),
        (Kind.MOVED, {}, 0, True, False, False),
        (Kind.UNCERTAIN, {"resend": True}, 60, True, True, False),
        (Kind.UNCERTAIN, {"is_edit": True}, 2, True, False, False),
    ],
)
def test_these_are_tried_again(
    kind: Kind, facts: dict[str, object], seconds: int, counted: bool, uncertain: bool, hold_all: bool
) -> None:
    step = decide(kind, **facts)
    assert step.state == "due"
    assert step.not_before == NOW + timedelta(seconds=seconds)
    assert (step.counted, step.uncertain, step.hold_all) == (counted, uncertain, hold_all)


def test_a_back_off_grows_and_stays_below_five_minutes() -> None:
    waits = [back_off(n).total_seconds() for n in range(12)]
    assert waits[:4] == [2, 4, 8, 16]
    assert waits == sorted(waits)
    assert waits[-1] == 300
